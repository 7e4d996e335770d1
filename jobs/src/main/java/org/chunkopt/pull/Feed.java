package org.chunkopt.pull;

/** The points of one measurement in one retention policy or bucket. Times are in ns since 1970. */
interface Feed {
  /**
   * The points of {@code [from, next)}, where the page says what {@code next} is: {@code until}, or
   * earlier where there are more points than a page holds.
   */
  Page read(long from, long until);

  /**
   * Points as lines, fetched whole.
   *
   * @param text line protocol, every line with its newline
   * @param points number of lines
   * @param next end of the page
   */
  record Page(String text, long points, long next) {}
}

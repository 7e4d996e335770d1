package org.chunkopt.simulate;

/**
 * One run of an application in a directory: it creates a few files one after another and, if its
 * kind reads, reads them later one after another.
 *
 * <p>Assumptions: up to half of the jobs fall into the window of the metrics, as long as the
 * servers could write them; the rest into the 30 days before, one in ten into the two years before;
 * the hour follows the load; a third of the reading jobs find their files in the page cache.
 *
 * @param number unique in the site
 * @param startSecond when it creates its first file
 * @param spacingSeconds from one file to the next
 * @param readSecond when it begins to read; before the files are there means right after
 * @param cached whether its reads come from the client's page cache
 * @param logged whether there is an access log
 */
record JobPlan(
    long number,
    double startSecond,
    double spacingSeconds,
    double readSecond,
    boolean cached,
    boolean logged) {
  private static final double FILES_A_SERVER_SECOND = 0.6;
  private static final double CACHED_SHARE = 0.3;

  static JobPlan of(Site site, Directory directory, int job) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.JOB, directory.index(), job);
    boolean twin = directory.changedSecond() > Long.MIN_VALUE || directory.path().contains("/un");
    double start = twin ? lastDays(site, 20, draws) : start(site, draws);
    Site.Span window = new Site.Span(site.startSecond(), site.endSecond());
    return of(site, directory, directory.index() * Project.FILES + job, start, window, draws);
  }

  /** A job that begins on this day, and reads on it what it reads. */
  static JobPlan on(Site.Span day, Site site, Directory directory, long number) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.JOB, directory.index(), number);
    double start = byLoad(day.from(), day.to() - day.from(), draws);
    return of(site, directory, number, start, day, draws);
  }

  private static JobPlan of(
      Site site, Directory directory, long number, double begin, Site.Span reading, Draws draws) {
    double start = begin;
    if (start > site.down().from() - 600 && start < site.down().to() + 60) {
      start += 900;
    }
    double median =
        directory
            .pool()
            .physics()
            .throughput(
                directory.accessAt((long) start), site.listing().served(directory.chunkBytes()));
    double spacing =
        draws.logBetween(1, 20) + Math.min(600, directory.access().sizeBytes() / median);
    double read = start;
    if (draws.chance(0.6)) {
      read = Math.max(start, draws.between(reading.from(), reading.to()));
    }
    return new JobPlan(
        number,
        start,
        spacing,
        read,
        draws.chance(CACHED_SHARE),
        draws.chance(site.loggedShare(directory.user())));
  }

  private static double start(Site site, Draws draws) {
    double window = site.endSecond() - site.startSecond();
    double writable = window * site.storage().size() * FILES_A_SERVER_SECOND;
    double recent = Math.min(0.5, 0.5 * writable / site.files());
    if (draws.chance(recent)) {
      return byLoad(site.startSecond(), window, draws);
    }
    if (draws.chance(0.1)) {
      return lastDays(site, 730, draws);
    }
    double days = 30 * Site.DAY_SECONDS;
    return byLoad(site.startSecond() - days, days, draws);
  }

  private static double lastDays(Site site, int days, Draws draws) {
    double seconds = (double) days * Site.DAY_SECONDS;
    return byLoad(site.endSecond() - seconds, seconds, draws);
  }

  private static double byLoad(double from, double seconds, Draws draws) {
    double start = from;
    for (int attempt = 0; attempt < 8; attempt++) {
      start = from + seconds * draws.uniform();
      if (draws.chance(Site.load((long) start))) {
        return start;
      }
    }
    return start;
  }
}

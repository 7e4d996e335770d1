package org.chunkopt.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.Row;

/** The sections on what there is and what is advised. */
final class AdviceSections {
  private AdviceSections() {}

  /** The text, or a dash for null. */
  static String word(String text) {
    return text == null || text.isEmpty() ? "-" : text;
  }

  static void namespace(Html page, Figures figures) {
    page.section("namespace", "The namespace");
    if (figures.namespace().isEmpty()) {
      page.paragraph("The inventory holds no regular file.").endSection();
      return;
    }
    Map<String, long[]> sizes = new LinkedHashMap<>();
    TreeMap<Long, long[]> chunks = new TreeMap<>();
    for (Row row : figures.namespace()) {
      Long chunk = row.getAs("current_chunk_bytes");
      add(sizes.computeIfAbsent(sizeClass(row.getAs("size_octave")), k -> new long[2]), row);
      add(chunks.computeIfAbsent(chunk == null ? 0 : chunk, k -> new long[2]), row);
    }
    page.see(
        most(chunks, 0, figures.files())
            + " of the files have "
            + Quantities.chunk(chunkOrNull(mostKey(chunks, 0)))
            + " now; "
            + most(sizes, 1, figures.bytes())
            + " of the bytes are in files of "
            + mostKey(sizes, 1)
            + ".");
    page.figure(
        Charts.namespace(figures.namespace(), "files"),
        "Files by size (across) and by the chunk size they have now (up). A stronger colour means more files, on"
            + " a logarithmic scale.");
    page.figure(
        Charts.namespace(figures.namespace(), "bytes"),
        "The bytes in them. A stronger colour means more bytes.");
    List<List<String>> rows = new ArrayList<>();
    chunks.forEach(
        (chunk, sum) -> rows.add(row(Quantities.chunk(chunkOrNull(chunk)), sum, figures)));
    page.data(
        "By chunk size", List.of("Chunk size now", "#Files", "#Share", "#Bytes", "#Share"), rows);
    List<List<String>> bySize = new ArrayList<>();
    sizes.forEach((size, sum) -> bySize.add(row(size, sum, figures)));
    page.data("By file size", List.of("File size", "#Files", "#Share", "#Bytes", "#Share"), bySize);
    page.endSection();
  }

  /** The key of the largest sum, of files (0) or bytes (1). */
  private static <K> K mostKey(Map<K, long[]> sums, int of) {
    return sums.entrySet().stream()
        .max((a, b) -> Long.compare(a.getValue()[of], b.getValue()[of]))
        .orElseThrow()
        .getKey();
  }

  private static <K> String most(Map<K, long[]> sums, int of, long all) {
    return Quantities.percent(sums.get(mostKey(sums, of))[of], all);
  }

  private static Long chunkOrNull(long bytesOrZero) {
    return bytesOrZero == 0 ? null : bytesOrZero;
  }

  private static String sizeClass(int octave) {
    return octave < 0
        ? "empty"
        : octave < 10
            ? "below 1 KiB"
            : octave < 20
                ? "1 KiB to 1 MiB"
                : octave < 30
                    ? "1 MiB to 1 GiB"
                    : octave < 40 ? "1 GiB to 1 TiB" : "1 TiB and more";
  }

  private static void add(long[] sum, Row row) {
    sum[0] += row.<Long>getAs("files");
    sum[1] += row.<Long>getAs("bytes");
  }

  private static List<String> row(String name, long[] sum, Figures figures) {
    return List.of(
        name,
        Quantities.count(sum[0]),
        Quantities.percent(sum[0], figures.files()),
        Quantities.bytes(sum[1]),
        Quantities.percent(sum[1], figures.bytes()));
  }

  static void flow(Html page, Figures figures) {
    page.section("advice", "The advice");
    if (figures.flow().isEmpty()) {
      page.paragraph("There is nothing to advise.").endSection();
      return;
    }
    page.see(Quantities.sentence(Summary.gain(figures)) + " " + moves(figures));
    page.figure(
        Charts.flow(figures.flow()),
        "From the chunk size that files have now to the one advised; bands as wide as the files are"
            + " many.");
    page.raw(
        """
        <p class="key"><span><i class="key-supported"></i>change that local data supports</span>
        <span><i class="key-kept"></i>kept</span>
        <span><i class="key-unsupported"></i>prediction without local data, or inputs missing</span></p>
        """);
    page.data(
        "By action and what supports it",
        List.of("Action", "Tier", "#Files", "#Share", "#Bytes", "#Gain", "#10 %", "#90 %"),
        figures.advice().stream()
            .map(
                row ->
                    List.of(
                        word(row.getAs("action")),
                        word(row.getAs("tier")),
                        Quantities.count(row.getAs("files")),
                        Quantities.percent(row.<Long>getAs("files"), figures.files()),
                        Quantities.bytes(row.<Long>getAs("bytes")),
                        Quantities.change(row.getAs("expected_gain")),
                        Quantities.change(row.getAs("gain_p10")),
                        Quantities.change(row.getAs("gain_p90"))))
            .toList());
    page.data(
        "From chunk size to chunk size",
        List.of("Now", "Advised", "Ground", "#Files", "#Bytes"),
        figures.flow().stream()
            .map(
                row ->
                    List.of(
                        Quantities.chunk(row.getAs("current_chunk_bytes")),
                        Quantities.chunk(row.getAs("recommended_chunk_bytes")),
                        word(row.getAs("ground")),
                        Quantities.count(row.getAs("files")),
                        Quantities.bytes(row.<Long>getAs("bytes"))))
            .toList());
    page.note(
        "set-directory: new files of the directory should use the advised size. rewrite: copying the"
            + " file pays for itself. prior-only: predicted, without local data. insufficient: inputs"
            + " are missing.");
    page.endSection();
  }

  /** The largest change in a sentence. */
  private static String moves(Figures figures) {
    return Figures.having(figures.flow(), "ground", "supported").stream()
        .max((a, b) -> Long.compare(a.<Long>getAs("files"), b.<Long>getAs("files")))
        .map(
            flow ->
                "The largest change is from "
                    + Quantities.chunk(flow.getAs("current_chunk_bytes"))
                    + " to "
                    + Quantities.chunk(flow.getAs("recommended_chunk_bytes"))
                    + ", of "
                    + Quantities.amount(flow.getAs("files"), "file", "files")
                    + ".")
        .orElse("No band is a change that local data supports.");
  }
}

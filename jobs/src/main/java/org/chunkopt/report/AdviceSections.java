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
    page.paragraph(
        "Files by size and by the chunk size they have now. Darker means more files, on a"
            + " logarithmic scale.");
    page.figure(
        Charts.namespace(figures.namespace()),
        "Each cell is one power of two of the file size at one chunk size.");
    Map<String, long[]> sizes = new LinkedHashMap<>();
    TreeMap<Long, long[]> chunks = new TreeMap<>();
    for (Row row : figures.namespace()) {
      Long chunk = row.getAs("current_chunk_bytes");
      add(sizes.computeIfAbsent(sizeClass(row.getAs("size_octave")), k -> new long[2]), row);
      add(chunks.computeIfAbsent(chunk == null ? 0 : chunk, k -> new long[2]), row);
    }
    List<List<String>> rows = new ArrayList<>();
    chunks.forEach(
        (chunk, sum) -> rows.add(row(Quantities.chunk(chunk == 0 ? null : chunk), sum, figures)));
    page.table(List.of("Chunk size now", "#Files", "#Share", "#Bytes", "#Share"), rows);
    List<List<String>> bySize = new ArrayList<>();
    sizes.forEach((size, sum) -> bySize.add(row(size, sum, figures)));
    page.table(List.of("File size", "#Files", "#Share", "#Bytes", "#Share"), bySize);
    page.endSection();
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
    page.paragraph(Summary.gain(figures) + ".");
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
    page.table(
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
    page.table(
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
}

package org.chunkopt.testing;

import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.chunkopt.beegfs.FilePath;

/** Rows of recommendations, file_features, files and evidence. */
public final class AdvisedFile {
  private AdvisedFile() {}

  /** A recommendation with an expected gain; its interval is a fifth of the gain wide. */
  public static Map<String, Object> of(
      byte[] path, long size, long current, long recommended, double gain, String action) {
    Map<String, Object> row = new HashMap<>();
    row.put("path", FilePath.display(path));
    row.put("path_bytes", path);
    row.put("entry_id", "1-6563A1B2-1");
    row.put("parent_path", FilePath.display(FilePath.parent(path)));
    row.put("uid", 1000L);
    row.put("size_bytes", size);
    row.put("num_targets", 4);
    row.put("current_chunk_bytes", current);
    row.put("recommended_chunk_bytes", recommended);
    row.put("predicted_log2_kib", 10.2);
    row.put("expected_gain", gain);
    row.put("gain_p10", 1 + (gain - 1) * 0.9);
    row.put("gain_p90", 1 + (gain - 1) * 1.1);
    row.put("action", action);
    row.put("tier", action.equals("prior-only") ? "predicted" : "measured");
    row.put("reason", "test");
    row.put("has_telemetry", true);
    row.put("rewrite_cost_s", size / 5e8);
    row.put("model_id", "m1");
    row.put("schema_version", 2);
    return row;
  }

  /**
   * What the plan reads of the features of an advised file: opened three times a day, made on
   * 2026-11-19, in a cohort of its own gain and tier.
   */
  public static Map<String, Object> features(Map<String, Object> advice) {
    byte[] path = (byte[]) advice.get("path_bytes");
    Map<String, Object> row = new HashMap<>();
    row.put("path_bytes", path);
    row.put("parent_path", FilePath.display(FilePath.parent(path)));
    row.put("parent_path_bytes", FilePath.parent(path));
    row.put("size_bytes", advice.get("size_bytes"));
    row.put("access_frequency_log2", 2.0);
    row.put("id_base_time", Timestamp.from(Instant.parse("2026-11-19T00:00:00Z")));
    row.put("cohort", cohort(advice));
    return row;
  }

  private static Row cohort(Map<String, Object> advice) {
    String key =
        advice.get("tier")
            + " "
            + advice.get("expected_gain")
            + " to "
            + advice.get("recommended_chunk_bytes");
    return RowFactory.create(
        "flash", 4, 28, RowFactory.create(true, true, false, 20, 4), null, null, key);
  }

  /**
   * Rows of evidence that an advised file's figures come from: 500 MB/s with its chunk size, the
   * expected gain with the recommended one, and this one with every other.
   */
  public static List<Map<String, Object>> evidence(Map<String, Object> advice, double otherGain) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int to = 0; to < 8; to++) {
      long chunk = 65536L << to;
      boolean same = advice.get("current_chunk_bytes").equals(chunk);
      boolean advised = advice.get("recommended_chunk_bytes").equals(chunk);
      double gain = same ? 1 : advised ? (double) advice.get("expected_gain") : otherGain;
      Map<String, Object> row = new HashMap<>();
      row.put("fold", "all");
      row.put("cohort", cohort(advice));
      row.put("from_chunk_bytes", advice.get("current_chunk_bytes"));
      row.put("to_chunk_bytes", chunk);
      row.put("files", 1L);
      row.put("gain_log2", log2(gain));
      row.put("gain_p10_log2", log2(gain > 1 ? 1 + (gain - 1) * 0.9 : gain));
      row.put("gain_p90_log2", log2(gain > 1 ? 1 + (gain - 1) * 1.1 : gain));
      row.put("slower", gain < 0.95 ? 1.0 : 0.0);
      row.put("time_saved", Math.max(0, 1 - 1 / gain));
      row.put("time_lost", Math.max(0, 1 / gain - 1));
      row.put("from_throughput_log2", log2(5e8 / (1 << 20)));
      row.put("tier", advice.get("tier"));
      rows.add(row);
    }
    return rows;
  }

  private static double log2(double x) {
    return Math.log(x) / Math.log(2);
  }

  /**
   * The cohort of sequential writes to files of 128 to 256 MiB on four targets.
   *
   * @param directory group of logged files that stand for those without a log, null for a known use
   */
  public static Row cohort(String storageClass, String directory) {
    return RowFactory.create(
        storageClass,
        4,
        28,
        directory == null ? RowFactory.create(true, true, false, 20, 4) : null,
        directory,
        directory == null ? null : ".dat files",
        null);
  }

  /**
   * Rows of evidence: what each of the eight chunk sizes is worth to 20 files of a cohort with 512
   * KiB, a tenth of an octave more than the one below.
   */
  public static List<Map<String, Object>> changes(Row cohort, String fold) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (int to = 0; to < 8; to++) {
      double gain = 0.1 * (to - 3);
      double error = to == 3 ? 0 : 0.05;
      Map<String, Object> row = new HashMap<>();
      row.put("fold", fold);
      row.put("cohort", cohort);
      row.put("from_chunk_bytes", 524288L);
      row.put("to_chunk_bytes", 65536L << to);
      row.put("files", 20L);
      row.put("gain_log2", gain);
      row.put("gain_se", error);
      row.put("gain_p10_log2", gain - 1.28 * error);
      row.put("gain_p20_log2", gain - 0.84 * error);
      row.put("gain_p90_log2", gain + 1.28 * error);
      row.put("faster", to > 3 ? 0.9 : 0.0);
      row.put("slower", to < 3 ? 0.9 : 0.0);
      row.put("from_throughput_log2", 8.0);
      row.put("tier", to == 3 || to == 4 ? "measured" : to == 5 ? "changed" : "predicted");
      rows.add(row);
    }
    return rows;
  }

  /** A path of the inventory that is one of several of its file. */
  public static Map<String, Object> linked(byte[] path, long inode, int links) {
    Map<String, Object> row = new HashMap<>();
    row.put("path", FilePath.display(path));
    row.put("path_bytes", path);
    row.put("entry_type", "file");
    row.put("entry_id", "1-6563A1B2-1");
    row.put("inode", inode);
    row.put("links", links);
    return row;
  }

  /** A directory of the inventory with the chunk size of its new files. */
  public static Map<String, Object> directory(byte[] path, long chunk) {
    Map<String, Object> row = new HashMap<>();
    row.put("path", FilePath.display(path));
    row.put("path_bytes", path);
    row.put("entry_type", "directory");
    row.put("chunk_bytes", chunk);
    return row;
  }
}

package org.chunkopt.testing;

import java.util.HashMap;
import java.util.Map;
import org.chunkopt.beegfs.FilePath;

/** Rows of recommendations, file_features and files for one path given as bytes. */
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
    row.put("tier", action.equals("prior-only") ? "prior" : "cohort");
    row.put("reason", "test");
    row.put("has_telemetry", true);
    row.put("rewrite_cost_s", size / 5e8);
    row.put("model_id", "m1");
    row.put("schema_version", 1);
    return row;
  }

  /** What the plan reads of the file's features: opened three times a day. */
  public static Map<String, Object> features(byte[] path, long size) {
    Map<String, Object> row = new HashMap<>();
    row.put("path_bytes", path);
    row.put("size_bytes", size);
    row.put("access_frequency_log2", 2.0);
    return row;
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

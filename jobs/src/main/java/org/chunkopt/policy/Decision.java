package org.chunkopt.policy;

import java.nio.charset.StandardCharsets;
import org.apache.hadoop.fs.Path;
import org.chunkopt.UserError;
import org.chunkopt.model.Champion;
import org.chunkopt.model.Json;
import org.chunkopt.model.ModelFiles;
import org.chunkopt.run.Run;

/**
 * Which policy this run publishes, and why: {@code decision.json} beside the run's tables.
 *
 * @param champion policy that scores
 * @param reason in words
 * @param promoted whether the policy becomes the champion of the nights to come; not where it only
 *     stands in for a champion that could not be read
 */
public record Decision(Champion champion, String reason, boolean promoted) {
  private static final String FILE = "decision.json";

  public void write(Run run) {
    ModelFiles.write(new Path(run.tables().root(), FILE), Json.write(this));
  }

  /**
   * The decision of this run's evaluation.
   *
   * @throws UserError if evaluate has not run
   */
  public static Decision read(Run run) {
    Path file = new Path(run.tables().root(), FILE);
    if (!ModelFiles.exists(file)) {
      throw UserError.failed("There is no " + file + ". Run the command evaluate first.");
    }
    return Json.read(ModelFiles.read(file), Decision.class, file.toString());
  }

  /**
   * The decision in a text.
   *
   * @param where its run, for the message
   */
  public static Decision parse(String text, String where) {
    return Json.read(text.getBytes(StandardCharsets.UTF_8), Decision.class, where);
  }
}

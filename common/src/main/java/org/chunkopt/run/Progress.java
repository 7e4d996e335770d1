package org.chunkopt.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How far the night of a date has come, as the file beside its staging says: what a start after a
 * kill goes on from.
 *
 * @param finished finished stages in order
 * @param publishing SHA-256 of the {@code run.json} that is being published, empty before
 */
public record Progress(List<Finished> finished, String publishing) {
  /** Nothing is finished. */
  public static final Progress NONE = new Progress(List.of(), "");

  private static final ObjectMapper JSON = new ObjectMapper();

  public Progress {
    finished = List.copyOf(finished);
  }

  /**
   * A finished stage.
   *
   * @param stage its name, time and warnings
   * @param fingerprint SHA-256 of all that it was made from: program, settings, inputs and the
   *     stages before it
   * @param files what it wrote below staging, as {@link StagedFiles#list} tells it
   */
  public record Finished(
      RunRecord.StageRecord stage, String fingerprint, SortedMap<String, String> files) {}

  /** What the text says; nothing where a kill or another version left it unreadable. */
  static Progress parse(String text) {
    if (text.isEmpty()) {
      return NONE;
    }
    try {
      return JSON.readValue(text, Progress.class);
    } catch (JsonProcessingException e) {
      return NONE;
    }
  }

  String json() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The finished stages as {@code run.json} names them. */
  public List<RunRecord.StageRecord> stages() {
    return finished.stream().map(Finished::stage).toList();
  }

  public List<String> warnings() {
    return stages().stream().flatMap(stage -> stage.warnings().stream()).toList();
  }

  Progress with(Finished next) {
    List<Finished> longer = new ArrayList<>(finished);
    longer.add(next);
    return new Progress(longer, "");
  }

  /** The first stages alone. */
  Progress first(int stages) {
    return new Progress(finished.subList(0, Math.min(stages, finished.size())), "");
  }

  /** The stages up to the first that was made from something else, or whose files have changed. */
  Progress usable(List<String> fingerprints, Map<String, String> staged) {
    int stages = 0;
    while (stages < Math.min(finished.size(), fingerprints.size())
        && finished.get(stages).fingerprint().equals(fingerprints.get(stages))
        && staged.entrySet().containsAll(first(stages + 1).files().entrySet())) {
      stages++;
    }
    return first(stages);
  }

  /** All that the stages wrote; of a file that two wrote, what the later one did. */
  SortedMap<String, String> files() {
    SortedMap<String, String> files = new TreeMap<>();
    finished.forEach(stage -> files.putAll(stage.files()));
    return files;
  }
}

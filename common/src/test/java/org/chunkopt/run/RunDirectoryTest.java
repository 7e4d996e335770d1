package org.chunkopt.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.List;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.chunkopt.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunDirectoryTest {
  private static final String RUN = "run_date=2026-11-23";

  @TempDir Path output;
  private RunDirectory directory;

  @BeforeEach
  void open() {
    directory = RunDirectory.of(new Configuration(), output.toString(), LocalDate.of(2026, 11, 23));
  }

  @Test
  @Tag("R2")
  @DisplayName("R2: a run is published by one rename")
  void aRunIsPublishedByOneRename() throws IOException {
    stage("first");

    directory.publish(RunDirectory.Existing.REFUSE);
    directory.pointLatest();

    assertThat(published()).isEqualTo("first");
    assertThat(output.resolve("staging").resolve(RUN)).doesNotExist();
    assertThat(output.resolve("latest.json")).content().contains("runs/" + RUN);
    assertThat(directory.readPublished("run.json")).isEqualTo("first");
  }

  @Test
  @Tag("R6")
  @DisplayName("R6: a target that exists is refused")
  void aPublishedDateIsRefused() throws IOException {
    stage("first");
    directory.publish(RunDirectory.Existing.REFUSE);
    stage("second");

    assertThatThrownBy(() -> directory.check(RunDirectory.Existing.REFUSE))
        .hasMessageContaining("already published. Use --replace");
    assertThatThrownBy(() -> directory.publish(RunDirectory.Existing.REFUSE))
        .isInstanceOf(UserError.class);
    assertThat(published()).isEqualTo("first");
    assertThat(output.resolve("staging").resolve(RUN).resolve("run.json")).hasContent("second");
  }

  @Test
  @DisplayName("R6: a run whose record is empty or torn is not published")
  void aRunWhoseRecordIsEmptyOrTornIsNotPublished() throws IOException {
    String record = "{\"as_of\": \"2026-11-23T00:00:00Z\", \"rows\": {}}\n";
    for (String left : List.of("", "\0\0\0\0", record.substring(0, 40), "{}\0")) {
      stage(left);
      directory.publish(RunDirectory.Existing.REPLACE);
      directory.check(RunDirectory.Existing.REFUSE);
      stage(record);
      directory.publish(RunDirectory.Existing.REFUSE);
      assertThat(published()).isEqualTo(record);
    }
    assertThatThrownBy(() -> directory.check(RunDirectory.Existing.REFUSE))
        .hasMessageContaining("already published");
    try (Stream<Path> superseded = Files.list(output.resolve("superseded"))) {
      assertThat(superseded).as("what was there is kept").hasSize(7);
    }
  }

  @Test
  void replacingKeepsEveryEarlierRun() throws IOException {
    for (String content : new String[] {"first", "second", "third"}) {
      stage(content);
      directory.publish(RunDirectory.Existing.REPLACE);
    }

    assertThat(published()).isEqualTo("third");
    assertThat(output.resolve("superseded/" + RUN + "-1/run.json")).hasContent("first");
    assertThat(output.resolve("superseded/" + RUN + "-2/run.json")).hasContent("second");
  }

  @Test
  @Tag("R6")
  @DisplayName("R6: a rename that fails leaves the published run and the pointer")
  void aRenameThatFailsLeavesThePublishedRunAndThePointer() throws IOException {
    stage("first");
    directory.publish(RunDirectory.Existing.REFUSE);
    directory.pointLatest();
    String pointer = Files.readString(output.resolve("latest.json"));

    // Without a staging directory the second of the two renames fails.
    assertThatThrownBy(() -> directory.publish(RunDirectory.Existing.REPLACE))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("staging/" + RUN)
        .hasMessageContaining("runs/" + RUN);

    assertThat(published()).isEqualTo("first");
    assertThat(output.resolve("superseded")).isEmptyDirectory();
    assertThat(output.resolve("latest.json")).hasContent(pointer);
  }

  @Test
  @Tag("R7")
  @DisplayName("R7: what an earlier attempt left is removed")
  void whatAnEarlierAttemptLeftIsRemoved() throws IOException {
    Path ghost = output.resolve("staging/" + RUN + "/files/_temporary/0/part-ghost.parquet");
    Files.createDirectories(ghost.getParent());
    Files.writeString(ghost, "ghost");

    directory.resume(List.of());

    assertThat(output.resolve("staging/" + RUN)).isEmptyDirectory();
  }

  @Test
  void thePreviousRunIsTheNewestDateBeforeWheneverItWasMade() throws IOException {
    assertThat(directory.previous()).isEmpty();
    publish("run_date=2026-11-23", "2026-11-23T00:00:00Z");
    publish("run_date=2026-11-24", "2026-11-24T00:00:00Z");
    publish("run_date=2026-11-20", "2026-11-20T01:00:00Z");
    publish("run_date=2026-11-18", "2026-11-18T00:00:00Z");
    publish("run_date=2026-11-2x", "2026-11-22T00:00:00Z");
    Files.writeString(output.resolve("latest.json"), "{\"run\": \"runs/run_date=2026-11-24\"}");

    PreviousRun previous = directory.previous().orElseThrow();
    assertThat(previous.date()).isEqualTo(LocalDate.of(2026, 11, 20));
    assertThat(previous.asOf()).isEqualTo("2026-11-20T01:00:00Z");
    assertThat(previous.tables().root()).endsWith("runs/run_date=2026-11-20");

    publish("run_date=2026-11-20", "2026-11-20T02:00:00Z");
    assertThat(directory.previous().orElseThrow().recordSha256())
        .as("a run is told from the one that replaced it")
        .hasSize(64)
        .isNotEqualTo(previous.recordSha256());
  }

  @Test
  void onlyTheNewestRunsStayWhereANumberIsSet() throws IOException {
    for (String day : List.of("19", "20", "21", "22")) {
      publish("run_date=2026-11-" + day, "2026-11-" + day + "T00:00:00Z");
    }
    for (String entry :
        List.of(
            "runs/notes",
            "superseded/run_date=2026-11-20-1",
            "superseded/run_date=2026-11-22-1",
            "staging/run_date=2026-11-18.removed/files",
            "staging/run_date=2026-11-24")) {
      Files.createDirectories(output.resolve(entry));
    }

    directory.keepNewest(0);
    assertThat(entries("runs")).hasSize(5);
    directory.keepNewest(2);

    assertThat(entries("runs"))
        .containsExactly("notes", "run_date=2026-11-21", "run_date=2026-11-22");
    assertThat(entries("superseded")).containsExactly("run_date=2026-11-22-1");
    assertThat(entries("staging")).containsExactly("run_date=2026-11-24");
  }

  private List<String> entries(String place) throws IOException {
    try (Stream<Path> entries = Files.list(output.resolve(place))) {
      return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void aRunThatNamesNoAsOfIsPassedOver() throws IOException {
    publish("run_date=2026-11-20", "2026-11-20T01:00:00Z");
    publish("run_date=2026-11-21", "yesterday");
    Files.createDirectories(output.resolve("runs/run_date=2026-11-22"));

    assertThat(directory.previous().orElseThrow().date()).isEqualTo(LocalDate.of(2026, 11, 20));
  }

  @Test
  void anObjectStoreIsRefused() {
    assertThatThrownBy(
            () -> RunDirectory.of(new Configuration(), "s3a://bucket/out", LocalDate.EPOCH))
        .isInstanceOf(UserError.class)
        .hasMessageContaining("object store");
  }

  private void publish(String run, String asOf) throws IOException {
    Path directory = output.resolve("runs").resolve(run);
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("run.json"), "{\"as_of\": \"" + asOf + "\"}");
  }

  private void stage(String content) {
    directory.resume(List.of());
    directory.write("run.json", content);
  }

  private String published() throws IOException {
    return Files.readString(output.resolve("runs").resolve(RUN).resolve("run.json"));
  }
}

package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.chunkopt.testing.PlannedTree;
import org.chunkopt.testing.Scripts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is left of a file when apply-plan.sh is disturbed at each of its calls: all of it. */
@Tag("R19")
class ApplyPlanFaultsTest {
  private static final int KILLED = 128 + 9;

  /** The calls before it open the mount point and the journal. */
  private static final int FIRST_LOOK = 12;

  @TempDir Path root;

  @Test
  @Tag("slow")
  @DisplayName("R19: killed before every call the file is whole and the next start finishes")
  void killedBeforeEveryCallTheFileIsWholeAndTheNextStartFinishes() throws IOException {
    assertThat(killed(1)).isGreaterThan(60);
  }

  @Test
  @DisplayName("R19: killed before one call of five the file is whole and the next start finishes")
  void killedBeforeSomeCallsTheFileIsWholeAndTheNextStartFinishes() throws IOException {
    assertThat(killed(5)).isGreaterThan(12);
  }

  /** Kills before every so many calls; returns how often. */
  private int killed(int stride) throws IOException {
    int steps = 0;
    for (int step = 1; ; step += stride) {
      PlannedTree tree = tree("kill" + step, "v7");
      Map<String, String> before = tree.look();
      Scripts.Result killed = tree.act(step, "kill", Map.of());
      if (tree.faultCalls().size() < step) {
        assertThat(killed.code()).isZero();
        break;
      }
      String call = step + " " + tree.faultCalls().get(step - 1);
      assertThat(killed.code()).as(call).isEqualTo(KILLED);
      assertThat(underOneOfItsNames(tree.look()))
          .as("killed before " + call)
          .isEqualTo(before.get("/d/f"));
      Scripts.Result next = tree.act();
      assertThat(next.code()).as(call + next.err()).isZero();
      assertThat(tree.look()).as(call).isEqualTo(before);
      assertThat(tree.changed()).as(call).containsExactly("/d/f");
      steps++;
    }
    return steps;
  }

  @Test
  @DisplayName("R19: a call that fails leaves the file whole")
  void aCallThatFailsLeavesTheFileWholeAndNothingUnsaid() throws IOException {
    for (int step = FIRST_LOOK; ; step += 5) {
      String error = step % 2 == 0 ? "ENOSPC" : "EIO";
      PlannedTree tree = tree("error" + step, "v8");
      Map<String, String> before = tree.look();
      Scripts.Result result = tree.act(step, "error " + error, Map.of());
      if (tree.faultCalls().size() < step) {
        break;
      }
      String call = step + " " + tree.faultCalls().get(step - 1);
      Map<String, String> after = tree.look();
      assertThat(after).as(call).containsAllEntriesOf(Map.of("/d/f", before.get("/d/f")));
      for (String path : after.keySet()) {
        if (!before.containsKey(path) && !path.endsWith("/copy")) {
          assertThat(result.err()).as(call).contains(path.replaceAll("/$", ""));
          assertThat(result.code()).as(call).isEqualTo(UserError.FAILED);
        }
      }
      if (result.code() == 0) {
        continue;
      }
      Scripts.Result next = tree.act();
      assertThat(next.code()).as(call + result.err() + next.err()).isZero();
      assertThat(tree.look()).as(call).isEqualTo(before);
      assertThat(tree.changed()).as(call).containsExactly("/d/f");
    }
  }

  @Test
  @DisplayName("R19: what is written to the file meanwhile is not lost")
  void whatIsWrittenToTheFileBeforeACallIsNotLost() throws IOException {
    // With leases the writer would wait; the harder case is a file system without.
    Map<String, String> withoutLeases = Map.of("FAULT_NO_LEASES", "1");
    int made = meanwhile("printf WRITTEN >>f", withoutLeases, "WRITTEN", true);
    assertThat(made).as("calls before which the name does not exist").isBetween(1, 3);
  }

  @Test
  @DisplayName("R19: what is saved by a rename meanwhile is not lost")
  void whatIsSavedByARenameBeforeACallIsNotLost() throws IOException {
    meanwhile("printf SAVED >tmp && mv tmp f", Map.of(), "SAVED", false);
  }

  @Test
  @DisplayName("R19: what is saved by a rename after a save is not lost")
  void whatIsSavedTwiceBeforeACallIsNotLost() throws IOException {
    String twice = "printf FIRST >tmp && mv tmp f && printf SAVED >tmp && mv tmp f";
    meanwhile(twice, Map.of("FAULT_NO_LEASES", "1"), "SAVED", false);
  }

  @Test
  @DisplayName("R19: a directory or link that is put in the file's place stays")
  void whateverIsPutInThePlaceOfTheFileStays() throws IOException {
    PlannedTree undisturbed = tree("undisturbed", "v7");
    undisturbed.act(0, "", Map.of());
    int exchange = undisturbed.faultCalls().indexOf("rename");
    for (String command : List.of("mkdir n && mv -T n f", "ln -s other n && mv -T n f")) {
      for (int step = exchange; ; step++) {
        PlannedTree tree = tree("place" + command.charAt(0) + step, "v7");
        Path directory = tree.mount().resolve("d");
        tree.act(step, "sh cd '" + directory + "' && rm -f f && " + command, Map.of());
        if (tree.faultCalls().size() < step) {
          break;
        }
        Path file = directory.resolve("f");
        assertThat(Files.isSymbolicLink(file) || Files.isDirectory(file))
            .as(step + " " + tree.faultCalls().get(step - 1))
            .isTrue();
      }
    }
  }

  @Test
  @DisplayName("R19: forty random kills lose nothing")
  void fortyRandomKillsLoseNothing() throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("/d/", 0L);
    for (int i = 0; i < 24; i++) {
      sizes.put("/d/f" + i, 5_000_000L - i * 200_000L);
    }
    PlannedTree tree =
        new PlannedTree(Files.createDirectories(root.resolve("random")), "v8", sizes);
    Map<String, String> before = tree.look();
    Random random = new Random(19);
    int kills = 0;
    int done = 0;
    while (kills < 40) {
      int code = tree.act(FIRST_LOOK + random.nextInt(100), "kill", Map.of()).code();
      if (code != KILLED) {
        break;
      }
      kills++;
      Map<String, String> after = tree.look();
      assertThat(after.values()).as("after kill " + kills).containsAll(before.values());
      int now = tree.changed().size();
      assertThat(now).isGreaterThanOrEqualTo(done);
      done = now;
    }
    assertThat(kills).isGreaterThanOrEqualTo(30);
    Scripts.Result last = tree.act();
    assertThat(last.code()).as(last.err()).isZero();
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).contains("/d/").hasSize(25);
  }

  @Test
  @DisplayName("R19: a torn journal is read up to its last whole line")
  void aTornJournalIsReadUpToItsLastWholeLine() throws IOException {
    PlannedTree tree = tree("torn", "v7");
    assertThat(tree.act(66, "kill", Map.of()).code()).isEqualTo(KILLED);
    Files.writeString(tree.journal(), "{\"event\": \"en", StandardOpenOption.APPEND);
    assertThat(tree.act().code()).isZero();
    assertThat(tree.changed()).containsExactly("/d/f");
    assertThat(Files.readString(tree.journal())).doesNotContain("\"en{").endsWith("}\n");
  }

  /**
   * Lets a command run in the directory of the file before each call, and requires that its file is
   * there and the planned one is in it, replaced by it or named as left.
   *
   * @param appends whether the command keeps what the file holds
   * @return before how many calls the name did not exist
   */
  private int meanwhile(String command, Map<String, String> more, String text, boolean appends)
      throws IOException {
    int without = 0;
    PlannedTree undisturbed = tree("undisturbed" + text + appends + more.size(), "v7");
    undisturbed.act(0, "", more);
    List<String> calls = undisturbed.faultCalls();
    for (int step = FIRST_LOOK; ; step += step < calls.indexOf("rename") - 8 ? 7 : 1) {
      PlannedTree tree = tree(text + appends + more.size() + step, "v7");
      Path file = tree.mount().resolve("d/f");
      byte[] before = Files.readAllBytes(file);
      Scripts.Result result =
          tree.act(step, "sh cd '" + file.getParent() + "' && " + command, more);
      if (tree.faultCalls().size() < step) {
        return without;
      }
      String call = step + " " + tree.faultCalls().get(step - 1);
      String after = Files.readString(file, StandardCharsets.ISO_8859_1);
      assertThat(after).as(call).endsWith(text);
      List<Path> beside;
      try (var files = Files.list(file.getParent())) {
        beside = files.filter(each -> !each.equals(file)).toList();
      }
      if (!beside.isEmpty()) {
        without++;
        assertThat(beside).as(call).hasSize(1);
        assertThat(beside.get(0)).as(call).hasBinaryContent(before);
        assertThat(beside.get(0).toString()).as(call).endsWith(".old");
        assertThat(result.err()).as(call).contains("left: /d/" + beside.get(0).getFileName());
        assertThat(after).as(call).isEqualTo(text);
      } else if (appends) {
        String all = new String(before, StandardCharsets.ISO_8859_1) + text;
        assertThat(after).as(call).isEqualTo(all);
      } else {
        assertThat(after).as(call).isEqualTo(text);
      }
    }
  }

  /** What is found of the file, under its name or for a moment a second one. */
  private static String underOneOfItsNames(Map<String, String> look) {
    return look.entrySet().stream()
        .filter(each -> each.getKey().matches("/d/(f|\\.chunkopt-[0-9a-f]{16}\\.old)"))
        .map(Map.Entry::getValue)
        .distinct()
        .collect(Collectors.joining(" and "));
  }

  private PlannedTree tree(String name, String cli) throws IOException {
    Map<String, Long> sizes = Map.of("/d/f", 300_000L);
    return new PlannedTree(Files.createDirectories(root.resolve(name)), cli, sizes);
  }
}

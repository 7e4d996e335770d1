package org.chunkopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.chunkopt.testing.PlannedTree;
import org.chunkopt.testing.Scripts;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** apply-plan.sh on real files, with stand-ins for the tools of BeeGFS. */
@Tag("R19")
class ApplyPlanTest {
  private static final int PARTLY = 2;
  private static final int LOCKED = 75;

  /** Names as bytes, one byte a character. */
  private static final List<String> HOSTILE =
      List.of(
          "plain",
          "new\nline",
          "x\n\n",
          "quote'\"`",
          "$(touch PWNED)",
          ";touch PWNED",
          "-rf",
          "--yes",
          " blank ",
          "a=b",
          "a",
          "tab\tcr\r",
          "%2F*?",
          "back\\slash",
          ".chunkopt-",
          "\u00ff\u00fe",
          "\u00e2\u0080\u00aegnp.exe",
          "L".repeat(255));

  @TempDir Path house;

  @Tag("R18")
  @ParameterizedTest
  @DisplayName("R18: apply-plan.sh rewrites files of every hostile name exactly, with either tool")
  @ValueSource(strings = {"v7", "v8"})
  void everyNameIsRewrittenExactlyAndNothingElseChanges(String cli) throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    sizes.put("/d=e/", 0L);
    long size = 9_000_000;
    for (String name : HOSTILE) {
      sizes.put("/d=e/" + name, size);
      // From two blocks and a hole down to nothing.
      size = size > 10_000 ? size / 3 : 0;
    }
    PlannedTree tree = new PlannedTree(house, cli, sizes);
    Map<String, String> before = tree.look();

    Scripts.Result result = tree.act();

    List<String> recorded = tree.recorded();
    assertThat(result.code()).as(result.err() + result.out()).isZero();
    assertThat(tree.look()).as("content, owner, mode, time, attributes").isEqualTo(before);
    assertThat(tree.changed()).contains("/d=e/").hasSize(HOSTILE.size() + 1);
    assertThat(Path.of("PWNED")).doesNotExist();
    assertThat(recorded)
        .as("no name is an argument")
        .allMatch(call -> !call.substring(0, call.indexOf(']')).contains("d=e"))
        .as("only the tool that the plan is for")
        .allMatch(call -> call.startsWith(cli.equals("v7") ? "[[\"beegfs-ctl\"" : "[[\"beegfs\""));
    assertThat(result.out())
        .contains("/d=e/x\\x0A\\x0A\n", "\\xFF\\xFE", "\\xE2\\x80\\xAEgnp.exe")
        .matches("[\\x20-\\x7e\\n]*");

    int calls = tree.recorded().size();
    Scripts.Result again = tree.act();
    assertThat(again.code()).isZero();
    assertThat(tree.recorded()).as("it asks whether BeeGFS answers").hasSize(calls + 1);
    assertThat(again.out()).contains("Files: 0 changed, " + HOSTILE.size() + " done before");
  }

  @Tag("R18")
  @Test
  @DisplayName("R18: apply-plan.sh never gives beegfs-ctl a directory with a newline")
  void aDirectoryWithANewlineIsNeverGivenToBeegfsCtl() throws IOException {
    PlannedTree tree = tree("v7", "/x\n/mnt/victim/", "/x\n/mnt/victim/f");
    Map<String, String> before = tree.look();
    Scripts.Result result = tree.act();
    assertThat(result.code()).isEqualTo(PARTLY);
    assertThat(result.err()).contains("has a newline in its path");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.recorded()).noneMatch(call -> call.contains("--setpattern"));
  }

  @ParameterizedTest
  @DisplayName("R19: without --yes the tools see no call that writes")
  @ValueSource(strings = {"v7", "v8"})
  void withoutYesNothingIsWritten(String cli) throws IOException {
    PlannedTree tree = tree(cli, "/d/", "/d/f", "/d/g");
    Map<String, String> before = tree.look();
    FileTime directory = Files.getLastModifiedTime(tree.mount().resolve("d"));
    Scripts.Result result = tree.apply();
    assertThat(result.code()).as(result.err()).isZero();
    assertThat(result.out())
        .contains("1M would become: /d\n", "1M would become: /d/f\n", "Nothing was changed.");
    assertThat(tree.recorded())
        .isNotEmpty()
        .noneMatch(call -> call.contains("--setpattern") || call.contains("\"set\""));
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).isEmpty();
    assertThat(Files.getLastModifiedTime(tree.mount().resolve("d"))).isEqualTo(directory);
    assertThat(tree.journal()).doesNotExist();
  }

  @Test
  @DisplayName(
      "R19: stale, open, linked, setuid and symbolic links out of the mount are skipped with a reason")
  void whatIsNotAsPlannedOrNotSafeIsLeftAlone() throws Exception {
    String[] names = {
      "linked", "setuid", "opened", "grown", "touched", "gone", "link", "out/f", "busy", "good"
    };
    PlannedTree tree = tree("v8", Stream.of(names).map(n -> "/d/" + n).toArray(String[]::new));
    Path d = tree.mount().resolve("d");
    Files.createLink(d.resolve("second"), d.resolve("linked"));
    // Java knows no setuid bit.
    sh("chmod u+s \"$0\"/setuid; printf x >>\"$0\"/grown; rm \"$0\"/gone", d);
    Files.setLastModifiedTime(d.resolve("touched"), FileTime.fromMillis(1_000_000_000_000L));
    Path outside = Files.createDirectories(house.resolve("outside"));
    Files.move(d.resolve("out/f"), outside.resolve("f"));
    Files.delete(d.resolve("out"));
    Files.createSymbolicLink(d.resolve("out"), outside);
    Files.move(d.resolve("link"), outside.resolve("link"));
    Files.createSymbolicLink(d.resolve("link"), outside.resolve("link"));
    tree.tell("writing", d.resolve("busy") + "\0");
    byte[] kept = Files.readAllBytes(outside.resolve("f"));
    Map<String, String> before;
    Scripts.Result result;
    try (InputStream open = Files.newInputStream(d.resolve("opened"))) {
      before = tree.look();
      result = tree.act();
      assertThat(open.read()).isNotNegative();
    }
    assertThat(result.code()).isEqualTo(PARTLY);
    assertThat(result.err())
        .contains(
            "/d/linked: it has more than one hard link",
            "/d/setuid: it is setuid",
            "/d/opened: it is open on this client",
            "/d/grown: its size is not the planned one",
            "/d/touched: its modification time is not",
            "/d/gone: it does not exist any more",
            "/d/link: it is no regular file",
            "/d/out/f: there is a symbolic link",
            "/d/busy: a client has it open");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(outside.resolve("f")).hasBinaryContent(kept);
    try (Stream<Path> files = Files.list(outside)) {
      assertThat(files).hasSize(2);
    }
    assertThat(tree.changed()).containsExactly("/d/good");
    assertThat(result.out())
        .contains("Files: 1 changed, 0 done before, 0 right already, 9 skipped");

    tree.tellNoMore("writing");
    Files.delete(d.resolve("second"));
    assertThat(tree.act().out()).as("they are tried again").contains("Files: 3 changed, 1 done");
  }

  @Test
  @DisplayName("R19: limits truncate with a notice, the largest gain first, over all starts")
  void limitsHoldForAllThatIsDoneWithAJournalLargestGainFirst() throws IOException {
    PlannedTree tree = tree("v7", "/d/", "/e/", "/d/f", "/d/g", "/d/h");
    Scripts.Result result = tree.act("--max-directories=1", "--max-files=2");
    assertThat(result.code()).isEqualTo(PARTLY);
    assertThat(result.out()).contains("ended at --max-directories", "ended at --max-files");
    assertThat(tree.changed()).containsExactly("/d/", "/d/f", "/d/g");
    assertThat(tree.act("--max-directories=1", "--max-files=2").code()).isEqualTo(PARTLY);
    assertThat(tree.changed()).hasSize(3);
    // Each has 20,000 bytes.
    assertThat(tree.act("--max-bytes=59999").out()).contains("ended at --max-bytes");
    assertThat(tree.changed()).contains("/e/").hasSize(4);
    assertThat(tree.act("--max-bytes=60000").code()).isZero();
    assertThat(tree.changed()).hasSize(5);
  }

  @Test
  @DisplayName("R19: it stops at the error rate and goes on later")
  void itStopsWhereTooManyFail() throws IOException {
    String[] paths = new String[30];
    for (int i = 0; i < paths.length; i++) {
      paths[i] = "/d/f" + i;
    }
    PlannedTree tree = tree("v7", paths);
    Map<String, String> before = tree.look();
    // Three of ten.
    tree.tell("fail-set", "2 5 8 12 15 18 22 25 28 32");
    Scripts.Result result = tree.act("--only=files", "--max-error-rate=0.25");
    assertThat(result.code()).isEqualTo(UserError.FAILED);
    assertThat(result.err()).contains("Stopped: 3 of 9 attempts failed.", "Internal error");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).hasSize(6);

    assertThat(tree.act("--max-error-rate=0.5").code()).as("failed again").isEqualTo(PARTLY);
    tree.tellNoMore("fail-set");
    assertThat(tree.act().code()).isZero();
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).hasSize(30);
  }

  @Test
  @DisplayName("R19: a file stays where BeeGFS does not do what it says")
  void aFileStaysWhereBeeGfsDoesNotDoWhatItSays() throws IOException {
    PlannedTree tree = tree("v8", "/d/", "/d/f");
    Map<String, String> before = tree.look();
    tree.tell("ignore-set", "");
    Scripts.Result result = tree.act();
    assertThat(result.err())
        .contains("/d: BeeGFS did not take", "/d/f: the copy did not get the chunk size");
    tree.tellNoMore("ignore-set");
    tree.tell("fail-info", ".chunkopt-");
    assertThat(tree.act().err()).contains("failed: /d/f: beegfs ended with 3");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).containsExactly("/d/");
    tree.tell("down", "");
    assertThat(tree.act().err()).contains("BeeGFS gives no answer");
  }

  @Test
  @DisplayName("R19: a full disk and a file that is opened meanwhile cost nothing")
  void aFullDiskAndAFileThatIsOpenedMeanwhileCostNothing() throws IOException {
    PlannedTree tree = new PlannedTree(house, "v7", Map.of("/d/f", 9_000_000L));
    Map<String, String> before = tree.look();
    // Nothing that is written may have more than a mebibyte.
    assertThat(tree.limited(1024).err()).contains("failed: /d/f: File too large.");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.apply("--keep-free=1").err()).contains("not enough free space");

    // It opens the file in the background, and gets it as soon as the tool lets go.
    String reader = "sh cat '" + tree.mount().resolve("d/f") + "' >/dev/null & sleep 0.5";
    int during = tree.faultCalls().lastIndexOf("pread");
    assertThat(tree.act(during, reader, Map.of()).err()).contains("it is open on this client");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).isEmpty();
    assertThat(tree.act().code()).isZero();
    assertThat(tree.look()).isEqualTo(before);
  }

  @ParameterizedTest
  @DisplayName("R19: a file system without hard links is left alone")
  @ValueSource(strings = {"refused", "symbolic"})
  void whereNoHardLinksCanBeMadeNothingIsRewritten(String links) throws IOException {
    PlannedTree tree = tree("v7", "/d/f");
    Map<String, String> before = tree.look();
    Scripts.Result result = tree.act(0, "", Map.of("FAULT_NO_LINKS", links));
    assertThat(result.err()).contains("skipped: /d/f: its directory allows no hard links");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).isEmpty();
  }

  @ParameterizedTest
  @DisplayName("R19: a full storage target stops what would go there")
  @ValueSource(strings = {"v7", "v8"})
  void aFullStorageTargetStopsWhatWouldGoThere(String cli) throws IOException {
    PlannedTree tree = tree(cli, "/d/f");
    Map<String, String> before = tree.look();
    tree.tell("targets", "101 1000 900\n102 1000 900\n103 1000 30\n104 1000 900\n105 1000 1\n");
    assertThat(tree.act("--keep-free=0.1").err())
        .contains("/d/f: there is not enough free space on storage target 103");
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.changed()).isEmpty();
    tree.tell("targets", "101 1000 900\n102 1000 900\n103 1000 300\n104 1000 900\n105 1000 1\n");
    assertThat(tree.act("--keep-free=0.1").code()).isZero();
    assertThat(tree.changed()).containsExactly("/d/f");
  }

  @Test
  @DisplayName("R19: a file is not copied beyond the quota of its owner")
  void aFileIsNotCopiedBeyondTheQuotaOfItsOwner() throws IOException {
    PlannedTree tree = tree("v8", "/d/f");
    tree.tell("quota", "90000/100000");
    assertThat(tree.act().err()).contains("/d/f: the quota of its owner has no room for the copy");
    tree.tell("quota", "10000/100000");
    assertThat(tree.act().code()).isZero();
  }

  @Test
  @DisplayName("R19: a sparse file stays sparse")
  void aSparseFileStaysSparse() throws IOException {
    PlannedTree tree = new PlannedTree(house, "v7", Map.of("/d/f", 9_000_000L));
    Path file = tree.mount().resolve("d/f");
    long before = blocks(file);
    assertThat(tree.act().code()).isZero();
    assertThat(tree.changed()).containsExactly("/d/f");
    assertThat(blocks(file)).as("blocks of 512 bytes").isLessThanOrEqualTo(before);
  }

  @Test
  @DisplayName("R19: a run or journal that others can write to is refused")
  void aRunOrJournalThatOthersCanWriteToIsRefused() throws Exception {
    PlannedTree tree = tree("v7", "/d/f");
    Map<String, String> before = tree.look();
    Files.createFile(tree.journal());
    Path run = house.resolve("run");
    Path list = run.resolve("plan/rewrites.tsv0");
    for (Path each : List.of(run, run.resolve("plan"), list, tree.journal())) {
      sh("chmod g+w \"$0\"", each);
      Scripts.Result result = tree.act();
      assertThat(result.code()).as(each + "").isEqualTo(UserError.FAILED);
      assertThat(result.err()).contains("Others can write to " + each + ".");
      sh("chmod g-w \"$0\"; mv \"$0\" \"$0.kept\"; mkfifo \"$0\"", each);
      assertThat(tree.act().err()).contains(each.toString()).doesNotContain("Traceback");
      sh("rm \"$0\"; ln -s \"$0.kept\" \"$0\"", each);
      assertThat(tree.act().err()).contains(each.toString()).doesNotContain("Traceback");
      sh("rm \"$0\"; mv \"$0.kept\" \"$0\"", each);
    }
    assertThat(tree.look()).isEqualTo(before);
    assertThat(tree.act().code()).isZero();
  }

  @Test
  @DisplayName("R19: a run of another user is refused unless that user is named")
  void aRunOfAnotherUserIsRefusedUnlessThatUserIsNamed() throws Exception {
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can give a run away");
    PlannedTree tree = tree("v7", "/d/f");
    sh("chown -R 12345 \"$0\"", house.resolve("run"));
    assertThat(tree.act().err()).contains("belongs to 12345, not to root", "--run-owner 12345");
    assertThat(tree.changed()).isEmpty();
    assertThat(tree.act("--run-owner=12345").code()).isZero();
    assertThat(tree.changed()).containsExactly("/d/f");
    sh("chown 12345 \"$0\"", tree.journal());
    assertThat(tree.act("--run-owner=12345").err()).contains("belongs to 12345, not to root");
  }

  @Test
  @DisplayName("R19: a journal with a forged token takes nothing away")
  void aJournalWithAForgedTokenTakesNothingAway() throws IOException {
    PlannedTree tree = tree("v7", "/d/f");
    assertThat(tree.act(1000, "", Map.of()).code()).isZero();
    String header = Files.readAllLines(tree.journal()).get(0) + "\n";
    Path victim = Files.createDirectories(house.resolve("x.old")).resolve("copy");
    Files.writeString(victim, "kept");
    for (String forged :
        List.of(
            "\"token\": \"/../../../x.old\", \"number\": 0, \"size\": 4",
            "\"token\": 7, \"number\": 0, \"size\": 4",
            "\"token\": \"0123456789abcdef\", \"number\": -1, \"size\": 4",
            "\"token\": \"0123456789abcdef\", \"number\": 9e99, \"size\": 4",
            "\"token\": \"0123456789abcdef\", \"number\": 0, \"size\": null")) {
      String begun = "\"event\": \"begin\", \"path\": \"/d/f\", \"source\": 1, \"mtime_ns\": 1, ";
      Files.writeString(tree.journal(), header + "{" + begun + forged + "}\n");
      Scripts.Result result = tree.act();
      assertThat(result.err()).as(forged).contains("is damaged at byte " + header.length());
      assertThat(victim).hasContent("kept");
    }
  }

  @ParameterizedTest
  @DisplayName("R19: what is put in the place of an entry while its pattern is set is a failure")
  @ValueSource(strings = {"v7", "v8"})
  void whatIsPutInThePlaceOfAnEntryWhileItsPatternIsSetIsAFailure(String cli) throws IOException {
    PlannedTree tree = tree(cli, "/d/", "/d/f");
    Map<String, String> before = tree.look();
    tree.tell("swap", "mv \"$1\" \"$1.away\" && mkdir \"$1\"");
    Scripts.Result result = tree.act("--only=directories");
    assertThat(result.code()).isEqualTo(PARTLY);
    assertThat(result.err()).contains("failed: /d: another entry was put in its place");
    Files.delete(tree.mount().resolve("d"));
    Files.move(tree.mount().resolve("d.away"), tree.mount().resolve("d"));
    tree.tell("swap", "mv \"$1\" \"$1.away\" && ln -s / \"$1\"");
    result = tree.act("--only=files");
    assertThat(result.err()).contains("failed: /d/f: another entry was put in its place", "left: ");
    assertThat(tree.look()).containsAllEntriesOf(before);
  }

  @Test
  @DisplayName("R19: mistakes are sentences and touch nothing")
  void mistakesAreSentencesAndTouchNothing() throws IOException {
    PlannedTree tree = tree("v7", "/d/", "/d/f");
    assertThat(Scripts.run("apply-plan.sh", "--help").out())
        .startsWith("apply-plan.sh --run DIRECTORY")
        .contains("--max-error-rate", "Exit codes: 0 ")
        .doesNotContain("set -e");
    for (String wrong : List.of("--nonsense", "--max-files=x", "--cli=v9", "--max-error-rate=2")) {
      assertThat(tree.act(wrong).code()).as(wrong).isEqualTo(UserError.USAGE);
    }
    assertThat(tree.apply("--yes").err()).contains("--yes needs --journal");
    assertThat(tree.act("--quiet-seconds=3600").err()).contains("less than --quiet-seconds ago");
    // Another process holds it for as long as the tool takes to give up.
    Process holder =
        new ProcessBuilder("flock", tree.journal().toString(), "sh", "-c", "echo; exec sleep 60")
            .start();
    try {
      assertThat(holder.getInputStream().read()).isEqualTo('\n');
      assertThat(tree.act().code()).isEqualTo(LOCKED);
    } finally {
      holder.descendants().forEach(ProcessHandle::destroy);
      holder.destroy();
    }
    Files.delete(tree.journal());
    Files.writeString(tree.journal(), "{\"event\": \"journal\"}\n");
    assertThat(tree.act().err()).contains("is of another plan or mount point");
    Files.writeString(house.resolve("run/plan/rewrites.tsv0"), "rewrites\t2\t\t\t\0");
    Scripts.Result newer = tree.act();
    assertThat(newer.err()).contains("is not a plan of version 1").doesNotContain("Traceback");
    assertThat(newer.code()).isEqualTo(UserError.FAILED);
  }

  /** Files of 20,000 bytes, each a little different. */
  private PlannedTree tree(String cli, String... paths) throws IOException {
    Map<String, Long> sizes = new LinkedHashMap<>();
    for (String path : paths) {
      sizes.put(path, 20_000L);
    }
    return new PlannedTree(house, cli, sizes);
  }

  private static long blocks(Path file) throws IOException {
    List<String> stat = List.of("stat", "-c", "%b", file.toString());
    return Long.parseLong(Scripts.execute(Map.of(), stat).out().strip());
  }

  private static void sh(String program, Path argument) throws Exception {
    assertThat(new ProcessBuilder("sh", "-c", program, argument.toString()).start().waitFor())
        .isZero();
  }
}

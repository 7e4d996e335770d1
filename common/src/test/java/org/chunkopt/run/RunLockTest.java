package org.chunkopt.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.chunkopt.UserError;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunLockTest {
  @TempDir Path directory;

  @Test
  @Tag("R8")
  @DisplayName("R8: a second start ends with 75 and is told who holds the lock")
  void aSecondStartIsToldWhoHoldsTheLock() throws IOException {
    try (RunLock held = take()) {
      UserError error = catchThrowableOfType(UserError.class, this::take);

      assertThat(error.exitCode()).isEqualTo(75);
      assertThat(error.getMessage())
          .contains(held.toString())
          .contains("process " + ProcessHandle.current().pid())
          .contains("remove that file");
    }
    assertThat(file()).doesNotExist();
  }

  @Test
  @Tag("R8")
  @DisplayName("R8: of eight starts at once one takes the lock")
  void ofManyStartsAtOnceOneWins() throws Exception {
    int starts = 8;
    CountDownLatch all = new CountDownLatch(starts);
    ExecutorService threads = Executors.newFixedThreadPool(starts);
    List<Future<Boolean>> outcomes = new ArrayList<>();
    for (int i = 0; i < starts; i++) {
      Callable<Boolean> start =
          () -> {
            all.countDown();
            all.await();
            return catchThrowableOfType(UserError.class, this::take) == null;
          };
      outcomes.add(threads.submit(start));
    }
    int winners = 0;
    for (Future<Boolean> outcome : outcomes) {
      winners += outcome.get() ? 1 : 0;
    }
    threads.shutdown();

    assertThat(winners).isEqualTo(1);
  }

  @Test
  @Tag("R3")
  @DisplayName("R3: the lock of a killed process is taken over")
  void theLockOfADeadProcessIsTakenOver() throws Exception {
    Process dead = new ProcessBuilder("true").start();
    dead.waitFor();
    leave(hostName() + " " + dead.pid() + " 2026-11-23T00:00:00Z\n");

    try (RunLock taken = take()) {
      assertThat(Files.readString(file())).contains(" " + ProcessHandle.current().pid() + " ");
      assertThat(taken).hasToString(file().toString());
    }
  }

  @Test
  @Tag("R3")
  @DisplayName("R3: a reused process id is not the holder of a lock")
  void aReusedProcessIdIsNotTheHolder() throws IOException {
    leave(hostName() + " " + ProcessHandle.current().pid() + " 1999-01-01T00:00:00Z\n");

    take().close();

    assertThat(file()).doesNotExist();
  }

  @Test
  @Tag("R8")
  @DisplayName("R8: a lock that nobody here can judge is respected")
  void theLockOfAnotherHostOrOfNobodyIsRespected() throws IOException {
    for (String text : List.of("elsewhere 1 2026-11-23T00:00:00Z\n", "not a lock\n")) {
      leave(text);

      assertThatThrownBy(this::take).as(text).hasMessageContaining("remove that file");
      assertThat(file()).hasContent(text);
    }
  }

  @Test
  @Tag("R8")
  @DisplayName("R8: an empty lock that a full disk left blocks nobody")
  void anEmptyLockThatAFullDiskLeftBlocksNobody() throws IOException {
    leave("");
    Files.writeString(file().resolveSibling(file().getFileName() + ".next-1"), "");

    take().close();

    try (var left = Files.list(file().getParent())) {
      assertThat(left).isEmpty();
    }
  }

  @Test
  @Tag("R8")
  @DisplayName("R8: the lock of a live process is not taken over when the clock steps")
  void theLockOfALiveProcessIsNotTakenOverWhenTheClockSteps() throws Exception {
    Process holder = holder();
    try {
      String text = Files.readString(file());
      // What the system tells of the start of a process follows the clock.
      Files.writeString(file(), text.replaceAll("[^ ]+\n$", "1999-01-01T00:00:00Z\n"));
      assertThat(catchThrowableOfType(UserError.class, this::take).exitCode()).isEqualTo(75);
      assertThat(catchThrowableOfType(UserError.class, this::take).getMessage())
          .as("looking at it gave nothing back")
          .contains("process " + holder.pid());
    } finally {
      holder.destroyForcibly().waitFor();
    }
    take().close();
    assertThat(file()).doesNotExist();
  }

  @Test
  @Tag("R8")
  @DisplayName("R8: a process that is asked to end gives its lock back")
  void aProcessThatIsAskedToEndGivesItsLockBack() throws Exception {
    Process holder = holder();
    holder.destroy();
    holder.waitFor();
    assertThat(file()).doesNotExist();
  }

  /** Takes the lock and waits. */
  public static void main(String[] arguments) throws Exception {
    Path path = Path.of(arguments[0]);
    RunLock.take(
        FileSystem.getLocal(new Configuration()), new org.apache.hadoop.fs.Path(path + ""));
    System.out.println("taken");
    Thread.sleep(600_000);
  }

  private Process holder() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RunLockTest.class.getName(),
                file().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    StringBuilder said = new StringBuilder();
    for (int next; said.indexOf("taken") < 0 && (next = process.getInputStream().read()) >= 0; ) {
      said.append((char) next);
    }
    assertThat(said).contains("taken");
    return process;
  }

  private RunLock take() {
    try {
      return RunLock.take(
          FileSystem.getLocal(new Configuration()),
          new org.apache.hadoop.fs.Path(file().toString()));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void leave(String text) throws IOException {
    Files.createDirectories(file().getParent());
    Files.writeString(file(), text);
  }

  private Path file() {
    return directory.resolve("staging/run_date=2026-11-23.LOCK");
  }

  private static String hostName() throws IOException {
    return InetAddress.getLocalHost().getHostName();
  }
}

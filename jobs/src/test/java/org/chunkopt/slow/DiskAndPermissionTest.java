package org.chunkopt.slow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.chunkopt.testing.SmallSite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nights whose output has no room, or may not be written, under limits that the kernel enforces.
 */
@Tag("slow")
@Tag("R24")
class DiskAndPermissionTest {
  @TempDir Path directory;

  @Test
  @DisplayName("R24: an output on a file system of 256 KiB: exit 1, the cause named, no run")
  void aFullFileSystemIsNamed() throws Exception {
    Path settings = SmallSite.shared().settings(directory, "");
    Path out = Files.createDirectories(SmallSite.out(directory));
    assumeThat(mayMount()).as("mounts in a namespace of one's own").isTrue();

    String mount = "mount -t tmpfs -o size=256k tmpfs " + out + "; \"$@\"; code=$?; ";
    assertThat(unshared(mount + "find " + out + "; exit $code", settings)).isEqualTo(1);
    assertThat(log())
        .contains("failed, nothing is published: No space left on device", "/staging/run_date=")
        .doesNotContain(out + "/runs/", "latest.json");
  }

  @Test
  @DisplayName("R24: a read-only output root is a sentence within seconds, before any work")
  void aReadOnlyOutputIsASentence() throws Exception {
    Path settings = SmallSite.shared().settings(directory, "");
    Path out = Files.createDirectories(SmallSite.out(directory));
    assumeThat(mayMount()).as("mounts in a namespace of one's own").isTrue();

    assertThat(unshared("mount -t tmpfs -o ro tmpfs " + out + "; \"$@\"", settings)).isEqualTo(1);
    assertThat(log())
        .contains("cannot be created", out.toString())
        .doesNotContain("begins", "\tat ");
  }

  @Test
  @DisplayName("R24: the umask of the night is that of what it stages")
  void theUmaskHolds() throws Exception {
    for (String umask : List.of("077", "022")) {
      Path house = directory.resolve(umask);
      Path settings = SmallSite.shared().settings(house, "");
      Process night =
          wrapped(
                  List.of("bash", "-c", "umask " + umask + "; exec \"$@\"", "bash"),
                  settings,
                  house)
              .start();
      Path ledger =
          SmallSite.out(house).resolve("staging/run_date=" + SmallSite.DATE + "/ingest_ledger");
      while (night.isAlive() && !Files.exists(ledger.resolve("_SUCCESS"))) {
        Thread.sleep(200);
      }
      TreeSet<String> permissions = new TreeSet<>();
      try (Stream<Path> all = Files.walk(ledger.getParent().getParent())) {
        for (Path path : all.filter(p -> !p.toString().contains("_temporary")).toList()) {
          permissions.add(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
        }
      }
      night.destroyForcibly().waitFor();
      assertThat(permissions)
          .as("permissions under umask " + umask)
          .isSubsetOf(
              umask.equals("077")
                  ? List.of("rwx------", "rw-------")
                  : List.of("rwxr-xr-x", "rw-r--r--"));
    }
  }

  private int unshared(String script, Path settings) throws Exception {
    return wrapped(List.of("unshare", "-rm", "bash", "-c", script, "bash"), settings, directory)
        .start()
        .waitFor();
  }

  private static ProcessBuilder wrapped(List<String> before, Path settings, Path house)
      throws IOException {
    ProcessBuilder night = SmallSite.night(settings, house.resolve("log"), "local[2]");
    night.command().addAll(0, before);
    return night;
  }

  private static boolean mayMount() throws Exception {
    try {
      return new ProcessBuilder(
                  "unshare", "-rm", "bash", "-c", "mount -t tmpfs -o size=1m tmpfs /mnt")
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private String log() throws IOException {
    return Files.readString(directory.resolve("log"));
  }
}

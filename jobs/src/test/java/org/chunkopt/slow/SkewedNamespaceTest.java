package org.chunkopt.slow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.chunkopt.testing.RunComparison;
import org.chunkopt.testing.SmallSite;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory with very many files, very many directories with one, and a client that does all. */
@Tag("slow")
@Tag("R16")
class SkewedNamespaceTest {
  private static final int FILES = Integer.getInteger("skew.files", 200_000);
  private static final long SECOND = 1_795_454_040L;
  private static final String BLOCK =
      """
      Entry type: file
      EntryID: %X-6B047303-1
      Metadata node: meta01 [ID: 1]
      Stripe pattern details:
      + Type: RAID0
      + Chunksize: %s
      + Number of storage targets: desired: 4; actual: 1
      + Storage targets:
        + 101

      """;

  @TempDir Path directory;

  @Test
  @DisplayName("R16: 200,000 files in one directory and 100,000 directories of one, with 512 MiB")
  void aSkewedNamespaceFitsASmallDriver() throws Exception {
    layOut();
    Path settings =
        Files.writeString(
            directory.resolve("site.conf"),
            """
            chunkopt {
              inputs { metrics = "%1$s/metrics/*", inventory = "%1$s/inventory/*" }
              output.root = "%1$s/out"
              training { min-files = 1000000000 }
              evaluate.bootstrap = 20
            }
            """
                .formatted(directory));
    Path log = directory.resolve("log");
    ProcessBuilder night = SmallSite.night(settings, log, "local[2]");
    night.environment().put("CHUNKOPT_DRIVER_MEMORY", "512m");

    int code = night.start().waitFor();
    assertThat(code).as(Files.readString(log)).isIn(0, 2);
    assertThat(Files.readString(log)).doesNotContain("OutOfMemoryError");
    assertThat(RunComparison.rows(SmallSite.run(directory)))
        .containsEntry("recommendations", FILES + FILES / 2L)
        .containsEntry("rejects", 0L);
  }

  private void layOut() throws IOException {
    Files.createDirectories(directory.resolve("inventory"));
    Files.createDirectories(directory.resolve("metrics"));
    try (BufferedWriter stat = Files.newBufferedWriter(directory.resolve("inventory/a.stat0"));
        BufferedWriter info = Files.newBufferedWriter(directory.resolve("inventory/a.entryinfo"))) {
      for (int i = 1; i <= FILES + FILES / 2; i++) {
        String path = i <= FILES ? "/one/f" + i : "/many/d" + i + "/f";
        stat.write(
            "%d\t%d\t8\t%d.5\t%d.5\t%d.5\t1003\t100\t1\tf\t%s\0"
                .formatted(
                    i, 4096L * (1 + i % 1000), SECOND, SECOND + i % 600, SECOND + i % 600, path));
        info.write(BLOCK.formatted(i, i % 3 == 0 ? "1M" : "512K"));
      }
    }
    try (BufferedWriter metrics = Files.newBufferedWriter(directory.resolve("metrics/m.lp"))) {
      for (int second = 0; second < 1200; second++) {
        metrics.write(
            "highResStorage,nodeID=s1,nodeNumID=1 workRequests=%d,queuedRequests=1 %d000000000%n"
                .formatted(second % 7, SECOND + second));
      }
      // Of 2,000 points of clients 19 in 20 are those of one.
      for (int i = 0; i < 2000; i++) {
        metrics.write(
            "storageClientOpsByNode,node=10.0.0.%d ops-rd=%d,ops-wr=3 %d000000000%n"
                .formatted(i % 20 == 0 ? 1 + i / 20 : 250, i % 50, SECOND + i));
      }
    }
  }
}

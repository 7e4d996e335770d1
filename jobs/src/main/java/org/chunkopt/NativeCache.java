package org.chunkopt;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;

/**
 * The directory that JavaCPP unpacks the natives of Deeplearning4j into and loads them from.
 * JavaCPP looks at size and time of what is there only, so whoever can write there runs code as
 * this user: the directory must be the user's own, and it is checked at each start, in the driver
 * and, as a plugin of Spark, in every executor.
 */
public final class NativeCache implements SparkPlugin {
  private static final String PROPERTY = "org.bytedeco.javacpp.cachedir";
  private static final int OTHERS_WRITE = 0022;
  private static final int STICKY = 01000;

  /**
   * Makes, checks and sets the directory: CHUNKOPT_CACHE or {@code ~/.cache/chunkopt}.
   *
   * @throws UserError where it is not this user's alone
   */
  static void require() {
    String given = System.getenv("CHUNKOPT_CACHE");
    Path cache =
        given == null || given.isEmpty()
            ? Path.of(System.getProperty("user.home"), ".cache", "chunkopt")
            : Path.of(given);
    System.setProperty(PROPERTY, require(cache.toAbsolutePath()).toString());
  }

  static Path require(Path cache) {
    try {
      Files.createDirectories(cache.getParent());
      if (!Files.exists(cache, LinkOption.NOFOLLOW_LINKS)) {
        Files.createDirectory(
            cache,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      }
      for (Path above = cache.toRealPath().getParent(); above != null; above = above.getParent()) {
        int mode = number(above, "mode");
        boolean open = (mode & OTHERS_WRITE) != 0 && (mode & STICKY) == 0;
        boolean trusted = number(above, "uid") == 0 || number(above, "uid") == self();
        refuseIf(open || !trusted, above, cache);
      }
      refuseIf(!Files.isDirectory(cache, LinkOption.NOFOLLOW_LINKS), cache, cache);
      Files.walkFileTree(cache, new Checking(cache));
      Files.setPosixFilePermissions(cache, PosixFilePermissions.fromString("rwx------"));
      return cache;
    } catch (IOException e) {
      throw UserError.failed(
          "The directory for native code "
              + cache
              + " cannot be used: "
              + e
              + ". Set CHUNKOPT_CACHE to a directory that is this user's own.",
          e);
    }
  }

  private static void refuseIf(boolean wrong, Path path, Path cache) {
    if (wrong) {
      throw UserError.failed(
          path
              + " is not this user's alone, so that others could lay code into "
              + cache
              + ". Remove it, or set CHUNKOPT_CACHE to a directory of mode 0700 below others that"
              + " nobody else can write.");
    }
  }

  private static int self() throws IOException {
    return number(Path.of("/proc/self"), "uid");
  }

  private static int number(Path path, String attribute) throws IOException {
    return (int) Files.getAttribute(path, "unix:" + attribute, LinkOption.NOFOLLOW_LINKS);
  }

  /** Everything in it, for it may have been open to others before. */
  private static final class Checking extends SimpleFileVisitor<Path> {
    private final Path cache;
    private final int user;

    Checking(Path cache) throws IOException {
      this.cache = cache;
      this.user = self();
    }

    @Override
    public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
        throws IOException {
      return visitFile(directory, attributes);
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      boolean open = !attributes.isSymbolicLink() && (number(file, "mode") & OTHERS_WRITE) != 0;
      refuseIf(open || number(file, "uid") != user, file, cache);
      return FileVisitResult.CONTINUE;
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Map<String, String> init(SparkContext context, PluginContext plugin) {
        require();
        return Map.of();
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> configuration) {
        require();
      }
    };
  }
}

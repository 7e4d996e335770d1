package org.chunkopt.simulate;

/**
 * A kind of application: what its files and its accesses look like.
 *
 * <p>Assumptions: sizes are log-normal around a directory's own median, which is log-normal around
 * that of the kind; requests, processes and direction are habits of a directory.
 */
enum Archetype {
  CHECKPOINT(
      "ckpt",
      new String[] {".h5", ".ckpt", ".chk"},
      27.5,
      1.5,
      0.5,
      new int[] {1024, 2048, 4096, 8192, 16384},
      new int[] {1, 4, 8, 16},
      true,
      true,
      0.55,
      12),
  SHARED_OUTPUT(
      "shared",
      new String[] {".nc", ".h5"},
      29,
      1.3,
      0.35,
      new int[] {32, 64, 128, 256, 1024},
      new int[] {8, 16, 32, 64},
      true,
      true,
      0.3,
      8),
  LOG(
      "logs",
      new String[] {".log", ".out"},
      20,
      2,
      1.2,
      new int[] {1, 4, 16},
      new int[] {1},
      true,
      true,
      0.3,
      10),
  SOURCE_TREE(
      "src",
      new String[] {".c", ".py", ".h", ".json", ".o"},
      13,
      1.2,
      3,
      new int[] {4, 16, 64},
      new int[] {1},
      true,
      false,
      0.5,
      18),
  STREAM_READER(
      "reads",
      new String[] {".fastq.gz", ".bam", ".tif", ".jpg"},
      26,
      2,
      1.2,
      new int[] {128, 512, 1024, 4096},
      new int[] {1, 1, 4},
      true,
      false,
      0.25,
      20),
  DATABASE(
      "db",
      new String[] {".db", ".sst", ".mdb"},
      28,
      1.5,
      0.4,
      new int[] {4, 16, 64},
      new int[] {1, 2, 4},
      false,
      false,
      0.6,
      10),
  SIMULATION(
      "fields",
      new String[] {".dat", ".vtu", ".npz"},
      24.5,
      2,
      1,
      new int[] {256, 1024, 2048, 4096},
      new int[] {1, 1, 2},
      true,
      true,
      0.3,
      16),
  TRAINING_SET(
      "train",
      new String[] {".tfrecord", ".parquet"},
      27,
      1.2,
      0.8,
      new int[] {256, 1024, 2048, 8192},
      new int[] {2, 4, 8},
      false,
      false,
      0.6,
      10);

  private static final int WEIGHTS = 104;

  /** Start of the names of its directories and files. */
  final String label;

  final String[] suffixes;

  /** Log2 of the median size in bytes, and how much directories differ in it. */
  final double sizeLog2;

  final double sizeSd;

  /** Number of files in a directory relative to other kinds. */
  final double crowd;

  final int[] requestKib;

  final int[] processes;

  final boolean sequential;

  /** Whether the access that matters writes the file. */
  final boolean writes;

  /** Share of its directories in the flash pool of a mixed site. */
  final double flashShare;

  private final int weight;

  Archetype(
      String label,
      String[] suffixes,
      double sizeLog2,
      double sizeSd,
      double crowd,
      int[] requestKib,
      int[] processes,
      boolean sequential,
      boolean writes,
      double flashShare,
      int weight) {
    this.label = label;
    this.suffixes = suffixes;
    this.sizeLog2 = sizeLog2;
    this.sizeSd = sizeSd;
    this.crowd = crowd;
    this.requestKib = requestKib;
    this.processes = processes;
    this.sequential = sequential;
    this.writes = writes;
    this.flashShare = flashShare;
    this.weight = weight;
  }

  static Archetype pick(Draws draws) {
    int at = draws.below(WEIGHTS);
    for (Archetype kind : values()) {
      at -= kind.weight;
      if (at < 0) {
        return kind;
      }
    }
    return SIMULATION;
  }
}

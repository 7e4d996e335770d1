package org.chunkopt.nightly;

import java.io.OutputStream;
import java.io.PrintStream;
import java.util.HashMap;
import java.util.Map;
import org.apache.spark.SparkContext;
import org.apache.spark.scheduler.SparkListener;
import org.apache.spark.scheduler.SparkListenerStageCompleted;
import org.apache.spark.scheduler.SparkListenerStageSubmitted;
import org.apache.spark.scheduler.SparkListenerTaskEnd;

/**
 * One line of a terminal that says how far a stage is, by the tasks of the Spark stages that run.
 * The script says by the system property {@link #PROPERTY} that standard error is a terminal;
 * elsewhere nothing is drawn, and the log has its lines alone.
 *
 * <p>The cursor is left at the beginning of the line: what is logged next takes its place.
 */
final class ProgressLine extends SparkListener implements AutoCloseable {
  static final String PROPERTY = "chunkopt.progress";

  /** Columns, fewer than the shortest line of the log has. */
  static final int WIDTH = 48;

  private static final int BAR = 20;
  private static final long PAUSE_NANOS = 250_000_000;

  private final SparkContext context;
  private final String label;
  private final PrintStream terminal;
  private final Map<Integer, Tasks> running = new HashMap<>();
  private long lastDrawn;

  /** Tasks of a Spark stage. */
  private static final class Tasks {
    private final int all;
    private int ended;

    Tasks(int all) {
      this.all = all;
    }
  }

  ProgressLine(SparkContext context, String label, PrintStream terminal) {
    this.context = context;
    this.label = label;
    this.terminal = terminal;
    this.lastDrawn = System.nanoTime() - PAUSE_NANOS;
    context.addSparkListener(this);
  }

  /** Begins the line of a stage, which ends when it is closed. */
  static ProgressLine begin(SparkContext context, String label) {
    return new ProgressLine(
        context,
        label,
        Boolean.getBoolean(PROPERTY)
            ? System.err
            : new PrintStream(OutputStream.nullOutputStream()));
  }

  @Override
  public synchronized void onStageSubmitted(SparkListenerStageSubmitted stage) {
    running.put(stage.stageInfo().stageId(), new Tasks(stage.stageInfo().numTasks()));
    draw();
  }

  @Override
  public synchronized void onTaskEnd(SparkListenerTaskEnd task) {
    Tasks tasks = running.get(task.stageId());
    if (tasks != null && task.taskInfo().successful()) {
      tasks.ended++;
      draw();
    }
  }

  @Override
  public synchronized void onStageCompleted(SparkListenerStageCompleted stage) {
    running.remove(stage.stageInfo().stageId());
  }

  private void draw() {
    long now = System.nanoTime();
    if (now - lastDrawn >= PAUSE_NANOS) {
      lastDrawn = now;
      int ended =
          running.values().stream().mapToInt(tasks -> Math.min(tasks.ended, tasks.all)).sum();
      print(text(label, ended, running.values().stream().mapToInt(tasks -> tasks.all).sum()));
    }
  }

  /** The line, exactly {@link #WIDTH} columns wide. */
  static String text(String label, int ended, int all) {
    int full = all == 0 ? 0 : (int) ((long) BAR * ended / all);
    String bar = "=".repeat(full) + " ".repeat(BAR - full);
    String text = String.format("%s [%s] %d/%d", label, bar, ended, all);
    return String.format("%-" + WIDTH + "." + WIDTH + "s", text);
  }

  private void print(String line) {
    terminal.print(line + "\r");
    terminal.flush();
  }

  @Override
  public synchronized void close() {
    context.removeSparkListener(this);
    print(" ".repeat(WIDTH));
  }
}

package org.chunkopt.simulate;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import org.chunkopt.settings.Settings;

/**
 * Writes the inventory and the access log of a run of projects: one shard, at most 100,000 entries.
 */
final class InventoryShard {
  /** Projects of a shard: with their directories they stay below 100,000 entries. */
  static final int PROJECTS = 32;

  private final Site site;
  private final String name;

  InventoryShard(Site site, long shard) {
    this.site = site;
    this.name = "shard-" + Project.digits(shard, 5);
  }

  static long count(Site site) {
    return (Project.count(site) + PROJECTS - 1) / PROJECTS;
  }

  void write(Drop drop, long shard) throws IOException {
    boolean v7 = site.cli() == Settings.Cli.V7;
    String entries = name + (v7 ? ".entryinfo" : ".entries.ndjson");
    try (ByteText stat = drop.create("inventory/" + name + ".stat0");
        ByteText info = drop.create("inventory/" + entries);
        ByteText access = access(drop)) {
      EntryPrinter printer = v7 ? new EntryInfoText(info) : new EntryInfoJson(info);
      Writer writer = new Writer(stat, printer, new DarshanText(site, access));
      long end = Math.min(Project.count(site), (shard + 1) * PROJECTS);
      for (long index = shard * PROJECTS; index < end; index++) {
        entries(site, index, writer);
      }
      writer.darshan.end();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private ByteText access(Drop drop) throws IOException {
    return site.loggedShare() > 0
        ? drop.create("access/" + name + ".darshan.txt")
        : new ByteText(OutputStream.nullOutputStream());
  }

  /** Receives the entries of an inventory in its order. */
  interface Visitor {
    /**
     * Takes an entry.
     *
     * @param file the file that it lists, null for a directory
     */
    void entry(Entry entry, SimulatedFile file);
  }

  /**
   * Gives the entries of a project to the visitor; those of the first one begin with the root and
   * the directory of all projects.
   */
  static void entries(Site site, long index, Visitor visitor) {
    if (index == 0) {
      User root = new User(0, 0, 0, false, 1, false, new Archetype[0]);
      visitor.entry(directory(site, "/", 0, root), null);
      visitor.entry(directory(site, Project.ROOT, 1, root), null);
    }
    Project project = Project.of(site, index);
    long number = 2 + index * (Project.FILES + 1);
    visitor.entry(directory(site, project.path(), number, project.owner()), null);
    for (Directory directory : project.directories()) {
      number++;
      visitor.entry(
          Entry.of(
              site,
              directory.path(),
              number,
              directory.user(),
              directory.chunkBytes(),
              directory.targets(),
              directory.pool()),
          null);
      JobPlan job = null;
      for (int i = 0; i < directory.files(); i++) {
        if (i % directory.jobFiles() == 0) {
          job = JobPlan.of(site, directory, i / directory.jobFiles());
        }
        SimulatedFile file = SimulatedFile.of(site, directory, job, i);
        visitor.entry(Entry.of(site, file, Names.path(site, file)), file);
      }
    }
  }

  private static Entry directory(Site site, String path, long number, User owner) {
    Pool pool = site.pools().get(0);
    int targets = Math.min(4, pool.targets().size());
    return Entry.of(site, path, number, owner, 512L << 10, targets, pool);
  }

  /** Prints an entry as one of the two command line tools does. */
  interface EntryPrinter {
    void print(Entry entry) throws IOException;
  }

  /** Pairs each entry with its record of {@code find}, and hands the accesses to the logs. */
  private record Writer(ByteText stat, EntryPrinter info, DarshanText darshan) implements Visitor {
    @Override
    public void entry(Entry entry, SimulatedFile file) {
      try {
        add(entry);
        if (file != null) {
          darshan.add(file, entry.path());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void add(Entry e) throws IOException {
      stat.whole(e.inode()).put('\t').whole(e.size()).put('\t').whole(e.blocks()).put('\t');
      stat.findSeconds(e.atime()).put('\t').findSeconds(e.mtime()).put('\t');
      stat.findSeconds(e.ctime()).put('\t').whole(e.uid()).put('\t').whole(e.gid()).put('\t');
      stat.whole(e.links()).put('\t').put(e.isFile() ? 'f' : 'd').put('\t');
      stat.bytes(e.path()).put('\0');
      info.print(e);
    }
  }
}

package org.chunkopt.simulate;

import java.util.ArrayList;
import java.util.List;

/**
 * A project: {@link #FILES} consecutive files of the site in directories of heavy-tailed size,
 * mostly of one user. The unit that a task draws.
 */
record Project(long index, String path, User owner, List<Directory> directories) {
  /** Files of a project; the last one has what is left. No directory has more. */
  static final int FILES = 1_024;

  static final String ROOT = "/projects";
  private static final int SMALLEST = 5;
  private static final double TAIL = 1.1;

  static long count(Site site) {
    return (site.files() + FILES - 1) / FILES;
  }

  static Project of(Site site, long index) {
    Draws draws = Draws.of(site.seed(), Draws.Topic.PROJECT, index);
    User owner = User.of(site, User.some(site.users(), draws));
    String path = ROOT + "/p" + digits(index, 5);
    long first = index * FILES;
    int left = (int) Math.min(FILES, site.files() - first);
    List<Directory> directories = new ArrayList<>();
    int twins = index == 0 ? Math.min(300, left / 4) : 0;
    while (left > 0) {
      long at = index * FILES + directories.size();
      Directory next;
      if (directories.size() < 2 && twins > 0) {
        next = Directory.twin(site, at, path, first, twins, owner, directories.size());
      } else {
        User user = draws.chance(0.8) ? owner : User.of(site, User.some(site.users(), draws));
        Archetype kind = Directory.of(site, at, path, first, 1, user).kind();
        double tail = StrictMath.pow(1 - draws.uniform(), -1 / TAIL);
        int files = (int) Math.max(1, Math.min(left, SMALLEST * tail * kind.crowd));
        next = Directory.of(site, at, path, first, files, user);
      }
      directories.add(next);
      first += next.files();
      left -= next.files();
    }
    return new Project(index, path, owner, directories);
  }

  /** Its files in the order of the inventory. */
  List<SimulatedFile> files(Site site) {
    List<SimulatedFile> files = new ArrayList<>();
    for (Directory directory : directories) {
      JobPlan job = null;
      for (int i = 0; i < directory.files(); i++) {
        if (i % directory.jobFiles() == 0) {
          job = JobPlan.of(site, directory, i / directory.jobFiles());
        }
        files.add(SimulatedFile.of(site, directory, job, i));
      }
    }
    return files;
  }

  static String digits(long value, int width) {
    String text = Long.toString(value);
    return "0".repeat(Math.max(0, width - text.length())) + text;
  }
}

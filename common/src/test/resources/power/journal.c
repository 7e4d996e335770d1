/* Preloaded into a process: writes every sync and rename that succeeds to the file POWER_JOURNAL. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void note(const char *what, const char *first, const char *second) {
  char line[3 * PATH_MAX];
  const char *journal = getenv("POWER_JOURNAL");
  int length = snprintf(line, sizeof line, "%s\t%s\t%s\n", what, first, second);
  int out = journal ? open(journal, O_WRONLY | O_APPEND | O_CREAT, 0600) : -1;
  if (out >= 0) {
    if (write(out, line, length) != length) abort();
    close(out);
  }
}

static int synced(const char *call, int descriptor) {
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
  int result = real(descriptor);
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (result == 0 && length > 0) {
    path[length] = 0;
    note("sync", path, "");
  }
  return result;
}

int fsync(int descriptor) { return synced("fsync", descriptor); }

int fdatasync(int descriptor) { return synced("fdatasync", descriptor); }

int rename(const char *from, const char *to) {
  int (*real)(const char *, const char *) =
      (int (*)(const char *, const char *))dlsym(RTLD_NEXT, "rename");
  int result = real(from, to);
  if (result == 0) note("rename", from, to);
  return result;
}

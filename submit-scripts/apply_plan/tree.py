"""The mounted file system. A path is walked one name at a time from the mount point, and no symbolic
link is followed, so that nothing outside it can be reached."""

import contextlib
import errno
import os

from words import Failure, Problem, Skip

DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


def file_system_of(path):
    """Type of the file system that is mounted at exactly this path, or None."""
    found = None
    with open("/proc/self/mounts", "rb") as mounts:
        for line in mounts:
            fields = line.split(b" ")
            # Blanks, tabs, newlines and backslashes are octal.
            if fields[1].decode("unicode_escape").encode("latin-1") == path:
                found = fields[2].decode()
    return found


def names(path):
    """The names of a path of the plan, from the mount point down."""
    parts = path.split(b"/")[1:]
    if parts == [b""]:
        return []
    if any(part in (b"", b".", b"..") for part in parts):
        raise Skip("its path is not a plain path below the mount point")
    return parts


class Mount:
    """The mount point, held open: what is mounted over it later is not seen."""

    def __init__(self, path, must_be_beegfs):
        self.path = os.path.abspath(path)
        if must_be_beegfs and file_system_of(self.path) != "beegfs":
            raise Problem(
                "There is no BeeGFS mounted at %s. Give --mount." % os.fsdecode(self.path)
            )
        try:
            self.root = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        except OSError as e:
            raise Problem("%s cannot be opened: %s." % (os.fsdecode(self.path), e.strerror))
        self.device = os.fstat(self.root).st_dev

    def full(self, path):
        """A path of the plan as the command line tools want it."""
        return (b"" if self.path == b"/" else self.path) + path

    @contextlib.contextmanager
    def directory(self, parts):
        """A descriptor of the directory with these names."""
        current = os.dup(self.root)
        try:
            for part in parts:
                try:
                    below = os.open(part, DIRECTORY, dir_fd=current)
                except OSError as e:
                    raise Skip(not_a_directory(e.errno))
                os.close(current)
                current = below
                if os.fstat(current).st_dev != self.device:
                    raise Skip("another file system is mounted on its path")
            yield current
        finally:
            os.close(current)


def require_same_directory(mount, path, descriptor):
    """Raises Failure where a path leads to another directory than the one held open: the tools of BeeGFS
    take paths, and whoever owns a directory above can put something else there meanwhile."""
    held = os.fstat(descriptor)
    try:
        with mount.directory(names(path)) as now:
            found = os.fstat(now)
    except Skip:
        found = None
    if found is None or (found.st_dev, found.st_ino) != (held.st_dev, held.st_ino):
        raise Failure("another entry was put in its place while its chunk size was set; look at it")


def not_a_directory(number):
    if number in (errno.ELOOP, errno.ENOTDIR):
        return "there is a symbolic link, or no directory, on its path"
    if number == errno.ENOENT:
        return "it does not exist any more"
    return "its directory cannot be opened: " + os.strerror(number)


def look(name, parent):
    """What lstat says of a name in a directory, or None."""
    try:
        return os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return None

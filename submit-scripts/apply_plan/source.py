"""The checks before a file is copied."""

import contextlib
import os
import stat
import time

from opened import Watch
from tree import look
from words import Already, Skip, size_text

SPECIAL = stat.S_ISUID | stat.S_ISGID | stat.S_ISVTX
CAPABILITY = "security.capability"


def identity(status):
    """What must stay as it is from the first look to the last."""
    return (
        status.st_dev,
        status.st_ino,
        status.st_mode,
        status.st_nlink,
        status.st_uid,
        status.st_gid,
        status.st_size,
        status.st_mtime_ns,
        status.st_ctime_ns,
    )


def require_as_planned(status, record, device, quiet_seconds):
    """Raises Skip where a file is not the one the plan was made for, or not to be replaced."""
    if status is None:
        raise Skip("it does not exist any more")
    if not stat.S_ISREG(status.st_mode):
        raise Skip("it is no regular file")
    if status.st_dev != device:
        raise Skip("another file system is mounted on it")
    if status.st_nlink != 1:
        raise Skip("it has more than one hard link")
    if status.st_mode & SPECIAL:
        raise Skip("it is setuid, setgid or sticky")
    if status.st_size != record.size:
        raise Skip("its size is not the planned one")
    if record.mtime_us is None:
        raise Skip("the plan has no modification time for it")
    if status.st_mtime_ns // 1000 != record.mtime_us:
        raise Skip("its modification time is not the planned one")
    # Servers keep whole seconds, so that a change in this very second could not be told.
    if time.time() - max(status.st_mtime, status.st_ctime) < quiet_seconds:
        raise Skip("it was changed less than --quiet-seconds ago")


def require_pattern(info, record):
    if info.kind != "file":
        raise Skip("BeeGFS calls it no file")
    if record.entry_id and info.entry_id != record.entry_id:
        raise Skip("its EntryID is not the planned one")
    if info.chunk == record.chunk:
        raise Already()
    if info.chunk != record.current:
        raise Skip("its chunk size is %s, not the planned one" % size_text(info.chunk))
    if info.obstacle:
        raise Skip(info.obstacle)


@contextlib.contextmanager
def opened(name, parent, status):
    """A descriptor for reading of exactly the file that was looked at, and the watch over it."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOATIME | os.O_CLOEXEC
    descriptor = os.open(name, flags, dir_fd=parent)
    try:
        if identity(os.fstat(descriptor)) != identity(status):
            raise Skip("it changed while it was looked at")
        if CAPABILITY in os.listxattr(descriptor):
            raise Skip("it has capabilities")
        watch = Watch(descriptor)
        try:
            yield descriptor, watch
        finally:
            watch.end()
    finally:
        os.close(descriptor)


def require_unchanged(now, status):
    if now is None or identity(now) != identity(status):
        raise Skip("it changed while it was copied")


def require_moved(now, status):
    """now: what came aside from the name of the file. A rename changes the ctime."""
    if now is None or identity(now)[:-1] != identity(status)[:-1]:
        raise Skip("it was replaced while it was copied")

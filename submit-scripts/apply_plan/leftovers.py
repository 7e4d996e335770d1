"""What a rewrite has beside a file while it lasts, and how it is taken away, whatever happened.

PREFIX + token         a directory of ours with the wanted pattern; in it the copy
PREFIX + token + .old  a second link of the file as it was, so that it can come back
"""

import errno
import os
import stat

from tree import look

PREFIX = b".chunkopt-"
COPY = b"copy"


def staging(token):
    return PREFIX + token.encode("ascii")


def guard(token):
    return staging(token) + b".old"


def settle(parent, name, begun):
    """Ends a rewrite, from the directory's entries alone: after it, the name stands for the file as it
    was or for its copy, and nothing else is there. Whether it is the copy now, and what could not be
    taken away, with the reason.

    begun: token, size and mtime_ns of the file and, once there may be a second link, inode of the copy.
    """
    left = []
    renamed = _settle_guard(parent, name, begun, left)
    _remove_staging(parent, staging(begun["token"]), left)
    os.fsync(parent)
    return renamed, left


def _settle_guard(parent, name, begun, left):
    second, now = guard(begun["token"]), look(name, parent)
    old = look(second, parent)
    renamed = now is not None and now.st_ino == begun.get("inode")
    if old is None:
        return renamed
    if not stat.S_ISREG(old.st_mode) or now is not None and now.st_ino == old.st_ino:
        # A client can be told to make symbolic links instead; then this is one.
        os.unlink(second, dir_fd=parent)
    elif renamed and _as_begun(old, begun):
        os.unlink(second, dir_fd=parent)
    elif renamed and _as_begun(now, begun):
        # Written between the last look and the rename: the copy lacks it.
        os.rename(second, name, src_dir_fd=parent, dst_dir_fd=parent)
        return False
    else:
        left.append((second, "it is the file as it was, and its name stands for another one now"))
    return renamed


def _as_begun(status, begun):
    return (status.st_size, status.st_mtime_ns) == (begun["size"], begun["mtime_ns"])


def _remove_staging(parent, name, left):
    flags = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        directory = os.open(name, flags, dir_fd=parent)
    except FileNotFoundError:
        return
    except OSError as e:
        left.append((name, os.strerror(e.errno)))
        return
    try:
        if os.fstat(directory).st_uid != os.geteuid():
            left.append((name, "it is not ours any more"))
            return
        if look(COPY, directory):
            os.unlink(COPY, dir_fd=directory)
        os.rmdir(name, dir_fd=parent)
    except OSError as e:
        left.append((name, os.strerror(e.errno or errno.EIO)))
    finally:
        os.close(directory)

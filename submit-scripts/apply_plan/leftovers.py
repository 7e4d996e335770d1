"""What a rewrite has beside a file while it lasts, and how it is taken away, whatever happened.

PREFIX + token         a directory of ours with the wanted pattern; in it the copy while it is made
PREFIX + token + .new  the copy, ready to be linked to the name of the file
PREFIX + token + .old  what stood under the name when it was moved aside, to be linked back if need be

A name is only ever moved by a plain rename to a name of ours and made by link: BeeGFS refuses all flags of
renameat2, a plain rename onto a name destroys what somebody saved there, and link does not.
"""

import errno
import os
import stat

from tree import look
from words import Skip

PREFIX = b".chunkopt-"
COPY = b"copy"


def staging(token):
    return PREFIX + token.encode("ascii")


def ready(token):
    return staging(token) + b".new"


def aside(token):
    return staging(token) + b".old"


def require_links(directory):
    """Raises Skip unless a second link can be made to a file COPY in this directory."""
    second = COPY + b".second"
    try:
        link(COPY, second, directory)
        # A client can be told to make symbolic links instead (sysCreateHardlinksAsSymlinks).
        made, first = look(second, directory), look(COPY, directory)
        refused = made is None or made.st_ino != first.st_ino
        os.unlink(second, dir_fd=directory)
    except OSError as e:
        if e.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EXDEV, errno.EMLINK):
            raise
        refused = True
    if refused:
        raise Skip("its directory allows no hard links, without which a save meanwhile could be lost")


def link(name, second, directory):
    os.link(name, second, src_dir_fd=directory, dst_dir_fd=directory, follow_symlinks=False)


def move_aside(name, own, parent):
    """Moves whatever stands under a name at this moment to a name of ours."""
    os.rename(name, own, src_dir_fd=parent, dst_dir_fd=parent)


def settle(parent, name, begun, back=False):
    """Ends a rewrite, from the directory's entries alone: after it, the name stands for the file as it
    was, for its copy or for what somebody made meanwhile. Whether it is the copy now, and what could not
    be taken away, with the reason.

    begun: token, size, mtime_ns and inode ("source") of the file and, once there may be entries of ours
    beside the file, inode of the copy. back: the file as it was is wanted, not the copy.
    """
    left = []
    token = begun["token"]
    _settle_new(parent, name, begun, left)
    renamed = _settle_old(parent, name, begun, back, left)
    _remove_staging(parent, staging(token), left)
    os.fsync(parent)
    return renamed, left


def _settle_new(parent, name, begun, left):
    """Takes the second link of the copy away, or gives back what was moved there from the name."""
    own = ready(begun["token"])
    new = look(own, parent)
    if new is None:
        return
    if new.st_ino == begun.get("inode"):
        os.unlink(own, dir_fd=parent)
    else:
        _give_back(own, name, parent, left)


def _settle_old(parent, name, begun, back, left):
    own = aside(begun["token"])
    old, now = look(own, parent), look(name, parent)
    renamed = now is not None and now.st_ino == begun.get("inode")
    if old is None:
        return renamed
    if now is not None and now.st_ino == old.st_ino:
        os.unlink(own, dir_fd=parent)
    elif renamed and not back and _is_source(old, begun):
        os.unlink(own, dir_fd=parent)
        return True
    elif now is None or renamed and _take_copy_away(name, begun, parent, left):
        # It was written, or is another file that was saved under the name.
        _give_back(own, name, parent, left)
        return False
    else:
        left.append((own, "it is a whole file that stood under the name before the one that does now"))
    return renamed


def _take_copy_away(name, begun, parent, left):
    """Whether the copy, and nothing else, was taken from the name. What was written since stays."""
    own = ready(begun["token"])
    move_aside(name, own, parent)
    taken = look(own, parent)
    if taken.st_ino == begun["inode"] and _as_begun(taken, begun):
        os.unlink(own, dir_fd=parent)
        return True
    _give_back(own, name, parent, left)
    return False


def _give_back(own, name, parent, left):
    """Puts what stands under a name of ours under its own, unless that stands for something else."""
    try:
        if stat.S_ISDIR(look(own, parent).st_mode):
            # It has no links; a rename can replace nothing but an empty directory.
            os.rename(own, name, src_dir_fd=parent, dst_dir_fd=parent)
        else:
            link(own, name, parent)
            os.unlink(own, dir_fd=parent)
    except FileExistsError:
        left.append((own, "it is a whole file that stood under the name before the one that does now"))
    except OSError as e:
        left.append((own, "it cannot be moved back to its name: " + os.strerror(e.errno or errno.EIO)))


def _is_source(status, begun):
    return status.st_ino == begun["source"] and _as_begun(status, begun)


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
        for each in (COPY, COPY + b".second"):
            if look(each, directory):
                os.unlink(each, dir_fd=directory)
        os.rmdir(name, dir_fd=parent)
    except OSError as e:
        left.append((name, os.strerror(e.errno or errno.EIO)))
    finally:
        os.close(directory)

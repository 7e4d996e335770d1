"""What is only read if nobody but its owner can have written it: the run and the journal say what is changed."""

import os
import pwd
import stat

from words import Problem

# A FIFO that is opened for reading would wait for its writer.
READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


def owner_of(name):
    """The user id of a user by name or number. Raises Problem."""
    try:
        return int(name) if name.isdigit() else pwd.getpwnam(name).pw_uid
    except KeyError:
        raise Problem("There is no user %s." % name)


def require_directory(path, owner):
    """Raises Problem unless it is a directory that only the owner can write to."""
    try:
        descriptor = os.open(path, READ | os.O_DIRECTORY)
    except OSError as e:
        raise Problem("%s cannot be opened: %s." % (path, e.strerror))
    try:
        _require_private(os.fstat(descriptor), path, owner)
    finally:
        os.close(descriptor)


def require_file(descriptor, path, owner):
    """Raises Problem unless it is a plain file that only the owner can write to."""
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        raise Problem("%s is no plain file." % path)
    _require_private(status, path, owner)


def _require_private(status, path, owner):
    if status.st_uid != owner:
        raise Problem(
            "%s belongs to %s, not to %s. If %s makes the runs, give --run-owner %s."
            % (path, _name(status.st_uid), _name(owner), _name(status.st_uid), _name(status.st_uid))
            if stat.S_ISDIR(status.st_mode)
            else "%s belongs to %s, not to %s." % (path, _name(status.st_uid), _name(owner))
        )
    if status.st_mode & 0o022:
        raise Problem("Others can write to %s. Look at what it holds, then chmod go-w it." % path)


def _name(uid):
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)

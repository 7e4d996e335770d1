"""The copy of a file: its bytes, and everything else that it has."""

import errno
import os
import stat

from words import Failure, Skip

BLOCK = 4 << 20
# What a file system allocates at least.
PAGE = 4 << 10
ZEROS = bytes(BLOCK)
NO_ATTRIBUTES = (errno.EOPNOTSUPP, errno.ENOSYS)


def copy_bytes(source, target, status, watch):
    """Copies and syncs. Holes stay holes, and so do pages of zeros where the file is sparse."""
    size, at = status.st_size, 0
    sparse = status.st_blocks * 512 < size
    while True:
        watch.require_alone()
        at = next_data(source, at, size)
        if at >= size:
            break
        block = read_fully(source, min(BLOCK, size - at), at)
        for start, end in written_parts(block) if sparse else ((0, len(block)),):
            write_fully(target, block[start:end], at + start)
        at += len(block)
    os.ftruncate(target, size)
    os.fsync(target)


def next_data(descriptor, at, size):
    """The first byte from here on that is in no hole, or size. Not every file system tells holes."""
    if at >= size:
        return size
    try:
        return min(os.lseek(descriptor, at, os.SEEK_DATA), size)
    except OSError as e:
        if e.errno == errno.ENXIO:
            return size
        if e.errno in (errno.EINVAL, errno.EOPNOTSUPP):
            return at
        raise


def written_parts(block):
    """Begin and end of each run of pages that are not zero."""
    if block == ZEROS[: len(block)]:
        return
    begin = None
    for at in range(0, len(block), PAGE):
        page = block[at : at + PAGE]
        zero = page == ZEROS[: len(page)]
        if zero and begin is not None:
            yield begin, at
            begin = None
        elif not zero and begin is None:
            begin = at
    if begin is not None:
        yield begin, len(block)


def require_same_bytes(source, target, size, watch):
    """Reads both once more where either has data, the copy from the servers where the page cache can be
    told to forget it."""
    os.posix_fadvise(target, 0, 0, os.POSIX_FADV_DONTNEED)
    at = 0
    while True:
        watch.require_alone()
        at = min(next_data(source, at, size), next_data(target, at, size))
        if at >= size:
            break
        length = min(BLOCK, size - at)
        if read_fully(source, length, at) != read_fully(target, length, at):
            raise Failure("the copy differs from byte %d on, in %d bytes" % (at, length))
        at += length
    if os.pread(source, 1, size):
        raise Skip("it grew while it was copied")


def read_fully(descriptor, length, at):
    parts, left = [], length
    while left:
        part = os.pread(descriptor, left, at + length - left)
        if not part:
            raise Skip("it, or its copy, became shorter while it was copied")
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def write_fully(descriptor, block, at):
    left = memoryview(block)
    while left:
        written = os.pwrite(descriptor, left, at + len(block) - len(left))
        left = left[written:]


def attributes(descriptor):
    """Extended attributes, the access control list among them. Empty where the file system has none."""
    try:
        return {name: os.getxattr(descriptor, name) for name in os.listxattr(descriptor)}
    except OSError as e:
        if e.errno in NO_ATTRIBUTES:
            return {}
        raise


def copy_attributes(source, target, status):
    """Owner, mode, extended attributes, times, in the order in which none undoes another."""
    made = os.fstat(target)
    if (made.st_uid, made.st_gid) != (status.st_uid, status.st_gid):
        os.fchown(target, status.st_uid, status.st_gid)
    os.fchmod(target, stat.S_IMODE(status.st_mode))
    wanted = attributes(source)
    # Such as those that the directory gives to every new file.
    for name in attributes(target):
        if name not in wanted:
            os.removexattr(target, name)
    for name, value in sorted(wanted.items()):
        os.setxattr(target, name, value)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    os.fsync(target)
    if attributes(target) != wanted:
        raise Failure("the extended attributes of the copy are not those of the file")


def require_same_status(copy, status):
    """Raises Failure where the copy, as its directory shows it, would not look like the file."""
    for what, of in (
        ("size", lambda s: s.st_size),
        ("modification time", lambda s: s.st_mtime_ns),
        ("mode", lambda s: s.st_mode),
        ("owner", lambda s: (s.st_uid, s.st_gid)),
        ("number of links", lambda s: s.st_nlink),
    ):
        if copy is None or of(copy) != of(status):
            raise Failure("the %s of the copy is not that of the file" % what)

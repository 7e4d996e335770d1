"""Whether anyone else on this client has a file open, and whether someone opens it meanwhile."""

import contextlib
import errno
import fcntl
import os
import signal

from words import Skip

# What leases are refused with where the file system or the caller has none.
NO_LEASES = (errno.EINVAL, errno.EOPNOTSUPP, errno.EACCES, errno.EPERM, errno.ENOLCK)


class Watch:
    """Watches the file behind a descriptor until end. The kernel grants a lease for writing only while
    no other descriptor of the file is open, and lets who opens it wait until the lease is given back.
    Without leases, the descriptors of all processes are compared."""

    def __init__(self, descriptor):
        self.descriptor = descriptor
        # The kernel's word that someone waits for the file; without a handler it would end the process.
        signal.signal(signal.SIGIO, lambda number, frame: None)
        self._begin()

    def _begin(self):
        try:
            fcntl.fcntl(self.descriptor, fcntl.F_SETLEASE, fcntl.F_WRLCK)
            self.lease = True
        except OSError as e:
            if e.errno == errno.EAGAIN:
                raise Skip("it is open on this client")
            if e.errno not in NO_LEASES:
                raise
            self.lease = False
            self.require_alone()

    def require_alone(self):
        if self.lease:
            alone = fcntl.fcntl(self.descriptor, fcntl.F_GETLEASE) == fcntl.F_WRLCK
        else:
            alone = descriptors_of(os.fstat(self.descriptor)) <= 1
        if not alone:
            raise Skip("it is open on this client")

    @contextlib.contextmanager
    def paused(self):
        """Lets a command line tool open the file. Whoever else did and still has it is found at the end."""
        self.require_alone()
        self.end()
        yield
        self._begin()

    def end(self):
        if self.lease:
            self.lease = False
            fcntl.fcntl(self.descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)


def descriptors_of(wanted):
    """How many descriptors the processes that this one may look into have of a file."""
    found = 0
    for process in filter(str.isdigit, os.listdir("/proc")):
        directory = "/proc/%s/fd" % process
        try:
            for name in os.listdir(directory):
                if same_file(directory + "/" + name, wanted):
                    found += 1
        except OSError:
            # It ended, or is another user's.
            continue
    return found


def same_file(link, wanted):
    try:
        opened = os.stat(link)
    except OSError:
        return False
    return (opened.st_dev, opened.st_ino) == (wanted.st_dev, wanted.st_ino)

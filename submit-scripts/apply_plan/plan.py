"""Reads directories.tsv0 and rewrites.tsv0 of a plan, record by record.

A record ends with NUL; its fields are separated by tabs and the path stands last, so that it may hold
any byte but NUL. The first record names the table, its version, the run, the tool and the mount point.
"""

import collections
import hashlib
import os

from trust import READ, require_directory, require_file
from words import Problem

# number: place in the file, from 0; with the file's content it names the record.
Setting = collections.namedtuple("Setting", "number gain current chunk path")
Rewrite = collections.namedtuple("Rewrite", "number saved size mtime_us entry_id current chunk path")
Header = collections.namedtuple("Header", "date cli mount")

VERSION = b"1"
LONGEST = 1 << 16


def is_chunk(size):
    """Whether BeeGFS takes this many bytes as a chunk size."""
    return 1 << 16 <= size <= 1 << 31 and size & (size - 1) == 0


class PlanFile:
    """One of the two files."""

    def __init__(self, run, name, owner):
        """owner: user id of who made the run; nobody else may be able to write to it."""
        directory = os.path.join(run, "plan")
        require_directory(run, owner)
        require_directory(directory, owner)
        self.name = name
        self.owner = owner
        self.path = os.path.join(directory, name + ".tsv0")
        header = next(self._parts(), b"").split(b"\t", 4)
        if len(header) != 5 or header[:2] != [name.encode(), VERSION]:
            raise Problem("%s is not a plan of version %s." % (self.path, VERSION.decode()))
        self.header = Header(header[2].decode(), header[3].decode(), header[4])

    def fingerprint(self):
        digest = hashlib.sha256()
        with self._open() as file:
            for block in iter(lambda: file.read(1 << 20), b""):
                digest.update(block)
        return digest.hexdigest()

    def records(self):
        for number, record in enumerate(self._parts(), -1):
            if number >= 0:
                yield self._parse(number, record)

    def _parse(self, number, record):
        try:
            if self.name == "directories":
                gain, current, chunk, path = record.split(b"\t", 3)
                parsed = Setting(number, float(gain), int(current), int(chunk), path)
            else:
                saved, size, mtime, entry_id, current, chunk, path = record.split(b"\t", 6)
                mtime_us = int(mtime) if mtime else None
                numbers = float(saved), int(size), mtime_us, entry_id.decode("ascii")
                parsed = Rewrite(number, *numbers, current=int(current), chunk=int(chunk), path=path)
        except ValueError:
            raise Problem("Record %d of %s cannot be read." % (number, self.path))
        if not is_chunk(parsed.chunk) or not path.startswith(b"/"):
            raise Problem("Record %d of %s is not valid." % (number, self.path))
        return parsed

    def _parts(self):
        with self._open() as file:
            rest = b""
            for block in iter(lambda: file.read(1 << 20), b""):
                *whole, rest = (rest + block).split(b"\0")
                if len(rest) > LONGEST:
                    break
                yield from whole
        if rest:
            raise Problem("%s is cut off." % self.path)

    def _open(self):
        try:
            file = open(os.open(self.path, READ), "rb")
        except OSError as e:
            raise Problem("%s cannot be read: %s." % (self.path, e.strerror))
        require_file(file.fileno(), self.path, self.owner)
        return file

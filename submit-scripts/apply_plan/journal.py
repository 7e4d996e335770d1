"""The journal: what was begun and what came of it, a JSON object a line, on disk before the next step.

Whoever starts again with the same journal goes on where it ends. A line without its end is what a kill
left of it and is cut off.
"""

import fcntl
import json
import os
import re

from trust import require_file
from words import Problem

TOKEN = re.compile(r"[0-9a-f]{16}")
TABLES = ("directories", "rewrites")


class Locked(Exception):
    """Another process holds the journal."""


class Done:
    """Which records of a plan file are done: a byte each."""

    def __init__(self):
        self.marks = bytearray()

    def add(self, number):
        if number >= len(self.marks):
            self.marks.extend(bytes(number + 1 - len(self.marks)))
        self.marks[number] = 1

    def __contains__(self, number):
        return number < len(self.marks) and self.marks[number] == 1


class Journal:
    """What the journal says is done. Without a file, nothing, and nothing is written."""

    def __init__(self):
        self.done = {"directories": Done(), "rewrites": Done()}
        self.counts = {"directories": 0, "rewrites": 0}
        self.bytes = 0
        # Begun and not ended, by token; the order is that of the journal.
        self.open = {}
        self.out = None

    def read(self, path, header, create):
        """Takes the lock and reads. The header says which plan and mount point the journal is of."""
        flags = os.O_RDWR | os.O_APPEND | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        try:
            self.out = os.open(path, flags | (os.O_CREAT if create else 0), 0o600)
            require_file(self.out, path, os.geteuid())
            fcntl.flock(self.out, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Locked(path)
        except FileNotFoundError:
            if create:
                raise Problem("The directory of the journal %s does not exist." % path)
            return
        except OSError as e:
            raise Problem("The journal %s cannot be opened: %s." % (path, e.strerror))
        whole = self._replay(path, header)
        if not create:
            os.close(self.out)
            self.out = None
            return
        os.ftruncate(self.out, whole)
        if whole == 0:
            self.add(header)
            self._sync_directory(path)

    def add(self, record):
        """Returns when the record is on disk."""
        if self.out is None:
            return
        line = json.dumps(record, ensure_ascii=True, sort_keys=True).encode("ascii") + b"\n"
        try:
            if os.write(self.out, line) != len(line):
                raise OSError(0, "only a part of a line was written")
            os.fsync(self.out)
        except OSError as e:
            raise Problem("The journal cannot be written: %s." % e.strerror)

    def begin(self, begun):
        """A rewrite: token, number, path, size, mtime_ns and inode (source) of the file."""
        self.add(dict(begun, event="begin"))

    def ready(self, token, inode):
        """From here on the file may stand under a second name, and its own for the copy's inode."""
        self.add({"event": "ready", "token": token, "inode": inode})

    def end(self, begun, renamed):
        """Nothing of the rewrite is left beside the file."""
        self.open.pop(begun["token"], None)
        self.add({"event": "end", "token": begun["token"], "renamed": renamed})
        if renamed:
            self._count("rewrites", begun["number"], begun["size"])

    def done_with(self, table, number, size):
        self.add({"event": "done", "table": table, "number": number, "size": size})
        self._count(table, number, size)

    def note(self, event, table, record, why):
        """For the reader; a later start tries again."""
        self.add(
            {
                "event": event,
                "table": table,
                "number": record.number,
                "path": text(record.path),
                "why": why,
            }
        )

    def _count(self, table, number, size):
        if number not in self.done[table]:
            self.done[table].add(number)
            self.counts[table] += 1
            self.bytes += size

    def _replay(self, path, header):
        whole = 0
        with open(path, "rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                try:
                    record = json.loads(line.decode("ascii"))
                    if whole == 0 and record != header:
                        raise Problem(
                            "The journal %s is of another plan or mount point, or of another version"
                            " of this tool." % path
                        )
                    self._take(record)
                except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
                    raise Problem("The journal %s is damaged at byte %d." % (path, whole))
                whole += len(line)
        return whole

    def _take(self, record):
        """Raises ValueError where a value is none that this class writes: names are made of tokens."""
        event = record["event"]
        if "token" in record:
            require(TOKEN.fullmatch(record["token"]))
        if event == "begin":
            require(is_number(record["number"]) and whole(record["size"]) and whole(record["source"]))
            require(isinstance(record["mtime_ns"], int) and "\0" not in record["path"])
            self.open[record["token"]] = record
        elif event == "ready":
            require(whole(record["inode"]))
            self.open[record["token"]]["inode"] = record["inode"]
        elif event == "end":
            begun = self.open.pop(record["token"])
            if record["renamed"]:
                self._count("rewrites", begun["number"], begun["size"])
        elif event == "done":
            require(record["table"] in TABLES and is_number(record["number"]) and whole(record["size"]))
            self._count(record["table"], record["number"], record["size"])

    @staticmethod
    def _sync_directory(path):
        directory = os.open(os.path.dirname(os.path.abspath(path)), os.O_RDONLY | os.O_DIRECTORY)
        os.fsync(directory)
        os.close(directory)


def require(true):
    if not true:
        raise ValueError()


def whole(value, bits=64):
    return type(value) is int and 0 <= value < 1 << bits


def is_number(value):
    """The number of a record is a place in a bytearray."""
    return whole(value, 31)


def text(name):
    """Bytes as a JSON string that gives them back."""
    return name.decode("utf-8", "surrogateescape")


def name_of(string):
    return string.encode("utf-8", "surrogateescape")

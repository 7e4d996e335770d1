"""The command line tools of BeeGFS 7 and 8. Paths go to them through standard input: beegfs-ctl cuts an
argument at an equals sign and trims its blanks."""

import collections
import json
import os
import re
import shutil
import subprocess

from plan import is_chunk
from words import Failure, Problem, Skip, display

SECONDS = 120

# reading, writing: how many clients have the file open for it, None where the tool does not say.
# on: numbers of the storage targets of a file; none of a directory and of a mirrored file.
Info = collections.namedtuple("Info", "entry_id kind pattern chunk targets on reading writing obstacle")


def chunk_bytes(digits, unit):
    return int(digits) << {"": 0, "K": 10, "M": 20, "G": 30}[unit]


def scaled(chunk, kibi, mebi, gibi):
    for shift, unit in ((30, gibi), (20, mebi), (10, kibi)):
        if chunk >= 1 << shift:
            return "%d%s" % (chunk >> shift, unit)
    raise ValueError(chunk)


class Ctl:
    """What both have in common."""

    def __init__(self, more):
        self.more = more
        if not shutil.which(self.program):
            raise Problem("%s is not on the PATH." % self.program)

    def run(self, arguments, data):
        """Paths go in by data; without, the arguments are complete."""
        command = [self.program] + arguments + self.more + (["-"] if data else [])
        try:
            process = subprocess.run(
                command,
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=dict(os.environ, LC_ALL="C"),
                timeout=SECONDS,
                # Of its own, so that a signal to our group does not end it in between.
                start_new_session=True,
            )
        except OSError as e:
            raise Failure("%s cannot be started: %s" % (self.program, e.strerror))
        except subprocess.TimeoutExpired:
            raise Failure("%s did not answer within %d s" % (self.program, SECONDS))
        if process.returncode != 0:
            words = b" ".join((process.stderr + b" " + process.stdout).split())
            raise Failure(
                "%s ended with %d: %s" % (self.program, process.returncode, display(words[:500]))
            )
        return process.stdout.decode("utf-8", "replace")

    def unreadable(self, text):
        return Failure("%s says nothing usable: %s" % (self.program, display(text[:200].encode())))


class CtlSeven(Ctl):
    """beegfs-ctl. Who has a file open is not known to it."""

    program = "beegfs-ctl"

    def info(self, path):
        text = self.run(["--getentryinfo", "--nomappings", "--null"], path + b"\0")
        chunk = re.search(r"^\+ Chunksize: (\d+)([KMG]?)\s*$", text, re.M)
        targets = re.search(r"^\+ Number of storage targets: desired: (\d+)", text, re.M)
        entry_id = re.search(r"^EntryID: (\S+)$", text, re.M)
        pattern = re.search(r"^\+ Type: (.+?)\s*$", text, re.M)
        if not (chunk and targets and entry_id and pattern):
            raise self.unreadable(text)
        # 7.1 does not name the type; a pattern of desired targets alone is a directory's.
        named = re.search(r"^Entry type: (.+?)\s*$", text, re.M)
        kind = named.group(1) if named else "file" if "actual:" in text else "directory"
        size = chunk_bytes(*chunk.groups())
        wanted = int(targets.group(1))
        on = re.findall(r"^ *\+ (\d+)(?: @.*)?$", text, re.M) if pattern.group(1) == "RAID0" else []
        on = list(map(int, on))
        return Info(entry_id.group(1), kind, pattern.group(1), size, wanted, on, None, None, None)

    def targets(self):
        """Total and free bytes of each storage target by its number, to a tenth of a gibibyte."""
        text = self.run(["--listtargets", "--nodetype=storage", "--spaceinfo"], None)
        rows = re.findall(r"^\s*(\d+)\s+(?:\S+\s+)*?([\d.]+)GiB\s+([\d.]+)GiB", text, re.M)
        if not rows:
            raise self.unreadable(text)
        return {
            int(number): (int(float(total) * (1 << 30)), int(float(free) * (1 << 30)))
            for number, total, free in rows
        }

    def quota_room(self, uid):
        return None

    def set(self, path, chunk, targets=None):
        # Its list has a path a line, and nothing can quote a newline.
        if b"\n" in path:
            raise Skip("its directory has a newline in its path, which beegfs-ctl cannot be given")
        more = ["--numtargets=%d" % targets] if targets else []
        size = scaled(chunk, "k", "m", "g")
        self.run(["--setpattern", "--chunksize=" + size] + more, path + b"\n")


class CtlEight(Ctl):
    """beegfs."""

    program = "beegfs"
    asks_quota = True
    nul = ["--stdin-delimiter", "\\x00"]
    kinds = {1: "directory", 2: "file", "directory": "directory", "file": "file"}

    def info(self, path):
        command = ["entry", "info", "--output", "ndjson", "--verbose"]
        text = self.run(command + self.nul, path + b"\0")
        try:
            entry = json.loads(text)
            stripe = re.match(r"(.+?) \((\d+)x(\d+)([KMG]?)i?\)$", entry["stripe_pattern"])
            pattern, targets, digits, unit = stripe.groups()
            size = chunk_bytes(digits, unit)
            clients = re.match(r"Reading: (\d+), Writing: (\d+)$", str(entry.get("client_sessions")))
            reading, writing = map(int, clients.groups()) if clients else (None, None)
            kind = self.kinds.get(entry["type"], "other")
            entry_id = entry["entry_id"]
            on = list(map(int, re.findall(r"s:(\d+)", str(entry.get("storage_targets")))))
        except (ValueError, KeyError, TypeError, AttributeError):
            raise self.unreadable(text)
        if not is_chunk(size):
            raise self.unreadable(text)
        obstacle = self._obstacle(entry) if kind == "file" else None
        return Info(entry_id, kind, pattern, size, int(targets), on, reading, writing, obstacle)

    def targets(self):
        """Total and free bytes of each storage target by its number."""
        command = ["target", "list", "--node-type", "storage", "--capacity", "--raw"]
        text = self.run(command + ["--output", "ndjson"], None)
        found = {}
        try:
            for row in map(json.loads, text.splitlines()):
                number = row["id"]["num_id"] if isinstance(row["id"], dict) else row["id"]
                number = int(str(number).rpartition(":")[2])
                if "-" not in (row["space"], row["sfree"]):
                    found[number] = int(row["space"]), int(row["sfree"])
        except (ValueError, KeyError, TypeError):
            raise self.unreadable(text)
        if not found:
            raise self.unreadable(text)
        return found

    def quota_room(self, uid):
        """Bytes that a user may still write by the tightest quota of all pools, None without one."""
        if not self.asks_quota:
            return None
        command = ["quota", "list-usage", "--uids", str(uid), "--raw", "--output", "ndjson"]
        try:
            text = self.run(command, None)
        except Failure:
            # The management service does not track quotas.
            self.asks_quota = False
            return None
        rooms = [int(limit) - int(used) for used, limit in re.findall(r'"space":\s*"(\d+)/(\d+)"', text)]
        return min(rooms) if rooms else None

    @staticmethod
    def _obstacle(entry):
        if entry.get("access", 0) not in (0, "Unlocked"):
            return "BeeGFS holds a lock on it"
        if entry.get("state", 0) not in (0, "Available"):
            return "its content is not here but on a remote target"
        if entry.get("remote_targets", "(none)") not in ("(none)", "", None):
            return "it is synchronised with a remote target, which a new file would not be"
        return None

    def set(self, path, chunk, targets=None):
        more = ["--num-targets", str(targets)] if targets else []
        size = scaled(chunk, "Ki", "Mi", "Gi")
        self.run(["entry", "set", "--chunk-size", size] + more + self.nul, path + b"\0")

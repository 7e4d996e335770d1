"""The sweep of calibrate.sh, whose help text is the manual. Runs on Python 3.6 without packages."""

import argparse
import collections
import contextlib
import csv
import datetime
import itertools
import json
import os
import random
import re
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time

KIB = 1 << 10
MIB = 1 << 20
CHUNKS = [1 << power for power in range(16, 24)]
PREFIX = "chunkopt-calibrate-"
MARKER = ".chunkopt-calibrate"
HEADER = (
    "path,group,file_size_bytes,chunk_bytes,num_targets,target_ids,request_bytes,read_share,"
    "sequential_share,processes,shared,throughput_mib_s,observed_at,source"
).split(",")

# What the plan counts with until there are measurements: two seconds of data, and their start.
SECONDS = 2.5
# Eight chunk sizes that are still under way this long after the last minute are given up.
GRACE_SECONDS = 60
ASK_SECONDS = 120
# Starting the processes is a visible part of anything shorter.
SHORT_SECONDS = 0.1
# What may be written to find out how large the files have to be, of all bytes.
TRIAL_PART = 20
# Random access can be very slow. A part of the file tells enough, and so does this time.
RANDOM_PART = 4
RANDOM_SECONDS = 5

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

# Load: what the files of eight chunk sizes are made for. Access: what is then done with them.
Load = collections.namedtuple("Load", "pool targets request processes shared")
Access = collections.namedtuple("Access", "sequential reading")
Pattern = collections.namedtuple("Pattern", "chunk targets pool target_ids")

ACCESSES = [Access(True, False), Access(True, True), Access(False, True), Access(False, False)]


class Failed(Exception):
    """Something the admin has to put right."""


class Limit(Exception):
    """A limit is reached; what was measured stands."""


class Interrupted(BaseException):
    """A signal."""


def say(text):
    print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def uninterrupted():
    """Signals wait until the end of the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_signals():
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)


def on_signal(number, frame):
    # One is enough: a second one would interrupt the cleaning up.
    ignore_signals()
    raise Interrupted(signal.Signals(number).name)


def size_text(size):
    """A size as its largest whole unit."""
    for shift, unit in ((40, "T"), (30, "G"), (20, "M"), (10, "K")):
        if size >= 1 << shift and size % (1 << shift) == 0:
            return "%d%s" % (size >> shift, unit)
    return str(size)


def amount_text(size):
    for shift, unit in ((40, "TiB"), (30, "GiB"), (20, "MiB")):
        if size >= 1 << shift:
            return "%.1f %s" % (size / (1 << shift), unit)
    return "%.1f KiB" % (size / KIB)


def number_of(text, unit, binary):
    """Bytes of a chunk size as either CLI prints it: 512K, 512Ki, 524288."""
    shift = {"": 0, "K": 10, "M": 20, "G": 30}[unit]
    return int(text) << shift if binary or not shift else int(text) * 1000 ** (shift // 10)


def no_pattern(program, path, text):
    return Failed(
        "%s says nothing about the pattern of %s: %s" % (program, path, " ".join(text.split()))
    )


class Processes:
    """The processes that the sweep starts. None outlives it."""

    def __init__(self):
        self.running = []

    def run(self, commands, directory, seconds):
        """Runs commands side by side; returns seconds from the first start to the last end, and
        their outputs. Raises Failed with the words of one that fails, Limit after the seconds."""
        started = time.monotonic()
        try:
            outputs = []
            for command in commands:
                with uninterrupted():
                    self.running.append(self._start(command, directory))
            for command, process in zip(commands, self.running):
                left = max(started + seconds - time.monotonic(), 0.1)
                out, err = process.communicate(timeout=left)
                outputs.append((command, process.returncode, out, err))
            took = time.monotonic() - started
        except subprocess.TimeoutExpired:
            raise Limit("%s did not end in %d seconds" % (commands[0][0], seconds))
        finally:
            self.end()
        for command, code, out, err in outputs:
            if code != 0:
                words = " ".join((err + "\n" + out).split())
                raise Failed("%s failed with exit code %d: %s" % (" ".join(command), code, words))
        return took, [out for _, _, out, _ in outputs]

    @staticmethod
    def _start(command, directory):
        try:
            return subprocess.Popen(
                command,
                cwd=directory,
                env=dict(os.environ, LC_ALL="C"),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                universal_newlines=True,
                errors="backslashreplace",
                # Of its own, so that a signal to the group of the sweep does not end it in between.
                start_new_session=True,
            )
        except OSError as e:
            raise Failed("%s cannot be started: %s." % (command[0], e.strerror))

    def ask(self, command):
        """The output of a command that only takes a moment."""
        try:
            return self.run([command], None, ASK_SECONDS)[1][0]
        except Limit as e:
            raise Failed("%s." % e)

    def end(self):
        with uninterrupted():
            for process in self.running:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.communicate()
            self.running = []


class CtlSeven:
    """beegfs-ctl of BeeGFS 7."""

    name = "beegfs-ctl"

    def __init__(self, processes):
        self.processes = processes

    def set(self, directory, chunk, targets, pool):
        size = "%dm" % (chunk // MIB) if chunk >= MIB else "%dk" % (chunk // KIB)
        command = [self.name, "--setpattern", "--chunksize=" + size, "--numtargets=%d" % targets]
        command += ["--storagepoolid=" + pool] if pool else []
        self.processes.ask(command + [directory])

    def pattern(self, path):
        text = self.processes.ask([self.name, "--getentryinfo", "--nomappings", path])
        chunk = re.search(r"^\+ Chunksize: (\d+)([KMG]?)\s*$", text, re.M)
        targets = re.search(
            r"^\+ Number of storage targets: desired: (\d+)(?:; actual: (\d+))?", text, re.M
        )
        if not chunk or not targets:
            raise no_pattern(self.name, path, text)
        pool = re.search(r"^\+ Storage Pool: (\d+)", text, re.M)
        ids = re.search(r"^\+ Storage targets:[ ]*\n((?:[ ]*\+ \d+.*\n?)*)", text, re.M)
        return Pattern(
            number_of(chunk.group(1), chunk.group(2), True),
            int(targets.group(2) or targets.group(1)),
            [pool.group(1)] if pool else [],
            re.findall(r"^[ ]*\+ (\d+)", ids.group(1), re.M) if ids else [],
        )


class CtlEight:
    """beegfs of BeeGFS 8."""

    name = "beegfs"

    def __init__(self, processes):
        self.processes = processes

    def set(self, directory, chunk, targets, pool):
        size = "%dMi" % (chunk // MIB) if chunk >= MIB else "%dKi" % (chunk // KIB)
        command = [self.name, "entry", "set", "--chunk-size", size, "--num-targets", str(targets)]
        command += ["--pool", pool] if pool else []
        self.processes.ask(command + [directory])

    def pattern(self, path):
        text = self.processes.ask([self.name, "entry", "info", "--output", "ndjson", path])
        try:
            entry = json.loads(text)
            stripe = re.search(r"\((\d+)x(\d+)([KMG]?)(i?)\)", entry["stripe_pattern"])
            ids = re.findall(r"\bs:(\d+)", entry["storage_targets"])
            pool = re.match(r"(.*?)(?: \((\d+)\))?$", str(entry.get("storage_pool"))).groups()
            chunk = number_of(stripe.group(2), stripe.group(3), stripe.group(4) == "i")
        except (ValueError, KeyError, TypeError, AttributeError):
            raise no_pattern(self.name, path, text)
        targets = len(ids) or int(stripe.group(1))
        return Pattern(chunk, targets, [name for name in pool if name], ids)


class Dd:
    """Measures with dd: sequential only."""

    accesses = [access for access in ACCESSES if access.sequential]

    def __init__(self, processes, cached, seed):
        self.processes = processes
        self.cached = cached
        self.source = "calibrate-dd-" + ("cached" if cached else "direct")

    def measure(self, directory, load, access, size, limit):
        """Bytes that all processes moved together, and the seconds it took them."""
        share = size // load.processes if load.shared else size
        commands = []
        for i, name in zip(range(load.processes), itertools.cycle(file_names(load))):
            at = i * share // load.request if load.shared else 0
            command = ["dd", "bs=%d" % load.request, "count=%d" % (share // load.request)]
            if access.reading:
                command += ["if=" + name, "of=/dev/null", "skip=%d" % at]
                command += [] if self.cached else ["iflag=direct"]
            else:
                command += ["if=/dev/zero", "of=" + name, "seek=%d" % at, "conv=notrunc,fsync"]
                command += [] if self.cached else ["oflag=direct"]
            commands.append(command)
        took, _ = self.processes.run(commands, directory, limit)
        return share * load.processes, took


class Fio:
    """Measures with fio."""

    accesses = ACCESSES

    def __init__(self, processes, cached, seed):
        self.processes = processes
        self.cached = cached
        self.seed = seed
        self.source = "calibrate-fio-" + ("cached" if cached else "direct")
        version = processes.ask(["fio", "--version"]).strip()
        if not re.match(r"fio-([3-9]|\d\d)", version):
            raise Failed(
                "fio is %s; it has to be 3 or later. Give --tool dd, or a newer fio." % version
            )

    def measure(self, directory, load, access, size, limit):
        """Bytes that all processes moved together, and the seconds it took them."""
        share = size // load.processes if load.shared else size
        side = "read" if access.reading else "write"
        kind = side if access.sequential else "rand" + side
        command = [
            "fio",
            "--name=calibrate",
            "--rw=" + kind,
            "--bs=%d" % load.request,
            "--size=%d" % share,
            "--numjobs=%d" % load.processes,
            # Threads end with fio; its processes would outlive a fio that is killed.
            "--thread=1",
            "--ioengine=psync",
            "--direct=%d" % (not self.cached),
            "--fallocate=none",
            "--randseed=%d" % self.seed,
            "--output-format=json",
        ]
        if load.shared:
            command += ["--filename=" + file_names(load)[0], "--offset_increment=%d" % share]
        else:
            command += ["--filename_format=f.$jobnum"]
        if not access.reading:
            command += ["--end_fsync=1"]
        if not access.sequential:
            part = max(share // RANDOM_PART // load.request, 1) * load.request
            command += ["--norandommap=1", "--io_size=%d" % part, "--runtime=%d" % RANDOM_SECONDS]
        _, (out,) = self.processes.run([command], directory, limit)
        try:
            # Warnings stand before the JSON.
            jobs = json.loads(out[out.index("{"):])["jobs"]
            moved = sum(job[side]["io_bytes"] for job in jobs)
            millis = max(job[side]["runtime"] for job in jobs)
            error = max(job["error"] for job in jobs)
        except (ValueError, KeyError, TypeError):
            raise Failed("fio wrote no result: " + " ".join(out.split()))
        if error or moved <= 0 or len(jobs) != load.processes:
            raise Failed("fio did not do what it was told (error %s, %d bytes)." % (error, moved))
        return moved, max(millis, 1) / 1000


def kinds(load, access):
    """What tells how long a measurement takes, the closest first."""
    return (load._replace(pool="", targets=0), access), (load.request, access), access


def file_names(load):
    """Relative to the directory of their chunk size. No file name of the site is in a command."""
    return ["f"] if load.shared else ["f.%d" % i for i in range(load.processes)]


class Grid:
    """What there is to measure, and how much of it fits into the limits."""

    def __init__(self, options, targets, accesses):
        self.options = options
        self.accesses = accesses
        self.loads = [
            Load(*each)
            for each in itertools.product(
                options.pools, targets, options.requests, options.processes, (False, True)
            )
            if each[3] > 1 or not each[4]
        ]
        self.usable = options.max_bytes
        if not options.file_size:
            self.usable -= options.max_bytes // TRIAL_PART
        self.size = options.file_size or self._affordable()
        time_left, bytes_left = options.minutes * 60, self.usable
        self.planned = []
        for repeat, load in self.order():
            time_left -= SECONDS * len(accesses) * len(CHUNKS)
            bytes_left -= self.load_bytes(load)
            # However short the time is, one is begun.
            if repeat > 1 or bytes_left < 0 or self.planned and time_left < 0:
                break
            self.planned.append(load)

    def _affordable(self):
        """A power of two that leaves the bytes for as many loads as there is time for."""
        in_time = int(self.options.minutes * 60 / (SECONDS * len(self.accesses) * len(CHUNKS)))
        loads = max(min(in_time, len(self.loads)), 1)
        self.size = 1 << 40
        while self.size > MIB and loads * sum(map(self.load_bytes, self.loads)) > self.usable * len(
            self.loads
        ):
            self.size >>= 1
        return self.size

    def order(self):
        """Endless pairs of repeat and load. A load is drawn from those whose levels, alone and in
        pairs, came up least so far."""
        draw = random.Random(self.options.seed)
        seen = collections.Counter()
        for repeat in itertools.count(1):
            left = draw.sample(self.loads, len(self.loads))
            while left:
                load = min(left, key=lambda each: sum(seen[level] for level in self._levels(each)))
                left.remove(load)
                seen.update(self._levels(load))
                yield repeat, load

    @staticmethod
    def _levels(load):
        single = list(enumerate(load))
        return single + list(itertools.combinations(single, 2))

    def file_bytes(self, load):
        """Bytes of a file: whole requests of every process."""
        files = len(file_names(load))
        unit = load.request * (load.processes if load.shared else 1)
        size = self.size // files
        if not self.options.file_size:
            size = max(size, 2 * CHUNKS[-1] * load.targets, 4 * unit)
        return max(-(-size // unit), 1) * unit

    def held_bytes(self, load):
        """Bytes of all files of a load: all chunk sizes are there at a time."""
        return self.file_bytes(load) * len(file_names(load)) * len(CHUNKS)

    def load_bytes(self, load):
        """Bytes that a load writes."""
        return sum(self.access_bytes(load, access) for access in self.accesses)

    def access_bytes(self, load, access):
        if access.reading:
            return 0
        if access.sequential:
            return self.held_bytes(load)
        # Each process writes a part, and at least one request.
        least = load.request * load.processes * len(CHUNKS)
        return max(self.held_bytes(load) // RANDOM_PART, least)

    def peak_bytes(self):
        return max(self.held_bytes(load) for load in self.loads)


class Table:
    """The table: FILE.partial, row by row on disk, until it is published."""

    def __init__(self, file):
        self.file = file
        self.partial = file + ".partial"
        self.rows = 0
        self.out = None

    def begin(self):
        with uninterrupted():
            self.out = open(
                self.partial, "x", encoding="utf-8", errors="surrogateescape", newline=""
            )
            self._write(HEADER)

    def add(self, *values):
        with uninterrupted():
            self._write(values)
            self.rows += 1

    def _write(self, values):
        csv.writer(self.out, lineterminator="\n").writerow(values)
        self.out.flush()
        os.fsync(self.out.fileno())

    def publish(self):
        """From here on the sweep is over, and signals come too late."""
        ignore_signals()
        self.out.close()
        if os.path.lexists(self.file):
            raise Failed("%s appeared meanwhile." % self.file)
        os.rename(self.partial, self.file)

    def leave(self):
        """Ends without publishing; says what is left."""
        if not self.out:
            return
        with uninterrupted():
            self.out.close()
            if self.rows:
                say(
                    "%s holds the %d measurements so far; it is a valid table."
                    % (self.partial, self.rows)
                )
            else:
                os.unlink(self.partial)


class Scratch:
    """The sweep's own sub-directory."""

    def __init__(self, parent):
        self.parent = parent
        self.path = None

    def make(self):
        with uninterrupted():
            self.path = tempfile.mkdtemp(prefix=PREFIX, dir=self.parent)
            made = os.lstat(self.path)
            self.identity = (made.st_dev, made.st_ino)
            self.name = os.path.basename(self.path)
            with open(os.path.join(self.path, MARKER), "x") as marker:
                marker.write(self.name + "\n")

    def remove(self):
        """Removes the directory if it is still the one that was made; follows no link."""
        if not self.path:
            return
        with uninterrupted():
            try:
                found = os.lstat(self.path)
                marker = os.path.join(self.path, MARKER)
                with open(marker) as text:
                    own = text.read() == self.name + "\n"
                same = (found.st_dev, found.st_ino) == self.identity
                if not (own and same and stat.S_ISDIR(found.st_mode)):
                    raise OSError(0, "it is no longer what this sweep made")
                # The marker last: what a failed removal leaves is still marked.
                with os.scandir(self.path) as entries:
                    for entry in [each for each in entries if each.name != MARKER]:
                        if entry.is_dir(follow_symlinks=False):
                            shutil.rmtree(entry.path)
                        else:
                            os.unlink(entry.path)
                os.unlink(marker)
                os.rmdir(self.path)
            except OSError as e:
                say("%s could not be removed: %s. Remove it." % (self.path, e.strerror))


class Sweep:
    """One run of the sweep."""

    def __init__(self, options, ctl, tool, grid, scratch, table):
        self.options = options
        self.ctl = ctl
        self.tool = tool
        self.grid = grid
        self.scratch = scratch
        self.table = table
        self.started = time.monotonic()
        self.deadline = self.started + options.minutes * 60
        self.written = 0
        self.short = 0
        self.spent = collections.defaultdict(list)
        self.draw = random.Random("order of chunks %d" % options.seed)

    def run(self):
        """Returns the reason why the sweep ended, and whether everything planned was measured."""
        done = 0
        try:
            self._set_patterns()
            if not self.options.file_size:
                self._choose_size()
            for repeat, load in self.grid.order():
                self._require_room(load, done)
                self._measure(repeat, load)
                done += 1
        except Limit as e:
            if self.short:
                say(
                    "%d of %d measurements took less than %s seconds and are blurred. Give a larger"
                    " --file-size, or more --max-bytes."
                    % (self.short, self.table.rows, SHORT_SECONDS)
                )
            return str(e), done >= len(self.grid.planned)

    def _set_patterns(self):
        """Before anything is written, so that a refusal costs nothing."""
        for load in self.grid.loads:
            for chunk in CHUNKS:
                directory = self._directory(load, chunk)
                if os.path.isdir(directory):
                    continue
                os.mkdir(directory)
                self.ctl.set(directory, chunk, load.targets, load.pool)
                self._require_pattern(directory, chunk, load)

    def _require_pattern(self, directory, chunk, load):
        found = self.ctl.pattern(directory)
        in_pool = not load.pool or load.pool in found.pool
        if found.chunk != chunk or found.targets != load.targets or not in_pool:
            raise Failed(
                "BeeGFS did not take the pattern of %s: instead of chunks of %s on %d targets%s"
                " it has %s on %d%s."
                % (
                    directory,
                    size_text(chunk),
                    load.targets,
                    " of pool " + load.pool if load.pool else "",
                    size_text(found.chunk),
                    found.targets,
                    " of pool " + found.pool[-1] if found.pool else "",
                )
            )

    def _choose_size(self):
        """Lowers the size to what one process writes in two seconds, measured with files that grow
        until one takes half a second; a longer trial would be a sweep of its own."""
        load = self.grid.loads[0]._replace(request=MIB, processes=1, shared=False)
        directory = self._directory(load, CHUNKS[3])
        most = min(self.grid.size, self.options.max_bytes // (2 * TRIAL_PART))
        size, wanted = 16 * MIB, self.grid.size
        while size <= most:
            _, took = self.tool.measure(directory, load, ACCESSES[0], size, self._time_left())
            self.written += size
            os.unlink(os.path.join(directory, file_names(load)[0]))
            wanted = 1 << max(int(2 * size / took).bit_length() - 1, 20)
            if took >= 0.5:
                break
            size *= 4
        self.grid.size = min(self.grid.size, wanted)
        say("A measurement is of about %s." % size_text(self.grid.size))

    def _require_room(self, load, done):
        """Raises Limit where the load does not fit into what is left of time, bytes or space."""
        expected = sum(self._expected(load, access) for access in self.grid.accesses)
        if done and self._is_late(expected):
            raise Limit("the next combination would not end within --minutes")
        if self.written + self.grid.load_bytes(load) > self.options.max_bytes:
            raise Limit("the next combination would write more than --max-bytes")
        lack = lacking_space(self.scratch.path, self.grid.held_bytes(load))
        if lack:
            raise Limit(lack)

    def _is_late(self, seconds):
        return time.monotonic() + seconds > self.deadline

    def _expected(self, load, access):
        """Seconds of all chunk sizes, out of those of the most similar that were measured."""
        for kind in kinds(load, access):
            if self.spent[kind]:
                return sum(self.spent[kind]) / len(self.spent[kind])
        return SECONDS * len(CHUNKS)

    def _measure(self, repeat, load):
        size = self.grid.file_bytes(load)
        patterns = {}
        try:
            for access in self.grid.accesses:
                if patterns and self._is_late(self._expected(load, access)):
                    raise Limit("the next kind of access would not end within --minutes")
                started = time.monotonic()
                self._run_chunks(repeat, load, access, size, patterns)
                for kind in kinds(load, access):
                    self.spent[kind].append(time.monotonic() - started)
        finally:
            for chunk in CHUNKS:
                for name in file_names(load):
                    with contextlib.suppress(FileNotFoundError):
                        os.unlink(os.path.join(self._directory(load, chunk), name))

    def _run_chunks(self, repeat, load, access, size, patterns):
        group = "/".join(
            (
                self.scratch.name,
                "r%d" % repeat,
                "pool-%s" % load.pool if load.pool else "pool",
                "t%d" % load.targets,
                "q" + size_text(load.request),
                "n%d" % load.processes,
                "shared" if load.shared else "private",
                "sequential" if access.sequential else "random",
                "read" if access.reading else "write",
            )
        )
        speeds = {}
        self.written += self.grid.access_bytes(load, access)
        for chunk in self.draw.sample(CHUNKS, len(CHUNKS)):
            directory = self._directory(load, chunk)
            if access.reading:
                self._forget(directory, load)
            now = datetime.datetime.now(datetime.timezone.utc)
            moved, took = self.tool.measure(directory, load, access, size, self._time_left())
            speed = moved / took / MIB
            self.short += took < SHORT_SECONDS
            first = os.path.join(directory, file_names(load)[0])
            if chunk not in patterns:
                self._require_sizes(directory, load, size)
                patterns[chunk] = self._pattern(first, chunk, load)
            self.table.add(
                "/" + os.path.relpath(first, self.options.mount),
                group,
                size,
                chunk,
                patterns[chunk].targets,
                ";".join(patterns[chunk].target_ids),
                load.request,
                int(access.reading),
                int(access.sequential),
                load.processes,
                str(load.shared).lower(),
                # No measurement is lost to rounding to nothing.
                "%.6g" % speed,
                now.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
                self.tool.source,
            )
            speeds[chunk] = speed
        say(
            "%3d min %s: %s MiB/s"
            % (
                (time.monotonic() - self.started) // 60,
                group.split("/", 1)[1],
                ", ".join("%s %.0f" % (size_text(chunk), speeds[chunk]) for chunk in CHUNKS),
            )
        )

    def _pattern(self, file, chunk, load):
        """The pattern of a test file; that of its directory where the file's cannot be read."""
        try:
            found = self.ctl.pattern(file)
        except Failed as e:
            say("The targets of %s are unknown. %s" % (file, e))
            return Pattern(chunk, load.targets, [], [])
        if found.chunk != chunk:
            raise Failed(
                "%s has chunks of %s, its directory %s."
                % (file, size_text(found.chunk), size_text(chunk))
            )
        return found

    @staticmethod
    def _require_sizes(directory, load, size):
        for name in file_names(load):
            file = os.path.join(directory, name)
            found = os.stat(file).st_size
            if found != size:
                raise Failed("%s has %d bytes instead of %d." % (file, found, size))

    @staticmethod
    def _forget(directory, load):
        """Drops clean pages; direct I/O does not see them, and a cached read shall not."""
        for name in file_names(load):
            file = os.open(os.path.join(directory, name), os.O_RDONLY)
            try:
                os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            finally:
                os.close(file)

    def _time_left(self):
        """How long a measurement may take: chunk sizes that began together end together."""
        left = self.deadline + GRACE_SECONDS - time.monotonic()
        if left <= 0:
            raise Limit("--minutes are over")
        return left

    def _directory(self, load, chunk):
        pool = self.options.pools.index(load.pool)
        name = "p%d-t%d-c%s" % (pool, load.targets, size_text(chunk))
        return os.path.join(self.scratch.path, name)


def lacking_space(directory, need):
    """What is wrong with the free space, or nothing."""
    space = os.statvfs(directory)
    free, total = space.f_bavail * space.f_frsize, space.f_blocks * space.f_frsize
    if free < total / 10:
        return "less than a tenth of the file system is free"
    if free < 2 * need:
        return "%s of test files need twice their size, and only %s are free" % (
            amount_text(need),
            amount_text(free),
        )
    return None


def mount_point(directory):
    """The mount point of a directory and the type of its file system."""
    best = ("/", "")
    with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as mounts:
        for line in mounts:
            fields, kind = line.split(" - ", 1)
            # Blanks and backslashes are octal.
            point = re.sub(r"\\([0-7]{3})", lambda o: chr(int(o.group(1), 8)), fields.split()[4])
            # Of two mounts on one point, the later one is seen.
            if is_within(directory, point) and len(point) >= len(best[0]):
                best = (point, kind.split()[0])
    return best


def is_within(path, parent):
    return os.path.commonpath((path, parent)) == parent


class Arguments(argparse.ArgumentParser):
    def error(self, message):
        say(message[0].upper() + message[1:].rstrip(".") + ". See calibrate.sh --help.")
        sys.exit(64)


def size_argument(text):
    match = re.match(r"(\d+)([KMGTP]?)(?:iB|i|B)?$", text.strip(), re.I)
    if not match or int(match.group(1)) == 0:
        raise argparse.ArgumentTypeError('"%s" is no size such as 64K or 100G' % text)
    return int(match.group(1)) << 10 * " KMGTP".index((match.group(2) or " ").upper())


def list_of(read, least, most, step=1):
    def argument(text):
        values = []
        for part in text.split(","):
            try:
                value = read(part)
            except ValueError:
                raise argparse.ArgumentTypeError('"%s" is no whole number' % part)
            if isinstance(value, int) and not (least <= value <= most and value % step == 0):
                raise argparse.ArgumentTypeError(
                    '"%s" is not from %s to %s%s'
                    % (part, least, most, ", or no multiple of %d" % step if step > 1 else "")
                )
            if value not in values:
                values.append(value)
        return values

    return argument


def pool_list(text):
    pools = text.split(",")
    named = all(re.match(r"[A-Za-z0-9_.][A-Za-z0-9_.:-]*$", pool) for pool in pools)
    if not named or len(set(pools)) < len(pools):
        raise argparse.ArgumentTypeError('"%s" is no list of pools such as 1,2' % text)
    return pools


def minutes_argument(text):
    if not re.match(r"\d{1,5}(\.\d+)?$", text) or float(text) <= 0:
        raise argparse.ArgumentTypeError('"%s" is no number of minutes' % text)
    return float(text)


def arguments(argv):
    parser = Arguments(add_help=False, allow_abbrev=False)
    parser.add_argument("--scratch", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--mount")
    parser.add_argument("--cli", choices=("v7", "v8"))
    parser.add_argument("--tool", choices=("fio", "dd"))
    parser.add_argument("--cached", action="store_true")
    parser.add_argument("--dry-run", action="store_true")
    parser.add_argument("--minutes", type=minutes_argument, default=30)
    parser.add_argument("--max-bytes", type=size_argument, default=100 << 30)
    parser.add_argument("--file-size", type=size_argument)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pools", type=pool_list, default=[""])
    targets = list_of(lambda text: text if text == "default" else int(text), 1, 1024)
    parser.add_argument("--targets", type=targets, default=[1, 4, "default"])
    # Direct I/O goes by whole pages.
    requests = list_of(size_argument, 4 * KIB, 1 << 30, 4 * KIB)
    powers_of_four = [64 * KIB << power for power in range(0, 10, 2)]
    parser.add_argument("--requests", type=requests, default=powers_of_four)
    parser.add_argument("--processes", type=list_of(int, 1, 1024), default=[1, 4, 16])
    options = parser.parse_args(argv)
    options.usage = parser.error
    return options


def check_paths(options):
    """Resolves the paths and refuses those that cannot be worked with."""
    if not os.path.isdir(options.scratch):
        raise Failed("The scratch directory %s does not exist." % options.scratch)
    options.scratch = os.path.realpath(options.scratch)
    if options.mount:
        options.mount = os.path.realpath(options.mount)
    else:
        options.mount, kind = mount_point(options.scratch)
        if kind != "beegfs":
            raise Failed(
                "%s is on %s, which is %s and not BeeGFS. Mount BeeGFS, or give its mount point"
                " with --mount." % (options.scratch, options.mount, kind or "unknown")
            )
    if not is_within(options.scratch, options.mount):
        raise Failed(
            "The scratch directory %s is not below the mount %s." % (options.scratch, options.mount)
        )
    # beegfs-ctl cuts a path off at the first equals sign, and would take another directory.
    misread = r"[\x00-\x1f\x7f]" if options.cli == "v8" else r"[=\x00-\x1f\x7f]"
    if re.search(misread, options.scratch):
        raise Failed(
            "The path %r has an equals sign or a control character, which the command line tools of"
            " BeeGFS misread. Give another scratch directory." % options.scratch
        )
    for file in (options.output, options.output + ".partial"):
        if os.path.lexists(file):
            raise Failed("%s exists. Move it away, or give another --output." % file)
    if not os.path.isdir(os.path.dirname(os.path.abspath(options.output))):
        raise Failed("The directory of %s does not exist." % options.output)
    for name in sorted(os.listdir(options.scratch)):
        if name.startswith(PREFIX) and os.path.exists(os.path.join(options.scratch, name, MARKER)):
            say(
                "%s is of another sweep. If none is running, remove it; if one is, they disturb"
                " each other." % os.path.join(options.scratch, name)
            )


def print_plan(grid, tool):
    for i, load in enumerate(grid.planned, 1):
        print(
            "%3d: %stargets %d, requests %s, processes %d, %s files of %s"
            % (
                i,
                "pool %s, " % load.pool if load.pool else "",
                load.targets,
                size_text(load.request),
                load.processes,
                "shared" if load.shared else "private",
                size_text(grid.file_bytes(load)),
            )
        )
    measurements = len(grid.planned) * len(grid.accesses) * len(CHUNKS)
    print(
        "Planned: %d of %d combinations x %d kinds of access x %d chunk sizes = %d measurements"
        " with %s; about %d minutes, at most %s written, at most %s of files at a time. What is"
        " left of the limits goes into further combinations and repeats."
        % (
            len(grid.planned),
            len(grid.loads),
            len(grid.accesses),
            len(CHUNKS),
            measurements,
            tool.source,
            -(-measurements * SECONDS // 60),
            amount_text(sum(map(grid.load_bytes, grid.planned))),
            amount_text(grid.peak_bytes()),
        )
    )


def calibrate(options, processes):
    if not options.cli:
        options.cli = "v8" if shutil.which(CtlEight.name) else "v7"
    ctl = (CtlEight if options.cli == "v8" else CtlSeven)(processes)
    if not shutil.which(ctl.name):
        raise Failed(
            "%s is not on the PATH. Run this on a client of BeeGFS with its command line tools, or"
            " give --cli." % ctl.name
        )
    check_paths(options)
    name = options.tool or ("fio" if shutil.which("fio") else "dd")
    tool = (Fio if name == "fio" else Dd)(processes, options.cached, options.seed)
    if name == "dd":
        say("Measuring with dd: random access is left out, and zeros are written. fio does better.")
    targets = []
    for each in options.targets:
        each = ctl.pattern(options.scratch).targets if each == "default" else each
        targets += [each] if each not in targets else []
    grid = Grid(options, targets, tool.accesses)
    if not grid.loads:
        options.usage("--processes leaves nothing to measure")
    if not grid.planned:
        options.usage(
            "The first combination writes %s, more than --max-bytes"
            % amount_text(grid.load_bytes(next(grid.order())[1]))
        )
    if options.dry_run:
        print_plan(grid, tool)
        return 0
    lack = lacking_space(options.scratch, grid.peak_bytes())
    if lack:
        raise Failed("Not started: %s." % lack)
    table = Table(options.output)
    scratch = Scratch(options.scratch)
    try:
        table.begin()
        scratch.make()
        say(
            "Measuring %d combinations with %s in %s."
            % (len(grid.planned), tool.source, scratch.path)
        )
        reason, complete = Sweep(options, ctl, tool, grid, scratch, table).run()
        if not table.rows:
            raise Failed("Nothing was measured: %s." % reason)
        table.publish()
    except BaseException:
        table.leave()
        raise
    finally:
        processes.end()
        scratch.remove()
    print("%d measurements in %s; ended because %s." % (table.rows, options.output, reason))
    return 0 if complete else 2


def main():
    for number in SIGNALS:
        # What nohup or a shell's & ignores stays ignored.
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, on_signal)
    options = arguments(sys.argv[1:])
    try:
        return calibrate(options, Processes())
    except Failed as e:
        say(str(e))
    except Limit as e:
        say("%s." % e)
    except Interrupted as e:
        say("Interrupted by %s." % e)
    except OSError as e:
        say("%s: %s." % (e.filename or "The sweep failed", e.strerror))
    return 1


if __name__ == "__main__":
    sys.exit(main())

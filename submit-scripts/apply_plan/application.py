"""Goes through the plan, largest gain first, within the limits, and says what came of it."""

import collections

from words import Already, Failure, Problem, Skip, display, say, size_text, warn, words_of

# So many failures are needed before their share says anything.
LEAST_FAILURES = 3


class Stopped(Exception):
    """Too many failures."""


class Limits:
    """Of everything that was done with one journal; what fails counts in this start."""

    def __init__(self, journal, max_directories, max_files, max_bytes):
        self.journal = journal
        self.most = {"directories": max_directories, "rewrites": max_files}
        self.max_bytes = max_bytes
        self.tried = collections.Counter()
        self.tried_bytes = 0

    def reached(self, table, size):
        """The limit that the next entry would exceed, or None."""
        if self.journal.counts[table] + self.tried[table] >= self.most[table]:
            return "--max-files" if table == "rewrites" else "--max-directories"
        if self.journal.bytes + self.tried_bytes + size > self.max_bytes:
            return "--max-bytes"
        return None

    def count(self, table, size):
        """An entry that the journal does not know as done."""
        self.tried[table] += 1
        self.tried_bytes += size


class Application:
    def __init__(self, journal, limits, max_error_rate, dry):
        self.journal = journal
        self.limits = limits
        self.max_error_rate = max_error_rate
        self.dry = dry
        self.results = collections.Counter()
        self.reasons = collections.Counter()
        self.beyond = {}

    def run(self, table, records, action):
        """Applies action, Settings or Rewriting, to what is not done yet."""
        for record in records:
            if record.number in self.journal.done[table]:
                self.results[table, "done"] += 1
                continue
            size = getattr(record, "size", 0)
            limit = self.limits.reached(table, size)
            if limit:
                self.beyond[table] = limit
                return
            self._one(table, record, action, size)

    def _one(self, table, record, action, size):
        name = display(record.path)
        try:
            (action.check if self.dry else action.apply)(record)
        except Already:
            self.results[table, "already"] += 1
            if not self.dry:
                self.journal.note("already", table, record, "")
        except Skip as e:
            self._leave("skipped", table, record, e, name)
        except (Failure, OSError) as e:
            self.limits.count(table, size)
            self._leave("failed", table, record, e, name)
            self._require_few_failures()
        else:
            if self.dry:
                self.limits.count(table, size)
            self.results[table, "changed"] += 1
            verb = "would become" if self.dry else "is now"
            say("%s %s: %s" % (size_text(record.chunk), verb, name))

    def _leave(self, result, table, record, why, name):
        self.results[table, result] += 1
        self.reasons[table, result, words_of(why)] += 1
        warn("%s: %s: %s." % (result, name, words_of(why)))
        if not self.dry:
            self.journal.note(result, table, record, words_of(why))

    def _require_few_failures(self):
        failed = sum(n for (_, result), n in self.results.items() if result == "failed")
        changed = sum(n for (_, result), n in self.results.items() if result == "changed")
        if failed >= LEAST_FAILURES and failed > self.max_error_rate * (failed + changed):
            raise Stopped("%d of %d attempts failed" % (failed, failed + changed))

    def complete(self):
        """Whether nothing was left out."""
        left = [result for _, result in self.results if result in ("skipped", "failed")]
        return not left and not self.beyond

    def summary(self):
        for table, what in (("directories", "Directories"), ("rewrites", "Files")):
            of = {result: n for (each, result), n in self.results.items() if each == table}
            say(
                "%s: %d %s, %d done before, %d right already, %d skipped, %d failed%s."
                % (
                    what,
                    of.get("changed", 0),
                    "to change" if self.dry else "changed",
                    of.get("done", 0),
                    of.get("already", 0),
                    of.get("skipped", 0),
                    of.get("failed", 0),
                    "; ended at " + self.beyond[table] if table in self.beyond else "",
                )
            )
        for (table, result, why), n in sorted(self.reasons.items()):
            say("  %d %s: %s" % (n, result, why))


def report_left(left):
    """Names of ours that are still in the file system. Raises Problem if there are any."""
    for path, why in left:
        warn("left: %s: %s." % (display(path), why))
    if left:
        raise Problem(
            "%d names of this tool may be left in the file system, listed above. Start it again with the"
            " same journal to take them away, or look at them." % len(left)
        )

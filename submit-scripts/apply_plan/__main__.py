"""apply-plan.sh, whose help text is the manual. Runs on Python 3.6 without packages."""

import argparse
import os
import re
import signal
import sys

from application import Application, Limits, Stopped, report_left
from ctl import CtlEight, CtlSeven
from journal import Journal, Locked, text
from plan import PlanFile
from rewrite import Rewriting
from setting import Settings
from tree import Mount
from trust import owner_of
from words import SIGNALS, Failure, Interrupted, Problem, on_signal, say, warn, words_of

FAILED, PARTLY, USAGE, LOCKED = 1, 2, 64, 75
JOURNAL_VERSION = 2


class Parser(argparse.ArgumentParser):
    def error(self, message):
        warn("apply-plan.sh: %s. See apply-plan.sh --help." % message)
        sys.exit(USAGE)


def size_of(value):
    match = re.match(r"(\d+)([KMGTP]?)$", value)
    if not match:
        raise argparse.ArgumentTypeError("%s is not a size" % value)
    return int(match.group(1)) << {"": 0, "K": 10, "M": 20, "G": 30, "T": 40, "P": 50}[match.group(2)]


def whole(value):
    if not re.match(r"\d{1,18}$", value):
        raise argparse.ArgumentTypeError("%s is not a whole number" % value)
    return int(value)


def fraction(value):
    if not re.match(r"(0|1|0?\.\d+|1\.0+|0\.\d+)$", value):
        raise argparse.ArgumentTypeError("%s is not between 0 and 1" % value)
    return float(value)


def parse(arguments):
    more = []
    if "--" in arguments:
        at = arguments.index("--")
        arguments, more = arguments[:at], arguments[at + 1 :]
    parser = Parser(add_help=False, allow_abbrev=False)
    parser.add_argument("--run", required=True)
    parser.add_argument("--run-owner")
    parser.add_argument("--yes", action="store_true")
    parser.add_argument("--journal")
    parser.add_argument("--mount")
    parser.add_argument("--cli", choices=("v7", "v8"))
    parser.add_argument("--only", choices=("directories", "files"))
    parser.add_argument("--max-directories", type=whole, default=1000)
    parser.add_argument("--max-files", type=whole, default=1000)
    parser.add_argument("--max-bytes", type=size_of, default=1 << 40)
    parser.add_argument("--max-error-rate", type=fraction, default=0.05)
    parser.add_argument("--quiet-seconds", type=whole, default=3600)
    parser.add_argument("--keep-free", type=fraction, default=0.1)
    options = parser.parse_args(arguments)
    if options.yes and not options.journal:
        parser.error("--yes needs --journal")
    options.more = more
    return options


def apply(options):
    owner = owner_of(options.run_owner) if options.run_owner else os.geteuid()
    directories, rewrites = (PlanFile(options.run, name, owner) for name in ("directories", "rewrites"))
    planned = directories.header
    mount = Mount(
        os.fsencode(options.mount) if options.mount else planned.mount,
        must_be_beegfs=not options.mount,
    )
    ctl = {"v7": CtlSeven, "v8": CtlEight}[options.cli or planned.cli](options.more)
    journal = Journal()
    if options.journal:
        header = {
            "event": "journal",
            "version": JOURNAL_VERSION,
            "mount": text(mount.path),
            "plan": directories.fingerprint() + rewrites.fingerprint(),
        }
        journal.read(options.journal, header, create=options.yes)
    try:
        ctl.info(mount.path)
    except Failure as e:
        raise Problem("BeeGFS gives no answer for %s: %s." % (os.fsdecode(mount.path), e))

    limits = Limits(journal, options.max_directories, options.max_files, options.max_bytes)
    application = Application(journal, limits, options.max_error_rate, dry=not options.yes)
    rewriting = Rewriting(mount, ctl, journal, options.quiet_seconds, options.keep_free)
    if journal.open and not options.yes:
        warn("%d rewrites were begun and not ended. --yes ends them." % len(journal.open))
    try:
        if options.yes and journal.open:
            say("Recovered: %d rewrites that were begun and not ended." % rewriting.recover())
        if options.only != "files":
            application.run("directories", directories.records(), Settings(mount, ctl, journal))
        if options.only != "directories":
            application.run("rewrites", rewrites.records(), rewriting)
    finally:
        application.summary()
        report_left(rewriting.left)
    if not options.yes:
        say("Nothing was changed. Give --yes and --journal to act.")
        return 0
    return 0 if application.complete() else PARTLY


def main(arguments):
    options = parse(arguments)
    for each in SIGNALS:
        signal.signal(each, on_signal)
    try:
        return apply(options)
    except Stopped as e:
        warn("Stopped: %s." % e)
        return FAILED
    except (Problem, OSError) as e:
        warn("apply-plan.sh: %s" % words_of(e))
        return FAILED
    except Locked as e:
        warn("apply-plan.sh: another process works with the journal %s." % e)
        return LOCKED
    except Interrupted as e:
        warn("Interrupted by %s. Start it again with the same journal to go on." % e)
        return FAILED


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

"""What the tool says, and how it says names: a name is bytes, and only text that is safe to print is shown."""

import contextlib
import os
import signal
import sys
import unicodedata

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Problem(Exception):
    """Nothing more can be done; the admin has to put something right."""


class Skip(Exception):
    """This entry is not what the plan was made for, or not safe to touch. It is as it was."""


class Already(Exception):
    """This entry has the chunk size that it should get."""


class Failure(Exception):
    """This entry should have been changed and could not. It is as it was."""


class Interrupted(BaseException):
    """A signal."""


def say(text):
    print(text, flush=True)


def warn(text):
    print(text, file=sys.stderr, flush=True)


def display(name):
    """Bytes as text: a backslash doubled, and every byte that is not printable UTF-8 as \\xNN."""
    text = []
    for char in name.decode("utf-8", "surrogateescape"):
        if char == "\\":
            text.append("\\\\")
        elif "\udc80" <= char <= "\udcff" or unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp"):
            text += ["\\x%02X" % byte for byte in char.encode("utf-8", "surrogateescape")]
        else:
            text.append(char)
    return "".join(text)


def size_text(size):
    """A size as its largest whole unit."""
    for shift, unit in ((40, "T"), (30, "G"), (20, "M"), (10, "K")):
        if size >= 1 << shift and size % (1 << shift) == 0:
            return "%d%s" % (size >> shift, unit)
    return str(size)


@contextlib.contextmanager
def uninterrupted():
    """Signals wait until the end of the block."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, SIGNALS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def on_signal(number, frame):
    # One is enough: a second one would interrupt the cleaning up.
    for each in SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise Interrupted(signal.Signals(number).name)

def words_of(error):
    """An error as the rest of a sentence."""
    if isinstance(error, OSError):
        return os.strerror(error.errno) if error.errno else str(error)
    return str(error)

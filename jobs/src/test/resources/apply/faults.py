"""Runs the tool of apply-plan.sh and, at one of the calls by which it touches the world, does something.

faults.py PACKAGE ARGUMENT...   with PACKAGE the directory of the tool

FAULT_STEP    number of the call, from 1; the fault comes before it
FAULT         kill; error NAME, such as ENOSPC; sh COMMAND
FAULT_FILE_KIB  no file can become larger; FAULT_NO_LEASES  the file system has none
FAULT_CALLS   file that receives the names of the calls, one a line
FAULT_NO_LINKS  hard links are refused; with the value "symbolic" they become symbolic links

As on BeeGFS, every flag of renameat2 is refused, by a filter of system calls on x86-64.
"""
import ctypes
import errno
import fcntl
import os
import resource
import platform
import signal
import struct
import subprocess
import sys


def refuse_rename_flags():
    """EINVAL for renameat2 (316) unless the low half of its fifth argument is 0."""
    load, equal, end = 0x20, 0x15, 0x06
    program = b"".join(
        struct.pack("HBBI", *each)
        for each in (
            (load, 0, 0, 0),
            (equal, 0, 3, 316),
            (load, 0, 0, 16 + 4 * 8),
            (equal, 1, 0, 0),
            (end, 0, 0, 0x00050000 | errno.EINVAL),
            (end, 0, 0, 0x7FFF0000),
        )
    )
    code = ctypes.create_string_buffer(program)
    rules = ctypes.create_string_buffer(struct.pack("HxxxxxxP", 6, ctypes.addressof(code)))
    libc = ctypes.CDLL(None, use_errno=True)
    for arguments in ((38, 1, 0, 0, 0), (22, 2, ctypes.byref(rules), 0, 0)):
        if libc.prctl(*arguments):
            raise OSError(ctypes.get_errno(), "prctl")


if platform.machine() == "x86_64":
    refuse_rename_flags()
package = os.path.realpath(sys.argv[1])
sys.path.insert(0, package)
step = int(os.environ.get("FAULT_STEP", 0))
fault, _, detail = os.environ.get("FAULT", "").partition(" ")
calls = open(os.environ["FAULT_CALLS"], "w") if "FAULT_CALLS" in os.environ else None
count = 0
run = subprocess.run


def wrapped(name, real):
    def call(*arguments, **options):
        global count
        caller = sys._getframe(1).f_code
        # Looking for other processes' descriptors is many calls, and touches nothing.
        if not caller.co_filename.startswith(package) or caller.co_name == "same_file":
            return real(*arguments, **options)
        count += 1
        if calls:
            calls.write(name + "\n")
            calls.flush()
        if count == step:
            if fault == "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            elif fault == "sh":
                run(["sh", "-c", detail])
            elif fault == "error":
                if name == "close":
                    real(*arguments)
                raise OSError(getattr(errno, detail), os.strerror(getattr(errno, detail)))
        return real(*arguments, **options)

    return call


for module, names in (
    (
        os,
        "open close dup lseek mkdir rmdir link unlink rename stat fstat fstatvfs pread pwrite write"
        " ftruncate fsync posix_fadvise fchown fchmod utime listxattr getxattr setxattr removexattr",
    ),
    (subprocess, "run"),
    (fcntl, "fcntl flock"),
):
    for each in names.split():
        setattr(module, each, wrapped(each, getattr(module, each)))
if os.environ.get("FAULT_NO_LINKS"):

    def refuse_link(source, target, src_dir_fd, dst_dir_fd, follow_symlinks):
        if os.environ["FAULT_NO_LINKS"] != "symbolic":
            raise OSError(errno.EPERM, "no links")
        os.symlink(source, target, dir_fd=dst_dir_fd)

    os.link = refuse_link
if os.environ.get("FAULT_NO_LEASES"):
    grant = fcntl.fcntl

    def refuse(descriptor, command, argument=0):
        if command == fcntl.F_SETLEASE:
            raise OSError(errno.EINVAL, "no leases")
        return grant(descriptor, command, argument)

    fcntl.fcntl = refuse

if "FAULT_FILE_KIB" in os.environ:
    most = int(os.environ["FAULT_FILE_KIB"]) << 10
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
del sys.argv[0]
with open(os.path.join(package, "__main__.py")) as source:
    code = compile(source.read(), os.path.join(package, "__main__.py"), "exec")
sys.exit(exec(code, {"__name__": "__main__"}))

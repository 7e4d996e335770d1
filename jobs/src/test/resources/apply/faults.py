"""Runs the tool of apply-plan.sh and, at one of the calls by which it touches the world, does something.

faults.py PACKAGE ARGUMENT...   with PACKAGE the directory of the tool

FAULT_STEP    number of the call, from 1; the fault comes before it
FAULT         kill; error NAME, such as ENOSPC; sh COMMAND
FAULT_FILE_KIB  no file can become larger; FAULT_NO_LEASES  the file system has none
FAULT_CALLS   file that receives the names of the calls, one a line
"""
import errno
import fcntl
import os
import resource
import signal
import subprocess
import sys

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
        "open close dup mkdir rmdir link unlink rename stat fstat fstatvfs pread pwrite write"
        " ftruncate fsync posix_fadvise fchown fchmod utime listxattr getxattr setxattr removexattr",
    ),
    (subprocess, "run"),
    (fcntl, "fcntl flock"),
):
    for each in names.split():
        setattr(module, each, wrapped(each, getattr(module, each)))
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

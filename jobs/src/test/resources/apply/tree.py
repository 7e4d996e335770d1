"""A tree of files for apply-plan.sh, below the working directory: names are bytes, Java has only text.

tree.py make CLI    reads NUL-terminated records "size TAB path" and makes mount/ and run/plan/; a path that
                    ends with a slash is a directory. All should get 1 MiB instead of 512 KiB, in this order
tree.py look        prints NUL-terminated records of what each file is: path, content, attributes
tree.py chunks      prints NUL-terminated records of each path and the chunk size the stand-in keeps
"""
import hashlib
import os
import random
import struct
import subprocess
import sys

mount = os.path.join(os.getcwdb(), b"mount")
ACL = struct.pack("<I", 2) + b"".join(
    struct.pack("<HHI", *entry)
    for entry in ((1, 6, 2**32 - 1), (2, 4, 4321), (4, 4, 2**32 - 1), (16, 4, 2**32 - 1),
                  (32, 0, 2**32 - 1))
)


def paths():
    for directory, _, files in os.walk(mount):
        yield directory + b"/"
        for name in files:
            yield os.path.join(directory, name)


def make(path, size, number):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        draw = random.Random(number)
        file.write(bytes(draw.getrandbits(8) for _ in range(min(size, 5000))))
        # The rest is a hole but for its end.
        file.truncate(size)
        file.seek(max(size - 3, 0))
        file.write(b"end"[:size])
    os.chmod(path, 0o600 | number % 8)
    os.setxattr(path, "user.number", b"%d" % number)
    try:
        os.setxattr(path, "system.posix_acl_access", ACL)
    except OSError:
        pass
    if os.geteuid() == 0:
        os.chown(path, 1000 + number, 2000 + number)
    os.utime(path, ns=(1795000000123456789, 1794000000000000789 + number * 1000))


def chunks(of):
    environment = dict(os.environ, STATE="state", MOUNT=os.fsdecode(mount))
    out = subprocess.run(
        ["tools/beegfs-ctl", "--getentryinfo", "--null", "-"],
        input=b"".join(each.rstrip(b"/") + b"\0" for each in of),
        stdout=subprocess.PIPE,
        env=environment,
        check=True,
    ).stdout
    return [line.split()[2] for line in out.splitlines() if line.startswith(b"+ Chunksize")]


def write_plan(name, cli, records):
    with open("run/plan/%s.tsv0" % name, "wb") as file:
        file.write(b"\t".join([name.encode(), b"1", b"2026-11-23", cli.encode(), mount]) + b"\0")
        for record in records:
            file.write(b"\t".join(x if isinstance(x, bytes) else str(x).encode() for x in record))
            file.write(b"\0")


def main(command):
    if command == "make":
        os.makedirs(mount, exist_ok=True)
        os.makedirs("run/plan", exist_ok=True)
        os.makedirs("state", exist_ok=True)
        directories, files = [], []
        records = sys.stdin.buffer.read().split(b"\0")[:-1]
        for number, record in enumerate(records):
            size, path = record.split(b"\t", 1)
            if path.endswith(b"/"):
                os.makedirs(mount + path, exist_ok=True)
                directories.append((2.5, 512 << 10, 1 << 20, path[:-1] or b"/"))
            else:
                make(mount + path, int(size), number)
                status = os.stat(mount + path)
                entry_id = b"%X-6563A1B2-1" % status.st_ino
                files.append((9.5, status.st_size, status.st_mtime_ns // 1000, entry_id, 512 << 10,
                              1 << 20, path))
        write_plan("directories", sys.argv[2], directories)
        write_plan("rewrites", sys.argv[2], files)
        chunks(list(paths()))
    elif command == "look":
        for path in paths():
            status = os.stat(path)
            if path.endswith(b"/"):
                text = "directory"
            else:
                digest = hashlib.sha256(open(path, "rb").read()).hexdigest()
                more = {name: os.getxattr(path, name) for name in sorted(os.listxattr(path))}
                text = "%s %o %d %d %d %s" % (digest, status.st_mode, status.st_uid, status.st_gid,
                                              status.st_mtime_ns, more)
            sys.stdout.buffer.write(path[len(mount):] + b"\t" + text.encode() + b"\0")
    elif command == "chunks":
        of = list(paths())
        for path, chunk in zip(of, chunks(of)):
            sys.stdout.buffer.write(path[len(mount):] + b"\t" + chunk + b"\0")


main(sys.argv[1])

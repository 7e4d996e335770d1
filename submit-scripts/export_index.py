"""Exports the index of a BeeGFS 8; export-index.sh says how to use it."""
import argparse
import json
import os
import re
import shutil
import subprocess
import sys

# Joined on the name too: an inode alone would give k hard links of one directory k * k rows. The bytes
# of the path come as hexadecimal digits, because JSON holds no name that is not UTF-8.
QUERY = (
    "SELECT rpath(v.sname,v.sroll,v.name),v.type,v.size,v.blocks,v.inode,v.nlink,v.mtime,v.atime,"
    "v.ctime,v.uid,v.gid,b.entry_id,b.owner_id,b.stripe_pattern_type,b.stripe_chunk_size,"
    "b.stripe_default_num_targets,b.storage_pool_id,b.num_rst_ids,b.file_data_state,"
    "(SELECT group_concat(target_or_group) FROM beegfs_file_targets_view t"
    " WHERE t.beegfs_rowid=b.beegfs_rowid),hex(rpath(v.sname,v.sroll,v.name))"
    " FROM vrpentries v LEFT JOIN beegfs_file_view b ON b.inode=v.inode AND b.name=v.name"
)
TYPE, HEX = "col2", "col21"


class Failure(Exception):
    """What went wrong, in a sentence."""


def root_line(mount):
    """The root of the file system as a row of the query: an index leaves it out."""
    stat = os.lstat(mount)
    columns = ["/", "d", stat.st_size, stat.st_blocks, stat.st_ino, stat.st_nlink, int(stat.st_mtime),
               int(stat.st_atime), int(stat.st_ctime), stat.st_uid, stat.st_gid,
               None, None, None, None, None, None, None, None, None, b"/".hex()]
    row = {"col%d" % (at + 1): value for at, value in enumerate(columns)}
    return json.dumps(row, separators=(",", ":")).encode() + b"\n"


def query(mount, arguments, out):
    """Writes the rows of the index, and returns the directories that hold files."""
    command = ["beegfs", "index", "query", "--output", "ndjson", *arguments, "-E", QUERY, mount]
    parents, prefix = set(), os.fsencode(mount)
    with subprocess.Popen(command, stdout=subprocess.PIPE) as run:
        for line in run.stdout:
            if not line.startswith(b"{"):
                continue
            out.write(line)
            row = json.loads(line)
            if row.get(TYPE) == "f":
                path = bytes.fromhex(row[HEX])
                if path.startswith(prefix + b"/"):
                    path = path[len(prefix):]
                parents.add(b"/" + path.rpartition(b"/")[0].strip(b"/"))
    if run.returncode != 0:
        raise Failure("beegfs index query ended with %d." % run.returncode)
    if not parents:
        raise Failure("The index has no file. Make it with beegfs index create.")
    out.write(root_line(mount))
    return parents


def known(lines):
    """The paths that the lines are about, as the tool writes them."""
    return {json.loads(line)["path"] for line in lines}


def entry_info(mount, directories, arguments, out):
    """Writes the entry info of directories, and returns how many have none. Workers answer in any order."""
    wanted, lost = sorted(directories), 0
    while wanted:
        run = subprocess.run(
            ["beegfs", "entry", "info", "--output", "ndjson", "--num-workers", "8",
             "--stdin-delimiter", "\\x00", *arguments, "-"],
            input=b"".join(os.fsencode(mount) + path + b"\0" for path in wanted),
            stdout=subprocess.PIPE, check=False)
        whole = run.stdout.rpartition(b"\n")[0]
        lines = [line for line in whole.split(b"\n") if line.startswith(b"{")]
        out.write(b"".join(line + b"\n" for line in lines))
        paths = known(lines)
        left = [path for path in wanted if path.decode("utf-8", "replace") not in paths]
        if left and run.returncode == 0:
            raise Failure("beegfs entry info answered %d of %d paths." % (len(lines), len(wanted)))
        # A path that has vanished ends a run; all that have are left out, and the others asked again.
        there = [path for path in left if os.path.lexists(os.fsencode(mount) + path)]
        if len(there) == len(wanted):
            if lost == 0 and not known_root(mount, arguments):
                raise Failure("beegfs does not answer for %s. Is it mounted?" % mount)
            there = there[1:]
        lost += len(left) - len(there)
        wanted = there
    return lost


def known_root(mount, arguments):
    """Whether the tool answers at all."""
    run = subprocess.run(
        ["beegfs", "entry", "info", "--output", "ndjson", "--num-workers", "1", "--stdin-delimiter",
         "\\x00", *arguments, "-"],
        input=os.fsencode(mount) + b"/\0", stdout=subprocess.PIPE, check=False)
    return b'"entry_id":"root"' in run.stdout


def main():
    parser = argparse.ArgumentParser(prog="export-index.sh", add_help=False, allow_abbrev=False)
    parser.add_argument("--mount", required=True)
    parser.add_argument("--output", required=True)
    parser.add_argument("--name", default="index")
    parser.add_argument("--no-open", action="store_true")
    words = sys.argv[1:]
    at = words.index("--") if "--" in words else len(words)
    try:
        options = parser.parse_args(words[:at])
    except SystemExit as wrong:
        return 64 if wrong.code else 0
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", options.name):
        print("--name is %s; use letters, digits, dots, dashes and underscores." % options.name,
              file=sys.stderr)
        return 64
    mount = os.path.realpath(options.mount)
    places = [os.path.join(options.output, options.name + suffix)
              for suffix in (".entries.ndjson", ".index.ndjson")]
    parts = [os.path.join(options.output, "_%s.part" % os.path.basename(place)) for place in places]
    try:
        if shutil.which("beegfs") is None:
            raise Failure("beegfs is not on the PATH.")
        os.makedirs(options.output, exist_ok=True)
        with open(parts[0], "wb") as entries, open(parts[1], "wb") as index:
            directories = query(mount, words[at + 1:], index)
            lost = entry_info(mount, directories, ["--no-ioctl"] if options.no_open else [], entries)
        for part, place in zip(parts, places):
            os.replace(part, place)
    except (Failure, OSError, ValueError, KeyError) as failure:
        print("%s Nothing was replaced." % failure, file=sys.stderr)
        return 1
    print("%s: %d directories with files, %d without entry info." % (options.name, len(directories), lost))
    return 2 if lost else 0


if __name__ == "__main__":
    sys.exit(main())

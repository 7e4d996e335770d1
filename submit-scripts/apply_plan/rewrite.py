"""One rewrite: checks, copies, compares, exchanges. At any moment the file is whole in its directory, for a
moment under a second name, and the journal knows everything that is beside it."""

import collections
import contextlib
import os
import secrets

import duplicate
import source
from journal import name_of, text
from leftovers import COPY, aside, link, move_aside, ready, require_links, settle, staging
from space import Space
from tree import DIRECTORY, look, names, require_same_directory
from words import Failure, Interrupted, Problem, Skip, uninterrupted, words_of

Found = collections.namedtuple("Found", "parent name status info descriptor watch")


class Rewriting:
    def __init__(self, mount, ctl, journal, quiet_seconds, keep_free):
        self.mount = mount
        self.ctl = ctl
        self.journal = journal
        self.quiet_seconds = quiet_seconds
        self.space = Space(ctl, keep_free)
        # What could not be taken away: path and reason.
        self.left = []

    def check(self, record):
        """Everything that can be known without writing. Raises Skip or Already."""
        with self._checked(record):
            pass

    def apply(self, record):
        """Gives the file the recommended chunk size. Raises Skip, Already or Failure, and then the file
        is as it was."""
        with self._checked(record) as found:
            begun = {
                "token": secrets.token_hex(8),
                "number": record.number,
                "path": text(record.path),
                "size": found.status.st_size,
                "mtime_ns": found.status.st_mtime_ns,
                "source": found.status.st_ino,
            }
            self.journal.begin(begun)
            try:
                self._replace(record, begun, found)
            except (Skip, Failure, OSError) as e:
                if not self._end(found.parent, found.name, begun, back=isinstance(e, Skip)):
                    raise Failure(words_of(e)) if isinstance(e, OSError) else e
            except (Interrupted, Problem):
                self._end(found.parent, found.name, begun)
                raise
            else:
                renamed = self._end(found.parent, found.name, begun)
                if renamed is None:
                    raise Failure("its rewrite could not be ended; the next start ends it")
                if not renamed:
                    raise Failure("it was written or replaced meanwhile, and stays as it is now")
        # Where something is left, the rewrite has not ended in the journal.
        if record.number not in self.journal.done["rewrites"]:
            self.journal.done_with("rewrites", record.number, record.size)

    def recover(self):
        """Ends what processes before this one began and did not end. How many rewrites that are."""
        begun = list(self.journal.open.values())
        for each in begun:
            path = name_of(each["path"])
            try:
                *parts, name = names(path)
                with self.mount.directory(parts) as parent:
                    self._end(parent, name, each)
            except (Skip, OSError) as e:
                self.left.append((path[: path.rfind(b"/") + 1] + staging(each["token"]), words_of(e)))
        return len(begun)

    @contextlib.contextmanager
    def _checked(self, record):
        """The checks in the order of their price, and what they leave open."""
        *parts, name = names(record.path) or [b""]
        try:
            with self.mount.directory(parts) as parent:
                status = look(name, parent)
                source.require_as_planned(status, record, self.mount.device, self.quiet_seconds)
                self.space.require_room(parent, status)
                info = self.ctl.info(self.mount.full(record.path))
                source.require_pattern(info, record)
                if info.reading or info.writing:
                    raise Skip("a client has it open")
                with source.opened(name, parent, status) as (descriptor, watch):
                    yield Found(parent, name, status, info, descriptor, watch)
        except OSError as e:
            raise Failure(words_of(e))

    def _replace(self, record, begun, found):
        parent, name, status, info, descriptor, watch = found
        directory = record.path[: -len(name)]
        stage = staging(begun["token"])
        stage_path = self.mount.full(directory + stage)
        os.mkdir(stage, 0o700, dir_fd=parent)
        inside = os.open(stage, DIRECTORY, dir_fd=parent)
        try:
            self.ctl.set(stage_path, record.chunk, info.targets)
            require_same_directory(self.mount, directory + stage, inside)
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            copy = os.open(COPY, flags, 0o600, dir_fd=inside)
            try:
                require_links(inside)
                made = self._require_pattern(stage_path, record, info)
                self.space.require_room_on_targets(made, status)
                duplicate.copy_bytes(descriptor, copy, status, watch)
                duplicate.require_same_bytes(descriptor, copy, status.st_size, watch)
                duplicate.copy_attributes(descriptor, copy, status)
            finally:
                # A file that is open cannot be moved to another directory everywhere.
                os.close(copy)
            self._require_pattern(stage_path, record, info)
            made = look(COPY, inside)
            duplicate.require_same_status(made, status)
            with watch.paused():
                self._require_nobody_writes(record)
            with uninterrupted():
                begun["inode"] = made.st_ino
                self.journal.ready(begun["token"], made.st_ino)
                # Links are made inside one directory only.
                os.rename(COPY, ready(begun["token"]), src_dir_fd=inside, dst_dir_fd=parent)
                self._exchange(begun, found)
        finally:
            os.close(inside)

    @staticmethod
    def _exchange(begun, found):
        """Puts the copy under the name of the file. Between the rename and the link the name is free; who
        makes it anew in that moment keeps it."""
        parent, name, status, _, _, watch = found
        new, old = ready(begun["token"]), aside(begun["token"])
        watch.require_alone()
        source.require_unchanged(look(name, parent), status)
        move_aside(name, old, parent)
        source.require_moved(look(old, parent), status)
        try:
            link(new, name, parent)
        except FileExistsError:
            raise Skip("its name was made anew while it was exchanged")
        os.fsync(parent)
        # Who opened the file by its name before the rename is found now.
        watch.require_alone()

    def _require_pattern(self, stage_path, record, info):
        """Of the copy: the wanted chunk size, everything else as it was."""
        made = self.ctl.info(stage_path + b"/" + COPY)
        if made.chunk != record.chunk:
            raise Failure("the copy did not get the chunk size")
        if (made.pattern, made.targets) != (info.pattern, info.targets):
            raise Failure("the copy would not have the stripe pattern of the file")
        return made

    def _require_nobody_writes(self, record):
        # Readers are not counted: we are one of them.
        if self.ctl.info(self.mount.full(record.path)).writing:
            raise Skip("a client has it open")

    def _end(self, parent, name, begun, back=False):
        """Whether the copy stands under the name now, None where that could not be found out. The
        journal knows the end only where nothing is left."""
        with uninterrupted():
            try:
                renamed, left = settle(parent, name, begun, back)
            except OSError as e:
                token = begun["token"]
                ours = (staging(token), ready(token), aside(token))
                renamed, left = None, [(each, words_of(e)) for each in ours]
            if left:
                directory = name_of(begun["path"])[: -len(name)]
                self.left += [(directory + each, why) for each, why in left]
            else:
                self.journal.end(begun, renamed)
            return renamed

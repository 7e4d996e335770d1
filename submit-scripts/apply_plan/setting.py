"""The chunk size of one directory, for the files that are made in it from now on."""

from tree import names, require_same_directory
from words import Already, Failure, Skip, size_text


class Settings:
    def __init__(self, mount, ctl, journal):
        self.mount = mount
        self.ctl = ctl
        self.journal = journal

    def check(self, record):
        """Everything that can be known without writing. Raises Skip or Already."""
        with self.mount.directory(names(record.path)):
            self._require_as_planned(record)

    def apply(self, record):
        path = self.mount.full(record.path)
        with self.mount.directory(names(record.path)) as held:
            before = self._require_as_planned(record)
            self.ctl.set(path, record.chunk)
            now = self.ctl.info(path)
            require_same_directory(self.mount, record.path, held)
        if now.entry_id != before.entry_id:
            raise Failure("another entry was put in its place while its chunk size was set; look at it")
        if now.chunk != record.chunk:
            raise Failure("BeeGFS did not take the chunk size")
        self.journal.done_with("directories", record.number, 0)

    def _require_as_planned(self, record):
        info = self.ctl.info(self.mount.full(record.path))
        if info.kind != "directory":
            raise Skip("BeeGFS calls it no directory")
        if info.chunk == record.chunk:
            raise Already()
        if info.chunk != record.current:
            raise Skip("its chunk size is %s, not the planned one" % size_text(info.chunk))
        return info

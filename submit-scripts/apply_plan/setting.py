"""The chunk size of one directory, for the files that are made in it from now on."""

from tree import names
from words import Already, Failure, Skip, size_text


class Settings:
    def __init__(self, mount, ctl, journal):
        self.mount = mount
        self.ctl = ctl
        self.journal = journal

    def check(self, record):
        """Everything that can be known without writing. Raises Skip or Already."""
        with self.mount.directory(names(record.path)):
            info = self.ctl.info(self.mount.full(record.path))
        if info.kind != "directory":
            raise Skip("BeeGFS calls it no directory")
        if info.chunk == record.chunk:
            raise Already()
        if info.chunk != record.current:
            raise Skip("its chunk size is %s, not the planned one" % size_text(info.chunk))

    def apply(self, record):
        self.check(record)
        path = self.mount.full(record.path)
        self.ctl.set(path, record.chunk)
        if self.ctl.info(path).chunk != record.chunk:
            raise Failure("BeeGFS did not take the chunk size")
        self.journal.done_with("directories", record.number, 0)

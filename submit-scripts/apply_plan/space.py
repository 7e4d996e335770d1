"""Whether there is room for a copy: in the whole file system, on each storage target that it would get, and
in the quota of its owner where BeeGFS tells it."""

import os

from words import Failure, Skip, warn, words_of


class Space:
    def __init__(self, ctl, keep_free):
        self.ctl = ctl
        self.keep_free = keep_free
        self.targets_known = True

    def require_room(self, directory, status):
        """Of the whole mount, and of the owner. Raises Skip."""
        size = allocated(status)
        space = os.fstatvfs(directory)
        if space.f_bavail * space.f_frsize - size < self.keep_free * space.f_blocks * space.f_frsize:
            raise Skip("there is not enough free space for the copy")
        room = self.ctl.quota_room(status.st_uid)
        if room is not None and size > room:
            raise Skip("the quota of its owner has no room for the copy")

    def require_room_on_targets(self, info, status):
        """Of each target that the copy, which is empty yet, is striped over. Raises Skip."""
        if not info.on or not self.targets_known:
            return
        try:
            room = self.ctl.targets()
        except Failure as e:
            self.targets_known = False
            warn(
                "The free space of single targets is not known, only that of all together: %s." % words_of(e)
            )
            return
        share = -(-allocated(status) // len(info.on))
        for target in info.on:
            if target in room:
                total, free = room[target]
                if free - share < self.keep_free * total:
                    raise Skip("there is not enough free space on storage target %d" % target)


def allocated(status):
    """Bytes that a copy takes: those of a sparse file are fewer than its size."""
    return min(status.st_size, status.st_blocks * 512) if status.st_blocks else status.st_size

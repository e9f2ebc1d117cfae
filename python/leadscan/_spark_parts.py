"""What tasks read: files, and ranges of them."""

from __future__ import annotations

import os
from dataclasses import dataclass

from pyspark.sql.datasource import InputPartition

from . import _core
from ._settings import InputError, raise_errors, to_bytes

# Of the size, tasks are long enough for what each costs besides, and many enough to be spread.
SPLIT_BYTES = 128 << 20

_NO_FILE = "no file in it matches --glob"  # as the core says it

Stamp = tuple[int, int, int]


def stamp_of(path: bytes) -> Stamp:
    """By which it is seen that a file has changed: size, time and inode. OSError if it is not there."""
    status = os.stat(path)
    return status.st_size, status.st_mtime_ns, status.st_ino


@dataclass(frozen=True)
class Part(InputPartition):
    """A range of a file, as it was when that was planned; all of it if ``end`` is 0."""

    path: bytes
    file: int  # its number in the input
    by_member: bool  # the globs pick from its members
    stamp: Stamp | None  # None: it was not there
    begin: int = 0
    end: int = 0

    @property
    def size(self) -> int:
        if self.end:
            return self.end - self.begin
        return 0 if self.stamp is None else self.stamp[0]

    def check(self, when: str) -> None:
        """RuntimeError if the file is not what it was."""
        try:
            stamp: Stamp | None = stamp_of(self.path)
        except OSError:
            stamp = None
        if stamp != self.stamp:
            raise RuntimeError(f"{os.fsdecode(self.path)} has changed {when}: load it anew")

    def settings(self, settings: dict[str, object]) -> dict[str, object]:
        """Those of the whole input, for this part. What globs had picked is read whole."""
        own = {**settings, "paths": [self.path], "file": self.file, "begin": self.begin, "end": self.end}
        named = settings["paths"]
        assert isinstance(named, list)
        if not self.by_member:
            own.pop("globs", None)
        elif self.path not in named:
            own["is_part"] = True  # one archive of a directory: nothing need be picked from it
        return own


def absolute(settings: dict[str, object]) -> dict[str, object]:
    """Tasks may run in another folder."""
    paths = settings["paths"]
    assert isinstance(paths, list)
    here = os.getcwdb()
    return {**settings, "paths": [os.path.join(here, path) for path in to_bytes(paths)]}


def list_parts(settings: dict[str, object], split: int, *, by_frames: bool, may_be_empty: bool = False,
               may_be_missing: bool = False) -> list[Part]:
    """The parts of the settings' inputs, in their order; by_frames: zstd is cut, too. InputError for what cannot be listed, for
    globs that pick no file, unless directories may be empty, and for a file that is not there, unless
    it may be missing: then all of this is left to be told by others."""
    files, errors = _core.list_files(settings)
    if may_be_empty:
        errors = [error for error in errors if error[2] != _NO_FILE]
    if not may_be_missing:
        raise_errors("", errors, "raise")
    parts: list[Part] = []
    for file, (path, by_member) in enumerate(files):
        stamp: Stamp | None = None
        try:
            stamp = stamp_of(path)
        except OSError as error:
            if not may_be_missing:
                reason = error.strerror or str(error)
                raise InputError([(os.fsdecode(path), None, reason)]) from error
        begin = 0
        for end in [] if by_member else _core.find_ranges(settings, path, split, by_frames):
            parts.append(Part(path, file, by_member, stamp, begin, end))
            begin = end
        if begin == 0:
            parts.append(Part(path, file, by_member, stamp))
    return parts

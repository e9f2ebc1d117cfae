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

# By which it is seen that a file has changed: size and time.
Stamp = tuple[int, int]


def stamp_of(path: bytes) -> Stamp:
    """OSError if it is not there."""
    return _stamp(os.stat(path))


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_size, status.st_mtime_ns


def to_name(path: bytes) -> str:
    """For messages, whose bytes must be UTF-8: a task's goes to the driver as such."""
    return path.decode(errors="replace")


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

    def begin_to_read(self, planned: str) -> int | None:
        """Its inode, for end_of_reading(): on another machine, of a copy or another mount, it may be another one.
        RuntimeError if the file is not what it was when that was planned."""
        status = self._find()
        if (None if status is None else _stamp(status)) != self.stamp:
            self._raise_changed(f"since {planned} was planned")
        return None if status is None else status.st_ino

    def end_of_reading(self, inode: int | None) -> None:
        """RuntimeError if the file is not what it was."""
        status = self._find()
        now = (None, None) if status is None else (_stamp(status), status.st_ino)
        if now != (self.stamp, inode):
            self._raise_changed("while it was read")

    def _find(self) -> os.stat_result | None:
        try:
            return os.stat(self.path)
        except OSError:
            return None

    def _raise_changed(self, when: str) -> None:
        raise RuntimeError(f"{to_name(self.path)} has changed {when}: load it anew")

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


def list_parts(settings: dict[str, object], split: int, *, by_frames: bool, comes_and_goes: bool = False,
               may_be_missing: bool = False) -> list[Part]:
    """The parts of the settings' inputs, in their order; by_frames: zstd is cut, too. InputError for what cannot
    be listed, and, unless files come and go meanwhile, for globs that pick none, and one that is not there any
    more; unless files may be missing: then all of this is left to be told by others. What is named must be there."""
    files, errors = _core.list_files(settings)
    named = settings["paths"]
    assert isinstance(named, list)
    if comes_and_goes:
        errors = [error for error in errors if error[2] != _NO_FILE]
    if not may_be_missing:
        raise_errors("", errors, "raise")
    parts: list[Part] = []
    for file, (path, by_member) in enumerate(files):
        stamp: Stamp | None = None
        try:
            stamp = stamp_of(path)
        except OSError as error:
            if comes_and_goes and path not in named and isinstance(error, FileNotFoundError):
                continue
            if not may_be_missing:
                reason = error.strerror or str(error)
                raise InputError([(to_name(path), None, reason)]) from error
        begin = 0
        for end in [] if by_member else _core.find_ranges(settings, path, split, by_frames):
            parts.append(Part(path, file, by_member, stamp, begin, end))
            begin = end
        if begin == 0:
            parts.append(Part(path, file, by_member, stamp))
    return parts

"""What may be said of inputs, and how errors of them are told."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any, Literal, Union

Path = Union[str, bytes, "os.PathLike[str]", "os.PathLike[bytes]"]
OnError = Literal["raise", "keep"]
Texts = Literal["utf8", "view", "dictionary"]


class InputError(OSError):
    """An input was not read to its end: it is damaged, cut, no text, or cannot be opened.

    ``file``, ``member`` (of an archive, or None) and ``reason`` are those of the first one;
    ``errors`` has all of them as such triples.

    >>> import leadscan
    >>> leadscan.read("no/such/file").to_arrow()
    Traceback (most recent call last):
        ...
    leadscan.InputError: no/such/file: No such file or directory
    """

    def __init__(self, errors: list[tuple[str, str | None, str]]) -> None:
        self.errors = errors
        self.file, self.member, self.reason = errors[0]
        super().__init__(errors)  # so that it can be pickled

    def __str__(self) -> str:
        text = ": ".join(part for part in (self.file, self.member, self.reason) if part is not None)
        others = len(self.errors) - 1
        return text if others == 0 else f"{text} (and {others} more)"


InputError.__module__ = "leadscan"


def to_bytes(paths: Path | Iterable[Path]) -> list[bytes]:
    if isinstance(paths, (str, bytes, os.PathLike)):
        paths = [paths]
    names = [os.fsencode(path) for path in paths]
    for name in names:
        if b"\0" in name:
            raise ValueError(f"a path with a zero in it: {name!r}")
    return names


def to_settings(paths: Path | Iterable[Path], glob: str | Iterable[str] | None,
                on_error: OnError, **others: Any) -> dict[str, object]:
    """What the core takes; settings that were not given are left out."""
    if on_error not in ("raise", "keep"):
        raise ValueError(f"on_error: neither raise nor keep: {on_error}")
    settings: dict[str, object] = {"paths": to_bytes(paths)}
    if glob is not None:
        settings["globs"] = to_bytes(glob)
    settings.update({name: value for name, value in others.items() if value is not None})
    return settings


def raise_errors(failure: str, errors: list[tuple[str, str | None, str]], on_error: OnError) -> None:
    if failure:
        raise RuntimeError(failure)
    if errors and on_error == "raise":
        raise InputError(errors)

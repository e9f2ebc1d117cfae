"""Waiting for the core, with a bar where somebody looks at it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator

from . import _core

# Between two looks for Ctrl-C.
_MILLISECONDS = 50
# What takes less needs no bar.
_SECONDS = 0.5
_CELLS = 30


def _is_watched() -> bool:
    """Whether standard error is a terminal or a notebook."""
    try:
        if sys.stderr.isatty():
            return True
    except (AttributeError, ValueError):  # there is none, it is closed, or something stands in for it
        return False
    ipython = sys.modules.get("IPython")
    shell = ipython.get_ipython() if ipython is not None else None
    return type(shell).__name__ == "ZMQInteractiveShell"


def _line(run: _core._Run, seconds: float) -> str:
    read, total, records, bad = run.progress()
    rate = f"{records:,} records, {bad:,} bad, {read / seconds / 1e6:,.0f} MB/s"
    if total <= 0:
        return rate
    share = min(read / total, 1.0)
    cells = round(share * _CELLS)
    return f"[{'#' * cells}{' ' * (_CELLS - cells)}] {share:4.0%}  {rate}"


def steps(run: _core._Run, progress: bool | None) -> Iterator[None]:
    """Until it has ended; whoever iterates may be interrupted in between."""
    shown = _is_watched() if progress is None else progress
    start = time.monotonic()
    next_look = start + _SECONDS
    width = 0
    try:
        while run.step(_MILLISECONDS):
            yield
            now = time.monotonic()
            if shown and now >= next_look:
                next_look = now + _SECONDS / 2
                line = _line(run, now - start)
                print("\r" + line.ljust(width), end="", file=sys.stderr, flush=True)
                width = len(line)
    finally:
        if width:
            print("\r" + " " * width + "\r", end="", file=sys.stderr, flush=True)

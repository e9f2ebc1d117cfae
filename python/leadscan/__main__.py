"""``python -m leadscan extract``: records as Parquet and as Arrow files, which the command does not write."""

from __future__ import annotations

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any

import leadscan

# As the command's.
_USAGE, _UNREADABLE = 2, 3
_BATCHES = 16  # of 65,536 rows in a row group of Parquet
_TEXTS = ("at", "log", "records", "match", "column", "decode", "status-at")
_Write = Callable[[Any], None]


class _Failed(Exception):
    pass


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m leadscan", description="What the command leadscan writes as CSV, NDJSON and SQLite, as Parquet "
        "and as an Arrow IPC stream. Needs pyarrow.")
    commands = parser.add_subparsers(dest="command", required=True)
    extract = commands.add_parser("extract", help="write chosen columns of each record")
    extract.add_argument("paths", nargs="+", metavar="PATH", help="files, directories and archives")
    output = extract.add_mutually_exclusive_group(required=True)
    output.add_argument("--parquet", metavar="FILE", help="write Parquet (zstd) to FILE")
    output.add_argument("--arrow", metavar="FILE", help="write an Arrow IPC stream to FILE; -: to standard output")
    extract.add_argument("-f", "--fields", metavar="LIST", help="columns, with commas between (default: all): " +
                         ", ".join(column.name for column in leadscan.columns()))
    extract.add_argument("--force", action="store_true", help="replace FILE if it is there")
    for name in _TEXTS:
        extract.add_argument("--" + name, metavar="TEXT", help="as the command's")
    extract.add_argument("--glob", action="append", metavar="PATTERN", help="as the command's")
    extract.add_argument("--max-record", type=int, metavar="BYTES", help="as the command's")
    extract.add_argument("-j", "--jobs", type=int, metavar="N", help="threads; else one for each CPU")
    return parser


@contextlib.contextmanager
def _replaced_whole(path: str, force: bool) -> Iterator[IO[bytes]]:
    """A file that is there once all of it is written, and not before."""
    if path == "-":
        yield sys.stdout.buffer
        return
    if os.path.lexists(path) and not force:
        raise _Failed(f"{path} is there already: --force replaces it")
    try:
        file = tempfile.NamedTemporaryFile(dir=os.path.dirname(path) or ".", prefix=".leadscan-", delete=False)
    except OSError as error:
        raise _Failed(f"{path}: {error.strerror}") from None
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        umask = os.umask(0)
        os.umask(umask)
        os.chmod(file.name, 0o666 & ~umask)
        os.replace(file.name, path)
    except BaseException:
        os.unlink(file.name)
        raise


@contextlib.contextmanager
def _parquet(file: IO[bytes], schema: Any) -> Iterator[_Write]:
    import pyarrow
    import pyarrow.parquet

    waiting: list[Any] = []

    def write(batch: Any) -> None:
        waiting.append(batch)
        if len(waiting) == _BATCHES:
            flush()

    def flush() -> None:
        if waiting:
            writer.write_table(pyarrow.Table.from_batches(waiting))
            waiting.clear()

    with pyarrow.parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        yield write
        flush()


@contextlib.contextmanager
def _arrow(file: IO[bytes], schema: Any) -> Iterator[_Write]:
    import pyarrow

    with pyarrow.ipc.new_stream(file, schema) as writer:
        yield writer.write_batch


def _extract(options: argparse.Namespace) -> list[tuple[str, str | None, str]]:
    try:
        import pyarrow
    except ImportError:
        raise _Failed("Parquet and Arrow files are written by pyarrow, which is not installed: "
                      "pip install pyarrow") from None
    settings = {name.replace("-", "_"): getattr(options, name.replace("-", "_")) for name in _TEXTS}
    names = None if options.fields is None else options.fields.split(",")
    try:
        table = leadscan.read(options.paths, names, glob=options.glob, threads=options.jobs,
                              max_record=options.max_record, on_error="keep", **settings)
    except (ValueError, TypeError, OverflowError) as error:
        raise _Failed(str(error)) from None
    path = options.parquet or options.arrow
    if options.parquet == "-":
        raise _Failed("Parquet cannot be written to standard output: its table of contents is at its end")
    kind = _parquet if options.parquet else _arrow
    with _replaced_whole(path, options.force) as file, kind(file, pyarrow.schema(table)) as write:
        for batch in table.batches():
            write(batch)
    return table.errors


def main(arguments: list[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        errors = _extract(options)
    except (_Failed, OSError) as error:
        print(f"leadscan: {error}", file=sys.stderr)
        return _USAGE if isinstance(error, _Failed) else _UNREADABLE
    for of_input in errors:
        print(f"leadscan: {leadscan.InputError([of_input])}", file=sys.stderr)
    return _UNREADABLE if errors else 0


if __name__ == "__main__":
    sys.exit(main())

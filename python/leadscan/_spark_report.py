"""The audit's report, made by a cluster.

Each task counts its part of the input, and gives its tables, and the ids of its records in buckets by
their hashes. Of a bucket, which a shuffle brings together, only those ids go on that come more than once.
The driver puts the tables together in the order of the input, as threads' are on one machine.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timezone
from typing import Any

from pyspark.sql import DataFrame, SparkSession

from . import _core
from ._report import Report
from ._settings import OnError, Path, raise_errors, to_settings
from ._spark_parts import SPLIT_BYTES, Part, absolute, list_parts

# Ids of so much text a task of the shuffle may have; they are about half as long as the text.
_BUCKET_BYTES = 256 << 20
_MOST_BUCKETS = 4096
_TABLES = -1  # in place of a bucket
_Rows = Iterator[tuple[int, int, bytes]]


def _run(spark: SparkSession, indexes: list[int], work: Callable[[int], _Rows]) -> DataFrame:
    """A task for each index, in this order."""

    def task(batches: Iterable[Any]) -> Iterator[Any]:
        for batch in batches:
            for place in batch.column(0).to_pylist():
                for row in work(indexes[place]):
                    yield _row(*row)

    frame = spark.range(0, len(indexes), 1, len(indexes))
    return frame.mapInArrow(task, "bucket bigint, part bigint, bytes binary")


def _row(bucket: int, part: int, value: bytes) -> Any:
    import pyarrow

    return pyarrow.RecordBatch.from_pydict(
        {"bucket": [bucket], "part": [part], "bytes": [value]},
        schema=pyarrow.schema([("bucket", pyarrow.int64()), ("part", pyarrow.int64()),
                               ("bytes", pyarrow.binary())]))


def _repeated(batches: Iterable[Any]) -> Iterator[Any]:
    """Tables as they are, and of all ids of a bucket those that come again."""
    ids: dict[int, list[bytes]] = defaultdict(list)
    for batch in batches:
        for row in batch.to_pylist():
            if row["bucket"] == _TABLES:
                yield _row(_TABLES, row["part"], row["bytes"])
            else:
                ids[row["bucket"]].append(row["bytes"])
    for bucket, texts in ids.items():
        if found := _core.find_repeated(texts):
            yield _row(bucket, 0, found)


def _first_lines(spark: SparkSession, parts: list[Part]) -> list[int]:
    """The number of the line on which each part begins. Ranges are counted first, as fast as they can
    be read: all positions in the report have lines."""
    counted = [index for index, part in enumerate(parts) if part.end]

    def count(index: int) -> _Rows:
        part = parts[index]
        part.begin_to_read("the audit")
        yield 0, index, _core.count_lines(part.path, part.begin, part.end).to_bytes(8, "big")

    lines = {}
    if counted:
        for row in _run(spark, counted, count).toArrow().to_pylist():
            lines[row["part"]] = int.from_bytes(row["bytes"], "big")
    first, line = [], 1
    for index, part in enumerate(parts):
        line = 1 if part.begin == 0 else line
        first.append(line)
        line += lines.get(index, 0)
    return first


def report(paths: Path | Iterable[Path], *, at: str | None = None, log: str | None = None,
           records: str | None = None, glob: str | Iterable[str] | None = None,
           match: str | None = None, column: str | None = None, decode: str | None = None,
           status_at: str | None = None, max_record: int | None = None, since: str | None = None,
           now: str | None = None, limit_findings: int | None = None,
           split_bytes: int = SPLIT_BYTES, on_error: OnError = "raise",
           spark: SparkSession | None = None) -> Report:
    """What :func:`leadscan.audit` reports, with the work done by Spark: the same counts, tables and
    timeline, and the same findings, one by one, with the same positions, but for lines that rotation has
    cut in two files, as each is read by itself. Settings are those of :func:`leadscan.audit`, and:

    split_bytes: how long the ranges are in which files of lines are read.
    spark: the session; else the active one.

    The driver needs the package and the files, as tasks do, and memory for the tables of all parts
    (some hundred kilobytes each). Raises RuntimeError with the name of a file that changed meanwhile,
    and :class:`leadscan.InputError` as :func:`leadscan.audit` does.
    """
    if isinstance(paths, DataFrame):
        raise TypeError("report() takes paths, not a data frame: its rows lack what was between records, and "
                        "layouts")
    if spark is None:
        spark = SparkSession.getActiveSession()
        if spark is None:
            raise RuntimeError("there is no Spark session")
    if split_bytes < 1:
        raise ValueError(f"split_bytes: {split_bytes}")
    if now is None:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    settings = to_settings(paths, glob, on_error, at=at, log=log, records=records, match=match,
                           column=column, decode=decode, status_at=status_at, max_record=max_record,
                           since=since, now=now, limit_findings=limit_findings, threads=1)
    _core.check(settings)
    # Of the reports' texts this is what nobody may guess: which ids have the same hash.
    settings |= {"hash_low": secrets.randbits(64), "hash_high": secrets.randbits(64)}
    whole = absolute(settings)
    parts = list_parts(whole, split_bytes, by_frames=False, may_be_missing=True)
    first = _first_lines(spark, parts)
    size = sum(part.size for part in parts)
    buckets = max(1, min(_MOST_BUCKETS, size // _BUCKET_BYTES + 1))

    def count(index: int) -> _Rows:
        part = parts[index]
        inode = part.begin_to_read("the audit")
        run = _core.PartAudit({**part.settings(whole), "line": first[index]}, buckets)
        goes_on = True
        while goes_on:
            goes_on = run.step(1000)
            for bucket, ids in run.take_ids():
                yield bucket, index, ids
        part.end_of_reading(inode)
        raise_errors(run.failure(), [], "raise")
        yield _TABLES, index, run.tables()

    biggest_first = sorted(range(len(parts)), key=lambda index: parts[index].size, reverse=True)
    rows: list[dict[str, Any]] = []
    if parts:
        counted = _run(spark, biggest_first, count)
        rows = counted.repartition(buckets, "bucket").mapInArrow(
            _repeated, counted.schema).toArrow().to_pylist()
    tables = {row["part"]: row["bytes"] for row in rows if row["bucket"] == _TABLES}
    if len(tables) != len(parts):
        raise RuntimeError(f"of {len(parts)} parts {len(tables)} came back")
    text, page, errors, failure = _core.merge_parts(
        settings, [tables[index] for index in range(len(parts))],
        [row["bytes"] for row in rows if row["bucket"] != _TABLES])
    raise_errors(failure, errors, on_error)
    return Report(text, page)

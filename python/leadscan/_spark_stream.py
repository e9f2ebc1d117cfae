"""Directories that fill, as a stream: each file once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from typing import Any

from pyspark.sql.datasource import DataSourceStreamReader, InputPartition
from pyspark.sql.types import StructType

from ._spark_parts import Part, to_name
from ._spark_scan import Scan


def _mark(part: Part) -> str:
    assert part.stamp is not None
    return " ".join(map(str, part.stamp))


def _check(part: Part, known: dict[str, str]) -> None:
    name = os.fsdecode(part.path)
    mark = _mark(part)
    # Marks of older versions have an inode, too.
    if known.get(name, mark).split()[:2] != mark.split():
        raise RuntimeError(f"{to_name(part.path)} has changed since it was found: files must be moved there when "
                           "they are complete")


class LeadscanStreamReader(DataSourceStreamReader):
    """An offset has all files that were there, and by what it is seen that they have changed: a batch
    that is run again, after whatever happened, reads the same bytes or fails with a file's name. Files
    are to be moved there once they are complete."""

    def __init__(self, schema: StructType, options: dict[str, str]) -> None:
        self._scan = Scan(schema, options)

    def initialOffset(self) -> dict[str, str]:
        return {}

    # Spark 4.0 and 4.1 give nothing.
    def latestOffset(self, start: dict[str, str] | None = None, limit: object = None) -> dict[str, str]:
        known = start or {}
        there = {}
        for part in self._scan.plan_growing():
            there[os.fsdecode(part.path)] = _mark(part)
            _check(part, known)
        # What was read and removed since stays known.
        return {**there, **known}

    def partitions(self, start: dict[str, str], end: dict[str, str]) -> Sequence[InputPartition]:
        known = {**end, **start}
        parts = []
        for part in self._scan.plan_growing():
            name = os.fsdecode(part.path)
            _check(part, known)
            if name not in start and name in end:
                parts.append(part)
        found = {os.fsdecode(part.path) for part in parts}
        for name in end:
            if name not in start and name not in found:
                raise RuntimeError(f"{to_name(os.fsencode(name))} is gone, and was not read yet")
        return parts

    def read(self, partition: InputPartition) -> Iterator[Any]:
        if isinstance(partition, Part):
            yield from self._scan.rows(partition)

    def commit(self, end: dict[str, str]) -> None:
        pass

"""A data source for Apache Spark: ``spark.read.format("leadscan").schema("verdict string, ...").load(path)``.

A task reads a file, the biggest first; rows are those of :func:`leadscan.read`, with a column
``inputError`` behind them. A malformed record is a row; an input that was not read to its end gives the
rows in front of the damage, and then one that has nothing but ``file``, ``member`` and ``inputError``:
nothing is tried again that cannot get better. A file that is not there when the scan is planned, or has
changed since then, fails with its name.

Spark finds it by the package ``pyspark_leadscan``; it is to be installed on all nodes. Only the columns of
the schema that is given are read, which is the way to be fast: Spark does not push columns down to sources
in Python.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pyspark.errors import PySparkValueError
from pyspark.sql.datasource import DataSource, DataSourceReader, InputPartition
from pyspark.sql.types import StructType

from . import _core
from ._settings import InputError, raise_errors, to_bytes, to_settings
from ._table import _Stream

_TYPES = {"utf8": "string", "int64": "bigint", "bool": "boolean", "list<utf8>": "array<string>"}
_INPUT_ERROR = "inputError"
# Of load(path) and the like, which are not the core's: as Spark gives them, in lower case.
_TEXTS = {"at": "at", "log": "log", "records": "records", "match": "match", "column": "column",
          "decode": "decode", "statusat": "status_at", "glob": "glob"}
_NUMBERS = {"threads": "threads", "maxrecord": "max_record"}


def columns() -> dict[str, str]:
    """The columns of a data frame, with Spark's types.

    >>> from leadscan import spark
    >>> spark.columns()["statusCode"]
    'bigint'
    """
    types = {name: _TYPES[kind] for name, kind, _, _ in _core.columns()}
    return {**types, _INPUT_ERROR: "string"}


@dataclass(frozen=True)
class FilePartition(InputPartition):
    """A file, as it was when the scan was planned."""

    path: bytes
    by_member: bool
    size: int
    modified: int
    inode: int


def _partition_of(path: bytes, by_member: bool) -> FilePartition:
    try:
        status = os.stat(path)
    except OSError as error:
        reason = error.strerror or str(error)
        raise InputError([(os.fsdecode(path), None, reason)]) from error
    return FilePartition(path, by_member, status.st_size, status.st_mtime_ns, status.st_ino)


def _check_unchanged(partition: FilePartition, when: str) -> None:
    try:
        is_there = _partition_of(partition.path, partition.by_member) == partition
    except InputError:
        is_there = False
    if not is_there:
        raise RuntimeError(f"{os.fsdecode(partition.path)} has changed {when}: load it anew")


def _paths(options: dict[str, str]) -> list[str]:
    if "path" in options:
        return [options["path"]]
    if "paths" in options:
        return [str(path) for path in json.loads(options["paths"])]
    raise PySparkValueError("leadscan: no path: load(PATH) or load([PATH, ...])")


def _settings(options: dict[str, str]) -> dict[str, Any]:
    settings: dict[str, Any] = {}
    for name, value in options.items():
        if name.lower() in _TEXTS:
            settings[_TEXTS[name.lower()]] = value
        elif name.lower() in _NUMBERS:
            if not value.isdecimal():
                raise PySparkValueError(f"leadscan: {name}: not a number: {value}")
            settings[_NUMBERS[name.lower()]] = int(value)
        elif name.lower() not in ("path", "paths"):
            raise PySparkValueError(f"leadscan: no such option: {name}")
    settings.setdefault("threads", 1)  # a task has a core
    return settings


def _wanted(schema: StructType) -> list[str]:
    """The columns of a schema as leadscan calls them; their types must be leadscan's, too."""
    known = {name.lower(): (name, kind) for name, kind in columns().items()}
    names = []
    for field in schema.fields:
        if field.name.lower() not in known:
            raise PySparkValueError(f"leadscan: no such column: {field.name} (there are "
                                    f"{', '.join(columns())})")
        name, kind = known[field.name.lower()]
        if field.dataType.simpleString() != kind:
            raise PySparkValueError(f"leadscan: the column {field.name} is {kind}, not "
                                    f"{field.dataType.simpleString()}")
        names.append(name)
    return names


class LeadscanReader(DataSourceReader):
    """Reads what was planned: a file a partition."""

    def __init__(self, schema: StructType, options: dict[str, str]) -> None:
        self._names = _wanted(schema)
        self._spellings = schema.fieldNames()
        self._settings = _settings(options)
        glob = self._settings.pop("glob", None)
        paths = _paths(options)
        self._settings = to_settings(paths, glob, "keep", **self._settings)
        _core.check(self._settings)
        self._named = [os.path.join(os.getcwdb(), path) for path in to_bytes(paths)]

    def partitions(self) -> Sequence[InputPartition]:
        files, errors = _core.list_files(self._settings)
        raise_errors("", errors, "raise")
        # A task may run in another folder.
        here = os.getcwdb()
        partitions = [_partition_of(os.path.join(here, path), by_member) for path, by_member in files]
        return sorted(partitions, key=lambda partition: partition.size, reverse=True)

    def _settings_of(self, partition: FilePartition) -> dict[str, object]:
        """What the globs had picked is read whole, as a part of its directory."""
        settings = {**self._settings, "paths": [partition.path]}
        if not partition.by_member:
            settings.pop("globs", None)
        elif partition.path not in self._named:
            settings["is_part"] = True
        return settings

    def read(self, partition: InputPartition) -> Iterator[Any]:
        # Spark gives this in place of no partition at all.
        if not isinstance(partition, FilePartition):
            return
        import pyarrow

        types = {"string": pyarrow.string(), "bigint": pyarrow.int64(), "boolean": pyarrow.bool_(),
                 "array<string>": pyarrow.list_(pyarrow.field("element", pyarrow.string()))}
        schema = pyarrow.schema([(spelling, types[columns()[name]])
                                 for spelling, name in zip(self._spellings, self._names)])
        _check_unchanged(partition, "since the scan was planned")
        read = [name for name in self._names if name != _INPUT_ERROR]
        scan = _core.Scan(self._settings_of(partition), read, True)
        for batch in pyarrow.RecordBatchReader.from_stream(_Stream(scan.stream())):
            arrays = [pyarrow.nulls(batch.num_rows, pyarrow.string()) if name == _INPUT_ERROR
                      else _nullable(batch.column(read.index(name)), types) for name in self._names]
            yield _batch(arrays, schema, batch.num_rows)
        _check_unchanged(partition, "while it was read")
        # Of a file that is what it was, this is how it is: to read it again would not help.
        if errors := scan.errors():
            rows = [{"file": file, "member": member, _INPUT_ERROR: why} for file, member, why in errors]
            yield _batch([pyarrow.array([row.get(name) for row in rows], type=field.type)
                          for name, field in zip(self._names, schema)], schema, len(rows))
        raise_errors(scan.failure(), [], "raise")


def _nullable(array: Any, types: dict[str, Any]) -> Any:
    """Lists as Spark has them, whose items are called otherwise; nothing is copied."""
    import pyarrow

    if not pyarrow.types.is_list(array.type):
        return array
    return pyarrow.ListArray.from_arrays(array.offsets, array.values, type=types["array<string>"])


def _batch(arrays: list[Any], schema: Any, rows: int) -> Any:
    import pyarrow

    if arrays:
        return pyarrow.RecordBatch.from_arrays(arrays, schema=schema)
    # Spark counts rows without a column.
    return pyarrow.RecordBatch.from_struct_array(
        pyarrow.StructArray.from_buffers(pyarrow.struct([]), rows, [None]))


class LeadscanDataSource(DataSource):
    """The format ``leadscan``."""

    @classmethod
    def name(cls) -> str:
        return "leadscan"

    def schema(self) -> str:
        return ", ".join(f"`{name}` {kind}" for name, kind in columns().items())

    def reader(self, schema: StructType) -> DataSourceReader:
        return LeadscanReader(schema, dict(self.options))

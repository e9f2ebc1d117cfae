"""Scans: planned once, read by tasks."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pyspark.errors import PySparkValueError
from pyspark.sql.datasource import DataSourceReader, InputPartition
from pyspark.sql.types import StructType

from . import _core
from ._settings import InputError, raise_errors, to_settings
from ._spark_filters import is_known, keep
from ._spark_parts import SPLIT_BYTES, Part, absolute, list_parts, to_name
from ._table import _Stream

_TYPES = {"utf8": "string", "int64": "bigint", "bool": "boolean", "list<utf8>": "array<string>"}
_INPUT_ERROR = "inputError"
# What a task accounts for, in a row of its own, with the option `accounts`.
ACCOUNTS = ("accountedRecords", "accountedBytes", "accountedBetween")
# Of load(path) and the like, which are not the core's: as Spark gives them, in lower case.
_TEXTS = {"at": "at", "log": "log", "records": "records", "match": "match", "column": "column",
          "decode": "decode", "statusat": "status_at", "glob": "glob"}
_NUMBERS = {"threads": "threads", "maxrecord": "max_record", "splitbytes": "split_bytes"}


def columns() -> dict[str, str]:
    """The columns that a schema may name, with Spark's types.

    >>> from leadscan import spark
    >>> spark.columns()["statusCode"]
    'bigint'
    """
    types = {name: _TYPES[kind] for name, kind, _, _ in _core.columns()}
    return {**types, _INPUT_ERROR: "string", **dict.fromkeys(ACCOUNTS, "bigint")}


def default_columns(options: dict[str, str]) -> dict[str, str]:
    """Without `line`: a file whose lines are counted is one task."""
    left_out = ["line"] if _accounts(options) else ["line", *ACCOUNTS]
    return {name: kind for name, kind in columns().items() if name not in left_out}


def _is_set(options: dict[str, str], wanted: str) -> bool:
    given = {name.lower(): value for name, value in options.items()}.get(wanted.lower(), "false")
    if given.lower() not in ("true", "false"):
        raise PySparkValueError(f"leadscan: {wanted}: neither true nor false: {given}")
    return given.lower() == "true"


def _accounts(options: dict[str, str]) -> bool:
    return _is_set(options, "accounts")


def pushes_filters(options: dict[str, str]) -> bool:
    return _is_set(options, "pushFilters")


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
        elif name.lower() not in ("path", "paths", "accounts", "pushfilters"):
            raise PySparkValueError(f"leadscan: no such option: {name}")
    settings.setdefault("threads", 1)  # a task has a core
    return settings


def _wanted(schema: StructType, accounts: bool) -> list[str]:
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
        if name in ACCOUNTS and not accounts:
            raise PySparkValueError(f'leadscan: the column {field.name} goes with option("accounts", "true")')
        names.append(name)
    return names


class Scan:
    """Plans what is read, on the driver, and reads it, in tasks."""

    def __init__(self, schema: StructType, options: dict[str, str]) -> None:
        self._accounts = _accounts(options)
        self._filters: list[Any] = []
        self._names = _wanted(schema, self._accounts)
        self._spellings = schema.fieldNames()
        settings = _settings(options)
        self._split = settings.pop("split_bytes", SPLIT_BYTES)
        if self._split == 0:
            raise PySparkValueError("leadscan: splitBytes: 0")
        # Lines are counted from the beginning of a file.
        if "line" in self._names:
            self._split = 1 << 63
        glob = settings.pop("glob", None)
        self._settings = absolute(to_settings(_paths(options), glob, "keep", **settings))
        _core.check(self._settings)

    def plan(self) -> list[Part]:
        """The biggest first, so that no long one comes last."""
        parts = list_parts(self._settings, self._split, by_frames=True)
        if any(part.by_member for part in parts):
            # Of an archive that is named, not found in a directory, its task tells.
            unmatched = [path for path in _core.find_unmatched(self._settings) if os.path.isdir(path)]
            if unmatched:
                raise InputError([(to_name(path), None, "nothing in it matches --glob") for path in unmatched])
        return sorted(parts, key=lambda part: part.size, reverse=True)

    def plan_growing(self) -> list[Part]:
        """The same of directories in which nothing need be yet."""
        parts = list_parts(self._settings, self._split, by_frames=True, comes_and_goes=True)
        return sorted(parts, key=lambda part: part.size, reverse=True)

    def push(self, filters: Iterable[Any]) -> Iterator[Any]:
        """Those that it leaves to Spark."""
        types = {spelling: columns()[name] for spelling, name in zip(self._spellings, self._names)}
        for pushed in filters:
            if is_known(pushed, types):
                self._filters.append(pushed)
            else:
                yield pushed

    def rows(self, part: Part) -> Iterator[Any]:
        """Batches of those rows that the filters keep."""
        for batch in self._all_rows(part):
            kept = keep(batch, self._filters)
            if kept.num_rows > 0:
                yield kept

    def _all_rows(self, part: Part) -> Iterator[Any]:
        import pyarrow

        types = {"string": pyarrow.string(), "bigint": pyarrow.int64(), "boolean": pyarrow.bool_(),
                 "array<string>": pyarrow.list_(pyarrow.field("element", pyarrow.string()))}
        schema = pyarrow.schema([(spelling, types[columns()[name]])
                                 for spelling, name in zip(self._spellings, self._names)])
        inode = part.begin_to_read("the scan")
        added = (_INPUT_ERROR, *ACCOUNTS)
        read = [name for name in self._names if name not in added]
        scan = _core.Scan(part.settings(self._settings), [(name, "utf8") for name in read], True)
        for batch in pyarrow.RecordBatchReader.from_stream(_Stream(scan.stream())):
            arrays = [pyarrow.nulls(batch.num_rows, types[columns()[name]]) if name in added
                      else _nullable(batch.column(read.index(name)), types) for name in self._names]
            yield _batch(arrays, schema, batch.num_rows)
        part.end_of_reading(inode)
        # Of a file that is what it was, this is how it is: to read it again would not help.
        rows: list[dict[str, object]] = [
            {"file": file, "member": member, _INPUT_ERROR: why} for file, member, why in scan.errors()]
        raise_errors(scan.failure(), [], "raise")
        if self._accounts:
            records, size, _, between = scan.account()
            rows.append({"file": scan.file(), "offset": part.begin, "length": size,
                         **dict(zip(ACCOUNTS, (records, size, between)))})
        if rows:
            yield _batch([pyarrow.array([row.get(name) for row in rows], type=field.type)
                          for name, field in zip(self._names, schema)], schema, len(rows))


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


class LeadscanReader(DataSourceReader):
    """Reads what was planned."""

    def __init__(self, schema: StructType, options: dict[str, str]) -> None:
        self._scan = Scan(schema, options)

    def partitions(self) -> Sequence[InputPartition]:
        return self._scan.plan()

    def read(self, partition: InputPartition) -> Iterator[Any]:
        # Spark gives another one in place of no partition at all.
        if isinstance(partition, Part):
            yield from self._scan.rows(partition)


class LeadscanPushingReader(LeadscanReader):
    """The same, with filters pushed down. Spark 4.1 and later refuse a class that has pushFilters()
    unless a session allows it, so that the other one has none."""

    def pushFilters(self, filters: list[Any]) -> Iterable[Any]:
        return list(self._scan.push(filters))

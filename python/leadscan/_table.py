"""Records as a table."""

from __future__ import annotations

import html
import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from . import _core
from ._progress import steps
from ._settings import OnError, Path, Texts, raise_errors, to_settings


class Column(NamedTuple):
    """A column that tables have: its name, Arrow type, whether it may be null, and what is in it."""

    name: str
    type: str
    nullable: bool
    meaning: str


def columns() -> list[Column]:
    """All columns, in their order.

    >>> import leadscan
    >>> [column.name for column in leadscan.columns()][:6]
    ['file', 'member', 'line', 'offset', 'length', 'verdict']
    >>> leadscan.columns()[3]
    Column(name='offset', type='int64', nullable=False, meaning='Bytes in front of the record, in the decompressed text')
    """
    return [Column(*row) for row in _core.columns()]


class _Stream:
    """A stream that was begun, for whoever takes it: once."""

    def __init__(self, capsule: object) -> None:
        self._capsule = capsule

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        return self._capsule


class _Batch:
    def __init__(self, capsules: tuple[object, object]) -> None:
        self._capsules = capsules

    def __arrow_c_array__(self, requested_schema: object | None = None) -> tuple[object, object]:
        return self._capsules


class Table:
    """The records of files, one a row, in the order of the input; made by :func:`read`.

    Nothing is read before somebody wants rows, and each who does reads anew. Anything that takes
    Arrow streams takes a table as it is: ``pyarrow.table(table)``, ``polars.DataFrame(table)``,
    ``duckdb.from_arrow(...)``. Shape: as many rows as there are records, which only reading tells, and
    ``len(table.columns)`` columns.
    """

    def __init__(self, settings: dict[str, object], names: Sequence[str] | None, texts: Texts,
                 on_error: OnError, progress: bool | None) -> None:
        if isinstance(names, str):
            raise TypeError(f"columns: a list of names is needed, not {names!r}")
        self._settings = settings
        self._names = [row[0] for row in _core.columns()] if names is None else list(names)
        self._texts: Texts = texts
        _core.schema(self._chosen(texts))  # ValueError if there is none of a name
        if len(set(self._names)) != len(self._names):
            raise ValueError("columns: a name appears twice")
        self._on_error: OnError = on_error
        self._progress = progress
        self._errors: list[tuple[str, str | None, str]] = []

    @property
    def columns(self) -> list[str]:
        """The names of its columns."""
        return list(self._names)

    @property
    def errors(self) -> list[tuple[str, str | None, str]]:
        """(file, member or None, reason) of each input that was not read to its end, the last time
        that rows were taken by a method of this object; with ``on_error="keep"``."""
        return list(self._errors)

    def __arrow_c_schema__(self) -> object:
        return _core.schema(self._chosen(self._texts))

    def __arrow_c_stream__(self, requested_schema: object | None = None) -> object:
        """A stream of batches of up to 65,536 rows, read while it is taken. It has those columns that
        the requested schema names, in its order, with texts as ``utf8_view`` or as a dictionary where
        it has them so; else types are as :func:`columns` has them. When the stream is dropped,
        reading ends."""
        if requested_schema is None:
            return self._scan(self._texts).stream()
        chosen = _core.requested(requested_schema)
        for name, _ in chosen:
            if name not in self._names:
                raise ValueError(f"no such column in this table: {name}")
        return _core.Scan(self._settings, chosen, self._on_error == "keep").stream()

    def batches(self) -> Iterator[Any]:
        """Each batch of up to 65,536 rows as a ``pyarrow.RecordBatch``, while the next ones are read.
        Raises :class:`InputError` behind the last one, if an input was not read to its end."""
        import pyarrow

        scan = self._scan(self._texts)
        for _ in steps(scan, self._progress):
            if (capsules := scan.pop()) is not None:
                yield pyarrow.record_batch(_Batch(capsules))
        self._end(scan)

    def to_arrow(self) -> Any:
        """All rows as a ``pyarrow.Table``. Raises :class:`InputError`."""
        import pyarrow

        return pyarrow.table(self._collect(self._texts))

    def to_pandas(self, **options: Any) -> Any:
        """All rows as a ``pandas.DataFrame``. Integers and booleans have pandas' nullable types, as a
        float would not keep positions exact; ``options`` are those of ``pyarrow.Table.to_pandas``.
        Raises :class:`InputError`."""
        import pandas
        import pyarrow

        types = {pyarrow.int64(): pandas.Int64Dtype(), pyarrow.bool_(): pandas.BooleanDtype()}
        return self.to_arrow().to_pandas(**{"types_mapper": types.get, **options})

    def to_polars(self) -> Any:
        """All rows as a ``polars.DataFrame``. Raises :class:`InputError`."""
        import polars

        # Its texts are views, whatever it is given.
        return polars.DataFrame(self._collect("view" if self._texts == "utf8" else self._texts))

    def to_duckdb(self, connection: Any, name: str) -> None:
        """Makes a table of that name in a DuckDB database, read while it is written, so that it need
        not fit into memory. There must be none of that name. Raises :class:`InputError`; there is no
        table then."""
        import pyarrow

        view = f"leadscan_{uuid.uuid4().hex}"  # none of the user's
        quoted = '"' + name.replace('"', '""') + '"'

        def run(statement: str, rows: Any) -> None:
            connection.register(view, rows)
            try:
                connection.execute(f"{statement} SELECT * FROM {view}")
            finally:
                connection.unregister(view)

        run(f"CREATE TABLE {quoted} AS", pyarrow.schema(self).empty_table())
        # DuckDB gets batches that are there: while it waits for one, Ctrl-C is not heard.
        try:
            for batch in self.batches():
                run(f"INSERT INTO {quoted}", pyarrow.Table.from_batches([batch]))
        except BaseException:
            connection.execute(f"DROP TABLE {quoted}")
            raise

    def head(self, rows: int = 10) -> Any:
        """The first rows as a ``pyarrow.Table``; what is behind them is not read to its end."""
        import pyarrow

        taken: list[Any] = []
        for batch in self.batches() if rows > 0 else ():
            taken.append(batch.slice(0, rows))
            rows -= taken[-1].num_rows
            if rows == 0:
                break
        return pyarrow.Table.from_batches(taken, pyarrow.schema(self))

    def __repr__(self) -> str:
        return f"<leadscan.Table of {self._named()}: {', '.join(self._names)}>"

    def _repr_html_(self) -> str:
        """The first rows, for notebooks."""
        title = f"<p>leadscan: {html.escape(self._named())}, the first rows</p>"
        try:
            rows = self.head().to_pylist()
        except (ImportError, OSError) as error:
            return f"{title}<p>{html.escape(str(error))}</p>"

        def cells(tag: str, values: Iterable[object]) -> str:
            shown = ("" if value is None else html.escape(str(value)) for value in values)
            return "<tr>" + "".join(f"<{tag}>{value}</{tag}>" for value in shown) + "</tr>"

        body = "".join(cells("td", row.values()) for row in rows)
        return f"{title}<table><thead>{cells('th', self._names)}</thead><tbody>{body}</tbody></table>"

    def _named(self) -> str:
        paths = self._settings["paths"]
        assert isinstance(paths, list)
        names = ", ".join(path.decode(errors="replace") for path in paths[:3])
        return names if len(paths) <= 3 else f"{names} and {len(paths) - 3} more"

    def _chosen(self, texts: Texts) -> list[tuple[str, str]]:
        return [(name, texts) for name in self._names]

    def _scan(self, texts: Texts) -> _core.Scan:
        return _core.Scan(self._settings, self._chosen(texts), self._on_error == "keep")

    def _collect(self, texts: Texts) -> _Stream:
        """All batches, waited for so that Ctrl-C is heard."""
        scan = self._scan(texts)
        for _ in steps(scan, self._progress):
            pass
        self._end(scan)
        return _Stream(scan.stream())

    def _end(self, scan: _core.Scan) -> None:
        self._errors = scan.errors()
        raise_errors(scan.failure(), self._errors, self._on_error)


def read(path: Path | Iterable[Path], columns: Sequence[str] | None = None, *,
         at: str | None = None, log: str | None = None, records: str | None = None,
         threads: int | None = None, glob: str | Iterable[str] | None = None,
         match: str | None = None, column: str | None = None, decode: str | None = None,
         status_at: str | None = None, max_record: int | None = None, texts: Texts = "utf8",
         on_error: OnError = "raise", progress: bool | None = None) -> Table:
    """The records of files, directories and archives as a :class:`Table`: a row a record, with its
    verdict, where it is, and the members of the response. Verdicts and positions are those of
    ``leadscan check``, values those of ``leadscan extract``; the settings are its options.

    path: a file or directory, or several; gzip, zstd, xz, bzip2, lz4, tar and zip are told by their
        first bytes and unwrapped.
    columns: names of :func:`columns`, in the order wanted. The fewer, the faster.
    at: the JSON Pointer of the response in each record; status_at: that of the HTTP status; decode:
        ``auto``, ``none``, ``base64`` or ``nginx``, how texts are encoded there.
    log: the kind of log, which says where the response is, as ``"docker"`` or ``"cloudwatch"``.
    records: ``auto``, ``ndjson``, ``json``, ``prefixed`` or ``har``: how records are laid out.
    threads: that read and judge, from 1 to 1024; else one for each CPU. The rows are the same.
    glob: of directories and archives only what has such a name; match: only what is on lines with
        this text; column: of CSV and TSV with a header, the one with the responses.
    max_record: in bytes, up to 512 MiB (16 MiB if not given): what is longer is ``too_large``.
    texts: how columns of texts are laid out: ``"utf8"``; ``"view"`` as ``utf8_view``; with
        ``"dictionary"`` those that have a few texts only (``file``, ``member``, ``verdict``,
        ``error_code``, ``*_presence``) as a dictionary, the others as ``utf8``. The values are the same.
    on_error: with ``"keep"`` an input that was not read to its end raises nothing, and is named by
        :attr:`Table.errors`.
    progress: whether a bar is shown on standard error; else where that is a terminal or a notebook.

    Raises ValueError for a setting that cannot be; what is wrong with an input is told when rows are
    taken.

    >>> import leadscan
    >>> table = leadscan.read("responses.ndjson", columns=["line", "verdict", "statusCode"])
    >>> table.to_arrow().to_pylist()[0]
    {'line': 1, 'verdict': 'created', 'statusCode': 201}
    >>> leadscan.read("responses.ndjson", records="lines")
    Traceback (most recent call last):
        ...
    ValueError: records: not auto, ndjson, json, prefixed or har: lines
    """
    settings = to_settings(path, glob, on_error, at=at, log=log, records=records, threads=threads,
                           match=match, column=column, decode=decode, status_at=status_at,
                           max_record=max_record)
    _core.check(settings)
    return Table(settings, columns, texts, on_error, progress)

"""The report of an audit."""

from __future__ import annotations

import html
import json
import os
from collections.abc import Callable, Iterable
from typing import Any

from . import _core
from ._progress import steps
from ._settings import OnError, Path, raise_errors, to_settings

_Rows = list[dict[str, Any]]


def _counts(of: dict[str, int], name: str) -> _Rows:
    return [{name: key, "count": count} for key, count in of.items()]


def _values(of: dict[str, Any]) -> _Rows:
    return list(of["rows"])


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """Objects inside become columns: {"first": {"line": 1}} is first.line."""
    flat: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": deep for inner, deep in _flat(value).items()})
        else:
            flat[key] = value
    return flat


def _findings(groups: _Rows) -> _Rows:
    return [{"kind": group["kind"], **record} for group in groups for record in group["records"]]


# Of each table what it is made of.
_TABLES: dict[str, Callable[[dict[str, Any]], _Rows]] = {
    "verdicts": lambda data: _counts(data["verdicts"], "verdict"),
    "passed_over": lambda data: _counts(data["passed_over_reasons"], "reason"),
    "actions": lambda data: _values(data["actions"]),
    "status_codes": lambda data: _values(data["status_codes"]),
    "error_codes": lambda data: _values(data["error_codes"]),
    "messages": lambda data: _values(data["messages"]),
    "http_and_body": lambda data: _values(data["http_and_body"]),
    "timeline": lambda data: [{"start": row["start"], **row["verdicts"]} for row in data["timeline"]],
    "violations_timeline": lambda data: data["violations_timeline"],
    "presence": lambda data: data["presence"],
    "schema_drift": lambda data: data["schema_drift"],
    "layouts": lambda data: data["layouts"],
    "violations": lambda data: data["violations"],
    "json_errors": lambda data: _values(data["json_errors"]),
    "bad_records": lambda data: data["bad_records"],
    "findings": lambda data: _findings(data["findings"]),
    "files": lambda data: data["files"],
    "errors": lambda data: data["errors"],
}
_TIMES = ("timeline", "violations_timeline")


class Report:
    """What :func:`audit` found. ``data`` is the report that ``leadscan audit --json`` prints, as
    dicts and lists."""

    def __init__(self, text: str, page: str) -> None:
        self._text = text
        self._page = page
        self.data: dict[str, Any] = json.loads(text)

    @property
    def records(self) -> int:
        """How many records were judged."""
        return int(self.data["records"])

    @property
    def bad(self) -> int:
        """How many of them are violations, malformed, truncated or too large."""
        return int(self.data["bad"])

    @property
    def errors(self) -> list[tuple[str, str | None, str]]:
        """(file, member or None, reason) of each input that was not read to its end."""
        return [(row["file"], row["member"], row["error"]) for row in self.data["errors"]]

    @property
    def tables(self) -> list[str]:
        """The names of its tables."""
        return list(_TABLES)

    def table(self, name: str) -> Any:
        """A table of it as a ``pandas.DataFrame``, of as many rows as were found: counts are numbers
        of records, positions are bytes and lines from 1, ``start`` is a time in UTC. What is an object
        in the report is a column for each of its members (``first.line``). Raises KeyError if there
        is none of that name."""
        import pandas

        frame = pandas.DataFrame([_flat(row) for row in _TABLES[name](self.data)])
        if name in _TIMES and len(frame):
            frame["start"] = pandas.to_datetime(frame["start"], utc=True)
        return frame

    def to_json(self) -> str:
        """The report as ``leadscan audit --json`` prints it."""
        return self._text

    def to_html(self, path: str | os.PathLike[str] | None = None) -> str:
        """The page with charts, which needs no network; written to ``path``, too, if there is one.
        Raises OSError where it cannot be written."""
        if path is not None:
            with open(path, "w", encoding="utf-8") as file:
                file.write(self._page)
        return self._page

    def __repr__(self) -> str:
        return f"<leadscan.Report: {self.records:,} records, {self.bad:,} bad>"

    def _repr_html_(self) -> str:
        """The page in a frame, for notebooks."""
        page = html.escape(self._page, quote=True)
        return f'<iframe srcdoc="{page}" style="width:100%;height:40em;border:0"></iframe>'


def audit(paths: Path | Iterable[Path], *, at: str | None = None, log: str | None = None,
          records: str | None = None, threads: int | None = None,
          glob: str | Iterable[str] | None = None, match: str | None = None,
          column: str | None = None, decode: str | None = None, status_at: str | None = None,
          max_record: int | None = None, memory: int | None = None, since: str | None = None,
          now: str | None = None, limit_findings: int | None = None, hash: bool | None = None,
          on_error: OnError = "raise", progress: bool | None = None) -> Report:
    """Reads files, directories and archives whole, and reports on them as ``leadscan audit`` does.
    Settings are those of :func:`read`, and of the command:

    memory: bytes for the search for ids that come again; beyond it goes on on disk (512 MiB).
    since, now: dates or times of RFC 3339, between which timestamps are expected.
    limit_findings: so many of each kind are listed (100); all are counted.
    hash: with the SHA-256 of each input.

    Raises ValueError for a setting that cannot be, and :class:`InputError` if an input was not read
    to its end; with ``on_error="keep"`` the report names it instead.

    >>> import leadscan
    >>> report = leadscan.audit("responses.ndjson")
    >>> report
    <leadscan.Report: 4 records, 1 bad>
    >>> report.data["verdicts"]["created"]
    2
    """
    settings = to_settings(paths, glob, on_error, at=at, log=log, records=records, threads=threads,
                           match=match, column=column, decode=decode, status_at=status_at,
                           max_record=max_record, memory=memory, since=since, now=now,
                           limit_findings=limit_findings, hash=hash)
    run = _core.Audit(settings)
    for _ in steps(run, progress):
        pass
    raise_errors(run.failure(), run.errors(), on_error)
    return Report(run.json(), run.html())

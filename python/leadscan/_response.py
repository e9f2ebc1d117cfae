"""One document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from . import _core

_PRESENCE = "_presence"


@dataclass(frozen=True)
class Response:
    """What :func:`parse` found of a document."""

    verdict: str
    """created, update, failure or message; violation, malformed, truncated or too_large."""
    error_code: str | None
    """Why it is malformed, truncated or too_large; else None."""
    error_offset: int | None
    """Where that is, in bytes from the first."""
    violations: list[str]
    """The rules of the schema that it breaks, if it is a violation."""
    fields: dict[str, Any]
    """The members of the response by the names of their columns, None where there is no value."""
    presence: dict[str, str]
    """Of those that may be null: value, is_null or absent."""

    @property
    def is_good(self) -> bool:
        """Whether it is a response of the API."""
        return self.error_code is None and not self.violations

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]


def parse(document: bytes | bytearray | memoryview | str) -> Response:
    """Judges one document, and reads its members. Any bytes have a verdict.

    Raises TypeError for what has no bytes, ValueError from 4 GiB on.

    >>> import leadscan
    >>> response = leadscan.parse(b'{"message": "Forbidden"}')
    >>> response.verdict, response["message"]
    ('message', 'Forbidden')
    >>> response = leadscan.parse(b'{"message": "Forb')
    >>> response.verdict, response.error_code, response.error_offset
    ('truncated', 'truncated', 17)
    >>> leadscan.parse('{"action": 1}').violations[0]
    '/partnerLeadOpportunityId: missing: expected string or object, found nothing'
    """
    row = _core.parse(document.encode() if isinstance(document, str) else document)
    row.pop("httpStatus")
    presence = {name.removesuffix(_PRESENCE): row.pop(name)
                for name in list(row) if name.endswith(_PRESENCE)}
    return Response(row.pop("verdict"), row.pop("error_code"), row.pop("error_offset"),
                    row.pop("violations"), row, presence)

"""Archives of lead responses as tables.

:func:`read` gives the records of files as a table, :func:`audit` reports on them, :func:`parse` judges
one document. The verdicts are those of the command ``leadscan``: it is the same core.
"""

from . import _core
from ._report import Report, audit
from ._response import Response, parse
from ._settings import InputError
from ._table import Column, Table, columns, read

__version__ = _core.version
__all__ = [
    "Column",
    "InputError",
    "Report",
    "Response",
    "Table",
    "__version__",
    "audit",
    "columns",
    "parse",
    "read",
]

"""Filters that Spark pushes down to a scan: a row is kept where Spark's own filter would keep it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

# By the names of pyspark's classes, which Spark 4.0 has not: what pyarrow calls them.
_EQUAL = {"EqualTo": "equal"}
_ORDER = {"GreaterThan": "greater", "GreaterThanOrEqual": "greater_equal", "LessThan": "less",
          "LessThanOrEqual": "less_equal"}
_PARTS = {"StringStartsWith": "starts_with", "StringEndsWith": "ends_with", "StringContains": "match_substring"}
_NULLS = ("IsNull", "IsNotNull")


def is_known(pushed: Any, types: dict[str, str]) -> bool:
    """Whether a filter of pyspark's is one that mask() knows. types: Spark's, by the names of columns."""
    kind = type(pushed).__name__
    if kind == "Not":
        return is_known(pushed.child, types)
    if kind not in {*_EQUAL, *_ORDER, *_PARTS, *_NULLS, "EqualNullSafe", "In"} or len(pushed.attribute) != 1:
        return False
    column = types.get(pushed.attribute[0])
    if column in ("string", "bigint"):
        return True
    # Of truth values none is greater, and lists are compared with nothing.
    return kind in _NULLS or (column == "boolean" and kind not in _ORDER)


def keep(batch: Any, filters: Sequence[Any]) -> Any:
    """The rows that all of the filters keep."""
    import pyarrow.compute as pc

    mask = None
    for pushed in filters:
        one = _mask(batch, pushed)
        mask = one if mask is None else pc.and_kleene(mask, one)
    return batch if mask is None else batch.filter(mask)


def _mask(batch: Any, pushed: Any) -> Any:
    """True, False, or null, where SQL does not know: that is not kept, nor is its opposite."""
    import pyarrow
    import pyarrow.compute as pc

    kind = type(pushed).__name__
    if kind == "Not":
        return pc.invert(_mask(batch, pushed.child))
    column = batch.column(batch.schema.get_field_index(pushed.attribute[0]))
    if kind == "IsNull":
        return pc.is_null(column)
    if kind == "IsNotNull":
        return pc.is_valid(column)
    if kind in _PARTS:
        return getattr(pc, _PARTS[kind])(column, pushed.value)
    if kind == "In":
        values = [value for value in pushed.value if value is not None]
        found = pc.is_in(column, pyarrow.array(values, column.type))
        other = pyarrow.scalar(False if len(values) == len(pushed.value) else None, pyarrow.bool_())
        return pc.if_else(pc.is_valid(column), pc.if_else(found, True, other), pyarrow.scalar(None, pyarrow.bool_()))
    if kind == "EqualNullSafe":
        if pushed.value is None:
            return pc.is_null(column)
        return pc.fill_null(pc.equal(column, pyarrow.scalar(pushed.value, column.type)), False)
    return getattr(pc, {**_EQUAL, **_ORDER}[kind])(column, pyarrow.scalar(pushed.value, column.type))

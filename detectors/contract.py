"""Check a table against its specification, all faults in one message."""

from __future__ import annotations

from functools import cache

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from detectors.tables import Column, TableSpec


class ContractError(ValueError):
    """A table breaks its contract; the message names every fault."""


def empty(spec: TableSpec) -> pd.DataFrame:
    """Return a table of the specification with no rows."""
    return pd.DataFrame({column.name: pd.Series(dtype=column.dtype) for column in spec.columns})


def conform(spec: TableSpec, frame: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of the specification in its order and types, checked.

    Text that pandas holds as objects becomes ``str``; a table without rows takes every type
    as it is. Other types must be right already, so that no value changes unseen.

    Raises
    ------
    ContractError
        If a column is missing, unknown or twice there, has another type, holds nulls or values
        that it may not hold, or if the key is not unique. The message names all faults.
    """
    problems = [f"missing column {name!r}" for name in spec.names if name not in frame.columns]
    problems += [f"unknown column {name!r}" for name in frame.columns if name not in spec.names]
    problems += [f"column {name!r} is there twice" for name in frame.columns[frame.columns.duplicated()]]
    if problems:
        raise ContractError(f"table {spec.name!r}: " + "; ".join(problems))
    frame = frame[spec.names].reset_index(drop=True)
    dtypes = {column.name: column.dtype for column in spec.columns}
    if frame.empty:
        return frame.astype(dtypes)
    try:
        _schema(spec).validate(frame, lazy=True)
    except SchemaErrors as error:
        faults = _faults(spec, frame, error.failure_cases)
        raise ContractError(f"table {spec.name!r}: " + "; ".join(faults)) from None
    return frame.astype(dtypes)


def limits(column: Column) -> str:
    """Return in words which values a column may take; empty if any."""
    if column.allowed:
        return "one of " + ", ".join(str(value) for value in column.allowed)
    bounds = (("at least", column.low), ("at most", column.high))
    return " and ".join(f"{words} {bound:g}" for words, bound in bounds if bound is not None)


@cache
def _schema(spec: TableSpec) -> pa.DataFrameSchema:
    columns = {
        column.name: pa.Column(column.dtype, _checks(column), nullable=column.nullable)
        for column in spec.columns
    }
    return pa.DataFrameSchema(columns, unique=list(spec.key), strict=True)


def _checks(column: Column) -> list[pa.Check]:
    words = limits(column)
    checks = []
    if column.allowed:
        checks.append(pa.Check.isin([str(value) for value in column.allowed], error=words))
    if column.low is not None:
        checks.append(pa.Check.ge(column.low, error=words))
    if column.high is not None:
        checks.append(pa.Check.le(column.high, error=words))
    return checks


def _faults(spec: TableSpec, frame: pd.DataFrame, cases: pd.DataFrame) -> list[str]:
    """Return one clause per broken rule: the key first, then the columns in their order."""
    rules = {
        (str(column), str(rule)): rows["failure_case"]
        for (column, rule), rows in cases.groupby(["column", "check"], sort=False)
    }
    faults = []
    if any(rule == "multiple_fields_uniqueness" for _, rule in rules):
        repeats = int(frame.duplicated(list(spec.key)).sum())
        faults.append(f"key ({', '.join(spec.key)}) is not unique, {repeats} of {len(frame)} rows repeat it")
    for column in spec.columns:
        broken = {rule: values for (name, rule), values in rules.items() if name == column.name}
        faults += _column_faults(column, frame[column.name], broken)
    return faults


def _column_faults(column: Column, values: pd.Series, broken: dict[str, pd.Series]) -> list[str]:
    wrong = next((cases for rule, cases in broken.items() if rule.startswith("dtype")), None)
    if wrong is not None:  # the other checks of the column say nothing then
        found = f", found {wrong.iloc[0]!r}" if values.dtype == object else ""
        return [f"column {column.name!r} has dtype {values.dtype}, expected {column.dtype}{found}"]
    faults = []
    if "not_nullable" in broken:
        count = len(broken["not_nullable"])
        faults.append(f"column {column.name!r} is unknown in {count} of {len(values)} rows, expected none")
    outside = broken.get(limits(column))
    if outside is not None:
        first = outside.iloc[0]
        example = repr(first) if isinstance(first, str) else f"{first:g}"
        where = f"in {len(outside)} of {len(values)} rows (first: {example})"
        faults.append(f"column {column.name!r} is not {limits(column)} {where}")
    return faults

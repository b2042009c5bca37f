"""Check a table against its specification, all faults in one message."""

from __future__ import annotations

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

    Raises
    ------
    ContractError
        If a column is missing or unknown, has another type, holds nulls or values that
        it may not hold, or if the key is not unique. The message names all faults.
    """
    problems = [f"missing column {name!r}" for name in spec.names if name not in frame.columns]
    problems += [f"unknown column {name!r}" for name in frame.columns if name not in spec.names]
    if problems:
        raise ContractError(f"table {spec.name!r}: " + "; ".join(problems))
    frame = frame[spec.names].reset_index(drop=True)
    try:
        frame = frame.astype({column.name: column.dtype for column in spec.columns if not len(frame)})
        _schema(spec).validate(frame, lazy=True)
    except SchemaErrors as error:
        raise ContractError(f"table {spec.name!r}: " + "; ".join(_faults(spec, error.failure_cases))) from None
    return frame


def _schema(spec: TableSpec) -> pa.DataFrameSchema:
    columns = {column.name: pa.Column(column.dtype, _checks(column), nullable=column.nullable) for column in spec.columns}
    return pa.DataFrameSchema(columns, unique=list(spec.key), strict=True)


def _checks(column: Column) -> list[pa.Check]:
    checks = []
    if column.allowed:
        checks.append(pa.Check.isin(column.allowed))
    if column.low is not None:
        checks.append(pa.Check.ge(column.low))
    if column.high is not None:
        checks.append(pa.Check.le(column.high))
    return checks


def _faults(spec: TableSpec, cases: pd.DataFrame) -> list[str]:
    """Return one clause per column and broken rule, in column order."""
    faults = []
    for (name, rule), rows in cases.groupby(["column", "check"], sort=False, dropna=False):
        example = rows["failure_case"].iloc[0]
        if str(rule).startswith("dtype"):
            expected = next(column.dtype for column in spec.columns if column.name == name)
            faults.append(f"column {name!r} has dtype {example}, expected {expected}")
        elif rule == "not_nullable":
            faults.append(f"column {name!r} has {len(rows)} unknown values, expected none")
        elif rule == "multiple_fields_uniqueness":
            faults.append(f"key {spec.key} is not unique")
        else:
            faults.append(f"column {name!r} breaks {rule} in {len(rows)} rows, first {example!r}")
    return list(dict.fromkeys(faults))

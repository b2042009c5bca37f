"""Reads the published tables that lie beside the code."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd


def read_table(name: str) -> pd.DataFrame:
    """Return a published table by its name; each file's first lines state its source."""
    path = files("pipelines.exposure") / "tables" / f"{name}.csv"
    with path.open(encoding="utf-8") as lines:
        return pd.read_csv(lines, comment="#")

"""EDGE: tables with heads in the reader's language, units in their cells and times of the site."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

from dashboard.context import Context

Head = ColumnConfig | str
Heads = Mapping[str, Head]


def listing(rows: pd.DataFrame, heads: Heads) -> None:
    """Draw the columns that have a head, in the order of these."""
    st.dataframe(rows, hide_index=True, column_order=list(heads), column_config=dict(heads), width="stretch")


def measured(label: str, unit: str, digits: int = 0) -> ColumnConfig:
    """Return the head of a column of numbers with their unit; a per cent sign as '%%'."""
    return st.column_config.NumberColumn(label, format=f"%.{digits}f{unit}")


def moment(at: Context, label: str, pattern: str = "YYYY-MM-DD HH:mm") -> ColumnConfig:
    """Return the head of a column of instants, shown by the clock of the site."""
    return st.column_config.DatetimeColumn(label, format=pattern, timezone=at.site.time_zone)

"""EDGE: puts a chart on a page, its numbers and dates in the reader's language."""

from __future__ import annotations

from typing import Literal

import streamlit as st

from dashboard.charts.language import Drawn, in_language
from dashboard.context import Context


def draw(at: Context, chart: Drawn, width: Literal["stretch", "content"] = "stretch") -> None:
    """Draw a chart, as wide as its column or as it says itself; every chart of a page goes through here."""
    st.altair_chart(in_language(chart, at.say), width=width)

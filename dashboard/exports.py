"""What a page shows, as a file: CSV, Parquet or PDF."""

from __future__ import annotations

import io
from importlib import resources
from typing import Final

import pandas as pd
from fpdf import FPDF
from fpdf.fonts import FontFace

from dashboard.wording import NO_DATA

FONT: Final = "DejaVu"
MOST_ROWS: Final = 500
"""Rows that a PDF takes; more is nothing to read on paper, and minutes to draw."""


def as_csv(frame: pd.DataFrame) -> bytes:
    """Return the table as CSV; the mark at its start lets Excel read letters that are not English."""
    return frame.to_csv(index=False).encode("utf-8-sig")


def as_parquet(frame: pd.DataFrame) -> bytes:
    """Return the table as Parquet."""
    sink = io.BytesIO()
    frame.to_parquet(sink, index=False)
    return sink.getvalue()


def as_pdf(title: str, notes: tuple[str, ...], frame: pd.DataFrame) -> bytes:
    """Return the title, the notes and the first `MOST_ROWS` rows as an A4 PDF.

    Parameters
    ----------
    title
        What the table shows.
    notes
        Lines above it: site, dates, filters, policy, and that data is made up where it is.
    frame
        The table, with words and numbers as they are to be printed.
    """
    pdf = FPDF(orientation="landscape" if len(frame.columns) > 7 else "portrait", format="A4")
    fonts = resources.files("matplotlib").joinpath("mpl-data", "fonts", "ttf")
    for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
        with resources.as_file(fonts.joinpath(file)) as path:
            pdf.add_font(FONT, style, path)
    pdf.set_title(title)
    pdf.add_page()
    pdf.set_font(FONT, "B", 14)
    pdf.multi_cell(0, 8, title, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.set_font(FONT, "", 8)
    left_out = len(frame) - MOST_ROWS
    for note in (*notes, *((f"+ {left_out}",) if left_out > 0 else ())):
        pdf.multi_cell(0, 4.5, note, align="L", new_x="LMARGIN", new_y="NEXT")
    pdf.ln(2)
    pdf.set_font(FONT, "", 7)
    with pdf.table(text_align="LEFT", line_height=4, headings_style=FontFace(emphasis="BOLD")) as table:
        table.row([str(name) for name in frame.columns])
        for row in frame.head(MOST_ROWS).itertuples(index=False):
            table.row([NO_DATA if pd.isna(value) else str(value) for value in row])
    return bytes(pdf.output())

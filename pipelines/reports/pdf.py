"""A report as a PDF of two A4 pages."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from functools import singledispatchmethod
from importlib import resources
from typing import Final

from fpdf import FPDF
from fpdf.enums import TableBordersLayout
from fpdf.fonts import FontFace

from pipelines.reports.content import Bar, Bars, Part, Points, ReportContent, Section, Table

MARGIN_MM: Final = 14.0
SCALES: Final = (1.12, 1.06, 1.0, 0.93, 0.87, 0.81, 0.75, 0.7)
"""Sizes of the type, of which the largest is taken that leaves two pages."""

FONT: Final = "DejaVu"
INK: Final = (28, 37, 48)
QUIET: Final = (91, 102, 114)
LINE: Final = (213, 219, 225)
JUDGED: Final = (84, 135, 171)
OPEN: Final = (196, 217, 231)
BAR_MM: Final = 4.4
LABEL_MM: Final = 46.0
WORDS_MM: Final = 58.0
WIDEST_MM: Final = 45.0
PADDING_MM: Final = 1.0

FIXED_UTC: Final = datetime(2000, 1, 1, tzinfo=UTC)
"""Stands for the time of making, so that the same content gives the same bytes."""


def as_pdf(report: ReportContent) -> bytes:
    """Return the report as PDF; the type is as large as two pages allow."""
    for scale in SCALES:
        sheet = _Sheet(report, scale)
        sheet.draw()
        if sheet.pages_count == len(report.pages):
            break
    return bytes(sheet.output())


class _Sheet(FPDF):
    """The pages of a report at one size of type."""

    def __init__(self, report: ReportContent, scale: float) -> None:
        super().__init__(format="A4")
        self.report, self.scale = report, scale
        fonts = resources.files("matplotlib").joinpath("mpl-data", "fonts", "ttf")
        for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with resources.as_file(fonts.joinpath(file)) as path:
                self.add_font(FONT, style, path)
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM + 4.0)
        self.set_creation_date(FIXED_UTC)
        self.set_lang("en-GB")
        self.set_title(f"{report.title}, {report.subtitle}")

    def footer(self) -> None:
        """Draw the stamp at the foot of each page."""
        self.set_y(-MARGIN_MM)
        self._type(6.5, color=QUIET)
        self.multi_cell(
            0, 3.0, f"{self.report.stamp} \u00b7 page {self.page_no()} of {len(self.report.pages)}"
        )

    def draw(self) -> None:
        """Draw all pages."""
        for at, page in enumerate(self.report.pages):
            self.add_page()
            if at == 0:
                self._line(self.report.title, 15.0, "B")
                self._line(self.report.subtitle, 9.0, color=QUIET)
            for section in page:
                self._section(section)

    def _section(self, section: Section) -> None:
        self.ln(2.5 * self.scale)
        self._line(section.title, 11.5, "B")
        self.set_draw_color(*JUDGED)
        self.line(self.l_margin, self.y, self.w - self.r_margin, self.y)
        self.ln(1.2 * self.scale)
        for part in section.parts:
            self._part(part)
            self.ln(1.5 * self.scale)

    @singledispatchmethod
    def _part(self, part: Part) -> None:
        raise TypeError(f"{type(part).__name__} can't be drawn")

    @_part.register
    def _points(self, part: Points) -> None:
        for line in part.lines:
            self._line(f"\u2022 {line}", 8.5)

    @_part.register
    def _table(self, part: Table) -> None:
        self._type(7.5)
        self.set_draw_color(*LINE)
        head = FontFace(emphasis="BOLD", color=QUIET)
        with self.table(
            col_widths=self._widths_mm(part),
            width=self.epw,
            text_align="LEFT",
            line_height=3.7 * self.scale,
            borders_layout=TableBordersLayout.HORIZONTAL_LINES,
            headings_style=head,
            padding=(0.5 * self.scale, PADDING_MM, 0.5 * self.scale, 0),
        ) as table:
            for row in (part.heads, *part.rows):
                table.row(row)
        if part.note:
            self._line(part.note, 7.0, color=QUIET)

    def _widths_mm(self, part: Table) -> tuple[float, ...]:
        """Return the widths of the columns: no word is broken as long as there is room for all."""
        columns = list(zip(*(part.heads, *part.rows), strict=True))
        self._type(7.5, "B")
        room = PADDING_MM + 2.0 * self.c_margin
        least = [max(self.get_string_width(word) for cell in one for word in cell.split()) for one in columns]
        whole = [max(map(self.get_string_width, one)) for one in columns]
        wish = [max(word, min(text, WIDEST_MM)) - word for word, text in zip(least, whole, strict=True)]
        spare = self.epw - sum(least) - room * len(columns)
        stretch = spare / max(sum(wish), 1e-9) if spare < sum(wish) else 1.0
        widths = [word + room + stretch * more for word, more in zip(least, wish, strict=True)]
        self._type(7.5)
        return tuple(width * self.epw / sum(widths) for width in widths)

    @_part.register
    def _bars(self, part: Bars) -> None:
        for bar in part.bars:
            # Outside it, a table would take the colour of the last bar for its ground.
            with self.local_context():
                self._bar(bar)
            self.ln(BAR_MM * self.scale)
        self._line(f"0 to 100 %. {part.note}", 7.0, color=QUIET)

    def _bar(self, bar: Bar) -> None:
        height = BAR_MM * self.scale
        left, top = self.l_margin + LABEL_MM, self.y
        width = self.epw - LABEL_MM - WORDS_MM
        self._type(8.0)
        self.cell(LABEL_MM, height, bar.label)
        for low, high, thick, color in (
            (0.0, 1.0, 0.1, LINE),
            (bar.lowest, bar.highest, 0.35, OPEN),
            (bar.low, bar.high, 0.6, JUDGED),
            (bar.value - 0.003, bar.value + 0.003, 0.85, INK),
        ):
            if not math.isnan(low):
                self.set_fill_color(*color)
                above = top + height * (1.0 - thick) / 2.0
                self.rect(left + width * low, above, width * (high - low), height * thick, style="F")
        self.set_x(left + width + 2.0)
        self.cell(WORDS_MM - 2.0, height, bar.words)

    def _line(self, text: str, size_pt: float, style: str = "", color: tuple[int, int, int] = INK) -> None:
        self._type(size_pt, style, color)
        self.multi_cell(0, 0.46 * self.font_size_pt, text, align="L", new_x="LMARGIN", new_y="NEXT")

    def _type(self, size_pt: float, style: str = "", color: tuple[int, int, int] = INK) -> None:
        self.set_font(FONT, style, size_pt * self.scale)
        self.set_text_color(*color)

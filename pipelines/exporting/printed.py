"""What is printed of a package: a sheet of stills, a page per few lifts, the answers of the quiz."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Final

from fpdf import FPDF

from pipelines.reports.pdf import FIXED_UTC, FONT, INK, LINE, MARGIN_MM, QUIET

COLUMNS: Final = 3
GAP_MM: Final = 5.0
STILL_SHAPE: Final = 9.0 / 16.0
"""Height over width of the frame that a still is fitted into."""

CAPTION_MM: Final = 9.0
HANDOUT_STILL_MM: Final = 78.0


@dataclass(frozen=True)
class Card:
    """One lift on paper: a JPEG or None, what it is, what was measured, and what to try."""

    still: bytes | None
    head: str
    lines: tuple[str, ...] = ()
    cue: str = ""


def contact_sheet(title: str, notes: Sequence[str], cards: Sequence[Card]) -> bytes:
    """Return the stills of all cards in a grid on A4, each with its head below it."""
    paper = _Paper(title, notes)
    width = (paper.epw - (COLUMNS - 1) * GAP_MM) / COLUMNS
    height = width * STILL_SHAPE + CAPTION_MM
    for number, card in enumerate(cards):
        column = number % COLUMNS
        if column == 0:
            paper.keep_together(height)
            top = paper.y
        left = paper.l_margin + column * (width + GAP_MM)
        paper.still(card, left, top, width)
        paper.set_xy(left, top + width * STILL_SHAPE + 0.5)
        paper.write_line(card.head, 6.0, width=width)
        paper.set_y(top + height)
    return bytes(paper.output())


def handout(title: str, notes: Sequence[str], cards: Sequence[Card]) -> bytes:
    """Return the cards below one another on A4: still, what was measured, and the cue."""
    paper = _Paper(title, notes)
    height = HANDOUT_STILL_MM * STILL_SHAPE
    for card in cards:
        paper.keep_together(height + GAP_MM)
        top = paper.y
        paper.still(card, paper.l_margin, top, HANDOUT_STILL_MM)
        left = paper.l_margin + HANDOUT_STILL_MM + GAP_MM
        width = paper.w - paper.r_margin - left
        paper.set_xy(left, top)
        paper.write_line(card.head, 9.0, "B", width=width)
        for line in card.lines:
            paper.set_x(left)
            paper.write_line(line, 8.0, color=QUIET, width=width)
        if card.cue:
            paper.set_xy(left, paper.y + 1.5)
            paper.write_line(card.cue, 10.0, width=width)
        paper.set_y(max(top + height, paper.y) + GAP_MM)
    return bytes(paper.output())


class _Paper(FPDF):
    """A4 pages with a title and notes on the first; the same content gives the same bytes."""

    def __init__(self, title: str, notes: Sequence[str]) -> None:
        super().__init__(format="A4")
        fonts = resources.files("matplotlib").joinpath("mpl-data", "fonts", "ttf")
        for style, file in (("", "DejaVuSans.ttf"), ("B", "DejaVuSans-Bold.ttf")):
            with resources.as_file(fonts.joinpath(file)) as path:
                self.add_font(FONT, style, path)
        self.set_margin(MARGIN_MM)
        self.set_auto_page_break(auto=True, margin=MARGIN_MM)
        self.set_creation_date(FIXED_UTC)
        self.set_title(title)
        self.add_page()
        self.write_line(title, 14.0, "B")
        for note in notes:
            self.write_line(note, 8.0, color=QUIET)
        self.ln(3.0)

    def keep_together(self, height_mm: float) -> None:
        """Begin a page where less than a height is left of this one."""
        if self.will_page_break(height_mm):
            self.add_page()

    def still(self, card: Card, left_mm: float, top_mm: float, width_mm: float) -> None:
        """Draw the still of a card into a frame, or an empty frame."""
        height_mm = width_mm * STILL_SHAPE
        self.set_draw_color(*LINE)
        self.rect(left_mm, top_mm, width_mm, height_mm)
        if card.still is not None:
            picture = io.BytesIO(card.still)
            self.image(picture, left_mm, top_mm, width_mm, height_mm, keep_aspect_ratio=True)

    def write_line(
        self, text: str, size_pt: float, style: str = "", color: tuple[int, int, int] = INK, width: float = 0
    ) -> None:
        """Write a paragraph from here on, and go below it."""
        self.set_font(FONT, style, size_pt)
        self.set_text_color(*color)
        self.multi_cell(width, 0.46 * self.font_size_pt, text, align="L", new_x="LEFT", new_y="NEXT")

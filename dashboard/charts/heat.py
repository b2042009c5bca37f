"""Heat maps: zone by hour of the clock, and where in a picture people bent."""

from __future__ import annotations

import base64
from collections.abc import Hashable, Mapping
from typing import Any, Final

import altair as alt
import pandas as pd

from dashboard.summaries.shift_hours import Cell
from dashboard.summaries.shift_places import Places
from dashboard.wording import Words, mark

ROW_PX: Final = 44
HEAT: Final = ["#FFF7E6", "#F3B562"]
"""Pale to deep orange: light and dark stay apart for every eye, and dark words stand on both."""

NOT_SHOWN: Final = "#DDDDDD"
OVER_PICTURE: Final = 0.85
"""Cells let the place shine through, and the numbers in them stay legible."""

FEW_LIFTS: Final = 30

CELLS: Final = {
    Cell.HIDDEN: ("\u2026", mark("hidden: small group")),
    Cell.NOBODY: ("0", mark("nobody in view")),
    Cell.NO_DATA: ("\u25cb", mark("no data")),
}
"""Sign and words of each cell without a rate."""

Chart = alt.LayerChart | alt.FacetChart


def hours_chart(cells: pd.DataFrame, say: Words) -> Chart:
    """Return zones by hours, coloured by the low bends per observed person-hour; the number in each cell.

    Parameters
    ----------
    cells
        As `summaries.shift_hours.bends_by_zone_and_hour` gives them.
    say
        The reader's language.
    """
    shown = pd.DataFrame(
        {
            "zone": cells["zone"],
            "hour": [f"{hour:02d}" for hour in cells["hour"]],
            "rate": cells["rate"],
            "few": cells["bends"] < FEW_LIFTS,
            "words": [_in_cell(row, say) for row in cells.to_dict("records")],
            "detail": [_detail(row, say) for row in cells.to_dict("records")],
        }
    )
    # The order is written out, for each layer holds some of the cells only.
    hours, zones = (list(dict.fromkeys(shown[name])) for name in ("hour", "zone"))
    x = alt.X("hour:N", sort=hours, title=say("hour of the clock"), axis=alt.Axis(labelAngle=0, orient="top"))
    y = alt.Y("zone:N", sort=zones, title=None, axis=alt.Axis(labelLimit=90, labelOverlap=False))
    tips = [
        alt.Tooltip("zone:N", title=say("Zone")),
        alt.Tooltip("hour:N", title=say("hour of the clock")),
        alt.Tooltip("detail:N", title=say("low bends per person-hour")),
    ]
    base = alt.Chart(shown).encode(x=x, y=y, tooltip=tips)
    colour = alt.Color("rate:Q", scale=alt.Scale(range=HEAT, zero=True), legend=None)
    empty = base.transform_filter("!isValid(datum.rate)").mark_rect(color=NOT_SHOWN, cornerRadius=3)
    cell = base.transform_filter("isValid(datum.rate)").mark_rect(cornerRadius=3).encode(color=colour)
    ink = alt.condition("datum.few", alt.value("#4D4D4D"), alt.value("#111111"))
    words = base.mark_text(fontSize=11).encode(text="words:N", color=ink)
    return alt.layer(empty, cell, words).properties(height=ROW_PX * shown["zone"].nunique() + 80)


def _in_cell(cell: Mapping[Hashable, Any], say: Words) -> str:
    state = Cell(str(cell["cell"]))
    if state is not Cell.SHOWN:
        return CELLS[state][0]
    rate = say.number(cell["rate"])
    return f"({rate})" if cell["bends"] < FEW_LIFTS else rate


def _detail(cell: Mapping[Hashable, Any], say: Words) -> str:
    state = Cell(str(cell["cell"]))
    if state is not Cell.SHOWN:
        return say(CELLS[state][1])
    return say(
        "{rate} ({low} to {high}): {n} low bends of {movements} movements in {hours} person-hours",
        rate=say.number(cell["rate"]),
        low=say.number(cell["rate_low"]),
        high=say.number(cell["rate_high"]),
        n=say.number(cell["low_bends"], 0),
        movements=say.number(cell["bends"], 0),
        hours=say.number(cell["observed_person_h"], 1),
    )


def places_chart(found: Places, say: Words, background: bytes | None = None) -> Chart:
    """Return the low bends on a canvas of the picture's shape, each cell as dark as it has many.

    Parameters
    ----------
    found
        Where the feet were.
    say
        The reader's language.
    background
        JPEG of the empty place, to lie behind; None for a plain canvas.
    """
    words = [say.several("{n} low bend", "{n} low bends", n) for n in found.cells["n"]]
    across = alt.Scale(domain=[0, found.width_px], nice=False)
    down = alt.Scale(domain=[found.height_px, 0], nice=False)
    frame = pd.DataFrame({"x1": [0], "x2": [found.width_px], "y1": [0], "y2": [found.height_px]})
    canvas = (
        alt.Chart(frame)
        .mark_rect(color="#EFEFEF", stroke="#8C8C8C")
        .encode(
            alt.X("x1:Q", scale=across, axis=None),
            alt.Y("y1:Q", scale=down, axis=None),
            x2="x2",
            y2="y2",
        )
    )
    layers: list[alt.Chart] = [canvas]
    if background is not None:
        address = "data:image/jpeg;base64," + base64.b64encode(background).decode()
        edges = {"x2": "x2", "y2": "y2", "url": "url:N"}
        x, y = alt.X("x1:Q", scale=across, axis=None), alt.Y("y1:Q", scale=down, axis=None)
        layers.append(alt.Chart(frame.assign(url=address)).mark_image(aspect=False).encode(x, y, **edges))
    spots = (
        alt.Chart(found.cells.assign(words=words))
        .mark_rect(opacity=1.0 if background is None else OVER_PICTURE)
        .encode(
            alt.X("x1_px:Q", scale=across, axis=None),
            alt.Y("y1_px:Q", scale=down, axis=None),
            x2="x2_px",
            y2="y2_px",
            color=alt.Color("n:Q", scale=alt.Scale(range=["#FBE9C0", "#E8862E"], zero=True), legend=None),
            tooltip=alt.Tooltip("words:N", title=say("here")),
        )
    )
    middles = found.cells.assign(
        x_px=(found.cells["x1_px"] + found.cells["x2_px"]) / 2.0,
        y_px=(found.cells["y1_px"] + found.cells["y2_px"]) / 2.0,
    )
    numbers = (
        alt.Chart(middles)
        .mark_text(fontSize=10, color="#111111")
        .encode(alt.X("x_px:Q", scale=across, axis=None), alt.Y("y_px:Q", scale=down, axis=None), text="n:Q")
    )
    return alt.layer(*layers, spots, numbers).properties(height=240)

"""Bars: how counts fall into bands, with shares and intervals in words."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.palette import GREY, ORANGE, SKY
from dashboard.wording import Words

ROW_PX: Final = 34
FEW_LIFTS: Final = 30
ANGLES: Final = {20: SKY, 60: ORANGE}
TEXT: Final = "#7A7A7A"
"""Read on a light and on a dark page alike."""

Chart = alt.LayerChart | alt.FacetChart


def bars(counted: pd.DataFrame, names: Mapping[str, str], colours: Mapping[str, str], say: Words) -> Chart:
    """Return one bar per count with its share and interval; grey where all of it is few.

    Parameters
    ----------
    counted
        ``name``, ``n``, ``share``, ``low``, ``high``.
    names, colours
        Words, already in the reader's language, and colour of each name.
    """
    few = counted["n"].sum() < FEW_LIFTS
    shown = pd.DataFrame(
        {
            "name": [names[name] for name in counted["name"]],
            "n": counted["n"],
            "colour": [GREY if few else colours[name] for name in counted["name"]],
            "words": [_share(row, say) for row in counted.to_dict("records")],
        }
    )
    base = alt.Chart(shown).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=alt.Axis(labelLimit=140, labelOverlap=False)),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("words:N", title=say("lifts and lowerings"))],
    )
    # Room at the right for the words of the longest bar.
    longest = max(float(counted["n"].max()), 1.0)
    x = alt.X("n:Q", title=say("lifts and lowerings"), scale=alt.Scale(domain=[0, 3.0 * longest]),
              axis=alt.Axis(tickCount=3, format="d"))  # fmt: skip
    bar = base.mark_bar(cornerRadius=2).encode(x=x, color=alt.Color("colour:N", scale=None))
    words = base.mark_text(align="left", dx=5, fontSize=12).encode(x=x, text="words:N", color=alt.value(TEXT))
    return alt.layer(bar, words).properties(height=ROW_PX * len(shown) + 50)


def _share(row: Mapping[Hashable, Any], say: Words) -> str:
    if np.isnan(row["share"]):
        return say.number(row["n"], 0)
    return say(
        "{n} = {share} ({low} to {high})",
        n=say.number(row["n"], 0),
        share=say.percent(row["share"]),
        low=say.percent(row["low"]),
        high=say.percent(row["high"]),
    )


def hold_bars(held: pd.DataFrame, say: Words) -> Chart:
    """Return how many movements kept the trunk bent for how long, above 20 and above 60 deg.

    Parameters
    ----------
    held
        As `summaries.shift.holds` gives it.
    """
    shown = pd.DataFrame(
        {
            "time": [_span(low, high, say) for low, high in zip(held["from_s"], held["to_s"], strict=True)],
            "n": held["n"],
            "angle": [say("above {angle}°", angle=angle) for angle in held["angle_deg"]],
        }
    )
    domain = list(dict.fromkeys(shown["angle"]))
    colours = alt.Scale(domain=domain, range=list(ANGLES.values()))
    base = alt.Chart(shown).encode(
        x=alt.X("time:N", sort=None, title=say("time held"), axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("angle:N", sort=domain),
        y=alt.Y("n:Q", title=say("movements"), axis=alt.Axis(tickCount=4, format="d")),
        tooltip=[alt.Tooltip("angle:N", title=say("trunk")), "time:N", "n:Q"],
    )
    bar = base.mark_bar(cornerRadius=2).encode(
        color=alt.Color("angle:N", title=say("trunk"), scale=colours, legend=alt.Legend(orient="bottom"))
    )
    words = base.mark_text(dy=-7, fontSize=11, color=TEXT).encode(text="n:Q")
    return alt.layer(bar, words).properties(height=300)


def _span(low: float, high: float, say: Words) -> str:
    begin = say.number(low, 0)
    return f"\u2265 {begin} s" if np.isinf(high) else f"{begin}\u2013{say.number(high, 0)} s"

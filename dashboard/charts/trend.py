"""The control chart of one zone and shift: signals, limits, what was changed, and where the series breaks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import altair as alt
import numpy as np
import pandas as pd

from dashboard.charts.language import day_format
from dashboard.charts.palette import BLUE, GREEN, GREY, ORANGE, PURPLE, VERMILION
from dashboard.summaries.trends import Line
from dashboard.summaries.trends_words import day_words, percent_words
from dashboard.wording import Words, mark
from pipelines.exposure.series import Point
from pipelines.exposure.trend import Signal

PLOT_PX: Final = 270
LEGEND_LINE_PX: Final = 22

SIGNALS: Final = {
    Signal.NONE: mark("within its limits"),
    Signal.BEYOND_LIMITS: mark("beyond the limits"),
    Signal.RUN: mark("in a run of 8 or more on one side"),
}
MISSING: Final = {
    Point.NO_DATA: mark("no data"),
    Point.CAMERA_OUT: mark("a camera was out"),
    Point.SMALL_GROUP: mark("hidden: few people"),
}
FEW: Final = mark("few lifts")
# Shape and colour of each mark: the shapes alone tell them apart, too.
LOOKS: Final[dict[str, tuple[str, str]]] = {
    Signal.NONE: ("circle", BLUE),
    Signal.BEYOND_LIMITS: ("triangle-up", VERMILION),
    Signal.RUN: ("diamond", ORANGE),
    FEW: ("circle", GREY),
    **dict.fromkeys(MISSING, ("cross", GREY)),
}


def control_chart(
    line: Line, interventions: Mapping[str, str], fewest: int, say: Words
) -> alt.LayerChart | alt.FacetChart:
    """Return the shares of spine bends, one mark per shift, and the limits of each setup.

    Parameters
    ----------
    line
        The zone and shift.
    interventions
        What was changed in the zone, by ISO date.
    fewest
        Lifts below which a mark is grey.
    say
        The reader's language.
    """
    points = _points(line, fewest, say)
    x = alt.X("day:T", title=None, axis=alt.Axis(format=day_format(say), labelOverlap=True, tickCount=8))
    base = alt.Chart(points).encode(x=x, detail="setup:N")
    limits = base.mark_area(opacity=0.25, color=GREY, interpolate="step").encode(
        y=alt.Y("limit_low:Q", title=say("share of spine bends"), axis=alt.Axis(format="%", tickCount=5)),
        y2="limit_high:Q",
    )
    centre = base.mark_line(color=GREY, strokeDash=[6, 3], interpolate="step").encode(y="centre:Q")
    path = base.mark_line(color=BLUE, strokeWidth=1, opacity=0.6).encode(y="value:Q")
    layers = [limits, centre, path, _marks(base, points, say)]
    events = _events(line, interventions, say)
    if len(events):
        layers += _rules(events, say)
    # The legend, a line for each mark, takes its room from the chart.
    height = PLOT_PX + LEGEND_LINE_PX * points["mark"].nunique()
    return alt.layer(*layers).properties(height=height)


def _marks(base: alt.Chart, points: pd.DataFrame, say: Words) -> alt.Chart:
    words = [*SIGNALS.items(), (FEW, FEW), *MISSING.items()]
    names = {str(key): say(word) for key, word in words}
    used = {name: LOOKS[key] for key, name in names.items() if name in set(points["mark"])}
    shapes, colours = (
        alt.Scale(domain=list(used), range=[look[at] for look in used.values()]) for at in (0, 1)
    )
    legend = alt.Legend(orient="bottom", columns=1, labelLimit=300, title=None)
    # What has no value stands on the axis: a gap is not passed over.
    marks: alt.Chart = base.mark_point(size=55, filled=True, opacity=1.0).encode(
        y="drawn:Q",
        shape=alt.Shape("mark:N", scale=shapes, legend=legend),
        color=alt.Color("mark:N", scale=colours, legend=legend),
        tooltip=["date:N", "words:N", "n:Q", "mark:N", "usual:N"],
    )
    return marks


def _rules(events: pd.DataFrame, say: Words) -> list[alt.Chart]:
    kinds = [say("change at the site"), say("series breaks")]
    style = alt.Scale(domain=kinds, range=[[1, 0], [2, 3]])
    hues = alt.Scale(domain=kinds, range=[GREEN, PURPLE])
    base = alt.Chart(events).encode(x="day:T", tooltip=["date:N", "kind:N", "what:N"])
    rule = base.mark_rule(strokeWidth=2).encode(
        strokeDash=alt.StrokeDash("kind:N", scale=style, legend=None),
        stroke=alt.Stroke("kind:N", scale=hues, legend=None),
    )
    words = base.mark_text(align="left", dx=4, dy=6, baseline="top", fontSize=11, limit=170).encode(
        y=alt.value(0), text="short:N", color=alt.value(GREY)
    )
    return [rule, words]


def _points(line: Line, fewest: int, say: Words) -> pd.DataFrame:
    points, chart = line.share.points, line.chart
    signals = np.array([say(SIGNALS[kind]) for kind in chart.signals], dtype=object)
    few = (points["base"] < fewest).to_numpy() & np.array([kind is Signal.NONE for kind in chart.signals])
    missing = points["point"].map({str(kind): say(words) for kind, words in MISSING.items()})
    return pd.DataFrame(
        {
            "day": pd.to_datetime(points["shift_date"]),
            "date": [day_words(say, day) for day in points["shift_date"]],
            "value": points["value"],
            "drawn": points["value"].fillna(0.0),
            "n": points["base"],
            "setup": _setups(line),
            "centre": chart.centre,
            "limit_low": chart.low,
            "limit_high": chart.high,
            "mark": np.where(missing.notna(), missing, np.where(few, say(FEW), signals)),
            "words": [
                percent_words(say, *row) for row in points[["value", "low", "high"]].itertuples(index=False)
            ],
            "usual": [
                percent_words(say, *row) for row in zip(chart.centre, chart.low, chart.high, strict=True)
            ],
        }
    )


def _setups(line: Line) -> list[str]:
    """Return a number for each stretch under one setup: lines and limits end with it."""
    starts = [one.position for one in line.share.breaks]
    return [str(n) for n in np.searchsorted(starts, range(len(line.share.points)), side="right")]


def _events(line: Line, interventions: Mapping[str, str], say: Words) -> pd.DataFrame:
    shown = set(line.share.points["shift_date"])
    rows = [
        (day, say("change at the site"), what)
        for day, what in interventions.items()
        if shown and min(shown) <= day <= max(shown)
    ]
    rows += [(day, say("series breaks"), say("new setup")) for day, _, _ in line.changes_of_setup]
    events = pd.DataFrame(rows, columns=["iso", "kind", "what"])
    return events.assign(
        day=pd.to_datetime(events["iso"]),
        date=[day_words(say, day) for day in events["iso"]],
        # What came and went at a break is too long for the chart; the page lists it below.
        short=events["what"].where(events["kind"] == say("change at the site"), ""),
    )

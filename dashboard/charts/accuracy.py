"""The charts of the accuracy: probabilities against answers, and right verdicts against many."""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.palette import BLUE, GREY, VERMILION
from dashboard.wording import Words

HEIGHT_PX: Final = 300


def calibration_chart(bins: pd.DataFrame, say: Words) -> alt.LayerChart | alt.FacetChart:
    """Return the share of spine bends in each bin of the probability, with its interval.

    Parameters
    ----------
    bins
        `pipelines.reviewing.accuracy.Calibration.bins`; empty bins are left out.
    say
        The reader's language.
    """
    shown = bins[bins["n"] > 0]
    shown = shown.assign(words=shown["value"].map(say.percent) + " · n = " + shown["n"].astype(str))
    unit = alt.Scale(domain=[0.0, 1.0])
    x = alt.X("said:Q", title=say("probability that the machine gave"), scale=unit, axis=_percent())
    y_title = say("share that reviewers call spine bends")
    base = alt.Chart(shown).encode(x=x, tooltip=["words:N"])
    ideal = (
        alt.Chart(pd.DataFrame({"said": [0.0, 1.0], "value": [0.0, 1.0]}))
        .mark_line(color=GREY, strokeDash=[6, 3])
        .encode(x=x, y=alt.Y("value:Q", title=y_title, scale=unit, axis=_percent()))
    )
    interval = base.mark_rule(color=BLUE, strokeWidth=2).encode(
        y=alt.Y("value_low:Q", title=y_title, scale=unit), y2="value_high:Q"
    )
    points = base.mark_point(color=BLUE, filled=True, size=90, opacity=1.0).encode(y="value:Q")
    return alt.layer(ideal, interval, points).properties(height=HEIGHT_PX)


def curve_chart(points: pd.DataFrame, chosen: float, say: Words) -> alt.LayerChart | alt.FacetChart:
    """Return the accuracy of the verdicts against the share of lifts that get one.

    Parameters
    ----------
    points
        `dashboard.summaries.accuracy.curve`.
    chosen
        The threshold that is chosen; it stands out by shape and colour.
    say
        The reader's language.
    """
    thresholds = points["spine_bend_from"].map(lambda one: say.number(one, 3))
    shown = points.assign(
        chosen=points["spine_bend_from"] == chosen,
        words=thresholds + ": " + points["accuracy"].map(say.percent),
    )
    x = alt.X(
        "coverage:Q", title=say("lifts that get a verdict"), axis=_percent(), scale=alt.Scale(zero=False)
    )
    base = alt.Chart(shown).encode(x=x, tooltip=["words:N"])
    title = say("verdicts that reviewers agree with")
    scale = alt.Scale(zero=False)
    interval = base.mark_rule(color=GREY).encode(
        y=alt.Y("low:Q", title=title, scale=scale, axis=_percent()), y2="high:Q"
    )
    path = base.mark_line(color=BLUE).encode(y="accuracy:Q", order="spine_bend_from:Q")
    marks = base.mark_point(filled=True, size=90, opacity=1.0).encode(
        y="accuracy:Q",
        color=alt.condition("datum.chosen", alt.value(VERMILION), alt.value(BLUE)),
        shape=alt.condition("datum.chosen", alt.value("diamond"), alt.value("circle")),
    )
    return alt.layer(interval, path, marks).properties(height=HEIGHT_PX)


def _percent() -> alt.Axis:
    return alt.Axis(format="%", tickCount=5)

"""The nights as bars: recordings of each by what became of them."""

from __future__ import annotations

from datetime import date
from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.palette import BLUE, GREY, ORANGE, VERMILION
from dashboard.wording import Words, mark

KINDS: Final = {
    "recordings_done": (mark("done"), BLUE),
    "recordings_partial": (mark("read in part"), ORANGE),
    "recordings_failed": (mark("lost"), VERMILION),
    "recordings_skipped": (mark("done before"), GREY),
}


def nights_chart(nights: pd.DataFrame, say: Words) -> alt.Chart:
    """Return the recordings of each run, by what became of them.

    Parameters
    ----------
    nights
        As `summaries.runs.nights` gives them.
    """
    rows = [
        (say.short_day(date.fromisoformat(run["last_date"])), run["run_id"], say(word), at, run[kind])
        for run in nights.sort_values("last_date").to_dict("records")
        for at, (kind, (word, _)) in enumerate(KINDS.items())
    ]
    shown = pd.DataFrame(rows, columns=["night", "run", "became", "order", "n"])
    colours = alt.Scale(
        domain=[say(word) for word, _ in KINDS.values()], range=[colour for _, colour in KINDS.values()]
    )
    chart: alt.Chart = (
        alt.Chart(shown)
        .mark_bar()
        .encode(
            alt.X("night:N", title=None, sort=None, axis=alt.Axis(labelAngle=-45)),
            alt.Y("sum(n):Q", title=say("recordings"), axis=alt.Axis(format="d", tickCount=4)),
            color=alt.Color(
                "became:N", title=None, scale=colours, legend=alt.Legend(orient="bottom", columns=2)
            ),
            order="order:Q",
            tooltip=["night:N", "became:N", "sum(n):Q"],
        )
        .properties(height=320)
    )
    return chart

"""The day and the last week of each shift and zone, over the band of the four weeks before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.palette import BLUE, GREEN, GREY, VERMILION
from dashboard.summaries.trends_words import percent_words
from dashboard.wording import Words
from pipelines.exposure.compare import Verdict

CELL_PX: Final = 46

# Shape and colour of each mark: the shapes alone tell them apart, too.
LOOKS: Final[dict[str, tuple[str, str]]] = {
    "day": ("circle", GREEN),
    "few": ("circle", GREY),
    Verdict.WORSE: ("triangle-up", VERMILION),
    Verdict.IMPROVED: ("triangle-down", BLUE),
    Verdict.NO_EVIDENCE: ("square", GREY),
    Verdict.TOO_FEW_LIFTS: ("cross", GREY),
    "not compared": ("diamond", GREY),
}


def baseline_chart(
    table: pd.DataFrame, fewest: int, verdicts: Mapping[Verdict, str], say: Words
) -> alt.LayerChart | alt.FacetChart:
    """Return shares of spine bends with their 95 % intervals, one row per shift and zone.

    Parameters
    ----------
    table
        `summaries.morning_table.as_table`.
    fewest
        Lifts below which the mark of a day is grey.
    verdicts
        Word of each verdict in the reader's language.
    say
        The reader's language.
    """
    names: dict[str, str] = {
        "day": say("the day"),
        "few": say("the day, fewer than {n} lifts", n=fewest),
        **{found: say("last 7 days: {word}", word=word) for found, word in verdicts.items()},
        "not compared": say("last 7 days: not compared"),
    }
    shown = _marks(table, fewest, names, say)
    used = {name: LOOKS[key] for key, name in names.items() if name in set(shown["mark"])}
    shapes, colours = (
        alt.Scale(domain=list(used), range=[look[at] for look in used.values()]) for at in (0, 1)
    )
    legend = alt.Legend(orient="bottom", columns=1, labelLimit=300, title=None)
    base = alt.Chart(shown).encode(
        y=alt.Y("cell:N", title=None, sort=None, axis=alt.Axis(labelLimit=150, labelOverlap=False)),
        tooltip=["cell:N", "mark:N", "words:N", "before:N"],
    )
    title = say("share of spine bends; band: the four weeks before")
    share = alt.X("before_low:Q", title=title, axis=alt.Axis(format="%", tickCount=5))
    band = base.mark_bar(opacity=0.35, color=GREY, height=CELL_PX - 8).encode(x=share, x2="before_high:Q")
    marks = base.encode(
        yOffset=alt.YOffset("at:N", sort=None), color=alt.Color("mark:N", scale=colours, legend=legend)
    )
    interval = marks.mark_rule(strokeWidth=2).encode(x="low:Q", x2="high:Q")
    points = marks.mark_point(size=90, filled=True, opacity=1.0).encode(
        x="share:Q", shape=alt.Shape("mark:N", scale=shapes, legend=legend)
    )
    height = CELL_PX * len(table) + 60 + 20 * len(used)
    return alt.layer(band, interval, points).properties(height=height)


def _marks(table: pd.DataFrame, fewest: int, names: Mapping[str, str], say: Words) -> pd.DataFrame:
    """Return two rows per shift and zone, of the day and of the last week, each with its mark."""
    few = table["judged"].ge(fewest).map({True: "day", False: "few"})
    verdict = table["verdict"].where(table["verdict"].notna(), "not compared")
    day = _figures(table, "").assign(at="day", mark=few)
    week = _figures(table, "week_").assign(at="week", mark=verdict)
    shown = pd.concat([day, week]).sort_index(kind="stable")
    before = _figures(table, "before_").add_prefix("before_")
    shown = shown.join(before).assign(
        cell=table["shift"] + " \u00b7 " + table["zone"], mark=shown["mark"].map(names)
    )
    for words, of in (("words", ""), ("before", "before_")):
        limits = shown[[f"{of}share", f"{of}low", f"{of}high"]]
        shown[words] = [percent_words(say, *row) for row in limits.itertuples(index=False)]
    return shown.reset_index(drop=True)


def _figures(table: pd.DataFrame, of: str) -> pd.DataFrame:
    stored = f"{of}spine_bend_share"
    return table[[stored, f"{stored}_low", f"{stored}_high"]].set_axis(
        ["share", "low", "high"], axis="columns"
    )

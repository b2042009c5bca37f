"""The coverage strip: one cell per camera and shift."""

from __future__ import annotations

from datetime import date

import altair as alt
import pandas as pd

from dashboard.charts.palette import STATE
from dashboard.summaries.coverage import ICONS, WORDS, State
from dashboard.wording import Words

ROW_PX = 26


def coverage_chart(cells: pd.DataFrame, say: Words) -> alt.LayerChart | alt.FacetChart:
    """Return a strip of cameras by shifts, each cell with the hours analysed of those expected.

    Parameters
    ----------
    cells
        `summaries.coverage.Coverage.cells`.
    say
        The reader's language.
    """
    one_day = len(cells["shift_date"].unique()) == 1
    days = cells["shift_date"].map(lambda day: say.short_day(date.fromisoformat(day)))
    shown = pd.DataFrame(
        {
            "camera": cells["camera_id"],
            "when": cells["shift"] if one_day else days + " " + cells["shift"],
            "state": [say(WORDS[State(state)]) for state in cells["state"]],
            "words": [
                f"{ICONS[State(state)]} {say.number(analysed)} / {say.number(expected)} h"
                for state, analysed, expected in zip(
                    cells["state"], cells["analysed_h"], cells["expected_h"], strict=True
                )
            ],
        }
    )
    colours = alt.Scale(
        domain=[say(words) for words in WORDS.values()], range=[STATE[state] for state in WORDS]
    )
    base = alt.Chart(shown).encode(
        x=alt.X("when:N", title=None, sort=None, axis=alt.Axis(labelAngle=0, labelLimit=110, orient="top")),
        y=alt.Y("camera:N", title=None, sort=None, axis=alt.Axis(labelOverlap=False, labelLimit=120)),
        tooltip=["camera:N", "when:N", "state:N", "words:N"],
    )
    # Pale cells with dark words: read alike in either theme.
    cell = base.mark_rect(cornerRadius=3).encode(
        color=alt.Color("state:N", title=None, scale=colours, legend=alt.Legend(orient="bottom", columns=2))
    )
    words = base.mark_text(fontSize=11, color="#111111").encode(text="words:N")
    height = ROW_PX * shown["camera"].nunique() + 150
    return alt.layer(cell, words).properties(height=height)

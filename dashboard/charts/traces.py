"""Trunk, knee and spine over the time of a lift.

The marks say nothing to screen readers, one by one they would be noise; the chart has its title.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.palette import BLUE, GREEN, GREY, VERMILION
from dashboard.wording import Words

COLOURS: Final = {"trunk": BLUE, "knee": GREEN, "spine": VERMILION}
DASHES: Final = {"trunk": [1, 0], "knee": [8, 3], "spine": [2, 2]}
HEIGHT_PX: Final = 400


def traces_chart(
    traces: pd.DataFrame, span_s: tuple[float, float], names: Mapping[str, str], say: Words
) -> alt.LayerChart | alt.FacetChart:
    """Return the traces with their bands, the grasp as a line and the lift as a shade.

    Parameters
    ----------
    traces
        `summaries.lift_posture.traces`.
    span_s
        Start and end of the lift after the grasp.
    names
        Words for 'trunk', 'knee' and 'spine'.
    """
    there = [one for one in names if traces.loc[traces["measure"] == one, "value_deg"].notna().any()]
    domain = [names[measure] for measure in there]
    # Unknown values stay in, so that a line breaks where nothing was seen.
    shown = traces[traces["measure"].isin(there)].assign(name=traces["measure"].map(names))
    colours = alt.Scale(domain=domain, range=[COLOURS[measure] for measure in there])
    dashes = alt.Scale(domain=domain, range=[DASHES[measure] for measure in there])
    # One below the other, for they are long and a telephone is narrow.
    legend = alt.Legend(
        orient="bottom", title=None, columns=1, labelLimit=0, symbolType="stroke", symbolSize=400
    )
    x = alt.X("time_s:Q", title=say("seconds after the grasp"))
    y = alt.Y("value_deg:Q", title=say("degrees"))
    lift = alt.Chart(pd.DataFrame({"time_s": [span_s[0]], "end_s": [span_s[1]]}))
    shade = lift.mark_rect(color=GREY, opacity=0.15, aria=False).encode(x=x, x2="end_s:Q")
    grasp = (
        alt.Chart(pd.DataFrame({"time_s": [0.0]}))
        .mark_rule(color=GREY, strokeWidth=2, aria=False)
        .encode(x=x)
    )
    base = alt.Chart(shown).encode(x=x)
    band = base.mark_area(opacity=0.15, line=False, aria=False).encode(
        y="low_deg:Q", y2="high_deg:Q", color=alt.Color("name:N", scale=colours, legend=legend)
    )
    line = base.mark_line(strokeWidth=2.5, aria=False, invalid="break-paths-show-domains").encode(
        y=y,
        color=alt.Color("name:N", scale=colours, legend=legend),
        strokeDash=alt.StrokeDash("name:N", scale=dashes, legend=legend),
        tooltip=["name:N", alt.Tooltip("time_s:Q", format=".2f"), alt.Tooltip("value_deg:Q", format=".0f")],
    )
    return alt.layer(shade, band, line, grasp).properties(height=HEIGHT_PX, description=say("Over time"))

"""The person at the grasp as a drawing, and the back against a virtual ski pole.

The marks say nothing to screen readers, one by one they would be noise; the chart has its title.
"""

from __future__ import annotations

from typing import Final

import altair as alt
import pandas as pd

from dashboard.charts.palette import BLUE, GREY, PURPLE, VERMILION
from dashboard.summaries.lift_posture import Picture
from dashboard.wording import Words

SIDE_PX: Final = 330
MARGIN: Final = 0.08
FARTHEST_OFF_PERCENT: Final = 8.0
DASHES: Final = {"lift": [1, 0], "standing": [5, 4]}
COLOURS: Final = {"lift": VERMILION, "standing": BLUE}


def skeleton_chart(seen: Picture, title: str) -> alt.LayerChart | alt.FacetChart:
    """Return the skeleton with the back, the pole from sacrum to C7 and the gap, true to scale."""
    ends = pd.concat(
        [seen.bones[["x", "y"]], seen.bones[["x2", "y2"]].set_axis(["x", "y"], axis=1), seen.back]
    )
    middle = (ends.min() + ends.max()) / 2.0
    half = float((ends.max() - ends.min()).max()) * (0.5 + MARGIN)
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[middle["x"] - half, middle["x"] + half]))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[middle["y"] + half, middle["y"] - half]))
    bones = (
        alt.Chart(seen.bones)
        .mark_rule(strokeWidth=3, color=GREY, aria=False)
        .encode(x=x, y=y, x2="x2:Q", y2="y2:Q")
    )
    joints = alt.Chart(seen.bones).mark_circle(size=40, color=GREY, opacity=1, aria=False).encode(x=x, y=y)
    layers = [bones, joints]
    for line, colour, dash in (
        (seen.pole, BLUE, [6, 4]),
        (seen.back, VERMILION, [1, 0]),
        (seen.gap, PURPLE, [2, 2]),
    ):
        numbered = line.assign(order=range(len(line)))
        drawn = alt.Chart(numbered).mark_line(color=colour, strokeDash=dash, strokeWidth=3, aria=False)
        layers.append(drawn.encode(x=x, y=y, order="order:O"))
    points = alt.Chart(seen.back).mark_point(
        color=VERMILION, filled=True, size=45, shape="diamond", opacity=1, aria=False
    )
    return alt.layer(*layers, points.encode(x=x, y=y)).properties(
        width=SIDE_PX, height=SIDE_PX, description=title
    )


def curve_chart(curves: pd.DataFrame, names: dict[str, str], say: Words) -> alt.LayerChart | alt.FacetChart:
    """Return the back in the lift and standing, against the pole, both in percent of stature.

    Parameters
    ----------
    curves
        `summaries.lift_posture.curves`.
    names
        Words for 'lift' and 'standing'.
    """
    shown = curves.assign(name=curves["when"].map(names))
    scale = alt.Scale(domain=list(names.values()), range=[COLOURS[when] for when in names])
    dashes = alt.Scale(domain=list(names.values()), range=[DASHES[when] for when in names])
    farthest = max(FARTHEST_OFF_PERCENT, float(curves["off"].abs().max()))
    x = alt.X(
        "off:Q",
        title=say("off the pole, % of stature"),
        scale=alt.Scale(domain=[-farthest / 2.0, farthest]),
    )
    y = alt.Y("along:Q", title=say("along the pole, % of stature"))
    legend = alt.Legend(orient="bottom", title=None)
    line = (
        alt.Chart(shown)
        .mark_line(point=alt.OverlayMarkDef(aria=False), strokeWidth=3, interpolate="monotone", aria=False)
        .encode(
            x=x,
            y=y,
            order="along:Q",
            color=alt.Color("name:N", scale=scale, legend=legend),
            strokeDash=alt.StrokeDash("name:N", scale=dashes, legend=legend),
            shape=alt.Shape("name:N", scale=alt.Scale(domain=list(names.values())), legend=legend),
            tooltip=["name:N", alt.Tooltip("off:Q", format=".1f"), alt.Tooltip("along:Q", format=".1f")],
        )
    )
    pole = (
        alt.Chart(pd.DataFrame({"off": [0.0]})).mark_rule(color=GREY, strokeWidth=4, aria=False).encode(x=x)
    )
    return alt.layer(pole, line).properties(
        height=SIDE_PX, description=say("Back against a virtual ski pole")
    )

"""Part of the page Lift: the skeleton, the back against its pole, and the traces over time."""

from __future__ import annotations

from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import store_reading
from dashboard.charts.back import curve_chart, skeleton_chart
from dashboard.charts.traces import traces_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.summaries.lift_posture import curves, picture, traces
from dashboard.wording import mark
from detectors.motion import View
from detectors.tables import FOOTAGE, POSES

TRACES: Final = {
    "trunk": mark("trunk off the vertical"),
    "knee": mark("knee flexion"),
    "spine": mark("curve of the back, less standing"),
}
CURVES: Final = {"lift": mark("in the lift"), "standing": mark("standing")}


def looks(at: Context, lift: pd.Series) -> None:
    """Draw what the store holds of the posture."""
    day = date.fromisoformat(lift["date"])
    poses = store_reading.of_recording(at, POSES, day, lift)
    poses = poses[poses["track_id"] == lift["track_id"]].sort_values("time_s", ignore_index=True)
    around = poses["time_s"].between(lift["start_s"] - 1.0, lift["end_s"] + 1.0)
    poses = poses[around].reset_index(drop=True)
    left, right = st.columns(2, gap="large")
    with left:
        _skeleton(at, poses, lift)
    with right:
        _curve(at, lift)
    _traces(at, poses, lift, day)


def _skeleton(at: Context, poses: pd.DataFrame, lift: pd.Series) -> None:
    say = at.say
    st.subheader(say("At the grasp"))
    seen = picture(poses, float(lift["grasp_s"]))
    if seen is None or seen.bones.empty:
        st.info(say("No poses of this lift are stored."), icon=":material/accessibility_new:")
        return
    draw(at, skeleton_chart(seen, say("At the grasp")), "content")
    st.caption(
        say("Grey: the body. Diamonds: the back. Long dashes: the pole from tailbone to neck. Dots: the gap.")
        if len(seen.gap)
        else say("Grey: the body. The back was not seen at the grasp.")
    )


def _curve(at: Context, lift: pd.Series) -> None:
    say = at.say
    st.subheader(say("Back against a virtual ski pole"))
    seen = curves(lift)
    if seen.empty:
        st.info(say("The points on the back were not seen in this lift."), icon=":material/straighten:")
        return
    draw(at, curve_chart(seen, {when: say(name) for when, name in CURVES.items()}, say))
    st.caption(
        say(
            "At the farthest lean. The gap grew by {gap} ± {error} % of stature over standing, the curve by "
            "{curve}° ± {curve_error}°. A hip hinge keeps the gaps as they are standing.",
            gap=say.number(lift["back_pole_gap_change_percent"]),
            error=say.number(lift["back_pole_gap_change_se_percent"]),
            curve=say.number(lift["back_curvature_change_deg"], 0),
            curve_error=say.number(lift["back_curvature_change_se_deg"], 0),
        )
    )


def _traces(at: Context, poses: pd.DataFrame, lift: pd.Series, day: date) -> None:
    say = at.say
    st.subheader(say("Over time"))
    view = _view(at, lift, day)
    seen = traces(poses, lift, view) if view is not None else pd.DataFrame()
    if seen.empty or seen["value_deg"].isna().all():
        st.info(say("Too few poses of this lift are stored for traces."), icon=":material/show_chart:")
        return
    span_s = (float(lift["start_s"] - lift["grasp_s"]), float(lift["end_s"] - lift["grasp_s"]))
    names = {measure: say(name) for measure, name in TRACES.items()}
    draw(at, traces_chart(seen, span_s, names, say))
    st.caption(
        say(
            "Shaded: the lift; the line at 0 is the grasp. Bands: two standard errors at the farthest lean, "
            "where they are known."
        )
    )


def _view(at: Context, lift: pd.Series, day: date) -> View | None:
    footage = store_reading.of_recording(at, FOOTAGE, day, lift)
    if footage.empty:
        return None
    size = footage.iloc[0]
    pitch_deg = next((c.pitch_deg for c in at.site.cameras if c.id == lift["camera_id"]), None)
    return View(
        int(size["width_px"]), int(size["height_px"]), float(lift["analysis_rate_hz"]), pitch_deg or 0.0
    )

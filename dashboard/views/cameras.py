"""The page Cameras: how fit each is, and the one change that would gain most."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.context import Context
from dashboard.parts import Figure
from dashboard.summaries.cameras import (
    FOOTAGE_COLUMNS,
    LIFT_COLUMNS,
    METRIC_COLUMNS,
    Accuracy,
    accuracy,
    fitness,
    reasons,
)
from dashboard.summaries.cameras_gain import Change, Gain, best_change
from dashboard.summaries.shift_lifts import REASONS
from dashboard.views.accuracy import of_camera
from dashboard.views.listing import Heads, listing, measured
from detectors.tables import FOOTAGE
from detectors.thresholds import Gates
from detectors.vocabulary import Reason

DAYS: Final = 14
MOST_REASONS: Final = 3
LEAST_SHARE: Final = 0.01
"""Share of the lifts from which a reason is told."""

AROUND_PEAK_S: Final = 0.5


def page(at: Context) -> None:
    """Draw a table of all cameras, then each camera with what to change, those that gain most first."""
    say = at.say
    parts.page_title(at, say("Cameras"))
    days = (at.day and at.day - timedelta(days=DAYS - 1), at.day)
    lifts = store_reading.lifts(at, *days, LIFT_COLUMNS)
    metrics = store_reading.shift_metrics(at, *days, METRIC_COLUMNS)
    footage = store_reading.read(at, FOOTAGE, *days, FOOTAGE_COLUMNS)
    gates = at.policy.policy.gates
    cameras = {name: at.choices.cameras[name] for name in at.cameras}
    fit = fitness(cameras, lifts, metrics, footage, gates)
    why = reasons(lifts)
    why = why[why["share"] >= LEAST_SHARE]
    gains = {name: best_change(lifts[lifts["camera_id"] == name], gates) for name in cameras}
    st.markdown(
        say("What each camera saw in the {n} days up to this one, and what of it can be judged.", n=DAYS)
    )
    _overview(at, fit)
    order = sorted(fit.to_dict("records"), key=lambda row: -_more(gains[row["camera_id"]]))
    for row in order:
        with st.container(border=True):
            _camera(at, row, gains[row["camera_id"]], why[why["camera_id"] == row["camera_id"]])
    parts.download_row(at, "cameras", say("Cameras"), fit)


def _more(gain: Gain | None) -> int:
    return gain.more if gain else -1


def _overview(at: Context, fit: pd.DataFrame) -> None:
    say = at.say
    shown = fit.assign(
        share=100.0 * fit["share"],
        judgeable_share=100.0 * fit["judgeable_share"],
        occluded_share=100.0 * fit["occluded_share"],
    )
    heads: Heads = {
        "camera_id": say("camera"),
        "zone": say("zone"),
        "share": st.column_config.ProgressColumn(say("judged"), min_value=0, max_value=100, format="%.0f%%"),
        "lifts": measured(say("of lifts"), "", 0),
        "judgeable_share": measured(say("person-hours judgeable"), "%%", 0),
        "height_px": measured(say("people tall"), " px", 0),
        "view_deg": measured(say("off the side"), "°", 0),
        "occluded_share": measured(say("hidden"), "%%", 0),
        "frame_rate_hz": measured(say("frames per second"), "", 0),
    }
    listing(shown, heads)


def _camera(at: Context, row: dict[Any, Any], gain: Gain | None, why: pd.DataFrame) -> None:
    say = at.say
    name, gates = parts.plain(str(row["camera_id"])), at.policy.policy.gates
    st.subheader(say("{camera} · watches {zone}", camera=name, zone=parts.plain(str(row["zone"]))))
    if not row["lifts"]:
        parts.empty(
            at,
            say("No lift of these days came from it."),
            say("Look at the page Runs for whether its recordings came in."),
        )
        return
    limits = say("{low} to {high}", low=say.percent(row["low"], 1), high=say.percent(row["high"], 1))
    parts.figure(
        at, say("Lifts that can be judged"), Figure(say.percent(row["share"], 1), limits, int(row["lifts"]))
    )
    _seen(at, row, gates)
    reasons_told = [
        f"{say(REASONS[Reason(one)])} {say.percent(of_all)}"
        for one, of_all in zip(why["reason"][:MOST_REASONS], why["share"][:MOST_REASONS], strict=True)
    ]
    if reasons_told:
        st.markdown(say("Why others can't: {reasons}.", reasons=", ".join(reasons_told)))
    _change(at, gain, gates)
    if told := of_camera(at, row["camera_id"]):
        st.caption(told)
    else:
        _accuracy(at, accuracy(at.policy.figures.validation.get(str(row["zone"]))))


def _seen(at: Context, row: dict[Any, Any], gates: Gates) -> None:
    say = at.say
    px, least = say.number(row["height_px"], 0), say.number(gates.least_back_height_px, 0)
    angle, most = say.number(row["view_deg"], 0), say.number(gates.largest_back_view_deg, 0)
    tall = say("people {px} px tall ({least} needed)", px=px, least=least)
    view = say("seen {angle}° off the side (up to {most}° can be judged)", angle=angle, most=most)
    hidden = say("partly hidden in {share} of lifts", share=say.percent(row["occluded_share"]))
    rate = say("{rate} frames per second", rate=say.number(row["frame_rate_hz"], 0))
    hours = say("{share} of person-hours judgeable", share=say.percent(row["judgeable_share"]))
    st.caption(" · ".join((tall, view, hidden, rate, hours)))


def _change(at: Context, gain: Gain | None, gates: Gates) -> None:
    say = at.say
    if gain is None:
        st.success(
            say("No change of the camera would let more lifts be judged."), icon=":material/check_circle:"
        )
        return
    words = {
        Change.NEARER: say("Bring people nearer: a closer place, a longer lens or a higher resolution."),
        Change.SIDE_ON: say("Turn or move it so that people bend across the picture, not towards it."),
        Change.CLEAR: say("Free the view of the work place: people are covered by others or by goods."),
        Change.FASTER: say(
            "Record at least {rate} frames per second.",
            rate=say.number(gates.least_frames / AROUND_PEAK_S, 0),
        ),
        Change.WIDER: say("Show more around the work place, so that people are seen standing as well."),
    }
    worth = (
        say(
            "It would open {share} more of the lifts to judgement ({n} of {lifts}).",
            share=say.percent(gain.share),
            n=say.number(gain.more, 0),
            lifts=say.number(gain.lifts, 0),
        )
        if gain.more
        else say("Alone it gains nothing: something else stands in the way of the same lifts.")
    )
    label = say("The one change that would gain most:")
    st.info(f"**{label}** {words[gain.change]} {worth}", icon=":material/arrow_forward:")


def _accuracy(at: Context, found: Accuracy | None) -> None:
    say = at.say
    if found is None:
        st.caption(
            say(
                "Accuracy: not measured yet. Answer blind looks at this camera on the page Review; what they "
                "tell stands on the page Accuracy."
            )
        )
        return
    (bends, se, se_low, se_high), (others, sp, sp_low, sp_high) = found.found, found.spared
    st.caption(
        say(
            "Accuracy in this zone: {found} ({found_low} to {found_high}) of {bends} reviewed spine bends "
            "found, {spared} ({spared_low} to {spared_high}) of {others} others not called so.",
            found=say.percent(se),
            found_low=say.percent(se_low),
            found_high=say.percent(se_high),
            bends=bends,
            spared=say.percent(sp),
            spared_low=say.percent(sp_low),
            spared_high=say.percent(sp_high),
            others=others,
        )
    )

"""Part of the page Shift: published measures with what they assume, and what the others lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import streamlit as st

from dashboard import parts
from dashboard.context import Context
from dashboard.parts import Figure
from dashboard.summaries.shift_measures import (
    REACH_M,
    WORDS,
    Input,
    missing,
    repeated_lifting,
    static_trunk,
)
from dashboard.summaries.shift_ranges import (
    BODY_HEIGHT_CM,
    KNEES_BENT_FROM_DEG,
    TURNED_DEG,
    lifting_index_range,
    urgent_postures,
)
from dashboard.views.shift_seen import SeenShift, told
from pipelines.exposure.lifft import CAUTION_NM

Loads = Mapping[str, float | None]

AS_RANGES: Final = ("NIOSH", "LiFFT", "OWAS")
"""Measures that can be told between two assumptions once the loads are stated."""


def measures(at: Context, seen: SeenShift) -> None:
    """Draw the published measures that can be told with their assumptions, and what the others lack."""
    st.subheader(at.say("Published measures"))
    _held_trunks(at, seen)
    loads = {one.id: one.typical_load_kg for one in at.site.cameras if one.id in at.cameras}
    if loads and None not in loads.values():
        _repeated_lifting(at, seen, loads)
        _lifting_index(at, seen, loads)
        _urgent_postures(at, seen, loads)
    else:
        _loads_needed(at, loads)
    _lacking(at)
    _stated(at, loads)


def _held_trunks(at: Context, seen: SeenShift) -> None:
    say = at.say
    found = static_trunk(seen.lifts)
    value = told(found.value, say.percent)
    limits = say("{low} to {high}", low=say.percent(found.low), high=say.percent(found.high))
    why_not = say("no trunk was held beyond 20° for more than 4 s")
    label = say("ISO 11226: held trunk postures not recommended")
    parts.figure(at, label, Figure(value, limits if value else None, found.held, why_not=why_not))
    st.caption(
        say(
            "Assumed: the trunk was not supported, and was held at its largest inclination for as long as it "
            "was beyond 20°, which errs towards not recommended. Unknown inclination or time: {n}.",
            n=say.number(found.unknown, 0),
        )
    )


def _repeated_lifting(at: Context, seen: SeenShift, loads: Loads) -> None:
    """Draw LiFFT as a range, beside what is assumed."""
    say = at.say
    found = repeated_lifting(seen.lifts, loads, float(seen.row["observed_person_h"]))
    whole = _whole(seen, found.lifts) and found.high == found.high
    value = say("{low} to {high}", low=say.percent(found.low), high=say.percent(found.high))
    label = say("LiFFT: probability of a high-risk job")
    parts.figure(at, label, Figure(value if whole else None, None, found.lifts, why_not=_why_not_whole(at)))
    st.caption(
        say(
            "Assumed: one worker does for 8 hours what was seen, at the rate that was seen; every lift and "
            "lowering moves the typical load of its camera; it is held {close} cm from the body in the "
            "lower figure, {far} cm in the higher one. It compares jobs and says nothing of a person.",
            close=say.number(100 * REACH_M[0], 0),
            far=say.number(100 * REACH_M[1], 0),
        )
    )
    if found.largest_nm > CAUTION_NM:
        st.caption(say("Some moments are above 100 Nm, for which its authors advise caution."))


def _lifting_index(at: Context, seen: SeenShift, loads: Loads) -> None:
    """Draw the lifting index of the middle lift as a range, beside what is assumed."""
    say = at.say
    found = lifting_index_range(seen.lifts, loads, float(seen.row["observed_person_h"]))
    whole = _whole(seen, found.lifts + found.unknown) and found.lifts > 0
    value = say("{low} to {high}", low=say.number(found.low), high=say.number(found.high))
    above = say(
        "above 1: {low} to {high} of the lifts",
        low=say.percent(found.above_low),
        high=say.percent(found.above_high),
    )
    label = say("NIOSH: lifting index of the middle lift")
    shown = Figure(value if whole else None, None, found.lifts, above if whole else "", _why_not_whole(at))
    parts.figure(at, label, shown)
    st.caption(
        say(
            "Assumed: one worker does for 8 hours what was seen; each lift and lowering alone, where its "
            "load was taken. Lower figure: hands {close} cm from the ankles, good grip, no turn; higher one: "
            "{far} cm, poor grip, turned by {turned}°; body height {short} to {tall} cm in both. It does not "
            "apply to lifting with one hand, seated or kneeling. Height unknown or beyond its limits: {n}.",
            close=say.number(100 * REACH_M[0], 0),
            far=say.number(100 * REACH_M[1], 0),
            turned=say.number(TURNED_DEG[1], 0),
            short=say.number(BODY_HEIGHT_CM[0], 0),
            tall=say.number(BODY_HEIGHT_CM[1], 0),
            n=say.number(found.unknown, 0),
        )
    )


def _urgent_postures(at: Context, seen: SeenShift, loads: Loads) -> None:
    """Draw the share of movements that OWAS calls urgent as a range, beside what is assumed."""
    say = at.say
    found = urgent_postures(seen.lifts, loads)
    value = say("{low} to {high}", low=say.percent(found.low), high=say.percent(found.high))
    label = say("OWAS: deepest postures in action category 3 or 4")
    why_not = say("no movement with known trunk and knees")
    parts.figure(at, label, Figure(value if found.movements else None, None, found.movements, "", why_not))
    st.caption(
        say(
            "Assumed: both feet on the floor, arms below the shoulders, bends without a load. Lower figure: "
            "back not twisted, knees bent from {far}°; higher one: back twisted or bent sideways, knees bent "
            "from {near}°. Unknown trunk or knees: {n}.",
            far=say.number(KNEES_BENT_FROM_DEG[0], 0),
            near=say.number(KNEES_BENT_FROM_DEG[1], 0),
            n=say.number(found.unknown, 0),
        )
    )


def _loads_needed(at: Context, loads: Loads) -> None:
    unstated = ", ".join(camera for camera, kg in loads.items() if kg is None)
    st.markdown(
        at.say(
            "{measures} can be told between two assumptions once loads are stated: write `typical_load_kg` "
            "into the site file for {cameras}.",
            measures=", ".join(AS_RANGES),
            cameras=parts.plain(unstated),
        )
    )


def _lacking(at: Context) -> None:
    say = at.say
    st.markdown(
        say("Absent rather than guessed, for no camera sees what they need and no site file can state it:")
    )
    for name, lacks in missing({Input.LOAD}).items():
        if name not in AS_RANGES:
            what = ", ".join(say(WORDS[one]) for one in lacks)
            st.markdown(say("- **{measure}**: {what}", measure=name, what=what))


def _stated(at: Context, loads: Loads) -> None:
    say = at.say
    known = [
        say("{camera}: typical load {kg} kg", camera=parts.plain(camera), kg=say.number(kg))
        for camera, kg in loads.items()
        if kg is not None
    ]
    if known:
        st.caption(say("Stated in the site file: {what}.", what="; ".join(known)))


def _whole(seen: SeenShift, lifts: int) -> bool:
    """Return whether these are all lifts of the row, whose hours hold those of hidden groups, too."""
    return bool(lifts == seen.row["lifts"] + seen.row["lowerings"])


def _why_not_whole(at: Context) -> str:
    return at.say("some of the lifts or hours of this shift may not be told")

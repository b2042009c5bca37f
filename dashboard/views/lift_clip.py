"""Part of the page Lift: the clip, for trainers, each view of it written down before it is shown."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.access import may_see_clips
from dashboard.audit import record_view
from dashboard.clip_faults import why_no_clip
from dashboard.context import Context
from dashboard.wording import mark
from pipelines.clips.kept import ask_for_clip, kept_clip
from pipelines.clips.looks import PLAIN, ClipError, ClipLook
from pipelines.demo.rows import VERSION

VIEWED: Final = "clip that was viewed"
LOOKS: Final = {
    mark("As measured"): ClipLook(),
    mark("Nothing drawn"): PLAIN,
    mark("Skeleton only"): ClipLook(skeleton_only=True),
}
BEFORE_S: Final = 1
"""A clip begins so long before its lift; it is played from there."""


def clip(at: Context, lift: pd.Series) -> None:
    """Draw the clip of a lift, or why there is none."""
    say = at.say
    st.subheader(say("Clip"))
    if not may_see_clips(at.roles):
        st.info(say("Clips are for trainers only."), icon=":material/lock:")
        return
    if lift["code_version"] == VERSION:
        st.info(
            say("This lift was made up, so there is no video of it. Those of recorded days have one."),
            icon=":material/videocam_off:",
        )
        return
    key = f"clip-{lift['lift_id']}"
    if not st.toggle(say("Show the clip"), key=key):
        st.session_state.pop(VIEWED, None)
        st.caption(
            say("Heads are covered beyond recognition. Each view is written down: time, role and lift.")
        )
        return
    look = _look(at)
    content = _content(at, lift, look)
    if content is None:
        return
    if st.session_state.get(VIEWED) != key:
        # Once for each time that it is opened, not for each redrawing of the page.
        record_view(at.site, at.store, lift["lift_id"], at.roles, at.now_utc)
        st.session_state[VIEWED] = key
    begins_s = max(0, round(min(float(lift["start_s"]), BEFORE_S)))
    st.video(content, format="video/mp4", start_time=begins_s, muted=True)
    st.caption(say("The lift begins at {second} s. Heads are covered beyond recognition.", second=begins_s))


def _look(at: Context) -> ClipLook:
    """Return how the clip is to look, as it is chosen."""
    say = at.say
    name = st.segmented_control(
        say("Look"), list(LOOKS), default=next(iter(LOOKS)), format_func=say, key="clip-look", required=True
    )
    slow = st.toggle(say("Slowly at the lowest point"), key="clip-slow")
    return replace(LOOKS[name], slow_motion=slow)


def _content(at: Context, lift: pd.Series, look: ClipLook) -> bytes | None:
    """Return the clip, cut now if need be; None after saying why there is none."""
    day, lift_id = date.fromisoformat(lift["date"]), lift["lift_id"]
    kept = kept_clip(at.store, at.site.name, day, lift_id, look)
    if kept is not None:
        return kept
    try:
        with st.spinner(at.say("Cutting the clip and covering every head; this takes a minute …")):
            ask_for_clip(at.site, day, lift_id, look)
    except ClipError as error:
        parts.empty(
            at,
            at.say("There is no clip: {why}.", why=parts.plain(why_no_clip(error, at.say))),
            at.say("The drawings below show what was measured."),
        )
        return None
    return kept_clip(at.store, at.site.name, day, lift_id, look)

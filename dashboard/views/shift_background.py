"""Part of the page Shift: the empty place behind the chart of a camera."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.clip_faults import why_no_clip
from dashboard.context import Context
from pipelines.clips.background_still import ask_for_background, kept_background
from pipelines.clips.looks import ClipError


def background(at: Context, camera_id: str, footage: pd.DataFrame) -> bytes | None:
    """Return the picture of a camera's empty place; where it can be made, draw a button for it.

    Parameters
    ----------
    footage
        Rows of the footage table with ``camera_id``, ``date`` and ``path``.
    """
    if at.day is None:
        return None
    kept = kept_background(at.store, at.site.name, at.day, camera_id)
    mine = footage[(footage["camera_id"] == camera_id) & (footage["date"] == str(at.day))]
    there = any((at.site.folder / path).is_file() for path in mine["path"])
    if kept is not None or not there:
        return kept
    if not st.button(at.say("Show the place behind"), key=f"background-{camera_id}"):
        return None
    try:
        with st.spinner(at.say("Putting a picture together that shows nobody; this takes a minute …")):
            ask_for_background(at.site, at.day, camera_id)
    except ClipError as error:
        st.caption(
            at.say("There is no picture of the place: {why}.", why=parts.plain(why_no_clip(error, at.say)))
        )
        return None
    return kept_background(at.store, at.site.name, at.day, camera_id)

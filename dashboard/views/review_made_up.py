"""Part of the page Review: of made-up lifts there is nothing to look at; where recorded ones are."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import store_reading
from dashboard.context import Context
from dashboard.sidebar import to_day

MOST_NIGHTS: Final = 7


def made_up(at: Context, n: int) -> None:
    """Say that lifts were made up and are left out, and offer the recorded nights, the last first."""
    say = at.say
    st.info(
        say.several(
            "{n} lift of this day was made up: there is no video of it, so it is not to be reviewed.",
            "{n} lifts of this day were made up: there is no video of them, so they are not to be reviewed.",
            n,
        ),
        icon=":material/videocam_off:",
    )
    nights = store_reading.recorded_days(at)
    if not nights:
        st.markdown(say("No night was recorded yet: run `hingewise nightly` first."))
        return
    others = [night for night in nights if night != at.day][:MOST_NIGHTS]
    if not others:
        return
    st.markdown(say("Nights that were recorded:"))
    with st.container(horizontal=True):
        for night in others:
            st.button(say.day(night), key=f"review-{night}", on_click=to_day, args=(night,))

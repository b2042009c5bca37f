"""Part of the page Lift: the cue for a lift that was judged a spine bend."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.context import Context
from detectors.vocabulary import Technique
from pipelines.cues import choose, cues_of


def cue(at: Context, lift: pd.Series, technique: Technique) -> None:
    """Draw the cue; nothing where the lift is no spine bend."""
    chosen = choose(lift.to_frame().T.assign(technique=str(technique))).iloc[0]
    text = cues_of(at.site).say(chosen, at.say.language)
    if text:
        st.subheader(at.say("What to try"))
        st.info(parts.plain(text), icon=":material/lightbulb:")
        st.caption(at.say("Chosen by what was measured of this lift; trainers may change the words."))

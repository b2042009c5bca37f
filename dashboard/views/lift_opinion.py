"""Part of the page Lift: what a trainer sees in it, as a label beside what was measured."""

from __future__ import annotations

from datetime import date

import pandas as pd
import streamlit as st

from dashboard import store_reading
from dashboard.access import may_see_clips
from dashboard.context import Context
from dashboard.reviewer import reviewer
from dashboard.summaries.review import answered
from dashboard.views.answer_buttons import answer_buttons
from detectors.tables import JUDGEMENTS
from pipelines.demo.rows import VERSION
from pipelines.reviewing.labels import current, item_of_lift
from pipelines.reviewing.tables import LABELS, Purpose
from pipelines.storage.store import judged


def opinion(at: Context, lift: pd.Series) -> None:
    """Draw where a trainer says what they see; what was measured stays as it is."""
    say = at.say
    st.subheader(say("What do you see?"))
    if not may_see_clips(at.roles):
        st.info(say("Verdicts are given by trainers."), icon=":material/lock:")
        return
    if lift["code_version"] == VERSION:
        st.info(say("This lift was made up, so there is nothing to judge."), icon=":material/science:")
        return
    day = date.fromisoformat(lift["date"])
    verdicts = store_reading.read(at, JUDGEMENTS, day, day).drop(columns="date")
    row = judged(lift.to_frame().T, verdicts, at.policy.policy_id).iloc[0]
    items = pd.DataFrame([item_of_lift(row.to_dict())])
    standing = current(store_reading.read(at, LABELS, day, day))
    items = answered(items, standing, reviewer(at), Purpose.REVIEW)
    item = items.iloc[0].to_dict()
    answer_buttons(at, item, Purpose.REVIEW, item["mine"], only=item["item_id"])
    st.caption(say("Your answer stands beside the measurement and never replaces it; you can change it."))

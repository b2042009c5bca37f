"""The page Lift: one lift, why it was judged so, and what it looked like."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.context import Context
from dashboard.sidebar import link_to
from dashboard.summaries.lift import why
from dashboard.summaries.shift_lifts import KINDS, REASONS, TECHNIQUES
from dashboard.views import lift_clip, lift_conditions, lift_cue, lift_looks, lift_opinion, lift_why
from dashboard.views.export_controls import export_controls
from dashboard.views.listing import listing, moment
from detectors.tables import LIFTS
from detectors.vocabulary import LiftKind, Reason, Technique
from pipelines.demo.rows import VERSION

LIST_COLUMNS: Final = ("camera_id", "zone", "kind", "peak_utc")


def page(at: Context) -> None:
    """Draw the lift that the address names, else the lifts of the day to choose from."""
    parts.page_title(at, at.say("Lift"))
    if at.filters.lift is None:
        _choose(at)
        return
    lift = _found(at, at.filters.lift)
    if lift.empty:
        parts.empty(
            at,
            at.say("This lift is not among those of {day}.", day=at.say.day(at.day or at.today)),
            at.say("Choose another day, or a lift on the page Shift."),
        )
        return
    row, judged = lift.iloc[0], why(lift, at.policy.policy)
    lift_why.headline(at, row, judged)
    seen, told = st.columns(2, gap="large")
    with seen:
        lift_clip.clip(at, row)
        if row["code_version"] != VERSION:
            export_controls(at, [row["lift_id"]], date.fromisoformat(row["date"]), "lift-export")
    with told:
        lift_why.rule(at, judged)
        lift_cue.cue(at, row, judged.technique)
    lift_looks.looks(at, row)
    lift_conditions.conditions(at, judged)
    lift_why.versions(at, row)
    lift_opinion.opinion(at, row)


def _found(at: Context, lift_id: str) -> pd.DataFrame:
    """Return the row of a lift; one of a night recording is filed under the day before or after."""
    day, around = at.day or at.today, timedelta(days=1)
    rows = store_reading.read(at, LIFTS, day - around, day + around)
    return rows[rows["lift_id"] == lift_id].reset_index(drop=True)


def _choose(at: Context) -> None:
    rows = store_reading.lifts(at, at.day, at.day, LIST_COLUMNS)
    rows = rows[rows["camera_id"].isin(at.cameras)].sort_values("peak_utc", ignore_index=True)
    if rows.empty:
        parts.empty(
            at,
            at.say("No lift was found on this day."),
            at.say("Choose another day, or look at the page Runs."),
        )
        return
    say = at.say
    st.markdown(say("Choose a lift: the arrow opens it."))
    shown = pd.DataFrame(
        {
            "open": ["/lift?" + urlencode(link_to(at.filters, lift=one)) for one in rows["lift_id"]],
            "peak": rows["peak_utc"],
            "camera": rows["camera_id"],
            "kind": [say(KINDS[LiftKind(one)]) for one in rows["kind"]],
            "verdict": [_word(at, one) for one in rows["technique"]],
            "reason": [say(REASONS[Reason(one)]) if isinstance(one, str) else "" for one in rows["reason"]],
        }
    )
    listing(
        shown,
        {
            "open": st.column_config.LinkColumn(say("Open"), display_text="→", width="small"),
            "peak": moment(at, say("Time")),
            "camera": say("Camera"),
            "kind": say("Kind"),
            "verdict": say("Verdict"),
            "reason": say("Reason"),
        },
    )


def _word(at: Context, technique: object) -> str:
    return at.say(TECHNIQUES[Technique(technique)]) if isinstance(technique, str) else at.say("not judged")

"""Parts of the page Review: the queue of the day's lifts, what is in it, and the facts of one of them."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.context import Context
from dashboard.reviewer import reviewer
from dashboard.sidebar import link_to
from dashboard.summaries.lift import why
from dashboard.summaries.review import Show, answered
from dashboard.summaries.shift_lifts import KINDS, REASONS, TECHNIQUES
from dashboard.views import lift_why
from dashboard.views.answer_buttons import word_of
from dashboard.views.export_controls import taken_away
from dashboard.views.listing import listing, measured, moment
from dashboard.wording import mark
from detectors.tables import JUDGEMENTS, LIFTS
from detectors.vocabulary import LiftKind, Reason, Technique
from pipelines.cues import choose, cues_of
from pipelines.reviewing.queue import ordered
from pipelines.reviewing.tables import Purpose
from pipelines.sites.shifts import assign
from pipelines.storage.store import judged

SHOWS: Final = {
    Show.FLAGGED: mark("spine bends"),
    Show.UNSURE: mark("unsure"),
    Show.ALL: mark("all lifts"),
}


def read(at: Context, standing: pd.DataFrame) -> pd.DataFrame:
    """Return the lifts of the day that the filters leave, in the order of the queue, with the answers."""
    lifts = store_reading.read(at, LIFTS, at.day, at.day)
    verdicts = store_reading.read(at, JUDGEMENTS, at.day, at.day).drop(columns="date")
    rows = judged(lifts[lifts["camera_id"].isin(at.cameras)], verdicts, at.policy.policy_id)
    if at.filters.shift is not None:
        rows = rows[assign(rows["peak_utc"], at.site)["shift"] == at.filters.shift]
    rows = ordered(rows, standing)
    items = rows.assign(item_id=rows["lift_id"], item_kind=rows["kind"])
    return answered(items, standing, reviewer(at), Purpose.REVIEW)


def ask(at: Context) -> tuple[Show, bool]:
    """Draw what may be left out, and return what is chosen: which lifts, and only those unseen."""
    say = at.say
    left, right = st.columns([2, 1], vertical_alignment="bottom")
    with left:
        chosen = st.segmented_control(
            say("Show"),
            list(Show),
            default=Show.FLAGGED,
            key="review-show",
            format_func=lambda one: say(SHOWS[one]),
            required=True,
        )
    with right:
        unseen = st.toggle(say("Only what I have not answered"), value=True, key="review-unseen")
    return chosen, unseen


def facts(at: Context, found: pd.DataFrame) -> None:
    """Draw what the machine says of a lift, a table of one row, and why."""
    lift, seen = found.iloc[0], why(found, at.policy.policy)
    lift_why.headline(at, lift, seen)
    lift_why.rule(at, seen)
    cue = choose(found.assign(technique=str(seen.technique))).iloc[0]
    if words := cues_of(at.site).say(cue, at.say.language):
        st.info(at.say("Cue: {words}", words=parts.plain(words)), icon=":material/lightbulb:")
    st.link_button(
        at.say("Open this lift"),
        "/lift?" + urlencode(link_to(at.filters, lift=lift["lift_id"])),
        icon=":material/open_in_new:",
    )


def listed(at: Context, rows: pd.DataFrame) -> None:
    """Draw the queue as a table."""
    say = at.say
    st.subheader(say("The queue"))
    shown = pd.DataFrame(
        {
            "rank": range(1, len(rows) + 1),
            "peak": rows["peak_utc"].dt.tz_convert(at.site.tz),
            "camera": rows["camera_id"],
            "zone": rows["zone"],
            "kind": [say(KINDS[LiftKind(one)]) for one in rows["kind"]],
            "verdict": [_word(at, one) for one in rows["technique"]],
            "reason": [say(REASONS[Reason(one)]) if isinstance(one, str) else "" for one in rows["reason"]],
            "p_spine_bend": 100.0 * rows["p_spine_bend"],
            "usefulness": 100.0 * rows["usefulness"],
            "mine": [word_of(at, one) for one in rows["mine"]],
            "others": rows["others"],
            "taken": taken_away(at, rows["lift_id"]),
            "lift_id": rows["lift_id"],
        }
    )
    links = ["/lift?" + urlencode(link_to(at.filters, lift=one)) for one in rows["lift_id"]]
    listing(
        shown.assign(link=links),
        {
            "link": st.column_config.LinkColumn(say("Lift"), display_text=say("open")),
            "rank": say("Place"),
            "peak": moment(at, say("time"), "HH:mm:ss"),
            "camera": say("camera"),
            "zone": say("zone"),
            "kind": say("what"),
            "verdict": say("Verdict"),
            "reason": say("why"),
            "p_spine_bend": measured(say("probability of a spine bend"), " %%"),
            "usefulness": measured(say("worth a look"), " %%"),
            "mine": say("my answer"),
            "others": say("answers of others"),
            "taken": moment(at, say("taken away")),
        },
    )
    parts.download_row(at, "review", say("The queue"), shown)


def _word(at: Context, technique: object) -> str:
    return at.say(TECHNIQUES[Technique(technique)]) if isinstance(technique, str) else at.say("not judged")

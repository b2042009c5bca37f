"""The page Review: the night's lifts one after another, and the drawn ones without the machine's answer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import answering, parts, store_reading
from dashboard.answering import Item
from dashboard.context import Context
from dashboard.reviewer import reviewer, session
from dashboard.summaries import review
from dashboard.views import review_queue
from dashboard.views.answer_buttons import answer_buttons, undo_button
from dashboard.views.export_controls import export_controls
from dashboard.views.review_clip import AHEAD, blind_span_s, clip
from dashboard.views.review_made_up import made_up
from dashboard.wording import mark
from pipelines.reviewing.labels import current
from pipelines.reviewing.tables import BLIND_ITEMS, LABELS, Purpose

MODES: Final = {
    Purpose.REVIEW: mark("Review"),
    Purpose.BLIND: mark("Blind look"),
}


def page(at: Context) -> None:
    """Draw the item that comes next, its clip and the answers to it; or the blind look."""
    say = at.say
    parts.page_title(at, say("Review"))
    mode = st.segmented_control(
        say("Mode"),
        list(Purpose),
        default=Purpose.REVIEW,
        key="review-mode",
        format_func=lambda one: say(MODES[one]),
        required=True,
    )
    standing = current(store_reading.read(at, LABELS, at.day, at.day))
    drawn = review.recorded(_drawn(at))
    lifts = review_queue.read(at, standing)
    rows = review.recorded(lifts)
    if len(rows) < len(lifts):
        made_up(at, len(lifts) - len(rows))
        if rows.empty and drawn.empty:
            return
    if mode is Purpose.BLIND:
        _blind(at, review.blind_queue(drawn, standing, reviewer(at)))
    else:
        _review(at, rows, review.unseen_blind(drawn, standing, reviewer(at)))


def _review(at: Context, rows: pd.DataFrame, withheld: pd.Series) -> None:
    say = at.say
    show, unseen = review_queue.ask(at)
    asked = review.queue(rows, show, withheld)
    held = int(rows["item_id"].isin(withheld).sum())
    if held:
        st.caption(
            say.several(
                "{n} lift was drawn for the blind look and is shown there first.",
                "{n} lifts were drawn for the blind look and are shown there first.",
                held,
            )
        )
    if asked.empty:
        parts.empty(
            at,
            say("No lift of this day fits the filters."),
            say("Choose all lifts, or another day, zone or camera."),
        )
        return
    _progress(at, asked)
    chosen = _next(at, asked, unseen, Purpose.REVIEW)
    if chosen is not None:
        item, coming = chosen
        seen, told = st.columns([3, 2], gap="large")
        with told:
            review_queue.facts(at, asked[asked["item_id"] == item["item_id"]].reset_index(drop=True))
        with seen:
            shown = clip(at, item, Purpose.REVIEW, coming)
            _answers(at, item, Purpose.REVIEW, shown)
    review_queue.listed(at, asked)
    export_controls(at, list(asked["lift_id"]), at.day or at.today, "review-export")


def _blind(at: Context, items: pd.DataFrame) -> None:
    """Draw the blind look; nothing of what the machine said may stand anywhere on the page."""
    say = at.say
    if items.empty:
        parts.empty(
            at,
            say("Nothing of this day was drawn for a blind look."),
            say("Run `hingewise nightly` for it, or choose another day."),
        )
        return
    st.caption(
        say("The machine's answer is hidden, so that yours can be held against it. Some clips show no lift.")
    )
    _progress(at, items)
    chosen = _next(at, items, True, Purpose.BLIND)
    if chosen is None:
        return
    item, coming = chosen
    shown = clip(at, item, Purpose.BLIND, coming)
    middle_s = 0.5 * (item["start_s"] + item["end_s"]) - blind_span_s(item["start_s"], item["end_s"])[0]
    st.caption(
        say(
            "Judge the lift or lowering nearest to second {second}, the middle of the clip. Not a lift: in "
            "all of it nobody lifts or lowers anything.",
            second=say.number(middle_s, 0),
        )
    )
    _answers(at, item, Purpose.BLIND, shown)


def _answers(at: Context, item: Item, purpose: Purpose, shown: bool) -> None:
    answer_buttons(at, item, purpose, item["mine"], off=not shown)
    st.button(
        at.say("Next"),
        key="answer-next",
        icon=":material/arrow_forward:",
        shortcut="Right",
        on_click=answering.skip,
        args=(at, item["item_id"], purpose),
    )


def _next(at: Context, rows: pd.DataFrame, unseen: bool, purpose: Purpose) -> tuple[Item, list[Item]] | None:
    """Return the item that this session looks at, and those that come next; None after saying why not."""
    say = at.say
    order = review.candidates(rows, unseen, answering.state().skipped)
    now = answering.shown(purpose)
    if now is not None and now in rows["item_id"].to_numpy():
        order = [now, *(one for one in order if one != now)]
    taken = answering.leases(at, purpose).first_free(order, session(), datetime.now(UTC))
    by_id = rows.set_index("item_id", drop=False)
    if taken is not None:
        coming = [one for one in order if one != taken][:AHEAD]
        return by_id.loc[taken].to_dict(), [by_id.loc[one].to_dict() for one in coming]
    if order:
        parts.empty(
            at,
            say("Others are looking at what is left."),
            say("Reload this page in a few minutes: whoever leaves lets go of their lift."),
        )
    else:
        st.success(say("You have looked at all of them."), icon=":material/check_circle:")
    undo_button(at, purpose)
    return None


def _progress(at: Context, rows: pd.DataFrame) -> None:
    seen = review.progress(rows)
    done = at.say(
        "{done} of {total} looked at", done=at.say.number(seen.done, 0), total=at.say.number(seen.total, 0)
    )
    st.progress(seen.done / seen.total, text=done)


def _drawn(at: Context) -> pd.DataFrame:
    rows = store_reading.read(at, BLIND_ITEMS, at.day, at.day)
    return rows[rows["camera_id"].isin(at.cameras)].reset_index(drop=True)

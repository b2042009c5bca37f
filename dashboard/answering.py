"""EDGE: what a session answers: the clock that runs from the first sight, labels, undo, what is skipped."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any, Final

import streamlit as st

from dashboard.context import Context
from dashboard.reviewer import reviewer, session
from pipelines.reviewing import labels
from pipelines.reviewing.leases import Leases
from pipelines.reviewing.tables import Answer, Purpose
from pipelines.sites.access import Role
from pipelines.storage.store import StoreError

STATE: Final = "answers of the review"
LEAST_LOOK_S: Final = 0.4
"""An answer sooner than that was meant for the item before: a key that was pressed twice."""

Item = Mapping[Any, Any]


@dataclass
class Session:
    """What one session remembers between two runs of a page.

    Attributes
    ----------
    shown
        Purpose and id of the item that is looked at, and when it was first shown, in seconds.
    skipped
        Items that were passed over or answered in this session, with a running number.
    given
        Labels of this session that can be taken back, the last one last: label, date, item, purpose.
    fault
        What went wrong with the last answer, to be told once.
    """

    shown: tuple[Purpose, str, float] | None = None
    skipped: dict[str, int] = field(default_factory=dict)
    given: list[tuple[str, date, str, Purpose]] = field(default_factory=list)
    fault: str | None = None

    def pass_over(self, item_id: str) -> None:
        """Put an item behind all others."""
        self.skipped[item_id] = max(self.skipped.values(), default=0) + 1
        self.shown = None


def state() -> Session:
    """Return what this session remembers."""
    if STATE not in st.session_state:
        st.session_state[STATE] = Session()
    kept: Session = st.session_state[STATE]
    return kept


def show(purpose: Purpose, item_id: str) -> None:
    """Start the clock of an item where it is shown for the first time."""
    now = state()
    if now.shown is None or now.shown[:2] != (purpose, item_id):
        now.shown = (purpose, item_id, time.monotonic())


def shown(purpose: Purpose) -> str | None:
    """Return the item that is looked at for a purpose."""
    now = state().shown
    return now[1] if now is not None and now[0] == purpose else None


def answer(at: Context, item: Item, purpose: Purpose, said: Answer) -> None:
    """Record an answer to the item that is looked at; what goes wrong is told by the next run."""
    now = state()
    if now.shown is None or now.shown[:2] != (purpose, item["item_id"]):
        return
    spent_s = time.monotonic() - now.shown[2]
    if spent_s < LEAST_LOOK_S:
        return
    day = date.fromisoformat(item["date"])
    try:
        told = labels.Said(said, purpose, reviewer(at), _roles(at), spent_s, at.policy.policy_id)
        label_id = labels.record(at.store, at.site.name, day, item, told, datetime.now(UTC))
    except StoreError as error:
        now.fault = str(error)
        return
    now.given.append((label_id, day, item["item_id"], purpose))
    now.pass_over(item["item_id"])
    release(at, item["item_id"], purpose)


def skip(at: Context, item_id: str, purpose: Purpose) -> None:
    """Go to the next item; this one comes again after all others."""
    state().pass_over(item_id)
    release(at, item_id, purpose)


def undo(at: Context, purpose: Purpose, item_id: str | None = None) -> None:
    """Take back the last answer of this session, see `may_undo`, and show its item again."""
    now, last = state(), _last(purpose, item_id)
    if last is None:
        return
    label_id, day, answered_id, _ = last
    try:
        rows = labels.labels(at.store, at.site.name, day, day)
        row = rows[rows["label_id"] == label_id].iloc[0].to_dict()
        moment = datetime.now(UTC)
        labels.withdraw(at.store, at.site.name, row, (moment - row["labelled_utc"]).total_seconds(), moment)
    except StoreError as error:
        now.fault = str(error)
        return
    now.given.remove(last)
    now.skipped.pop(answered_id, None)
    now.shown = (purpose, answered_id, time.monotonic())


def may_undo(purpose: Purpose, item_id: str | None = None) -> bool:
    """Return whether this session has answered anything for a purpose: an item, or any."""
    return _last(purpose, item_id) is not None


def fault() -> str | None:
    """Return what went wrong with the last answer, once."""
    now = state()
    told, now.fault = now.fault, None
    return told


def leases(at: Context, purpose: Purpose) -> Leases:
    """Return who holds which items for a purpose."""
    return Leases(at.store, at.site.name, purpose)


def release(at: Context, item_id: str, purpose: Purpose) -> None:
    """Let others have an item; where that fails, its lease runs out by itself."""
    try:
        leases(at, purpose).release(item_id, session(), datetime.now(UTC))
    except StoreError as error:
        state().fault = str(error)


def _roles(at: Context) -> str:
    return ", ".join(role for role in Role if role in at.roles)


def _last(purpose: Purpose, item_id: str | None) -> tuple[str, date, str, Purpose] | None:
    given = reversed(state().given)
    return next((one for one in given if one[3] == purpose and item_id in (None, one[2])), None)

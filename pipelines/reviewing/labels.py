"""EDGE: what people say of lifts: a part per label, written once and chained; taking back is a label too."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import pandas as pd

from pipelines.audits.writing import Place, append_rows
from pipelines.reviewing.tables import LABELS, Answer, ItemKind, Purpose
from pipelines.storage.store import Store

ITEM: Final = (
    *("item_id", "item_kind", "footage_id", "camera_id", "zone", "start_s", "end_s"),
    *("technique", "p_spine_bend", "model_version", "code_version"),
)
"""What a label copies of its item, so that it can be read when the item was measured or judged anew."""

OF_LIFT: Final = {"lift_id": "item_id", "kind": "item_kind"}
"""Columns of a lift that an item calls otherwise."""

EACH: Final = ["item_id", "reviewer", "purpose"]
"""Somebody has one answer to an item for a purpose: the last one that was not taken back."""


@dataclass(frozen=True)
class Said:
    """What somebody says of an item, and how.

    Attributes
    ----------
    answer, purpose
        What, and whether the machine's answer was shown.
    reviewer, roles
        Who, by lot, and by which right.
    spent_s
        Time from the first sight of the item to the answer; NaN if unknown.
    policy_id
        The policy that the machine's answer rests on.
    withdraws
        The label that is taken back; None for an answer.
    """

    answer: Answer
    purpose: Purpose
    reviewer: str
    roles: str
    spent_s: float
    policy_id: str
    withdraws: str | None = None


def record(store: Store, site: str, day: date, item: Mapping[Any, Any], said: Said, now: datetime) -> str:
    """Append a label and return its id; it is on the disk, whole, when this returns.

    Parameters
    ----------
    day
        The site date under which the item is filed.
    item
        A row of the lifts table with its judgement, or of the items for a blind look.
    now
        With a time zone.

    Raises
    ------
    StoreError
        If it can't be written; then nothing of it is there.
    """
    labelled = now.astimezone(UTC)
    label_id = f"{labelled:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    named = {OF_LIFT.get(str(name), str(name)): value for name, value in item.items()}
    row = {name: named.get(name) for name in ITEM} | {
        "label_id": label_id,
        "labelled_utc": labelled,
        "withdraws": said.withdraws,
        "answer": str(said.answer),
        "purpose": str(said.purpose),
        "reviewer": said.reviewer,
        "roles": said.roles,
        "spent_s": said.spent_s,
        "policy_id": said.policy_id,
    }
    append_rows(store, LABELS, Place(site, day, label_id), [row], now)
    return label_id


def withdraw(store: Store, site: str, label: Mapping[Any, Any], spent_s: float, now: datetime) -> str:
    """Take a label back by a row of its own and return the id of that row.

    Parameters
    ----------
    label
        A row of `labels`, with its ``date``.
    spent_s
        Time from the answer to taking it back.

    Raises
    ------
    StoreError
        If it can't be written; then the label stands.
    """
    said = Said(
        Answer.WITHDRAWN,
        Purpose(label["purpose"]),
        label["reviewer"],
        label["roles"],
        spent_s,
        label["policy_id"],
        withdraws=label["label_id"],
    )
    return record(store, site, date.fromisoformat(label["date"]), label, said, now)


def labels(store: Store, site: str, first: date | None = None, last: date | None = None) -> pd.DataFrame:
    """Return every label of the items of some dates, both included, by time; ``date`` is that of the item.

    Raises
    ------
    StoreError
        If they can't be read.
    """
    rows = store.read(LABELS, site, first, last).drop(columns="site").astype({"date": "str"})
    return rows.sort_values(["labelled_utc", "label_id"], ignore_index=True)


def current(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the labels that stand: of each reviewer, item and purpose the last that was not taken back.

    Only whoever gave an answer can take it back.
    """
    taken_back = rows.loc[rows["answer"] == Answer.WITHDRAWN, ["withdraws", "reviewer"]]
    gone = pd.MultiIndex.from_frame(rows[["label_id", "reviewer"]]).isin(pd.MultiIndex.from_frame(taken_back))
    standing = rows[~gone & (rows["answer"] != Answer.WITHDRAWN)]
    ordered = standing.sort_values(["labelled_utc", "label_id"])
    return ordered.drop_duplicates(EACH, keep="last").reset_index(drop=True)


def item_of_lift(lift: Mapping[Any, Any]) -> dict[str, Any]:
    """Return a lift with its judgement as an item of the review."""
    item = {OF_LIFT.get(str(name), str(name)): value for name, value in lift.items()}
    return {name: item.get(name) for name in (*ITEM, "date")} | {
        "item_kind": str(ItemKind(item["item_kind"]))
    }

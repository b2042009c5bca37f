"""Which items somebody is to look at next, and how far they are."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import pandas as pd

from pipelines.demo.rows import VERSION
from pipelines.reviewing.tables import Purpose

ASIDE: Final = ("mine", "others")
"""What `answered` adds: the reviewer's own answer, null without one, and how many others gave one."""


class Show(StrEnum):
    """Which lifts are in the queue."""

    FLAGGED = "flagged"
    UNSURE = "unsure"
    ALL = "all"


@dataclass(frozen=True)
class Progress:
    """How many of the items somebody has looked at."""

    done: int
    total: int


def answered(items: pd.DataFrame, standing: pd.DataFrame, reviewer: str, purpose: Purpose) -> pd.DataFrame:
    """Return items, by ``item_id``, with the answers that stand to them for a purpose: `ASIDE`."""
    given = standing[standing["purpose"] == purpose]
    own = given["reviewer"] == reviewer
    mine = given[own].set_index("item_id")["answer"]
    others = given[~own].groupby("item_id").size()
    return items.assign(
        mine=items["item_id"].map(mine).astype("str"),
        others=items["item_id"].map(others).fillna(0).astype("int64"),
    )


def recorded(rows: pd.DataFrame) -> pd.DataFrame:
    """Return the items that come from a recording; of made-up ones there is nothing to look at."""
    return rows[rows["code_version"] != VERSION].reset_index(drop=True)


def queue(rows: pd.DataFrame, show: Show, withheld: pd.Series) -> pd.DataFrame:
    """Return the lifts that are in the queue, in its order.

    Parameters
    ----------
    rows
        Lifts in their order, with ``flagged`` and ``unsure``.
    withheld
        Ids of items that are to be looked at blindly first.
    """
    left = rows[~rows["item_id"].isin(withheld)]
    return (left if show is Show.ALL else left[left[show.value]]).reset_index(drop=True)


def blind_queue(items: pd.DataFrame, standing: pd.DataFrame, reviewer: str) -> pd.DataFrame:
    """Return the drawn items that a reviewer may look at blindly, with `ASIDE`, in an order of their own.

    What they have said something of with the machine's answer before them can't be seen blindly any
    more. The order tells nothing of the machine's answers, and differs between reviewers.
    """
    known = standing[(standing["reviewer"] == reviewer) & (standing["purpose"] == Purpose.REVIEW)]
    rows = answered(items[~items["item_id"].isin(known["item_id"])], standing, reviewer, Purpose.BLIND)
    lot = rows["item_id"].map(lambda item: hashlib.blake2b(f"{reviewer} {item}".encode()).hexdigest())
    return rows.assign(lot=lot).sort_values("lot", ignore_index=True).drop(columns="lot")


def unseen_blind(items: pd.DataFrame, standing: pd.DataFrame, reviewer: str) -> pd.Series:
    """Return the ids of the drawn items that a reviewer has said nothing of yet."""
    mine = standing.loc[standing["reviewer"] == reviewer, "item_id"]
    return items.loc[~items["item_id"].isin(mine), "item_id"]


def candidates(rows: pd.DataFrame, unseen: bool, skipped: Mapping[str, int]) -> list[str]:
    """Return the ids to look at next, the first first.

    What was skipped comes last, in the order of skipping; before it what others have answered; the
    rest as it stands in the queue.

    Parameters
    ----------
    rows
        A queue with `ASIDE`.
    unseen
        Whether to leave out what the reviewer has answered.
    skipped
        When each item was last skipped, as a running number.
    """
    left = rows[rows["mine"].isna()] if unseen else rows
    order = left.assign(
        skipped=left["item_id"].map(_in(skipped)), by_others=left["others"] > 0, place=range(len(left))
    )
    ordered = order.sort_values(["skipped", "by_others", "place"])
    return ordered["item_id"].tolist()


def progress(rows: pd.DataFrame) -> Progress:
    """Return how many items of a queue with `ASIDE` the reviewer has answered."""
    return Progress(int(rows["mine"].notna().sum()), len(rows))


def _in(skipped: Mapping[str, int]) -> Callable[[str], int]:
    return lambda item: skipped.get(item, 0)

"""EDGE: read what blind looks told, with the measures of the lifts that were looked at."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import pandas as pd

from detectors.contract import empty
from detectors.tables import LIFTS
from detectors.technique import judge
from detectors.thresholds import Policy
from pipelines.judging.assess import MEASURES
from pipelines.reviewing.labels import current, labels
from pipelines.reviewing.looks import blind_looks
from pipelines.reviewing.tables import BLIND_ITEMS, Purpose
from pipelines.storage.store import Store


@dataclass(frozen=True)
class Evidence:
    """What blind looks told.

    Attributes
    ----------
    looks
        `looks.blind_looks` under a policy, with the ``date`` of each item as ISO text.
    lifts
        The measures of the lifts that somebody has looked at, as far as they are still stored.
    answers
        The blind labels that stand, one per item and reviewer.
    """

    looks: pd.DataFrame
    lifts: pd.DataFrame
    answers: pd.DataFrame


def evidence(store: Store, site: str, policy: Policy, first: date | None, last: date | None) -> Evidence:
    """Return what the blind looks at some dates told, both included, judged by a policy.

    The lifts are judged anew, so that the verdicts are those of the policy whichever was in force when
    they were drawn.

    Raises
    ------
    StoreError
        If the store can't be read.
    """
    items = store.read(BLIND_ITEMS, site, first, last).drop(columns="site").astype({"date": "str"})
    answers = labels(store, site, first, last)
    measured = _measures(store, site, items[items["item_id"].isin(answers["item_id"])])
    looks = blind_looks(items, answers, judge(measured, policy))
    return Evidence(looks, measured, current(answers[answers["purpose"] == Purpose.BLIND]))


def _measures(store: Store, site: str, items: pd.DataFrame) -> pd.DataFrame:
    """Return the stored lifts among the items; date by date, so that memory holds one of them."""
    parts = []
    for day, rows in items.groupby("date"):
        filed = date.fromisoformat(str(day))
        lifts = store.read(LIFTS, site, filed, filed, MEASURES)
        parts.append(lifts.loc[lifts["lift_id"].isin(rows["item_id"]), list(MEASURES)])
    return pd.concat(parts, ignore_index=True) if parts else empty(LIFTS)[list(MEASURES)]

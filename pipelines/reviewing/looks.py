"""What blind looks told: one row per item that was drawn, with the answer that its reviewers agree on."""

from __future__ import annotations

from typing import Final

import numpy as np
import pandas as pd

from detectors.vocabulary import LiftKind, Technique
from pipelines.reviewing.labels import current
from pipelines.reviewing.tables import Answer, ItemKind, Purpose

TECHNIQUES: Final = (Answer.HIP_HINGE, Answer.SPINE_BEND, Answer.SQUAT)
"""Answers that there was a lift, or the lowering of a load."""

USABLE: Final = (*TECHNIQUES, Answer.NOT_A_LIFT)
LOADED: Final = (LiftKind.LIFT, LiftKind.LOWERING)
"""What the machine takes for the handling of a load; bends are none."""


def blind_looks(items: pd.DataFrame, labels: pd.DataFrame, verdicts: pd.DataFrame) -> pd.DataFrame:
    """Return the drawn items with what reviewers and the policy in force say of them.

    The answer is the one that most reviewers gave. Where two are as frequent, where all that was said is
    'cannot tell', and before anybody has looked, there is none; the weights of the items of the same
    stratum, over all dates, then stand for it too.

    Parameters
    ----------
    items
        Rows of the blind items.
    labels
        Rows of the labels, those taken back and other purposes too.
    verdicts
        ``lift_id``, ``technique`` and ``p_spine_bend`` by the policy in force. An item that it did not
        judge keeps the verdict under which it was drawn.

    Returns
    -------
    DataFrame
        The columns of the items, ``looked_at``, ``answer`` (null where there is none), ``weight`` (NaN
        there), ``is_found``: whether the machine took it for a load that is lifted or lowered, and
        ``is_lift``: whether the reviewers do.
    """
    said = current(labels[labels["purpose"] == Purpose.BLIND])
    of_policy = verdicts.set_index("lift_id")[["technique", "p_spine_bend"]].reindex(items["item_id"])
    judged = of_policy["technique"].notna().to_numpy()
    looks = items.reset_index(drop=True).assign(
        technique=np.where(judged, of_policy["technique"], items["technique"]),
        p_spine_bend=np.where(judged, of_policy["p_spine_bend"], items["p_spine_bend"]),
        looked_at=items["item_id"].isin(said["item_id"]).to_numpy(),
        answer=items["item_id"].map(agreed_answers(said)).to_numpy(dtype=object),
        is_found=items["item_kind"].isin([str(kind) for kind in LOADED]).to_numpy(),
    )
    looks["is_lift"] = looks["answer"].isin([str(one) for one in TECHNIQUES])
    looks["weight"] = _weight(looks)
    return looks


def agreed_answers(said: pd.DataFrame) -> pd.Series:
    """Return the most frequent usable answer to each item, by item; those with a tie are not in it."""
    usable = said[said["answer"].isin([str(one) for one in USABLE])]
    votes = usable.groupby(["item_id", "answer"]).size().rename("votes").reset_index()
    most = votes[votes["votes"] == votes.groupby("item_id")["votes"].transform("max")]
    alone = most.drop_duplicates("item_id", keep=False)
    return alone.set_index("item_id")["answer"]


def is_determinate(looks: pd.DataFrame) -> pd.Series:
    """Return which items are loads that both the machine and the reviewers say a technique of."""
    verdict = looks["technique"].notna() & (looks["technique"] != Technique.INDETERMINATE)
    return looks["is_found"] & looks["is_lift"] & verdict


def group_of(looks: pd.DataFrame) -> pd.Series:
    """Return what each item was taken for: ``found``, ``bend``, or its stratum of nothing."""
    nothing = looks["item_kind"] == ItemKind.NOTHING
    of_nothing = looks["stratum"].str.split("/").str[-2:].str.join("/")
    names = np.where(nothing, of_nothing, np.where(looks["is_found"], "found", str(ItemKind.BEND)))
    return pd.Series(names, looks.index)


def _weight(looks: pd.DataFrame) -> pd.Series:
    """Return one over the probability to be drawn, shared out over the items with an answer."""
    drawn = 1.0 / looks["drawn_share"]
    answered = drawn.where(looks["answer"].notna())
    stratum = looks["stratum"]
    return answered * drawn.groupby(stratum).transform("sum") / answered.groupby(stratum).transform("sum")

"""What the method page tells: the thresholds in force and the policies before them."""

from __future__ import annotations

import dataclasses
from typing import Final

import pandas as pd

from dashboard.wording import mark
from detectors.columns import unit_of
from pipelines.judging.policy import NamedPolicy

IN_FORCE: Final = mark("in force")
EARLIER: Final = mark("earlier")


def thresholds(policy: NamedPolicy) -> pd.DataFrame:
    """Return every threshold of the judgement: ``group``, ``threshold``, ``value`` and ``unit``."""
    rows = []
    for name, value in dataclasses.asdict(policy.policy).items():
        inner = value.items() if isinstance(value, dict) else [(name, value)]
        group = name if isinstance(value, dict) else ""
        rows += [(group, key, number, unit_of(key)) for key, number in inner]
    return pd.DataFrame(rows, columns=["group", "threshold", "value", "unit"])


def shown_and_hidden(policy: NamedPolicy) -> pd.DataFrame:
    """Return what the figures show and hide: ``setting`` and ``value``, as they stand in the policy file."""
    rows = [(name, _words(value)) for name, value in policy.figures.model_dump(mode="json").items()]
    return pd.DataFrame(rows, columns=["setting", "value"])


def history(policies: pd.DataFrame, policy: NamedPolicy) -> pd.DataFrame:
    """Return the policies that figures were made under, each with ``standing``, that in force first.

    Parameters
    ----------
    policies
        ``policy_id``, ``first``, ``last`` and ``dates``, as `store_reading.policies_with_figures` gives them.
    policy
        The policy in force; it has a row even where it has no figures yet.
    """
    known = policies.assign(standing=EARLIER)
    known["standing"] = known["standing"].mask(known["policy_id"] == policy.policy_id, IN_FORCE)
    if not (known["policy_id"] == policy.policy_id).any():
        new = {"policy_id": policy.policy_id, "first": None, "last": None, "dates": 0, "standing": IN_FORCE}
        known = pd.concat([known.astype(object), pd.DataFrame([new], dtype=object)], ignore_index=True)
    order = known["standing"].map({IN_FORCE: 0, EARLIER: 1}).sort_values(kind="stable").index
    return known.loc[order].reset_index(drop=True)


def _words(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_words(inner)}" for key, inner in value.items()) or "-"
    if isinstance(value, list | tuple):
        return ", ".join(map(str, value))
    return str(value)

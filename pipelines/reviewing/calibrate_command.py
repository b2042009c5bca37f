"""The command ``calibrate``: fit the site's labels, say what that gains, and write a policy file to try."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated, Final

import pandas as pd
from cyclopts import Parameter
from rich.console import Console
from rich.table import Table

from detectors.technique import back_seen, judge
from detectors.thresholds import Calibration, Policy
from pipelines.commands import site_policy
from pipelines.judging.policy import PolicyError
from pipelines.reviewing.correction_command import REFUSED, count_errors, policy_text, write_policy
from pipelines.reviewing.evidence import evidence
from pipelines.reviewing.policy_text import with_table
from pipelines.reviewing.probability_map import NoBetterError, raw_probability
from pipelines.reviewing.site_calibration import Fit, TooFewLabelsError, fit_site
from pipelines.reviewing.tables import Answer
from pipelines.sites.site import load_site
from pipelines.storage.store import open_store

SITE: Final = Path("site.toml")


def calibrate(
    *,
    site: Path = SITE,
    out: Path | None = None,
    correction: Annotated[bool, Parameter(negative=())] = False,
) -> int:
    """Fit the probability of a spine bend to the site's blind labels, tried on held-out recordings.

    Nothing in force changes: with --out a policy file is written; look at it by `hingewise assess --dry-run
    --policy FILE`, and name it in the site file.

    Parameters
    ----------
    site
        The site file.
    out
        Write the policy file with the fitted table [calibration] here; an existing file is never replaced.
    correction
        Fit nothing: count how the verdict in force errs in each zone, as the tables [figures.validation] by
        which the zone's share of spine bends is corrected.
    """
    found = load_site(site)
    policy = site_policy(found, None)
    store = open_store(found.store_url)
    if out is not None and out.exists():
        raise PolicyError(f"{out}: exists already; name another file")
    if correction:
        return count_errors(found, store, policy.policy, out)
    known = evidence(store, found.name, policy.policy, None, None)
    try:
        fit = fit_site(labelled_backs(known.looks, known.lifts, policy.policy), policy.policy.calibration)
    except (TooFewLabelsError, NoBetterError) as refused:
        Console(stderr=True).print(str(refused), style="red", soft_wrap=True, highlight=False)
        return REFUSED
    console = Console()
    console.print(table_of(fit))
    console.print(told(fit, policy.policy), soft_wrap=True, highlight=False)
    if out is not None:
        line = {"slope": fit.calibration.slope, "intercept": fit.calibration.intercept}
        write_policy(with_table(policy_text(found), ("calibration",), line), out, console)
    return 0


def labelled_backs(looks: pd.DataFrame, lifts: pd.DataFrame, policy: Policy) -> pd.DataFrame:
    """Return the lifts that the points on the back judge and that reviewers say a technique of.

    Parameters
    ----------
    looks
        Rows of `looks.blind_looks`.
    lifts
        Rows of the lifts table with the measures that a judgement looks at.

    Returns
    -------
    DataFrame
        ``footage_id``, ``p`` without any calibration and ``bent``.
    """
    known = looks[looks["is_found"] & looks["is_lift"]]
    judged = judge(lifts, replace(policy, calibration=Calibration()))
    backs = judged.loc[back_seen(lifts) & judged["p_spine_bend"].notna(), ["lift_id", "p_spine_bend"]]
    rows = known[["item_id", "footage_id", "answer"]].merge(backs, left_on="item_id", right_on="lift_id")
    bent = rows["answer"] == Answer.SPINE_BEND
    return pd.DataFrame({"footage_id": rows["footage_id"], "p": rows["p_spine_bend"], "bent": bent})


def table_of(fit: Fit) -> Table:
    """Return how the held-out recordings fare before and after."""
    table = Table("held-out recordings", "before", "after", title="Calibration on blind labels")
    table.add_row("log loss", f"{fit.before.log_loss:.4f}", f"{fit.after.log_loss:.4f}")
    table.add_row("Brier score", f"{fit.before.brier:.4f}", f"{fit.after.brier:.4f}")
    return table


def told(fit: Fit, policy: Policy) -> str:
    """Return in words what was fitted, on what, and what it gains."""
    raw = raw_probability(fit.calibration, policy.spine_bend_from)
    return (
        f"{fit.labels} lifts of {fit.recordings} recordings, {fit.bends} of them spine bends; "
        f"{fit.held_out} lifts held out. Log loss falls by {fit.gain:.4f} "
        f"(95 % interval {fit.gain_low:.4f} to {fit.gain_high:.4f}). "
        f"slope = {fit.calibration.slope}, intercept = {fit.calibration.intercept}: a verdict of spine bend, "
        f"from {policy.spine_bend_from:.2f} on, now begins where the measure alone says {raw:.2f}."
    )

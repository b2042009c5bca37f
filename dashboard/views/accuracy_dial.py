"""The dial on the page Accuracy: how many verdicts, and how right, each threshold would give."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.charts.accuracy import curve_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.parts import Figure
from dashboard.summaries.accuracy import curve
from pipelines.reviewing.correction_command import policy_text
from pipelines.reviewing.operating_points import OperatingPoint, at_threshold, operating_points
from pipelines.reviewing.policy_text import with_values
from pipelines.reviewing.weighting import LEAST_N, Weighted


def dial(at: Context, looks: pd.DataFrame, lifts: pd.DataFrame) -> None:
    """Draw what each threshold costs, and offer the policy file of the one that is chosen."""
    say = at.say
    st.subheader(say("Many verdicts, or sure ones"))
    now, *points = operating_points(looks, lifts, at.policy.policy)
    shown = curve(points)
    if shown.empty:
        st.caption(say("Too few answered looks at lifts with a verdict: {n} are needed.", n=LEAST_N))
        return
    values = [one.spine_bend_from for one in points if one.accuracy.shown]
    nearest = min(values, key=lambda one: abs(one - now.spine_bend_from))
    chosen = st.select_slider(
        say("A verdict from this probability on"), values, value=nearest, key="accuracy-dial"
    )
    point = next(one for one in points if one.spine_bend_from == chosen)
    draw(at, curve_chart(shown, chosen, say))
    _cost(at, point, now)
    _policy_file(at, point)


def _cost(at: Context, point: OperatingPoint, now: OperatingPoint) -> None:
    say = at.say
    names = {
        "coverage": say("Lifts that get a verdict"),
        "accuracy": say("Verdicts that reviewers agree with"),
        "precision": say("Called spine bends that are"),
    }
    for column, (name, label) in zip(st.columns(len(names)), names.items(), strict=True):
        with column:
            parts.figure(at, label, _compared(at, getattr(point, name), getattr(now, name)))


def _compared(at: Context, one: Weighted, now: Weighted) -> Figure:
    say = at.say
    if not one.shown:
        return Figure(None, None, one.n, why_not=say("fewer than {n} looks", n=LEAST_N))
    limits = say("{low} to {high}", low=say.percent(one.low), high=say.percent(one.high))
    before = say("in force: {share}", share=say.percent(now.value)) if now.shown else ""
    return Figure(say.percent(one.value), limits, one.n, before)


def _policy_file(at: Context, point: OperatingPoint) -> None:
    say = at.say
    policy = at_threshold(at.policy.policy, point.spine_bend_from)
    keys = {
        "spine_bend_from": policy.spine_bend_from,
        "neutral_up_to": policy.neutral_up_to,
        "back_neutral_up_to": policy.back_neutral_up_to,
    }
    st.code("\n".join(f"{key} = {value}" for key, value in keys.items()), language="toml")
    st.download_button(
        say("Policy file"),
        data=with_values(policy_text(at.site), keys),
        file_name=f"policy-{at.site.name}.toml",
        key="accuracy-policy",
        on_click="ignore",
    )
    st.caption(
        say(
            "Nothing in force changes. Look at what this file would change by `hingewise assess --dry-run "
            "--policy FILE`, then name it in the site file."
        )
    )
    if at.policy.figures.validation:
        st.caption(
            say(
                "The file also corrects shares by verdicts that were counted under the thresholds in force: "
                "once its own are, count them anew with the lines below."
            )
        )

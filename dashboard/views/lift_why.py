"""Parts of the page Lift: the verdict in words, by how much, and by which versions."""

from __future__ import annotations

from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.context import Context
from dashboard.summaries.lift import DecidedBy, Flip, Why
from dashboard.summaries.shift_lifts import KINDS, REASONS, TECHNIQUES
from dashboard.views.lift_conditions import named, needed, shown
from detectors.vocabulary import LiftKind, Reason, Technique

SIGNS: Final = {
    Technique.SPINE_BEND: ("▲", "orange"),
    Technique.HIP_HINGE: ("▼", "blue"),
    Technique.SQUAT: ("■", "blue"),
    Technique.INDETERMINATE: ("?", "gray"),
}


def headline(at: Context, lift: pd.Series, judged: Why) -> None:
    """Draw the verdict, and when and where the lift was."""
    say = at.say
    sign, colour = SIGNS[judged.technique]
    st.markdown(f"### :{colour}-badge[{sign} {say(TECHNIQUES[judged.technique])}]")
    when = say.moment(lift["peak_utc"].tz_convert(at.site.tz))
    st.caption(
        say(
            "{kind} · {when} · camera {camera}, zone {zone} · {seconds} s",
            kind=say(KINDS[LiftKind(lift["kind"])]),
            when=when,
            camera=parts.plain(lift["camera_id"]),
            zone=parts.plain(lift["zone"]),
            seconds=say.number(lift["duration_s"]),
        )
    )


def rule(at: Context, judged: Why) -> None:
    """Draw which rule made the verdict, by how much, and what would make another."""
    say = at.say
    st.subheader(say("Why"))
    if judged.decided_by is DecidedBy.GATE:
        st.markdown(_failed(at, judged))
        st.caption(say("Indeterminate is no verdict on the lift: it is counted neither as good nor as bad."))
        return
    st.markdown(_measured(at, judged))
    if judged.technique is Technique.INDETERMINATE:
        st.markdown(
            say("That is too near the threshold to tell, or shows no sign of a bend without proof of none.")
        )
        _oblique(at, judged)
    st.markdown(
        say(
            "Probability of a spine bend {p}; the measure lies {margin} standard errors from the threshold.",
            p=say.percent(judged.probability),
            margin=say.number(judged.margin_se),
        )
    )
    if judged.flips:
        st.markdown(
            say("**Would flip at ±{change}**", change=_amount(at, judged, judged.least_change))
            + "  \n"
            + "  \n".join(_flip(at, judged, one) for one in judged.flips)
        )


def versions(at: Context, lift: pd.Series) -> None:
    """Draw which models, code and policy say so."""
    say = at.say
    back = lift["back_model_version"] if isinstance(lift["back_model_version"], str) else ""
    st.caption(
        say(
            "Lift {lift} · model {model} · model of the back {back} · code {code} · policy {policy}",
            lift=f"`{lift['lift_id']}`",
            model=f"`{lift['model_version']}`",
            back=f"`{back}`" if back else say("none"),
            code=f"`{lift['code_version']}`",
            policy=f"`{at.policy.policy_id}`",
        )
    )


def _oblique(at: Context, judged: Why) -> None:
    """Draw that more is asked for from here, where it is."""
    policy, say = at.policy.policy, at.say
    measured = judged.conditions.set_index("column")["measured"].to_dict()
    view_deg = float(measured["view_angle_deg"])
    if judged.decided_by is DecidedBy.BACK and view_deg > policy.gates.largest_view_angle_deg:
        st.markdown(
            say(
                "Seen from more than {angle}° off the side, a verdict needs {errors} standard errors.",
                angle=say.number(policy.gates.largest_view_angle_deg, 0),
                errors=say.number(policy.oblique_margin_se, 0),
            )
        )


def _measured(at: Context, judged: Why) -> str:
    say = at.say
    if judged.decided_by is DecidedBy.BACK:
        return say(
            "The back flexed by **{value}° ± {error}°** over the same person standing, by five points on it; "
            "a bend begins at {threshold}°.",
            value=say.number(judged.value, 0),
            error=say.number(judged.error, 0),
            threshold=say.number(judged.threshold),
        )
    return say(
        "The points on the back were not seen. From hips to shoulders the back was **{value} ± {error}** of "
        "its length standing; a bend is shorter than {threshold}.",
        value=say.number(judged.value, 2),
        error=say.number(judged.error, 2),
        threshold=say.number(judged.threshold, 2),
    )


def _failed(at: Context, judged: Why) -> str:
    failed = judged.conditions[judged.conditions["reason"] == judged.reason]
    row = failed[~failed["met"]].iloc[0].to_dict()
    return at.say(
        "This camera cannot tell: **{reason}**. {condition}: {measured}; needed: {needed}.",
        reason=at.say(REASONS[Reason(judged.reason)]),
        condition=named(at, row),
        measured=shown(at, row["column"], row["measured"]),
        needed=needed(at, row),
    )


def _flip(at: Context, judged: Why, one: Flip) -> str:
    amount, verdict = _amount(at, judged, abs(one.change)), at.say(TECHNIQUES[one.becomes])
    if one.change > 0:
        return at.say("{amount} more: {verdict}", amount=amount, verdict=verdict)
    return at.say("{amount} less: {verdict}", amount=amount, verdict=verdict)


def _amount(at: Context, judged: Why, change: float) -> str:
    by_back = judged.decided_by is DecidedBy.BACK
    return f"{at.say.number(change, 1)}°" if by_back else at.say.number(change, 3)

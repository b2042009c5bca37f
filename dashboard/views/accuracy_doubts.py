"""On the page Accuracy: whether probabilities come true, whether it stays so, and whether people agree."""

from __future__ import annotations

import math

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.charts.accuracy import calibration_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.summaries.accuracy import drifts
from pipelines.reviewing.accuracy import calibration
from pipelines.reviewing.agreement import LEAST_ITEMS, agreement
from pipelines.reviewing.drift import BLOCK_DAYS, LEAST_N, Drift
from pipelines.reviewing.weighting import LEAST_N as LEAST_SHOWN


def calibration_seen(at: Context, looks: pd.DataFrame) -> None:
    """Draw how often the spine bent where the machine gave each probability."""
    say = at.say
    st.subheader(say("Do the probabilities come true?"))
    found = calibration(looks)
    if found.n < LEAST_SHOWN:
        st.caption(say("Too few answered looks at lifts with a probability: {n} are needed.", n=LEAST_SHOWN))
        return
    enough = found.bins[found.bins["n"] >= LEAST_SHOWN]
    draw(at, calibration_chart(enough, say))
    st.caption(
        say(
            "On average {error} off, by {n} lifts; if every probability were exactly right, so few lifts "
            "would show about {chance}. `hingewise calibrate` fits the probabilities to the answers.",
            error=say.percent(found.error, 1),
            chance=say.percent(found.by_chance, 1),
            n=say.number(found.n, 0),
        )
    )


def drift_seen(at: Context, looks: pd.DataFrame) -> None:
    """Say for each camera whether its verdicts are as right as they were before."""
    say = at.say
    st.subheader(say("Does it stay so?"))
    found = drifts(looks, at.cameras, at.day) if at.day else {}
    if not found:
        st.caption(
            say(
                "Not yet to be told: it takes {n} answered verdicts of a camera in {days} days, and as many "
                "before.",
                n=LEAST_N,
                days=BLOCK_DAYS,
            )
        )
        return
    for camera, one in found.items():
        _one_drift(at, camera, one)
    st.caption(
        say(
            "Each block of {days} days is compared once with all before it. By chance alone a camera raises "
            "an alarm less than once in seven years.",
            days=BLOCK_DAYS,
        )
    )


def _one_drift(at: Context, camera: str, one: Drift) -> None:
    say = at.say
    numbers = say(
        "{right} of {n} verdicts right in the block up to {last}, {before} of {n_before} before it",
        right=one.right,
        n=one.n,
        last=say.day(one.last) if one.last else "",
        before=one.right_before,
        n_before=one.n_before,
    )
    name = parts.plain(camera)
    if one.alarm and one.worse:
        text = say("{camera} is less often right than before: {numbers}.", camera=name, numbers=numbers)
        st.error(text, icon=":material/trending_down:")
    elif one.alarm:
        text = say("{camera} is more often right than before: {numbers}.", camera=name, numbers=numbers)
        st.info(text, icon=":material/trending_up:")
    else:
        st.markdown(say("{camera}: no change to be seen. {numbers}.", camera=name, numbers=numbers))


def reviewers_agree(at: Context, answers: pd.DataFrame) -> None:
    """Say how far reviewers agree; who differs from whom is not shown."""
    say = at.say
    st.subheader(say("Do reviewers agree?"))
    found = agreement(answers)
    if math.isnan(found.value):
        st.caption(
            say(
                "Not to be told: {items} looks have answers of two reviewers, {n} with differing answers are "
                "needed.",
                items=found.items,
                n=LEAST_ITEMS,
            )
        )
        return
    st.markdown(
        say(
            "Kappa {kappa} (95 % interval {low} to {high}) of {reviewers} reviewers on {items} looks; "
            "{agreed} of pairs of answers agree. 1 is full agreement, 0 is chance.",
            kappa=say.number(found.value, 2),
            low=say.number(found.low, 2),
            high=say.number(found.high, 2),
            reviewers=found.reviewers,
            items=found.items,
            agreed=say.percent(found.agreed),
        )
    )

"""The page Accuracy: how right the machine is at this site, by looks that did not see its answer."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts
from dashboard.context import Context
from dashboard.parts import Figure
from dashboard.summaries.accuracy import FIGURES, by_camera
from dashboard.summaries.shift_lifts import TECHNIQUES
from dashboard.views.accuracy_correction import correction, correction_in_policy
from dashboard.views.accuracy_dial import dial
from dashboard.views.accuracy_doubts import calibration_seen, drift_seen, reviewers_agree
from dashboard.views.answer_buttons import ANSWERS
from dashboard.views.listing import Heads, listing, measured
from dashboard.wording import mark
from detectors.tables import LIFTS
from pipelines.reviewing.accuracy import Accuracy, accuracy, confusion
from pipelines.reviewing.correcting import DAYS
from pipelines.reviewing.evidence import Evidence, evidence
from pipelines.reviewing.tables import BLIND_ITEMS, LABELS, Answer
from pipelines.reviewing.weighting import LEAST_N, Weighted
from pipelines.storage.store import open_store
from pipelines.storage.versions import version

NAMES: Final = {
    "precision": mark("Lifts found that are lifts"),
    "recall": mark("Lifts that were found"),
    "sensitivity": mark("Spine bends called so"),
    "specificity": mark("Others not called so"),
    "indeterminate": mark("Lifts without a verdict"),
}
WITHOUT_VERDICT: Final = {
    "bend": mark("bend without a load"),
    "nothing": mark("nothing found"),
}


def page(at: Context) -> None:
    """Draw the figures, each camera, what was mistaken for what, the doubts, and the dial."""
    say = at.say
    parts.page_title(at, say("Accuracy"))
    known = measured_accuracy(at)
    looks = known.looks[known.looks["camera_id"].isin(at.cameras)]
    if not looks["answer"].notna().any():
        _nothing_yet(at, len(looks))
        return
    st.markdown(
        say(
            "How right the machine is here, by looks in the {n} days up to this one that did not see its "
            "answer. They were drawn by lot; each figure speaks of all that was recorded.",
            n=DAYS,
        )
    )
    found = accuracy(looks)
    _figures(at, found)
    table = by_camera(looks, at.cameras)
    _cameras(at, table)
    _mistaken(at, looks)
    calibration_seen(at, looks)
    dial(at, looks, known.lifts)
    drift_seen(at, looks)
    reviewers_agree(at, known.answers[known.answers["item_id"].isin(looks["item_id"])])
    correction(at, found)
    correction_in_policy(at, known.looks)
    parts.download_row(at, "accuracy", say("Accuracy"), table)


def measured_accuracy(at: Context) -> Evidence:
    """Return what the blind looks up to the day told; kept until one of the tables changes."""
    days = (at.day and at.day - timedelta(days=DAYS - 1), at.day)
    versions = [version(at.store, one, at.site.name, *days) for one in (BLIND_ITEMS, LABELS, LIFTS)]
    kept = " ".join([at.site.store_url, at.site.name, at.policy.policy_id, str(days), *versions])
    return _evidence(kept, at)


@st.cache_data(max_entries=8, show_spinner=False)
def _evidence(kept: str, _at: Context) -> Evidence:  # noqa: ARG001  the key of what is kept
    first = _at.day and _at.day - timedelta(days=DAYS - 1)
    return evidence(open_store(_at.site.store_url), _at.site.name, _at.policy.policy, first, _at.day)


def of_camera(at: Context, camera: str) -> str | None:
    """Return in a sentence how right the verdicts of a camera are; None without enough blind looks."""
    say = at.say
    looks = measured_accuracy(at).looks
    found = accuracy(looks[looks["camera_id"] == camera])
    if not (found.sensitivity.shown and found.specificity.shown):
        return None
    return say(
        "Accuracy by blind looks: {found} ({found_low} to {found_high}) of spine bends are called so, "
        "{spared} ({spared_low} to {spared_high}) of others are not.",
        found=say.percent(found.sensitivity.value),
        found_low=say.percent(found.sensitivity.low),
        found_high=say.percent(found.sensitivity.high),
        spared=say.percent(found.specificity.value),
        spared_low=say.percent(found.specificity.low),
        spared_high=say.percent(found.specificity.high),
    )


def _nothing_yet(at: Context, drawn: int) -> None:
    say = at.say
    what = say("How right the machine is here is not measured yet: nobody has answered a blind look.")
    if drawn:
        then = say("Open the page Review, choose the blind look, and answer {n} or more.", n=LEAST_N)
    elif at.site.review.blind_per_night:
        then = say("Each night draws some by lot; after the next one they wait on the page Review.")
    else:
        then = say("Let each night draw some: set `blind_per_night` in the table [review] of the site file.")
    parts.empty(at, what, then)


def _figures(at: Context, found: Accuracy) -> None:
    say = at.say
    for column, name in zip(st.columns(len(FIGURES)), FIGURES, strict=True):
        with column:
            parts.figure(at, say(NAMES[name]), as_figure(at, getattr(found, name)))
    counts = found.counts
    st.caption(
        say(
            "{looked} of {drawn} drawn looks were answered; in {open} of them it can't be told, or the "
            "answers differ: these are left out.",
            looked=say.number(counts.looked_at, 0),
            drawn=say.number(counts.drawn, 0),
            open=say.number(counts.open, 0),
        )
    )


def as_figure(at: Context, one: Weighted) -> Figure:
    """Return a share in the reader's words; hidden where it stands on too few."""
    say = at.say
    if not one.shown:
        return Figure(None, None, one.n, why_not=say("fewer than {n} looks", n=LEAST_N))
    limits = say("{low} to {high}", low=say.percent(one.low), high=say.percent(one.high))
    worth = say("worth {n} independent ones", n=say.number(one.effective_n, 0))
    return Figure(say.percent(one.value), limits, one.n, worth)


def _cameras(at: Context, table: pd.DataFrame) -> None:
    say = at.say
    st.subheader(say("Camera by camera"))
    shown = table.assign(camera_id=table["camera_id"].fillna(say("all")))
    for name in FIGURES:
        shown[name] = [
            say(
                "{share} ({low} to {high}), n = {n}",
                share=say.percent(row[name]),
                low=say.percent(row[f"{name}_low"]),
                high=say.percent(row[f"{name}_high"]),
                n=row[f"{name}_n"],
            )
            if pd.notna(row[name])
            else say("too few: n = {n}", n=row[f"{name}_n"])
            for row in table.to_dict("records")
        ]
    heads: Heads = {
        "camera_id": say("camera"),
        "looked_at": measured(say("looks"), "", 0),
        **{name: say(NAMES[name]) for name in FIGURES},
    }
    listing(shown, heads)


def _mistaken(at: Context, looks: pd.DataFrame) -> None:
    say = at.say
    st.subheader(say("What was taken for what"))
    table = confusion(looks)
    words = {str(one): say(word) for one, word in [*TECHNIQUES.items(), *WITHOUT_VERDICT.items()]}
    table.index = pd.Index([words[str(one)] for one in table.index])
    heads: Heads = {
        "said": say("the machine says"),
        **{name: measured(say(ANSWERS[Answer(name)]), "", 0) for name in table.columns},
    }
    listing(table.rename_axis("said").reset_index(), heads)
    st.caption(say("Columns are what reviewers say. Counts of looks, as they were drawn."))

"""On the page Accuracy: the share of spine bends without the errors of the verdict, and what shifts need."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.context import Context
from dashboard.summaries.accuracy import METRIC_COLUMNS, corrected_share
from pipelines.reviewing.accuracy import Accuracy
from pipelines.reviewing.corrected import LEAST_N
from pipelines.reviewing.correcting import ZoneErrors, errors_by_zone, lines, with_errors
from pipelines.reviewing.correction_command import policy_text

DAYS: Final = 28


def correction(at: Context, found: Accuracy) -> None:
    """Say the share of spine bends of the last weeks as counted, and as it would be without errors."""
    say = at.say
    st.subheader(say("What this means for the share of spine bends"))
    metrics = store_reading.shift_metrics(
        at, at.day and at.day - timedelta(days=DAYS - 1), at.day, METRIC_COLUMNS
    )
    zones = sorted({at.choices.cameras[camera] for camera in at.cameras})
    share = corrected_share(metrics, zones, found)
    if share is None:
        st.caption(
            say(
                "Not corrected: it takes answered looks worth {n} independent spine bends, and as many "
                "others.",
                n=LEAST_N,
            )
        )
        return
    raw, fixed = share.share.raw, share.share.corrected
    st.markdown(
        say(
            "In the last {days} days {raw} ({raw_low} to {raw_high}) of {n} judged lifts are called spine "
            "bends. Corrected for the errors above it would be {fixed} ({fixed_low} to {fixed_high}).",
            days=DAYS,
            n=say.number(share.judged, 0),
            raw=say.percent(float(raw.value)),
            raw_low=say.percent(float(raw.low)),
            raw_high=say.percent(float(raw.high)),
            fixed=say.percent(float(fixed.value)),
            fixed_low=say.percent(float(fixed.low)),
            fixed_high=say.percent(float(fixed.high)),
        )
    )


def correction_in_policy(at: Context, looks: pd.DataFrame) -> None:
    """Offer the counts by which every shift of a zone shows its share corrected; say which zones have none.

    Parameters
    ----------
    looks
        Blind looks at every camera: a zone is corrected by all of its own.
    """
    say = at.say
    found = errors_by_zone(looks, sorted({at.choices.cameras[camera] for camera in at.cameras}))
    for one in found:
        if one.counts is None:
            st.caption(_why_not(at, one))
    if not any(one.counts for one in found):
        return
    st.markdown(
        say("With these lines in the policy the shifts of these zones show their shares corrected as well:")
    )
    st.code("\n\n".join(lines(one) for one in found if one.counts), language="toml")
    _policy_file(at, found)


def _why_not(at: Context, one: ZoneErrors) -> str:
    say, zone = at.say, parts.plain(one.zone)
    if min(one.bends.effective_n, one.others.effective_n) >= LEAST_N:
        return say(
            "{zone}: its verdicts are no better than chance, so there is nothing to correct by.", zone=zone
        )
    return say(
        "{zone}: not to be corrected, the looks are worth {bends} independent spine bends and {others} "
        "others; {n} of each are needed.",
        zone=zone,
        bends=say.number(one.bends.effective_n, 0),
        others=say.number(one.others.effective_n, 0),
        n=LEAST_N,
    )


def _policy_file(at: Context, found: Sequence[ZoneErrors]) -> None:
    say = at.say
    st.download_button(
        say("Policy file"),
        data=with_errors(policy_text(at.site), found),
        file_name=f"policy-{at.site.name}.toml",
        key="accuracy-correction",
        on_click="ignore",
    )
    st.caption(
        say(
            "Nothing in force changes. The counts hold for the thresholds in force: count anew after these "
            "have changed. Name the file in the site file, then run `hingewise assess`."
        )
    )

"""EDGE: what several pages are put together from."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import store_reading
from dashboard.access import may_export
from dashboard.charts.coverage import coverage_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.exports import as_csv, as_parquet, as_pdf
from dashboard.made_up import made_up
from dashboard.summaries.coverage import COLUMNS, Coverage, coverage
from dashboard.wording import mark
from pipelines.exposure.compare import Verdict

FEWEST_LIFTS: Final = 30
"""Below it a figure is drawn grey: the interval is so wide that hardly anything can be told."""

VERDICTS: Final = {
    Verdict.IMPROVED: ("▼", mark("improved"), "blue"),
    Verdict.WORSE: ("▲", mark("worse"), "orange"),
    Verdict.NO_EVIDENCE: ("=", mark("no evidence of a change"), "gray"),
    Verdict.TOO_FEW_LIFTS: ("?", mark("too few lifts to tell"), "gray"),
}
"""Sign, word and colour of each verdict: nobody needs the colours to tell them apart."""


@dataclass(frozen=True)
class Figure:
    """A number with what it stands on, already in words.

    Attributes
    ----------
    value, interval
        Such as '32 %' and '27 to 38 %'; None where it is hidden or there is no data.
    n
        Lifts that it stands on.
    base
        What it is counted per, such as '21.5 person-hours'.
    why_not
        Why there is no value; empty where there is one.
    """

    value: str | None
    interval: str | None
    n: int
    base: str = ""
    why_not: str = ""


def page_title(at: Context, title: str) -> None:
    """Draw the title, what is made up, the site, the day and its time zone."""
    st.title(title)
    if at.simulated is not None:
        st.warning(made_up(at, *at.simulated), icon=":material/science:")
    day = at.say.day(at.day) if at.day else at.say("no data yet")
    st.caption(
        at.say(
            "{site} · {day} · times in {zone}",
            site=plain(at.site.name),
            day=day,
            zone=at.site.time_zone,
        )
    )


def figure(at: Context, label: str, shown: Figure) -> None:
    """Draw a number with n and interval; grey from fewer than `FEWEST_LIFTS` lifts."""
    few = shown.n < FEWEST_LIFTS
    value = shown.value or at.say("no data")
    st.metric(label, f":gray[{value}]" if few or shown.value is None else value)
    lines = [shown.why_not] if shown.value is None else []
    if shown.interval:
        lines.append(at.say("95 % interval {interval}", interval=shown.interval))
    lines.append(at.say.several("{n} lift", "{n} lifts", shown.n))
    if shown.base:
        lines.append(shown.base)
    if few and shown.value is not None:
        lines.append(at.say("few lifts: read with care"))
    st.caption(" · ".join(line for line in lines if line))


def verdict(at: Context, found: Verdict, detail: str = "") -> None:
    """Draw the word of a verdict with its sign, and a sentence beside it."""
    sign, word, colour = VERDICTS[found]
    st.markdown(f":{colour}-badge[{sign} {at.say(word)}] {detail}")


def coverage_of_day(at: Context) -> None:
    """Read and draw what was seen of the shifts of the day, of the shift and the cameras that are chosen."""
    metrics = store_reading.shift_metrics(at, at.day, at.day, COLUMNS)
    if at.filters.shift is not None:
        metrics = metrics[metrics["shift"] == at.filters.shift]
    coverage_strip(at, coverage(metrics[metrics["camera_id"].isin(at.cameras)]))


def coverage_strip(at: Context, seen: Coverage) -> None:
    """Draw what of the shifts was seen: the failed cameras in words first, then every cell."""
    say = at.say
    if seen.cells.empty:
        empty(at, say("No shift of this day has figures."), say("Run `hingewise nightly` for it."))
        return
    hours = say(
        "{analysed} of {expected} camera-hours analysed",
        analysed=say.number(seen.analysed_h),
        expected=say.number(seen.expected_h),
    )
    if seen.complete:
        st.success(say("The data is complete: {hours}.", hours=hours), icon=":material/check_circle:")
    else:
        st.warning(
            say(
                "The data is not complete: {hours}, {missing} missing.",
                hours=hours,
                missing=f"{say.number(seen.missing_h)} h",
            ),
            icon=":material/warning:",
        )
    if seen.excluded_h > 0.0:
        left_out = say.number(seen.excluded_h)
        st.caption(say("{hours} h were left out: the clock of their camera was wrong.", hours=left_out))
    if seen.failed:
        st.error(
            say("Nothing came from {cameras}. Look at these first.", cameras=plain(", ".join(seen.failed))),
            icon=":material/videocam_off:",
        )
    draw(at, coverage_chart(seen.cells, say))


def empty(at: Context, what: str, next_step: str) -> None:
    """Say that there is nothing to show, and what to do next."""
    then = at.say("What to do next:")
    st.info(f"{what} {then} {next_step}", icon=":material/arrow_forward:")


def download_row(at: Context, name: str, title: str, shown: pd.DataFrame, notes: Sequence[str] = ()) -> None:
    """Offer what is shown as CSV, Parquet and PDF to those who may take it away.

    Parameters
    ----------
    name
        Of the files, without ending, such as 'shifts'; it is the key of the buttons, too.
    title
        Of the PDF, in the reader's language.
    shown
        The table as it is on the page: suppressed figures must be null in it already.
    notes
        More lines for the PDF.
    """
    if not may_export(at.roles):
        return
    stem = f"{at.site.name}_{at.day}_{name}"
    lines = (*stamp(at), *notes)
    kinds = {
        "csv": lambda: as_csv(shown),
        "parquet": lambda: as_parquet(shown),
        "pdf": lambda: as_pdf(title, lines, shown),
    }
    with st.container(horizontal=True):
        for ending, made in kinds.items():
            # Made when it is asked for, so that no page waits for files that nobody takes.
            st.download_button(
                ending.upper() if ending != "parquet" else "Parquet",
                data=made,
                file_name=f"{stem}.{ending}",
                key=f"{name}-{ending}",
                on_click="ignore",
            )


def stamp(at: Context) -> tuple[str, ...]:
    """Return what a figure is to be cited with: site, filters, policy, and that data is made up."""
    chosen = [value for value in (at.filters.shift, at.filters.zone, at.filters.camera) if value]
    lines = [f"{at.site.name} · {at.day} · {at.site.time_zone} · {' · '.join(chosen)}".removesuffix(" · ")]
    lines.append(at.say("Policy {policy}", policy=at.policy.policy_id))
    if at.simulated is not None:
        lines.append(
            at.say("Simulated data from {first} to {last}", first=at.simulated[0], last=at.simulated[1])
        )
    return tuple(lines)


def plain(text: str) -> str:
    """Return a name as it is, whatever of it Markdown would take for markup."""
    return re.sub(r"([\\`*_{}\[\]()#+!|<>~$:])", r"\\\1", text)

"""The page Trends: control charts, what breaks them, and what came of the changes that were made."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pandas as pd
import streamlit as st

from dashboard import parts, store_reading
from dashboard.charts.trend import control_chart
from dashboard.context import Context
from dashboard.drawing import draw
from dashboard.summaries.trends import (
    COLUMNS,
    LOOKED_BACK,
    Line,
    as_table,
    follow_up_table,
    followed_up,
    lines,
)
from dashboard.summaries.trends_follow_ups import BADGES, outcome_words, waiting_words
from dashboard.summaries.trends_table import shown_table, trend_words
from dashboard.summaries.trends_words import day_words
from dashboard.wording import NO_DATA
from detectors.tables import SHIFT_METRICS
from pipelines.exposure.follow_up import FollowUp
from pipelines.exposure.series import Measure
from pipelines.storage.versions import version

MOST_CHARTS: Final = 4
"""Charts of a page without filters; the others are a filter away."""


def page(at: Context) -> None:
    """Draw the page."""
    say = at.say
    day = at.day or at.today
    parts.page_title(at, say("Trends"))
    changes = store_reading.interventions(at)
    changes = changes[changes["date"] <= day.isoformat()]
    _follow_ups(at, changes, day)
    found = [one for one in _lines(at, day) if _asked(at, one)]
    st.subheader(say("Shift after shift"))
    if not found:
        parts.empty(at, say("No zone and shift has figures in these weeks."), say("Take a filter away."))
        return
    st.caption(
        say(
            "Share of spine bends of each shift. Grey band: the limits that it keeps to as long as nothing "
            "but chance is at work (Laney's p'-chart), once 8 shifts were measured alike. Nothing is drawn "
            "across a change of cameras, models or code: the series breaks there."
        )
    )
    for one in found[:MOST_CHARTS]:
        _chart(at, one, changes)
    if len(found) > MOST_CHARTS:
        parts.empty(
            at,
            say.several("{n} more zone and shift is not drawn.", "{n} more zones and shifts are not drawn.",
                        len(found) - MOST_CHARTS),
            say("Choose a zone or a shift beside the page."),
        )  # fmt: skip
    table = as_table(found)
    st.subheader(say("All of them"))
    st.dataframe(shown_table(table, say), hide_index=True)
    parts.download_row(at, "trends", say("Trends"), table)


def _chart(at: Context, one: Line, changes: pd.DataFrame) -> None:
    say = at.say
    shift, zone = (parts.plain(name) for name in one.name)
    st.markdown(say("**Shift {shift}, {zone}**", shift=shift, zone=zone))
    here = changes[changes["zone"] == one.share.zone]
    made = {str(row.date): str(row.what) for row in here.itertuples()}
    draw(at, control_chart(one, made, parts.FEWEST_LIFTS, say))
    st.caption(trend_words(one, say))
    if one.changes_of_setup:
        with st.expander(say("Where the series breaks")):
            for day, *parted in one.changes_of_setup:
                left, came = (parts.plain(names) or NO_DATA for names in parted)
                words = say("{day}: {came} instead of {left}", day=day_words(say, day), came=came, left=left)
                st.markdown(f"- {words}")


def _follow_ups(at: Context, changes: pd.DataFrame, day: date) -> None:
    say = at.say
    st.subheader(say("What came of the changes"))
    found = _followed(at, day)
    if at.filters.zone is not None:
        found = [one for one in found if one.change.zone == at.filters.zone]
    if not found:
        parts.empty(
            at,
            say("No change is recorded that can be followed up in these weeks."),
            say("Record one by `hingewise intervention add`."),
        )
        return
    what = {str(row.intervention_id): str(row.what) for row in changes.itertuples()}
    for change in sorted({one.change for one in found}, key=lambda one: one.day, reverse=True):
        names = {"zone": parts.plain(change.zone), "what": parts.plain(what[change.change_id])}
        st.markdown(say("**Changed in {zone} on {day}:** {what}", day=say.day(change.day), **names))
        for one in (one for one in found if one.change == change):
            _follow_up(at, one)
    st.caption(
        say(
            "The week against the four weeks before the change. Before and after is no trial: other things "
            "may have changed with it. Of all that is called worse or improved at most 5 in 100 are "
            "expected to be so by chance."
        )
    )
    parts.download_row(at, "follow-ups", say("What came of the changes"), follow_up_table(found))


def _follow_up(at: Context, one: FollowUp) -> None:
    if one.comparison is not None:
        parts.verdict(at, one.comparison.verdict, outcome_words(one, at.say))
    elif one.measure is Measure.SPINE_BEND_SHARE:
        # Both measures wait for the same day.
        word, colour = BADGES[one.stage]
        st.markdown(f":{colour}-badge[{at.say(word)}] {waiting_words(one, at.say)}")


def _asked(at: Context, one: Line) -> bool:
    return at.filters.shift in (None, one.share.shift) and at.filters.zone in (None, one.share.zone)


def _lines(at: Context, day: date) -> list[Line]:
    return _read_lines(*_key(at, day), at.filters.camera, at)


def _followed(at: Context, day: date) -> list[FollowUp]:
    as_of = at.today if day == at.choices.last else day + timedelta(days=1)
    recorded = tuple(store_reading.interventions(at)["intervention_id"])
    return _read_follow_ups(*_key(at, day), as_of, recorded, at)


def _key(at: Context, day: date) -> tuple[str, str, date]:
    kept = version(at.store, SHIFT_METRICS, at.site.name, day - LOOKED_BACK, day)
    return f"{at.site.store_url} {kept}", at.policy.policy_id, day


@st.cache_data(max_entries=16, show_spinner=False)
def _read_lines(
    kept: str,  # noqa: ARG001  the version, part of the key of what is kept
    policy_id: str,  # noqa: ARG001
    day: date,
    camera: str | None,
    _at: Context,
) -> list[Line]:
    return lines(store_reading.shift_metrics(_at, day - LOOKED_BACK, day, COLUMNS), camera)


@st.cache_data(max_entries=16, show_spinner=False)
def _read_follow_ups(
    kept: str,  # noqa: ARG001
    policy_id: str,  # noqa: ARG001
    day: date,
    as_of: date,
    recorded: tuple[str, ...],  # noqa: ARG001
    _at: Context,
) -> list[FollowUp]:
    metrics = store_reading.shift_metrics(_at, day - LOOKED_BACK, day, COLUMNS)
    weeks = _at.policy.figures.follow_up_weeks
    return followed_up(metrics, store_reading.interventions(_at), as_of, weeks)

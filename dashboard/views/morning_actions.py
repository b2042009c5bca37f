"""EDGE: the list of what to change first, with the lifts that show it."""

from __future__ import annotations

from datetime import date
from urllib.parse import urlencode

import streamlit as st

from dashboard import parts
from dashboard.context import Context
from dashboard.filters import Filters, to_query
from pipelines.changes.kept_actions import SHOWN_LIFTS, WhatToDo, made_from, what_to_do
from pipelines.exposure.redesign import Action
from pipelines.reports.shift_report import whole_weeks


def draw_actions(at: Context, day: date) -> None:
    """Draw at most three origins to raise, from the last whole weeks before a date."""
    say = at.say
    first, last = whole_weeks(day)
    with st.spinner(say("Looking through the lifts of four weeks …")):
        found = _what_to_do(at, (first, last))
    if not found.actions:
        st.markdown(
            say(
                "No origin to raise stands out: low bends were nowhere surely more frequent from the floor "
                "than from knuckle height, among groups that are not small."
            )
        )
    for number, action in enumerate(found.actions, start=1):
        st.markdown(f"**{number}.** {_sentence(at, action)}")
        _links(at, number, action, found.filed)
    st.caption(
        say(
            "From the lifts of {first} to {last}, the surest gain first. A new list comes each week.",
            first=say.day(first),
            last=say.day(last),
        )
    )


def _sentence(at: Context, one: Action) -> str:
    say = at.say
    values = {
        "zone": parts.plain(one.zone),
        "removed": say.number(one.removed, 0),
        "low_bends": say.number(one.low_bends, 0),
        "low": say.number(one.removed_low, 0),
        "high": say.number(one.removed_high, 0),
        "n": say.number(one.knuckle_lifts, 0),
    }
    if one.compared_with == "zone":
        return say(
            "Raise the origin in {zone} from floor to knuckle height: it would have removed {removed} of "
            "{low_bends} low bends (95 % interval {low} to {high}), if the raised lifts were low bends as "
            "often as the {n} lifts from knuckle height in the same zone.",
            **values,
        )
    return say(
        "Raise the origin in {zone} from floor to knuckle height: it would have removed {removed} of "
        "{low_bends} low bends (95 % interval {low} to {high}), if the raised lifts were low bends as "
        "often as the {n} lifts from knuckle height in the other zones.",
        **values,
    )


def _links(at: Context, number: int, action: Action, filed: dict[str, date]) -> None:
    """Draw a link to each of the most typical lifts, on the date under which it is filed."""
    with st.container(horizontal=True):
        for n, lift in enumerate(action.evidence[:SHOWN_LIFTS], start=1):
            query = to_query(Filters(date=filed.get(lift), lift=lift, lang=at.filters.lang))
            st.link_button(
                at.say("Lift {action}.{n}", action=number, n=n),
                f"/lift?{urlencode(query)}",
                icon=":material/accessibility_new:",
            )


def _what_to_do(at: Context, dates: tuple[date, date]) -> WhatToDo:
    made = made_from(at.site, at.store, at.policy, dates)
    return _kept(at.site.store_url, at.site.name, dates, made, at)


@st.cache_data(max_entries=8, show_spinner=False)
def _kept(
    url: str,  # noqa: ARG001  what the list is of, part of the key of what is kept
    site: str,  # noqa: ARG001
    dates: tuple[date, date],
    made: str,  # noqa: ARG001
    _at: Context,
) -> WhatToDo:
    return what_to_do(_at.site, _at.store, _at.policy, dates)

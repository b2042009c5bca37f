"""EDGE: the filters beside every page; they stand in the address, so that a link gives the same view."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from datetime import date
from typing import Final

import streamlit as st

from dashboard.filters import Choices, Filters, Refused, parse, to_query
from dashboard.wording import LANGUAGES, Words, mark, preferred, words

KEYS: Final = tuple(field.name for field in fields(Filters))
WRITTEN: Final = "address as written"
LIFT: Final = "lift"

DATE: Final = mark("Date")
LANGUAGE: Final = mark("Language")
NAMES: Final = {
    "date": DATE,
    "shift": mark("Shift"),
    "zone": mark("Zone"),
    "camera": mark("Camera"),
    "lang": LANGUAGE,
}


def take_address(choices: Choices) -> list[Refused]:
    """Take the filters from the address where it is new, else keep them; return what can't be followed.

    The menu drops the parameters of the address, so an address without any is not a new one.
    """
    asked = {key: value for key, value in st.query_params.items() if key in KEYS}
    written = st.session_state.get(WRITTEN)
    is_new = written is None or (bool(asked) and asked != written)
    filters, refused = parse(asked if is_new else to_query(_kept()), choices)
    filters = replace(filters, date=filters.date or choices.last)
    for key, value in asdict(filters).items():
        st.session_state[key] = value
    return refused if is_new else []


def language() -> Words:
    """Return the words of the language that is chosen, else of that of the browser."""
    return words(st.session_state.get("lang") or preferred([st.context.locale]))


def ask(choices: Choices, say: Words) -> Filters:
    """Draw the filters and return what is chosen."""
    with st.sidebar:
        if choices.first is not None and choices.last is not None:
            st.date_input(
                say(DATE),
                key="date",
                min_value=choices.first,
                max_value=choices.last,
                format="YYYY-MM-DD",
            )
            if st.session_state.date != choices.last:
                st.button(say("Go to the latest day"), on_click=to_day, args=(choices.last,))
        for key, options in (("shift", choices.shifts), ("zone", choices.zones)):
            _one_of(key, options, say)
        zone = st.session_state.zone
        _one_of("camera", tuple(c for c, watched in choices.cameras.items() if zone in (None, watched)), say)
        st.selectbox(
            say(LANGUAGE),
            choices.languages,
            index=None,
            key="lang",
            format_func=LANGUAGES.__getitem__,
            placeholder=LANGUAGES[say.language],
        )
    return _kept()


def write_address(filters: Filters) -> None:
    """Put the filters into the address, so that it can be sent on and survives a reload."""
    query = to_query(filters)
    if {key: value for key, value in st.query_params.items() if key in KEYS} != query:
        st.query_params.from_dict(query)
    st.session_state[WRITTEN] = query


def link_to(filters: Filters, **chosen: str | None) -> dict[str, str]:
    """Return the parameters of a link to a page with these filters, some chosen anew."""
    return to_query(replace(filters, **chosen))  # type: ignore[arg-type]


def sentence(refused: Refused, say: Words) -> str:
    """Return what to tell of a value in a link that can't be followed."""
    name = say(NAMES.get(refused.key, refused.key))
    return say("The link asks for {name} “{value}”, which is not known here; it was left out.",
               name=name, value=refused.value)  # fmt: skip


def _kept() -> Filters:
    return Filters(**{key: st.session_state.get(key) for key in KEYS})


def _one_of(key: str, options: tuple[str, ...], say: Words) -> None:
    if st.session_state.get(key) not in (None, *options):
        st.session_state[key] = None
    st.selectbox(say(NAMES[key]), options, index=None, key=key, placeholder=say("all"))


def to_day(day: date) -> None:
    """Look at another day, once the page is drawn again: for buttons."""
    st.session_state.date = day

"""EDGE: who reviews, by lot, as this session's login says."""

from __future__ import annotations

import secrets
from typing import Final

import streamlit as st

from dashboard.context import Context
from pipelines.reviewing.reviewers import reviewer_name

SESSION: Final = "session of the review"


def reviewer(at: Context) -> str:
    """Return the name by lot of whoever looks.

    Raises
    ------
    StoreError
        If there is no key to draw it by.
    """
    if at.site.access is None:
        return reviewer_name(at.store, None)
    claims = st.user.to_dict()
    return reviewer_name(at.store, f"{claims.get('iss')} {claims['sub']}")


def session() -> str:
    """Return digits drawn by lot for this session: two browsers of one person are two."""
    if SESSION not in st.session_state:
        st.session_state[SESSION] = secrets.token_hex(8)
    drawn: str = st.session_state[SESSION]
    return drawn

"""The buttons of an answer, with their keys: on the pages Review and Lift."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import answering
from dashboard.answering import Item
from dashboard.context import Context
from dashboard.wording import mark
from pipelines.reviewing.tables import Answer, Purpose

ANSWERS: Final = {
    Answer.HIP_HINGE: mark("hip hinge"),
    Answer.SPINE_BEND: mark("spine bend"),
    Answer.SQUAT: mark("squat"),
    Answer.NOT_A_LIFT: mark("not a lift"),
    Answer.CANNOT_TELL: mark("can't tell"),
}
KEYS: Final = {
    Answer.HIP_HINGE: "H",
    Answer.SPINE_BEND: "S",
    Answer.SQUAT: "Q",
    Answer.NOT_A_LIFT: "N",
    # Streamlit keeps C for itself.
    Answer.CANNOT_TELL: "T",
}
UNDO: Final = "U"


def answer_buttons(
    at: Context,
    item: Item,
    purpose: Purpose,
    mine: str | None = None,
    off: bool = False,
    only: str | None = None,
) -> None:
    """Draw one button per answer, and one that takes the last answer back where there is one.

    Parameters
    ----------
    item
        What is answered: an item with its ``date``; see `pipelines.reviewing.labels.item_of_lift`.
    purpose
        Whether the machine's answer is shown.
    mine
        What the reader has answered already; its button stands out.
    off
        Whether there is nothing to see that could be answered.
    only
        The item whose answer can be taken back; None for whatever was answered last.
    """
    if not off:
        answering.show(purpose, item["item_id"])
    with st.container(horizontal=True):
        for said, word in ANSWERS.items():
            st.button(
                at.say(word),
                key=f"answer-{said}",
                type="primary" if said == mine else "secondary",
                shortcut=KEYS[said],
                disabled=off,
                on_click=answering.answer,
                args=(at, item, purpose, said),
            )
        undo_button(at, purpose, only)
    if told := answering.fault():
        st.error(told, icon=":material/error:")


def undo_button(at: Context, purpose: Purpose, only: str | None = None) -> None:
    """Draw what takes the last answer of this session back, to any item or to one, and shows it again."""
    st.button(
        at.say("Undo"),
        key="answer-undo",
        icon=":material/undo:",
        shortcut=UNDO,
        disabled=not answering.may_undo(purpose, only),
        on_click=answering.undo,
        args=(at, purpose, only),
    )


def word_of(at: Context, said: object) -> str:
    """Return an answer in the reader's words; nothing where there is none."""
    return at.say(ANSWERS[Answer(said)]) if isinstance(said, str) else ""

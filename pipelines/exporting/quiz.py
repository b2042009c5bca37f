"""A blind quiz as one HTML file that works offline: tell the spine bend from the hinge beside it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from pipelines.cues import LANGUAGES

NAMES: Final = {"en": "English", "de": "Deutsch", "es": "Español"}

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        "title": "Which back bends?",
        "ask": "Pair {n} of {of}: in which clip does the spine bend?",
        "clip": "Clip",
        "right": "Right.",
        "wrong": "Not this time.",
        "answer": "The spine bends in {letter}; in the other one the hips do the work.",
        "try": "Try this:",
        "next": "Next",
        "again": "Play again",
        "score": "{right} of {of} right. By guessing one gets {chance}.",
        "restart": "Start again",
        "keys": "Keys: A or B answers, R plays again, Enter goes on.",
        "heads": "Heads are covered beyond recognition.",
    },
    "de": {
        "title": "Welcher Rücken beugt sich?",
        "ask": "Paar {n} von {of}: In welchem Clip beugt sich der Rücken?",
        "clip": "Clip",
        "right": "Richtig.",
        "wrong": "Diesmal nicht.",
        "answer": "Der Rücken beugt sich in {letter}; im anderen arbeitet die Hüfte.",
        "try": "Versuch das:",
        "next": "Weiter",
        "again": "Noch einmal abspielen",
        "score": "{right} von {of} richtig. Durch Raten kommt man auf {chance}.",
        "restart": "Von vorn",
        "keys": "Tasten: A oder B antwortet, R spielt noch einmal ab, Enter geht weiter.",
        "heads": "Köpfe sind unkenntlich gemacht.",
    },
    "es": {
        "title": "¿Qué espalda se dobla?",
        "ask": "Pareja {n} de {of}: ¿en qué clip se dobla la espalda?",
        "clip": "Clip",
        "right": "Correcto.",
        "wrong": "Esta vez no.",
        "answer": "La espalda se dobla en {letter}; en el otro trabajan las caderas.",
        "try": "Prueba esto:",
        "next": "Siguiente",
        "again": "Reproducir de nuevo",
        "score": "{right} de {of} correctas. Adivinando se aciertan {chance}.",
        "restart": "Empezar de nuevo",
        "keys": "Teclas: A o B responde, R reproduce de nuevo, Intro continúa.",
        "heads": "Las cabezas están cubiertas y no se reconocen.",
    },
}


@dataclass(frozen=True)
class Question:
    """Two clips, by the path from the quiz, which of them shows the bend, and the cue by language."""

    a: str
    b: str
    bend: str
    cue: Mapping[str, str]


def bend_first(hinge: str, bend: str) -> bool:
    """Return whether the bend of a pair is clip A: by lot, but the same each time."""
    return hashlib.sha256(f"{hinge}{bend}".encode()).digest()[0] % 2 == 0


def quiz(questions: Sequence[Question], language: str) -> bytes:
    """Return the quiz in all languages, beginning with one; it needs nothing but the clips beside it."""
    templates = Environment(loader=PackageLoader("pipelines"), autoescape=True, undefined=StrictUndefined)
    page = templates.get_template("quiz.html").render(
        questions=[asdict(one) for one in questions],
        words=WORDS,
        names={one: NAMES[one] for one in LANGUAGES},
        language=language,
    )
    return page.encode()

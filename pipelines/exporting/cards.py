"""A lift in a few lines, for paper and for the quiz, in the language of the package."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Final
from zoneinfo import ZoneInfo

import pandas as pd

from detectors.vocabulary import Technique
from pipelines.exporting.printed import Card

WORDS: Final[Mapping[str, Mapping[str, str]]] = {
    "en": {
        Technique.SPINE_BEND: "spine bend",
        Technique.HIP_HINGE: "hip hinge",
        Technique.SQUAT: "squat",
        Technique.INDETERMINATE: "cannot be told",
        "trunk": "trunk {value}°",
        "knees": "knees {value}°",
        "back": "back bent by {value}° ± {error}°",
        "refused": "No clip: {why}.",
        "heads": "Heads are covered beyond recognition.",
        "counts": "{site}, {dates}: {n} clips, {refused} refused.",
        "what_for": "What for: {why}",
        "title": "Lifts to talk about",
        "answers": "Answers to the quiz",
        "answer": "Pair {n}: the spine bends in {letter}.",
    },
    "de": {
        Technique.SPINE_BEND: "Rückenbeuge",
        Technique.HIP_HINGE: "Hüftbeuge",
        Technique.SQUAT: "Kniebeuge",
        Technique.INDETERMINATE: "nicht erkennbar",
        "trunk": "Rumpf {value}°",
        "knees": "Knie {value}°",
        "back": "Rücken gebeugt um {value}° ± {error}°",
        "refused": "Kein Clip: {why}.",
        "heads": "Köpfe sind unkenntlich gemacht.",
        "counts": "{site}, {dates}: {n} Clips, {refused} verweigert.",
        "what_for": "Wofür: {why}",
        "title": "Hebungen zum Besprechen",
        "answers": "Lösungen des Quiz",
        "answer": "Paar {n}: Der Rücken beugt sich in {letter}.",
    },
    "es": {
        Technique.SPINE_BEND: "flexión de espalda",
        Technique.HIP_HINGE: "bisagra de cadera",
        Technique.SQUAT: "sentadilla",
        Technique.INDETERMINATE: "no se puede saber",
        "trunk": "tronco {value}°",
        "knees": "rodillas {value}°",
        "back": "espalda doblada {value}° ± {error}°",
        "refused": "Sin clip: {why}.",
        "heads": "Las cabezas están cubiertas y no se reconocen.",
        "counts": "{site}, {dates}: {n} clips, {refused} rechazados.",
        "what_for": "Para qué: {why}",
        "title": "Levantamientos para comentar",
        "answers": "Respuestas del cuestionario",
        "answer": "Pareja {n}: la espalda se dobla en {letter}.",
    },
}


def card(row: pd.Series, number: int, still: bytes | None, language: str, tz: ZoneInfo) -> Card:
    """Return a row of the manifest as it is printed; what was not measured is left out."""
    words = WORDS[language]
    when = row["start_utc"].tz_convert(tz)
    verdict = words[row["technique"] if isinstance(row["technique"], str) else Technique.INDETERMINATE]
    measured = [
        _measured(words["trunk"], row["trunk_inclination_peak_deg"]),
        _measured(words["knees"], row["knee_flexion_peak_deg"]),
        _measured(words["back"], row["spine_flexion_deg"], row["spine_flexion_se_deg"]),
    ]
    lines = [f"{row['zone']} · {row['lift_id']}", ", ".join(filter(None, measured))]
    if isinstance(row["refused"], str):
        lines.append(words["refused"].format(why=row["refused"].rstrip(".")))
    head = f"{number}. {verdict}, {row['camera_id']}, {when:%Y-%m-%d %H:%M:%S}"
    return Card(still, head, tuple(filter(None, lines)), row["cue_text"] if _is_text(row["cue_text"]) else "")


def notes(site: str, rows: pd.DataFrame, why: str, language: str, tz: ZoneInfo) -> tuple[str, ...]:
    """Return the lines above what is printed: what it shows, from when, and what it was made for."""
    words, local = WORDS[language], rows["start_utc"].dt.tz_convert(tz)
    told = words["counts"].format(
        site=site,
        dates=" / ".join(dict.fromkeys(str(time.date()) for time in (local.min(), local.max()))),
        n=int(rows["file"].notna().sum()),
        refused=int(rows["refused"].notna().sum()),
    )
    return words["heads"], told, words["what_for"].format(why=why)


def _measured(words: str, value: float, error: float = math.nan) -> str:
    return "" if math.isnan(value) else words.format(value=round(value), error=_rounded(error))


def _rounded(value: float) -> str:
    return "?" if math.isnan(value) else str(round(value))


def _is_text(value: object) -> bool:
    return isinstance(value, str)

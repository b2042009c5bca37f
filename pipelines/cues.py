"""One cue per flagged lift: chosen by what was measured, worded in a file that trainers may change."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Final

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from detectors.vocabulary import Technique
from pipelines.sites.near_names import did_you_mean
from pipelines.sites.site import Site, SiteError

LANGUAGES: Final = ("en", "de", "es")
LONGEST_TEXT: Final = 160

Words = Mapping[str, str]


class Cue(StrEnum):
    """What a cue points at."""

    SKI_POLE = "ski_pole"
    WALL_BEHIND = "wall_behind"
    LOGO_AHEAD = "logo_ahead"
    LOW_STOOL = "low_stool"
    BELT_BUCKLE = "belt_buckle"
    FLOOR_AWAY = "floor_away"


@dataclass(frozen=True)
class Rule:
    """How strongly a measure calls for a cue: 0 at ``none``, 1 at ``full``, beyond them in proportion."""

    cue: Cue
    column: str
    none: float
    full: float

    def strength(self, measured: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return how strongly each value calls for the cue; NaN where it was not measured."""
        return (measured - self.none) / (self.full - self.none)


RULES: Final = (
    # A back flexed by 20 deg, where a bend begins, leaves the pole by about 1 % of stature, one by 55 by 3.
    Rule(Cue.SKI_POLE, "back_pole_gap_change_percent", 1.0, 3.0),
    # The policy calls knees below 15 deg straight and from 35 deg on bent.
    Rule(Cue.WALL_BEHIND, "knee_flexion_peak_deg", 35.0, 5.0),
    # ISO 11226 recommends no trunk inclination above 60 deg.
    Rule(Cue.LOGO_AHEAD, "trunk_inclination_peak_deg", 60.0, 100.0),
    # Mid-shin and the floor.
    Rule(Cue.LOW_STOOL, "origin_height_stature", 0.15, 0.0),
    # The revised NIOSH equation halves the weight at 50 cm and allows none beyond 63 cm, of 1.70 m stature.
    Rule(Cue.BELT_BUCKLE, "reach_stature", 0.29, 0.37),
    # Longer than a lift needs.
    Rule(Cue.FLOOR_AWAY, "hold_above_60_s", 2.0, 8.0),
)
"""Of two that are as strong, the earlier is taken."""

MEASURES: Final = tuple(rule.column for rule in RULES)


@dataclass(frozen=True)
class Cues:
    """The words of each cue, by language."""

    words: Mapping[Cue, Words]

    def say(self, cue: object, language: str) -> str:
        """Return the words of a cue, in English where the language is none of `LANGUAGES`; else ''."""
        if not isinstance(cue, str):
            return ""
        words = self.words[Cue(cue)]
        return words.get(language, words["en"])


def choose(lifts: pd.DataFrame) -> pd.Series:
    """Return the cue of each lift that was judged a spine bend, null for the others.

    Parameters
    ----------
    lifts
        With ``technique`` and the columns of `MEASURES`; a measure that is NaN calls for nothing.
    """
    strengths = np.column_stack([rule.strength(lifts[rule.column].to_numpy(float)) for rule in RULES])
    strengths = np.where(strengths > 0.0, strengths, 0.0)
    names = np.array([str(rule.cue) for rule in RULES], dtype=object)
    flagged = (lifts["technique"] == Technique.SPINE_BEND).to_numpy(bool)
    # Where nothing stands out all are 0, and the first is the ski pole: the back bent all the same.
    chosen = np.where(flagged, names[strengths.argmax(axis=1)], None)
    return pd.Series(chosen, index=lifts.index, dtype="str")


def cues_of(site: Site) -> Cues:
    """Return the cues that a site uses.

    Raises
    ------
    SiteError
        As for `load_cues`.
    """
    return load_cues(Path(site.review.cues) if site.review.cues else None)


def load_cues(path: Path | None) -> Cues:
    """Return the cues of a trainers' file, the built-in words where it has none; None: all built in.

    Raises
    ------
    SiteError
        If the file is missing, is not TOML or has faults; all of them are named, one per line.
    """
    own = {} if path is None else _own(path)
    return Cues({cue: {**words, **own.get(cue, {})} for cue, words in _built_in().items()})


def left_out(path: Path) -> list[str]:
    """Return what a trainers' file has no words for: cues such as ``ski_pole``, and ``ski_pole.de``.

    Raises
    ------
    SiteError
        As for `load_cues`.
    """
    own = _own(path)
    texts = [f"{cue}.{language}" for cue in own for language in LANGUAGES if language not in own[cue]]
    return [*(str(cue) for cue in Cue if cue not in own), *texts]


def _own(path: Path) -> Mapping[Cue, Words]:
    raw = _read(path)
    if faults := _faults(raw):
        raise SiteError("\n".join(f"{path}: {fault}" for fault in faults))
    return {Cue(name): words for name, words in raw.items() if isinstance(words, dict)}


@cache
def _built_in() -> Mapping[Cue, Words]:
    text = resources.files("pipelines").joinpath("templates", "cues.toml").read_text("utf-8")
    return {Cue(name): words for name, words in tomllib.loads(text).items()}


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise SiteError(f"{path}: no such file of cues") from None
    except (OSError, UnicodeDecodeError) as error:
        raise SiteError(f"{path}: can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise SiteError(f"{path}: is not TOML: {error}") from None


def _faults(raw: Mapping[str, object]) -> list[str]:
    known = [str(cue) for cue in Cue]
    faults = []
    for name, words in raw.items():
        if name not in known:
            hint = did_you_mean(name, known) or f", expected one of {', '.join(known)}"
            faults.append(f"unknown cue {name!r}{hint}")
        elif not isinstance(words, dict):
            faults.append(f"{name} is {words!r}, expected a table with {', '.join(LANGUAGES)}")
        else:
            faults += [fault for language, text in words.items() if (fault := _fault(name, language, text))]
    return faults


def _fault(name: str, language: str, text: object) -> str:
    if language not in LANGUAGES:
        return f"{name}: unknown language {language!r}, expected {', '.join(LANGUAGES)}"
    if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
        return f"{name}.{language} is {text!r}, expected a sentence of at most {LONGEST_TEXT} characters"
    return ""

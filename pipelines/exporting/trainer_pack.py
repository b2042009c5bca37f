"""The trainer pack: matched pairs as a blind quiz that works offline, with the answers on paper."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

import pandas as pd

from pipelines.clips.cutter import Cutter
from pipelines.cues import LANGUAGES, Cues, cues_of
from pipelines.exporting.cards import WORDS, card, notes
from pipelines.exporting.gathering import Gathered, gather
from pipelines.exporting.making import Made, Source, Tell, close, written_to
from pipelines.exporting.manifest import By, manifest
from pipelines.exporting.pairs import matched_pairs
from pipelines.exporting.printed import Card, handout
from pipelines.exporting.quiz import Question, bend_first, quiz
from pipelines.exporting.tables import Package
from pipelines.exporting.zip_file import WholeZip
from pipelines.sites.site import SiteError

FOLDER: Final = "quiz"


@dataclass(frozen=True)
class _Pair:
    """The clips of a pair as the quiz shows them, A first."""

    clips: tuple[Gathered, Gathered]
    bend: str

    @property
    def bent(self) -> Gathered:
        """The clip in which the spine bends."""
        return self.clips[0] if self.bend == "a" else self.clips[1]


def make_trainer_pack(
    source: Source, lifts: pd.DataFrame, most: int, by: By, target: Path, tell: Tell
) -> Made:
    """Write one zip with a quiz of matched pairs, its clips, answers, manifest and receipt, and record it.

    A pair of which a clip is refused is left out, and the next one taken.

    Parameters
    ----------
    lifts
        As `choosing.lifts_of` gives them.
    most
        At most so many pairs.
    target
        The zip; an older one is replaced. It appears as in `making.make_package`.

    Raises
    ------
    SiteError
        If no two lifts make a pair, no pair has both clips, or the zip can't be written.
    StoreError
        If the store can't be read, or the export not be recorded: then there is no zip.
    """
    pairs = matched_pairs(lifts)
    if pairs.empty:
        raise SiteError(
            "no hinge and spine bend from the same camera and height of origin make a pair; take more dates"
        )
    rows = manifest(lifts, cues_of(source.site), by.language, source.policy_id).set_index(
        "lift_id", drop=False
    )
    refused: dict[str, str] = {}
    with written_to(target), WholeZip(target) as package:
        found: list[_Pair] = []
        for one in islice(_complete(source, lifts, pairs, refused), most):
            found.append(_add(package, one, len(found) + 1, rows))
            tell(len(found))
        if not found:
            raise SiteError(f"no pair has both clips; the first: {next(iter(refused.values()))}")
        for lift_id, why in refused.items():
            rows.loc[lift_id, "refused"] = why
        rows = rows[rows["file"].notna() | rows["refused"].notna()].reset_index(drop=True)
        _add_quiz(package, found, rows, source, by)
        return close(package, Package.TRAINER_PACK, source, rows, by)


def _complete(
    source: Source, lifts: pd.DataFrame, pairs: pd.DataFrame, refused: dict[str, str]
) -> Iterator[_Pair]:
    """Yield the pairs of which both clips are there; note why one is not."""
    of_id = lifts.set_index("lift_id", drop=False)
    with Cutter(source.site) as cutter:
        for hinge, bend in zip(pairs["hinge"], pairs["bend"], strict=True):
            first = bend_first(hinge, bend)
            order = [bend, hinge] if first else [hinge, bend]
            clips = [gather(cutter, source.store, of_id.loc[one], source.look) for one in order]
            missing = {str(one.lift["lift_id"]): one.refused for one in clips if one.content is None}
            refused |= missing
            if not missing:
                yield _Pair((clips[0], clips[1]), "a" if first else "b")


def _add(package: WholeZip, pair: _Pair, number: int, rows: pd.DataFrame) -> _Pair:
    for letter, one in zip("ab", pair.clips, strict=True):
        # Neither name nor order tells the answer.
        name = f"{FOLDER}/{number:02d}{letter}.mp4"
        rows.loc[one.lift["lift_id"], ["file", "sha256"]] = name, package.add(name, one.content or b"")
    return pair


def _add_quiz(package: WholeZip, found: list[_Pair], rows: pd.DataFrame, source: Source, by: By) -> None:
    site, cues = source.site, cues_of(source.site)
    of_id = rows.set_index("lift_id", drop=False)
    questions, cards = [], []
    for number, pair in enumerate(found, start=1):
        row = of_id.loc[pair.bent.lift["lift_id"]]
        questions.append(_question(number, pair, row["cue"], cues))
        answer = WORDS[by.language]["answer"].format(n=number, letter=pair.bend.upper())
        told = card(row, number, pair.bent.still, by.language, site.tz)
        cards.append(Card(told.still, answer, (told.head.partition(" ")[2], *told.lines), told.cue))
    package.add(f"{FOLDER}/quiz.html", quiz(questions, by.language))
    above = notes(site.name, rows, by.why, by.language, site.tz)
    package.add("answers.pdf", handout(WORDS[by.language]["answers"], above, cards))


def _question(number: int, pair: _Pair, cue: object, cues: Cues) -> Question:
    texts = {language: cues.say(cue, language) for language in LANGUAGES}
    return Question(f"{number:02d}a.mp4", f"{number:02d}b.mp4", pair.bend, texts)

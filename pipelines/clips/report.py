"""Say what a video shows: as a table for people, as JSON lines for programs."""

from __future__ import annotations

import json
import math
from collections.abc import Hashable, Iterable, Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd
from rich.console import Console
from rich.table import Table
from rich.text import Text

from detectors import intervals
from detectors.technique import Policy, back_seen
from detectors.vocabulary import LiftKind, Reason, Technique
from pipelines.clips.clip import CLIP_LIFTS, Clip

NO_POINT_ON_THE_BACK: Final = (
    "No technique can be told here: the pose model has no point on the back between shoulders and hips. "
    "It can show a back that rounds clearly, but never prove one that stays neutral."
)
_SPINE: Final = {str(Reason.SPINE_NOT_SEEN), str(Reason.BORDERLINE)}

Row = Mapping[Hashable, Any]


def json_lines(clip: Clip) -> Iterator[str]:
    """Yield one JSON object per row of the clip, with the columns of `CLIP_LIFTS`; unknown is null."""
    for row in clip.lifts.to_dict("records"):
        yield json.dumps({c.name: _plain(row[c.name], c.unit) for c in CLIP_LIFTS.columns}, allow_nan=False)


def print_report(clip: Clip, policy: Policy, console: Console) -> None:
    """Print the lifts of a clip as a table of 80 columns and what there is to say about it."""
    console.print(Text(f"{clip.path}: {_summary(clip)}"), soft_wrap=True)
    if clip.lifts.empty:
        return
    console.print(_table(clip.lifts))
    for note in notes(clip.lifts, policy):
        console.print(Text(note))
    reasons = set(clip.lifts["reason"])
    nothing_told = set(clip.lifts["technique"]) == {str(Technique.INDETERMINATE)}
    if nothing_told and reasons & _SPINE and (clip.lifts["back_model_version"] == "").all():
        console.print(Text(NO_POINT_ON_THE_BACK))


def notes(lifts: pd.DataFrame, policy: Policy) -> list[str]:
    """Return one sentence per reason why rows are indeterminate, with their numbers in the table."""
    numbers = np.arange(1, len(lifts) + 1)
    out = []
    for reason in dict.fromkeys(lifts["reason"]):
        chosen = (lifts["reason"] == reason).to_numpy()
        if reason != Reason.JUDGED:
            words = _words(Reason(reason), lifts[chosen], policy)
            out.append(f"{_runs(numbers[chosen])}: {words} ({reason})")
    return out


def count_of(number: int, one: str, many: str) -> str:
    """Return a number with its noun."""
    return f"{number} {one if number == 1 else many}"


def _summary(clip: Clip) -> str:
    kinds = clip.lifts["kind"].value_counts()
    nouns = (
        (LiftKind.LIFT, "lift", "lifts"),
        (LiftKind.LOWERING, "lowering", "lowerings"),
        (LiftKind.BEND, "bend without a load", "bends without a load"),
    )
    counts = [count_of(int(kinds.get(kind, 0)), one, many) for kind, one, many in nouns if kinds.get(kind, 0)]
    if not kinds.get(LiftKind.LIFT, 0) and not kinds.get(LiftKind.LOWERING, 0):
        counts.insert(0, "no lifts")
    seconds = clip.report.end_s
    people = len(clip.motions)
    followed = count_of(people, "person", "people") if people else "nobody"
    return f"{', '.join(counts)} in {seconds:.0f} s, {followed} followed"


def _table(lifts: pd.DataFrame) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False)
    for name in ("#", "kind"):
        table.add_column(name, justify="right" if name == "#" else "left", no_wrap=True)
    for name in ("start\ns", "grasp\ns", "end\ns", "trunk\npeak\ndeg", "knee\ngrasp\ndeg"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("legs", no_wrap=True)
    table.add_column("view\ndeg", justify="right", no_wrap=True)
    table.add_column("spine\nflex\ndeg", justify="right", no_wrap=True)
    table.add_column("technique", no_wrap=True)
    for number, row in enumerate(lifts.to_dict("records"), start=1):
        cells = (
            str(number),
            str(row["kind"]),
            *(_figure(row[name], 1) for name in ("start_s", "grasp_s", "end_s")),
            _figure(row["trunk_inclination_peak_deg"], 0),
            _figure(row["knee_flexion_grasp_deg"], 0),
            str(row["leg_pattern"]),
            _figure(row["view_angle_deg"], 0),
            _flexion(row),
            _technique(row),
        )
        table.add_row(*cells, style="dim" if row["kind"] == LiftKind.BEND else "")
    return table


def _flexion(row: Row) -> str:
    flexion = _figure(row["spine_flexion_deg"], 0)
    return flexion if flexion == "-" else f"{flexion}±{_figure(row['spine_flexion_se_deg'], 0)}"


def _technique(row: Row) -> str:
    judged = row["technique"] != Technique.INDETERMINATE
    return f"{row['technique']} {_figure(row['p_spine_bend'], 2)}" if judged else str(row["technique"])


def _words(reason: Reason, lifts: pd.DataFrame, policy: Policy) -> str:
    """Return in words why these rows can't be judged: what was seen and what is needed."""
    gates = policy.gates
    view, height = _span(lifts["view_angle_deg"]), _span(lifts["person_height_px"])
    trunk, chord = _span(lifts["trunk_inclination_peak_deg"]), _span(lifts["back_chord_ratio"], 2)
    standing = _span(lifts["standing_reference_s"], 1)
    seen, hidden = _span(100 * lifts["seen_share"]), _span(100 * lifts["overlap_share"])
    flexion_se = _span(lifts["spine_flexion_se_deg"])
    by_back = bool(back_seen(lifts).all())
    view_up_to = gates.largest_back_view_deg if by_back else gates.largest_view_angle_deg
    height_from = gates.least_back_height_px if by_back else gates.least_height_px
    neutral_up_to = policy.back_neutral_up_to if by_back else policy.neutral_up_to
    words = {
        Reason.VIEW: f"seen from {view} deg off the side; judged up to {view_up_to:g}",
        Reason.SIZE: f"{height} px tall in the picture; judged from {height_from:g}",
        Reason.OCCLUSION: f"near side seen in {seen} % of the frames, covered by others up to {hidden} %; "
        f"judged from {100 * gates.least_seen_share:g} % and up to {100 * gates.largest_overlap_share:g} %",
        Reason.TOO_SHORT: f"{_span(lifts['frames_around_peak'])} frames around the peak; "
        f"judged from {gates.least_frames}",
        Reason.UPRIGHT: f"trunk leant {trunk} deg at most; judged from {gates.least_trunk_deg:g}",
        Reason.NO_STANDING_REFERENCE: f"seen standing upright for {standing} s nearby, to compare with; "
        f"judged from {gates.least_standing_s:g} s",
        Reason.IMPLAUSIBLE: f"trunk at {trunk} deg, back {chord} of its standing length: "
        "shoulder or hip points are wrong",
        Reason.SPINE_NOT_SEEN: f"back {chord} of its standing length: no sign of a bend, no proof of none",
        Reason.FLEXION_UNSURE: f"flexion of the spine known to {flexion_se} deg; "
        f"judged up to {gates.largest_flexion_se_deg:g}",
        Reason.BORDERLINE: f"probability of a spine bend {_span(lifts['p_spine_bend'], 2)}; "
        f"decided from {policy.spine_bend_from:g} up or {neutral_up_to:g} down",
    }
    return words[reason]


def _span(values: pd.Series, digits: int = 0) -> str:
    known = values.dropna()
    if known.empty:
        return "unknown"
    low, high = f"{known.min():.{digits}f}", f"{known.max():.{digits}f}"
    return low if low == high else f"{low} to {high}"


def _runs(numbers: np.ndarray) -> str:
    """Return numbers as runs: ``1-3, 7``."""
    present = np.isin(np.arange(numbers.max() + 1), numbers)
    runs: Iterable[list[int]] = intervals.from_mask(present).tolist()
    return ", ".join(str(start) if end - start == 1 else f"{start}-{end - 1}" for start, end in runs)


def _figure(value: object, digits: int) -> str:
    return f"{value:.{digits}f}" if isinstance(value, float) and math.isfinite(value) else "-"


def _plain(value: object, unit: str) -> object:
    """Return a value as JSON holds it: rounded, unknown as None."""
    if isinstance(value, float):
        return round(value, 1 if unit == "deg" else 3) if math.isfinite(value) else None
    return None if pd.isna(value) else value  # type: ignore[call-overload]

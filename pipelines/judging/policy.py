"""The policy file: thresholds of the judgement and of the figures, known by the hash of its content."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from math import inf, isfinite
from pathlib import Path
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from detectors.technique import Policy
from detectors.thresholds import Calibration
from pipelines.judging.figure_policy import Figures, figure_faults
from pipelines.one_line import shown
from pipelines.sites.near_names import did_you_mean

FIGURES: Final = "figures"
"""The table of the file on the figures per shift; all else is on the judgement of a lift."""

DEFAULT_FIGURES: Final = Figures()

ABOVE_0: Final = ("calibration.slope",)
ANY_SIGN: Final = ("calibration.intercept",)
"""Keys whose numbers may be other than those from 0."""


class PolicyError(ValueError):
    """The policy file can't be used; the message has one line per fault."""


@dataclass(frozen=True)
class NamedPolicy:
    """A policy and its id: the first 12 digits of the SHA-256 of its values.

    ``policy`` judges each lift, ``figures`` says what the figures per shift show and hide.
    """

    policy: Policy
    policy_id: str
    figures: Figures = DEFAULT_FIGURES


def load_policy(path: Path | None) -> NamedPolicy:
    """Return the policy of a TOML file, or the one that is built in.

    Keys that the file leaves out keep their built-in values. Two files with the same values
    have the same id.

    Raises
    ------
    PolicyError
        If the file is missing, is not TOML, or has a key or value that it may not have.
    """
    raw = _read(path) if path else {}
    defaults = dataclasses.asdict(Policy())
    figures, faults = _figures(raw.pop(FIGURES, {}))
    faults = _faults(raw, defaults, "") + faults
    if faults:
        raise PolicyError("\n".join(f"{path}: {fault}" for fault in faults))
    merged = {
        key: {**value, **raw.get(key, {})} if isinstance(value, dict) else raw.get(key, value)
        for key, value in defaults.items()
    }
    try:
        policy = TypeAdapter(Policy).validate_python(merged)
    except ValidationError as error:
        raise PolicyError(f"{path}: {error.errors()[0]['msg']}") from None
    return NamedPolicy(policy, policy_id(policy, figures), figures)


def policy_id(policy: Policy, figures: Figures = DEFAULT_FIGURES) -> str:
    """Return the first 12 digits of the SHA-256 of the policy's values.

    A calibration that changes nothing is left out: a policy from before there was one keeps its id.
    """
    values = dataclasses.asdict(policy)
    if policy.calibration == Calibration():
        del values["calibration"]
    content = json.dumps({**values, FIGURES: figures.plain()}, sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:12]


def check_zones(policy: NamedPolicy, zones: Iterable[str]) -> None:
    """Refuse a policy that speaks of zones that the site doesn't have.

    Raises
    ------
    PolicyError
        One line per such zone.
    """
    known = set(zones)
    tables = {
        "workers_per_shift": policy.figures.workers_per_shift,
        "validation": policy.figures.validation,
    }
    faults = [
        f"policy: figures.{name}: no camera of the site watches a zone {zone!r}{did_you_mean(zone, known)}"
        for name, table in tables.items()
        for zone in sorted(set(table) - known)
    ]
    if faults:
        raise PolicyError("\n".join(faults))


def _figures(raw: object) -> tuple[Figures, list[str]]:
    if not isinstance(raw, dict):
        return DEFAULT_FIGURES, [f"{FIGURES} is no table"]
    try:
        return Figures.model_validate(raw), []
    except ValidationError as error:
        return DEFAULT_FIGURES, figure_faults(error)


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        raise PolicyError(f"{path}: no such policy file") from None
    except (OSError, UnicodeDecodeError) as error:
        raise PolicyError(f"{path}: can't be read: {error}") from None
    # Numbers of thousands of digits and tables nested by the thousand leave the parser otherwise.
    except (ValueError, RecursionError) as error:
        raise PolicyError(f"{path}: is not TOML: {error}") from None


def _faults(raw: dict[str, Any], expected: dict[str, Any], place: str) -> list[str]:
    """Return one sentence per unknown key and per value of the wrong kind."""
    faults = []
    for key, value in raw.items():
        default = expected.get(key)
        if key not in expected:
            where = f"{place.removesuffix('.')}: " if place else ""
            faults.append(f"{where}unknown key {key!r}{did_you_mean(key, expected)}")
        elif isinstance(default, dict):
            inner = _faults(value, default, f"{key}.") if isinstance(value, dict) else [f"{key} is no table"]
            faults += inner
        elif expected_value := _broken_rule(f"{place}{key}", value, default):
            faults.append(f"{place}{key} is {shown(value)}, expected {expected_value}")
    return faults


def _broken_rule(key: str, value: object, default: object) -> str:
    """Return what was expected of a value; empty where it is that."""
    wanted = {**dict.fromkeys(ANY_SIGN, "a number"), **dict.fromkeys(ABOVE_0, "a number above 0")}
    if isinstance(value, bool) or not isinstance(value, int | float):
        fits = False
    elif key in ANY_SIGN:
        fits = isfinite(value)
    else:
        fits = 0 < value < inf if key in ABOVE_0 else value >= 0
    if not fits:
        return wanted.get(key, "a number of at least 0")
    return "a whole number" if isinstance(default, int) and not isinstance(value, int) else ""

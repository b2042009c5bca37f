"""What stands in a package beside the clips: the manifest and the receipt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

import pandas as pd

from pipelines.cues import Cues, choose
from pipelines.exporting.tables import MANIFEST, Package
from pipelines.scratch import scratch_folder
from pipelines.storage.store import write_file

SHORT_ID: Final = 8


@dataclass(frozen=True)
class By:
    """Who makes a package, when and what for; ``roles`` joined by ', ', ``now`` with a time zone."""

    reviewer: str
    roles: str
    why: str
    now: datetime
    language: str = "en"


def clip_name(folder: str, number: int, lift: pd.Series, tz: ZoneInfo) -> str:
    """Return the name of a clip in a package: number, camera, local time and the start of its id."""
    when = lift["start_utc"].tz_convert(tz)
    return f"{folder}/{number:03d}_{lift['camera_id']}_{when:%Y%m%dT%H%M%S}_{lift['lift_id'][:SHORT_ID]}.mp4"


def manifest(lifts: pd.DataFrame, cues: Cues, language: str, policy_id: str) -> pd.DataFrame:
    """Return the rows of the manifest; the columns of the files are null as yet.

    Parameters
    ----------
    lifts
        As `choosing.wanted_lifts` gives them.
    """
    cue = choose(lifts)
    added: dict[str, Any] = {
        **dict.fromkeys(("file", "sha256", "refused"), None),
        "cue": cue,
        "cue_text": [cues.say(one, language) or None for one in cue],
        "policy_id": policy_id,
    }
    rows = lifts.assign(**added)[MANIFEST.names]
    return rows.astype({column.name: column.dtype for column in MANIFEST.columns})


def as_csv(rows: pd.DataFrame) -> bytes:
    """Return the manifest as CSV; the mark at its start lets spreadsheets read letters beyond ASCII."""
    return rows.to_csv(index=False).encode("utf-8-sig")


def as_parquet(rows: pd.DataFrame) -> bytes:
    """Return the manifest as Parquet with unit and meaning of each column, checked against its contract."""
    with scratch_folder() as folder:
        path = Path(folder) / "manifest.parquet"
        write_file(path, MANIFEST, rows)
        return path.read_bytes()


def receipt(package: Package, export_id: str, by: By, rows: pd.DataFrame, sha256: Mapping[str, str]) -> bytes:
    """Return the receipt of a package as JSON: who, when, why, what is in it and what was refused.

    Parameters
    ----------
    sha256
        Of each other file of the package, by its name.
    """
    refused = rows.dropna(subset="refused")
    versions = ("policy_id", "model_version", "code_version")
    told = {
        "export_id": export_id,
        "package": str(package),
        **asdict(by),
        "now": by.now.astimezone(UTC).isoformat(),
        **{name: sorted(rows[name].unique()) for name in versions},
        "lifts_asked_for": len(rows),
        "clips": int(rows["file"].notna().sum()),
        "refused": dict(zip(refused["lift_id"], refused["refused"], strict=True)),
        "sha256": dict(sorted(sha256.items())),
    }
    told["exported_utc"] = told.pop("now")
    return (json.dumps(told, indent=1, ensure_ascii=False) + "\n").encode()

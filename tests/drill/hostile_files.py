"""Site and policy files, tables and weights that somebody tampered with."""

from __future__ import annotations

import os
import pickle
import random
from datetime import date
from itertools import islice
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from detectors.columns import TableSpec
from detectors.contract import ContractError
from detectors.model_files import WeightsError
from detectors.tables import RUNS
from pipelines.footage.finding import files_of
from pipelines.footage.remote import is_remote
from pipelines.judging.policy import PolicyError, load_policy
from pipelines.sites.site import SiteError, load_site
from pipelines.storage.store import StoreError, open_store
from pipelines.supply.trusted_weights import trusted

DAY = date(2026, 10, 5)
VALUES = (
    "1" * 5000,
    "-" + "9" * 400,
    "1e999",
    "-inf",
    "nan",
    "[" * 3000,
    "[" * 300 + "]" * 300,
    "{a=" * 200,
    '"\\u0000"',
    '"' + "x" * 100_000 + '"',
    '"../../../etc/passwd"',
    '"/etc/*"',
    '"s3://\\n@"',
    '"\\u202e"',
    '"*"',
    '"%Y%m%d%"',
    '"((((a+)+)+)+$"',
    "1979-05-27T07:32:00Z",
    "true",
    "[[1, 2], [3, 'x']]",
    "{x = {y = {z = 1}}}",
    "[]",
    '""',
    "0x7fffffffffffffff",
    "99999999999999999999",
)


def mutated_text(whole: str, dice: random.Random) -> bytes:
    """Return a site or policy file with a value replaced, a line doubled or dropped, or its bytes damaged."""
    lines = whole.splitlines()
    at = dice.randrange(len(lines))
    match dice.randrange(6):
        case 0 | 1 | 2:
            key, _, _ = lines[at].partition("=")
            lines[at] = f"{key}= {dice.choice(VALUES)}"
        case 3:
            lines.insert(at, dice.choice(lines))
        case 4:
            del lines[at]
        case _:
            raw = bytearray("\n".join(lines).encode())
            for _ in range(dice.choice((1, 5, 40))):
                raw[dice.randrange(len(raw))] = dice.randrange(256)
            return bytes(raw[: dice.randrange(1, len(raw) + 1)])
    return "\n".join(lines).encode()


def site_tried(path: Path) -> str | None:
    """Return the refusal of a site file, None where it is taken and its footage can be looked for."""
    try:
        site = load_site(path)
        for camera in site.cameras:
            if not is_remote(camera.footage):
                list(islice(files_of(site.folder, camera), 100))
    except SiteError as error:
        return str(error)
    return None


def policy_tried(path: Path) -> str | None:
    """Return the refusal of a policy file, None where it is taken."""
    try:
        load_policy(path)
    except PolicyError as error:
        return str(error)
    return None


def run_rows() -> pd.DataFrame:
    """Return one row of the table of runs."""
    row = pd.DataFrame([{column.name: column.example for column in RUNS.columns}])
    return row.astype({column.name: column.dtype for column in RUNS.columns})


def table_tried(root: str, spec: TableSpec) -> str | None:
    """Return the refusal of a store by whoever reads a table of it, None where it is read."""
    try:
        open_store(root).read(spec, "depot", DAY, DAY)
    except (StoreError, ContractError) as error:
        return str(error)
    return None


class Payload:
    """Makes a folder as soon as it is unpickled."""

    def __init__(self, at: Path) -> None:
        self.at = at

    def __reduce__(self) -> tuple[Any, ...]:
        return os.mkdir, (str(self.at),)


def weights_refused(folder: Path) -> int:
    """Return how many of several weights files are refused unopened; all must be.

    Raises
    ------
    AssertionError
        If one is taken, or its code was run.
    """
    sign = folder / "owned"
    evil = pickle.dumps(Payload(sign))
    contents = {
        "a.pt": evil,
        "b.PT": evil,
        "c": evil,
        "d.onnx.pt": evil,
        "e.pth": evil,
        "f.torchscript": evil,
    }
    for name, content in contents.items():
        (folder / name).write_bytes(content)
    (folder / "g.onnx").symlink_to(folder / "a.pt")
    (folder / "h").mkdir()
    tried = [*(folder / name for name in contents), (folder / "g.onnx").resolve(), folder / "h"]
    for path in tried:
        with pytest.raises(WeightsError, match=r"^[^\n]+$"):
            trusted(path, None)
    assert not sign.exists(), "a payload was run"
    return len(tried)

"""A recording is worked on until the same model and code have dealt with it."""

from dataclasses import dataclass

import pandas as pd
import pytest

from detectors.contract import empty
from detectors.tables import FOOTAGE
from detectors.vocabulary import Status
from pipelines.nights.ledger import done, pending


@dataclass(frozen=True)
class Recording:
    camera_id: str
    footage_id: str


def footage(*rows):
    return pd.DataFrame(rows, columns=["camera_id", "footage_id", "status", "model_version", "code_version"])


@pytest.mark.parametrize(
    ("status", "model", "code", "is_done"),
    [
        pytest.param("done", "m1", "c1", True, id="done"),
        pytest.param("partial", "m1", "c1", True, id="partial"),
        pytest.param("quarantined", "m1", "c1", True, id="quarantined is final"),
        pytest.param("failed", "m1", "c1", False, id="failed is tried again"),
        pytest.param("done", "m0", "c1", False, id="other model"),
        pytest.param("done", "m1", "c0", False, id="other code"),
        pytest.param("quarantined", "m1", "c0", False, id="quarantined by other code"),
    ],
)
def test_what_counts_as_done(status, model, code, is_done):
    assert done(footage(("dock", "f1", status, model, code)), "m1", "c1") == (
        {("dock", "f1")} if is_done else set()
    )


def test_every_status_is_decided_on():
    table = footage(*(("dock", str(status), str(status), "m1", "c1") for status in Status))
    assert {footage_id for _, footage_id in done(table, "m1", "c1")} == set(Status) - {Status.FAILED}


def test_the_same_footage_of_two_cameras_is_two_recordings():
    table = footage(("dock", "f1", "done", "m1", "c1"))
    recordings = [Recording("gate", "f1"), Recording("dock", "f1"), Recording("dock", "f2")]
    assert pending(recordings, table, "m1", "c1") == [recordings[0], recordings[2]]


def test_nothing_is_done_in_an_empty_store():
    assert done(empty(FOOTAGE), "m1", "c1") == set()
    assert pending([Recording("dock", "f1")], empty(FOOTAGE), "m1", "c1") == [Recording("dock", "f1")]

"""Labels are appended one by one, taken back by a row of their own, and whole whatever happens."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from detectors.contract import ContractError
from pipelines.reviewing import labels
from pipelines.reviewing.labels import Said, current, item_of_lift, record, withdraw
from pipelines.reviewing.reviewers import KEY, KEY_FILE, LOCAL, reviewer_name
from pipelines.reviewing.tables import LABELS, Answer, Purpose
from pipelines.storage.store import StoreError, open_store

DAY = date(2026, 3, 2)
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)
ROOT = Path(__file__).parents[1]
LIFT = {
    "lift_id": "6b0d8e52c1f94a07",
    "kind": "lift",
    "footage_id": "9f2c4e0d1b7a5c33",
    "camera_id": "dock-2",
    "zone": "inbound",
    "start_s": 812.4,
    "end_s": 815.1,
    "technique": "spine_bend",
    "p_spine_bend": 0.91,
    "model_version": "m@1",
    "code_version": "0+1",
    "date": DAY.isoformat(),
    "trunk_inclination_peak_deg": 63.0,
}
ITEM = item_of_lift(LIFT)


def said(answer=Answer.HIP_HINGE, reviewer="r-4f09", purpose=Purpose.REVIEW):
    return Said(answer, purpose, reviewer, "trainer", 4.2, "c0a81e66d2b3")


@pytest.fixture
def store(tmp_path):
    return open_store(str(tmp_path / "store"))


def given(store, answer, after_s=0, **who):
    return record(store, "depot", DAY, ITEM, said(answer, **who), NOON + timedelta(seconds=after_s))


def test_a_label_holds_who_said_what_and_what_the_machine_said_then(store):
    label_id = given(store, Answer.HIP_HINGE)
    (row,) = labels.labels(store, "depot").to_dict("records")
    assert row["label_id"] == label_id
    assert (row["item_id"], row["item_kind"], row["date"]) == ("6b0d8e52c1f94a07", "lift", "2026-03-02")
    assert (row["answer"], row["technique"], row["p_spine_bend"]) == ("hip_hinge", "spine_bend", 0.91)
    assert (row["reviewer"], row["roles"], row["spent_s"]) == ("r-4f09", "trainer", 4.2)
    assert row["labelled_utc"] == NOON


def test_a_lift_that_was_not_judged_can_be_labelled(store):
    item = item_of_lift(LIFT | {"technique": np.nan, "p_spine_bend": np.nan})
    record(store, "depot", DAY, item, said(), NOON)
    row = labels.labels(store, "depot").iloc[0]
    assert pd.isna(row["technique"])
    assert pd.isna(row["p_spine_bend"])


def test_a_new_answer_leaves_the_old_one_where_it_was(store):
    given(store, Answer.HIP_HINGE)
    part = store.parts(LABELS, "depot")[0]
    before = Path(part.path).read_bytes()
    given(store, Answer.SQUAT, 10)
    assert Path(part.path).read_bytes() == before
    assert len(store.parts(LABELS, "depot")) == 2
    assert current(labels.labels(store, "depot"))["answer"].tolist() == ["squat"]


def test_each_reviewer_and_purpose_has_an_answer_of_its_own(store):
    given(store, Answer.HIP_HINGE)
    given(store, Answer.SPINE_BEND, 1, reviewer="r-77aa")
    given(store, Answer.SQUAT, 2, purpose=Purpose.BLIND)
    standing = current(labels.labels(store, "depot"))
    assert set(standing["answer"]) == {"hip_hinge", "spine_bend", "squat"}


def test_taking_back_gives_the_answer_before_it_again(store):
    given(store, Answer.HIP_HINGE)
    given(store, Answer.SQUAT, 10)
    rows = labels.labels(store, "depot")
    withdraw(store, "depot", rows.iloc[-1].to_dict(), 3.0, NOON + timedelta(seconds=13))
    rows = labels.labels(store, "depot")
    assert rows["answer"].tolist() == ["hip_hinge", "squat", "withdrawn"]
    assert rows["withdraws"].iloc[-1] == rows["label_id"].iloc[1]
    assert current(rows)["answer"].tolist() == ["hip_hinge"]
    withdraw(store, "depot", rows.iloc[0].to_dict(), 5.0, NOON + timedelta(seconds=15))
    assert current(labels.labels(store, "depot")).empty


def test_nobody_takes_back_what_another_said(store):
    given(store, Answer.HIP_HINGE)
    row = labels.labels(store, "depot").iloc[0].to_dict() | {"reviewer": "r-77aa"}
    withdraw(store, "depot", row, 1.0, NOON + timedelta(seconds=1))
    assert current(labels.labels(store, "depot"))["answer"].tolist() == ["hip_hinge"]


def test_no_labels_are_an_empty_table(store):
    assert current(labels.labels(store, "depot")).empty
    assert labels.labels(store, "depot").columns.tolist() == [*LABELS.names, "date"]


def test_an_answer_that_is_none_is_refused(store):
    with pytest.raises(ContractError, match="'answer' is not one of"):
        given(store, "stoop")
    assert labels.labels(store, "depot").empty


ENDLESS = """
import sys
from datetime import UTC, date, datetime
from test_reviewing_labels import DAY, ITEM, said
from pipelines.reviewing.labels import record
from pipelines.storage.store import open_store
store = open_store(sys.argv[1])
while True:
    print(record(store, "depot", DAY, ITEM, said(), datetime.now(UTC)), flush=True)
"""


def test_of_a_process_that_was_killed_every_label_it_reported_is_there_and_whole(store):
    path = os.pathsep.join([str(ROOT), str(ROOT / "tests")])
    line = [sys.executable, "-c", ENDLESS, store.root]
    for _ in range(2):
        with subprocess.Popen(
            line, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": path}
        ) as process:
            reported = [process.stdout.readline().decode().strip()]
            time.sleep(0.07)
            process.send_signal(signal.SIGKILL)
            # What the pipe cut off was not reported.
            told = process.stdout.read().decode()
            reported += told[: told.rfind("\n") + 1].split()
        rows = labels.labels(store, "depot")
        assert set(reported) <= set(rows["label_id"])
        assert rows["answer"].eq("hip_hinge").all()
        assert len(store.parts(LABELS, "depot")) == len(rows)


def test_a_reviewer_is_a_name_by_lot_that_stays(store):
    kim = reviewer_name(store, "https://login.example kim@depot.example")
    assert kim == reviewer_name(store, "https://login.example kim@depot.example")
    assert kim != reviewer_name(store, "https://login.example ana@depot.example")
    assert kim.startswith("r-")
    assert "kim" not in kim
    assert reviewer_name(store, None) == LOCAL
    assert (Path(store.root) / KEY_FILE).stat().st_mode & 0o077 == 0


def test_another_store_gives_another_name(store, tmp_path):
    other = open_store(str(tmp_path / "other"))
    assert reviewer_name(store, "kim") != reviewer_name(other, "kim")


def test_a_store_that_is_no_folder_needs_a_key_from_the_environment(monkeypatch):
    bucket = open_store("memory://reviewers")
    monkeypatch.delenv(KEY, raising=False)
    with pytest.raises(StoreError, match=KEY):
        reviewer_name(bucket, "kim")
    monkeypatch.setenv(KEY, "a long random text")
    assert reviewer_name(bucket, "kim") == reviewer_name(bucket, "kim")

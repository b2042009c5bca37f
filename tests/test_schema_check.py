"""Old stores are read as they were, newer ones are refused before anything is done to them."""

from __future__ import annotations

import json
import math
import shutil
from datetime import date
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq
import pytest
import schema_store

from detectors.tables import LIFTS, RUNS, SCHEMA_VERSION, TABLES
from pipelines.audits.command import verify
from pipelines.judging.policy import load_policy
from pipelines.judging.reassess import reassess, stored_span
from pipelines.nights.night import plan
from pipelines.storage.store import StoreError, open_store

STORES = sorted((Path(__file__).parent / "data").glob("store-schema-*"))
DAY = date(2026, 3, 2)


@pytest.fixture
def store(tmp_path):
    return open_store(str(tmp_path / "store"))


def write(store, name="a", spec=LIFTS):
    row = {column.name: column.example for column in spec.columns}
    frame = pd.DataFrame([row]).astype({column.name: column.dtype for column in spec.columns})
    return Path(store.write(spec, frame, "depot", DAY, name))


def doctor(path, version):
    """Give a part another schema version, as another release would have written it."""
    table = pq.read_table(path, partitioning=None)
    told = {**table.schema.metadata, b"schema_version": version} if version else {}
    pq.write_table(table.replace_schema_metadata(told), path)


@pytest.mark.parametrize("version", [str(SCHEMA_VERSION + 1).encode(), b"99", b"2.0", b"\xff", b"-1", b""])
def test_a_part_of_a_newer_schema_is_refused_by_name(store, version):
    write(store, "a")
    doctor(newer := write(store, "b"), version or b" ")
    with pytest.raises(StoreError, match=r"was written by a newer hingewise .* upgrade this one") as refused:
        store.read(LIFTS)
    assert str(newer) in str(refused.value)
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("version", [str(SCHEMA_VERSION).encode(), b"0", None])
def test_parts_of_known_schemas_and_of_none_are_read(store, version):
    doctor(write(store), version)
    assert len(store.read(LIFTS)) == 1


def test_a_store_far_away_is_looked_at_too(tmp_path):
    near, far = open_store(str(tmp_path)), open_store(f"memory://{tmp_path.name}")
    path = write(near)
    doctor(path, b"99")
    far.fs.pipe_file(f"{far.root}/{path.relative_to(tmp_path)}", path.read_bytes())
    with pytest.raises(StoreError, match="was written by a newer hingewise"):
        far.read(LIFTS)


def test_a_night_refuses_a_store_that_a_newer_one_wrote_into(tmp_path):
    site = schema_store.site_of(tmp_path, tmp_path / "store")
    doctor(write(open_store(site.store_url), spec=RUNS), b"2")
    with pytest.raises(StoreError, match="was written by a newer hingewise"):
        plan(site, DAY, DAY, "barcode:BarcodePose", None)


def test_there_is_a_store_of_every_schema_that_was_released():
    assert [path.name for path in STORES] == [f"store-schema-{n}" for n in range(1, SCHEMA_VERSION + 1)]


@pytest.mark.parametrize("folder", STORES, ids=lambda path: path.name)
def test_a_store_of_an_earlier_release_gives_the_figures_it_gave_then(folder):
    told = json.loads((folder / "figures.json").read_text())
    found = schema_store.figures(open_store(str(folder)))
    for name, table in told["tables"].items():
        assert found[name]["rows"] == table["rows"] > 0, name
        assert found[name]["texts"] == table["texts"]
        for column, total in table["sums"].items():
            assert math.isclose(found[name]["sums"][column], total, rel_tol=1e-6, abs_tol=1e-6), (
                name,
                column,
            )
    assert set(told["tables"]) <= set(TABLES)


@pytest.mark.parametrize("folder", STORES, ids=lambda path: path.name)
def test_a_store_of_an_earlier_release_can_be_judged_again(folder, tmp_path):
    shutil.copytree(folder, tmp_path / "store")
    site = schema_store.site_of(tmp_path, tmp_path / "store")
    store, policy = open_store(site.store_url), load_policy(None)
    found = reassess(store, site, policy, policy, stored_span(store, site, None, None))
    assert len(found.figures) > 0
    assert verify(site=site.path) == 0

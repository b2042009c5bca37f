"""The store gives back what was written, whole, and others can read it as it lies."""

import datetime as dt
import errno
import os
import threading
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from detectors.contract import ContractError, empty
from detectors.tables import FOOTAGE, JUDGEMENTS, LIFTS, RUNS, TABLES
from pipelines.storage.store import StoreError, judged, open_store

MONDAY, TUESDAY = dt.date(2026, 3, 2), dt.date(2026, 3, 3)


def rows(spec, n=3, **values):
    """Return n example rows whose first key column counts down, so that they are not sorted."""
    frame = pd.DataFrame([{column.name: column.example for column in spec.columns}] * n)
    frame = frame.astype({column.name: column.dtype for column in spec.columns})
    ids = pd.Series([f"{i:04d}" for i in range(n, 0, -1)], dtype="str")
    return frame.assign(**{spec.key[0]: ids}).assign(**values)


@pytest.fixture(params=["folder", "memory"])
def store(request, tmp_path):
    if request.param == "folder":
        yield open_store(str(tmp_path / "store"))
        return
    memory = open_store(f"memory://{tmp_path.name}")
    yield memory
    memory.fs.rm("/", recursive=True)


@pytest.fixture
def folder(tmp_path):
    return open_store(str(tmp_path / "store"))


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_what_is_written_is_read_sorted_by_the_key(store, spec):
    written = rows(spec)
    path = store.write(spec, written, "Riga", MONDAY, "dock-2-9f2c")
    assert path.endswith(f"/{spec.name}/site=Riga/date=2026-03-02/dock-2-9f2c.parquet")
    expected = written.iloc[::-1].reset_index(drop=True).assign(site="Riga", date="2026-03-02")
    pd.testing.assert_frame_equal(store.read(spec), expected)


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_a_table_that_is_not_there_has_no_rows_and_the_right_types(store, spec):
    expected = empty(spec).assign(site=pd.Series(dtype="str"), date=pd.Series(dtype="str"))
    pd.testing.assert_frame_equal(store.read(spec), expected)
    store.write(spec, empty(spec), "Riga", MONDAY, "dock-2-9f2c")
    pd.testing.assert_frame_equal(store.read(spec), expected)


def test_site_and_dates_choose_the_parts(store):
    for site, date in (("Riga", MONDAY), ("Riga", TUESDAY), ("Köln Nord/2", TUESDAY)):
        store.write(JUDGEMENTS, rows(JUDGEMENTS, 1), site, date, "a-1")
    assert set(store.read(JUDGEMENTS)["site"]) == {"Riga", "Köln Nord/2"}
    assert len(store.read(JUDGEMENTS, site="Riga")) == 2
    assert store.read(JUDGEMENTS, "Riga", TUESDAY)["date"].tolist() == ["2026-03-03"]
    assert store.read(JUDGEMENTS, last=MONDAY)["date"].tolist() == ["2026-03-02"]
    assert store.read(JUDGEMENTS, first=dt.date(2026, 3, 4)).empty
    part = store.parts(JUDGEMENTS, "Köln Nord/2")[0]
    assert (part.site, part.date, part.name) == ("Köln Nord/2", TUESDAY, "a-1")


def test_chosen_columns_come_with_the_partitions(store):
    store.write(LIFTS, rows(LIFTS), "Riga", MONDAY, "a-1")
    frame = store.read(LIFTS, columns=["grasp_utc", "lift_id"])
    assert list(frame.columns) == ["grasp_utc", "lift_id", "site", "date"]
    with pytest.raises(StoreError, match="table 'lifts' has no column back_angle"):
        store.read(LIFTS, columns=["lift_id", "back_angle"])


def test_a_part_is_replaced_and_removed(store):
    store.write(LIFTS, rows(LIFTS, 3), "Riga", MONDAY, "a-1")
    store.write(LIFTS, rows(LIFTS, 1), "Riga", MONDAY, "a-1")
    store.write(LIFTS, rows(LIFTS, 2), "Riga", MONDAY, "b-2")
    assert len(store.read(LIFTS)) == 3
    store.remove(LIFTS, "Riga", MONDAY, "a-1")
    store.remove(LIFTS, "Riga", MONDAY, "a-1")
    assert [part.name for part in store.parts(LIFTS)] == ["b-2"]


def test_the_same_rows_give_the_same_bytes(folder):
    frame = rows(LIFTS, 50)
    first = Path(folder.write(LIFTS, frame, "Riga", MONDAY, "a-1")).read_bytes()
    shuffled = frame.sample(frac=1.0, random_state=7)[LIFTS.names[::-1]]
    assert Path(folder.write(LIFTS, shuffled, "Riga", TUESDAY, "c-9")).read_bytes() == first


def test_parts_written_together_are_those_written_alone(folder):
    frame = rows(LIFTS, 50)
    where = pd.DataFrame({"date": [str(MONDAY), str(TUESDAY)] * 25, "part": ["a-1"] * 10 + ["b-2"] * 40})
    folder.write_parts(LIFTS, frame, "Riga", where)
    together = {part.path: Path(part.path).read_bytes() for part in folder.parts(LIFTS)}
    assert len(together) == 4
    for (day, part), some in frame.groupby([where["date"], where["part"]]):
        folder.write(LIFTS, some, "Riga", dt.date.fromisoformat(day), part)
    assert {part.path: Path(part.path).read_bytes() for part in folder.parts(LIFTS)} == together


def test_no_part_is_written_if_one_row_breaks_the_contract(store):
    where = pd.DataFrame({"date": str(MONDAY), "part": ["a-1", "b-2", "b-2"]})
    with pytest.raises(ContractError, match="'seen_share' is not at least 0"):
        store.write_parts(LIFTS, rows(LIFTS).assign(seen_share=[0.5, 0.5, -0.5]), "Riga", where)
    assert store.parts(LIFTS) == []
    with pytest.raises(StoreError, match="begins with neither"):
        store.write_parts(LIFTS, rows(LIFTS), "Riga", where.assign(part="_a"))


def test_a_few_dates_are_found_as_among_all(store):
    days = [MONDAY + dt.timedelta(days=n) for n in (0, 1, 5, 90, 400)]
    for day in days:
        store.write(RUNS, rows(RUNS, 1), "Köln Nord/2", day, "a-1")
        store.write(RUNS, rows(RUNS, 1), "Riga", day, "a-1")
    for first, last in ((days[0], days[0]), (days[1], days[2]), (days[1], days[3]), (days[3], days[4])):
        found = store.parts(RUNS, "Köln Nord/2", first, last)
        assert [part.date for part in found] == [day for day in days if first <= day <= last]
        assert {part.site for part in found} == {"Köln Nord/2"}
    assert store.parts(RUNS, "Riga", days[1], days[0]) == []


def test_a_file_says_what_it_holds(folder):
    path = folder.write(LIFTS, rows(LIFTS), "Riga", MONDAY, "a-1")
    schema = pq.read_schema(path)
    assert schema.metadata[b"table"] == b"lifts"
    assert schema.metadata[b"schema_version"] == b"1"
    assert b"pandas" not in schema.metadata
    angle = schema.field("trunk_inclination_peak_deg")
    assert (angle.metadata[b"unit"], angle.nullable) == (b"deg", True)
    assert not schema.field("lift_id").nullable
    assert pq.ParquetFile(path).metadata.row_group(0).column(0).compression == "ZSTD"


def test_unknown_is_null_in_the_file(folder):
    path = folder.write(LIFTS, rows(LIFTS, reach_stature=np.nan, origin_band=None), "Riga", MONDAY, "a-1")
    table = pq.ParquetFile(path).read()
    assert table["reach_stature"].null_count == table["origin_band"].null_count == 3
    assert folder.read(LIFTS)[["reach_stature", "origin_band"]].isna().to_numpy().all()


def test_pandas_duckdb_and_polars_read_the_folder_as_it_lies(folder):
    folder.write(LIFTS, rows(LIFTS, 3), "Köln Nord", MONDAY, "a-1")
    path = Path(folder.write(LIFTS, rows(LIFTS, 2), "Köln Nord", TUESDAY, "a-2"))
    path.with_name(".a-3.parquet.tmp").write_bytes(b"half")
    table = f"{folder.root}/lifts"
    of_pandas = pd.read_parquet(table)
    assert of_pandas.groupby(["site", "date"], observed=True).size().to_dict() == {
        ("Köln Nord", "2026-03-02"): 3,
        ("Köln Nord", "2026-03-03"): 2,
    }
    counts = "SELECT site, CAST(date AS VARCHAR), count(*) FROM "
    of_duckdb = duckdb.sql(
        f"{counts} read_parquet('{table}/**/*.parquet', hive_partitioning = true) GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    assert of_duckdb == [("Köln Nord", "2026-03-02", 3), ("Köln Nord", "2026-03-03", 2)]
    of_polars = pl.scan_parquet(f"{table}/**/*.parquet", hive_partitioning=True).collect()
    assert of_polars["date"].cast(pl.String).unique().sort().to_list() == ["2026-03-02", "2026-03-03"]
    assert of_polars["trunk_inclination_peak_deg"].sum() == of_pandas["trunk_inclination_peak_deg"].sum()


def test_older_parts_have_null_in_a_newer_column(folder):
    path = Path(folder.write(LIFTS, rows(LIFTS, 2), "Riga", MONDAY, "a-1"))
    older = pq.ParquetFile(path).read().drop_columns(["reach_stature", "facing"])
    older = older.append_column("retired", pa.array([1, 2]))
    pq.write_table(older, path)
    folder.write(LIFTS, rows(LIFTS, 1), "Riga", TUESDAY, "a-2")
    frame = folder.read(LIFTS)
    assert frame["reach_stature"].isna().tolist() == [True, True, False]
    assert "retired" not in frame


def test_files_that_are_not_parts_are_passed_over(folder):
    path = Path(folder.write(LIFTS, rows(LIFTS), "Riga", MONDAY, "a-1"))
    path.with_name(".a-2.parquet.1f.tmp").write_bytes(b"half")
    path.with_name(".hidden.parquet").write_bytes(b"half")
    (path.parents[2] / "notes.txt").write_text("kept by hand")
    assert len(folder.read(LIFTS)) == 3


def test_readers_never_see_half_a_file(folder):
    small, large = rows(LIFTS, 10), rows(LIFTS, 2000)
    folder.write(LIFTS, small, "Riga", MONDAY, "a-1")
    stop = threading.Event()

    def rewrite():
        while not stop.is_set():
            folder.write(LIFTS, large, "Riga", MONDAY, "a-1")
            folder.write(LIFTS, small, "Riga", MONDAY, "a-1")

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        sizes = {len(folder.read(LIFTS, columns=["lift_id", "reach_stature"])) for _ in range(150)}
    finally:
        stop.set()
        writer.join()
    assert sizes == {10, 2000}


def test_a_full_disk_leaves_the_old_part_and_nothing_else(folder, monkeypatch):
    path = Path(folder.write(LIFTS, rows(LIFTS, 1), "Riga", MONDAY, "a-1"))

    def full(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(StoreError) as error:
        folder.write(LIFTS, rows(LIFTS, 3), "Riga", MONDAY, "a-1")
    assert str(error.value) == f"can't write {path}: No space left on device"
    assert len(folder.read(LIFTS)) == 1
    assert [found.name for found in path.parent.iterdir()] == ["a-1.parquet"]


def test_a_frame_that_breaks_the_contract_is_not_written(store):
    with pytest.raises(ContractError, match="missing column 'zone'"):
        store.write(FOOTAGE, rows(FOOTAGE).drop(columns="zone"), "Riga", MONDAY, "a-1")
    assert store.parts(FOOTAGE) == []


def test_a_broken_file_is_one_sentence(folder):
    path = Path(folder.write(RUNS, rows(RUNS), "Riga", MONDAY, "a-1"))
    path.write_bytes(b"not parquet at all")
    with pytest.raises(StoreError, match=r"can't read table 'runs'.*a-1\.parquet") as error:
        folder.read(RUNS)
    assert "\n" not in str(error.value)


def test_a_folder_that_may_not_be_listed_is_not_an_empty_one(folder, monkeypatch):
    locked = Path(folder.write(LIFTS, rows(LIFTS), "Riga", MONDAY, "a-1")).parent
    scandir = os.scandir

    def refuse(path):
        if Path(path) == locked:
            raise PermissionError(errno.EACCES, "Permission denied")
        return scandir(path)

    monkeypatch.setattr("os.scandir", refuse)
    with pytest.raises(StoreError, match=r"can't list .*/lifts/: Permission denied$"):
        folder.read(LIFTS)


@pytest.mark.parametrize("part", ["", ".a", "_a", "a/b", "../a"])
def test_names_that_readers_would_pass_over_are_refused(store, part):
    with pytest.raises(StoreError, match="begins with neither"):
        store.write(LIFTS, rows(LIFTS), "Riga", MONDAY, part)


def test_an_unknown_kind_of_store_is_one_sentence():
    with pytest.raises(StoreError, match="can't open the store 'tape://x': Protocol not known: tape"):
        open_store("tape://x")


def test_each_lift_gets_the_judgement_of_the_policy():
    lifts = rows(LIFTS, 3).assign(site="Riga", date="2026-03-02")
    judgements = pd.concat(
        [
            rows(JUDGEMENTS, 2, policy_id="old", technique="squat"),
            rows(JUDGEMENTS, 2, policy_id="new", technique="hip_hinge"),
        ]
    ).assign(site="Riga", date="2026-03-02")
    table = judged(lifts, judgements, "new").set_index("lift_id")
    assert table["technique"].fillna("null").to_dict() == {
        "0003": "null",
        "0002": "hip_hinge",
        "0001": "hip_hinge",
    }
    assert {"site", "date"} <= set(table.columns)
    with pytest.raises(ContractError, match="policy 'new': lift_id is not unique"):
        judged(lifts, pd.concat([judgements, judgements]), "new")
    assert judged(empty(LIFTS), empty(JUDGEMENTS), "new").empty

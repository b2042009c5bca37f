"""The contract of the tables as a page for people: ``python -m pipelines.storage.contract_page``."""

from __future__ import annotations

import sys
from typing import Final

from detectors.contract import limits
from detectors.tables import SCHEMA_VERSION, TABLES, Column, TableSpec
from pipelines.changes.interventions import INTERVENTIONS

PURPOSE: Final = {
    "footage": "What became of every recording that was found. Its row is written last: where it stands with "
    "status `done` or `partial`, the rows of that recording in the other tables are complete.",
    "lifts": "Every lift, lowering and bend with its measures. No verdict: that is in `judgements`.",
    "judgements": "The verdict of one policy on each lift. Joins `lifts` on `lift_id`; pick one `policy_id` "
    "first, or a lift that two policies have judged counts twice.",
    "exposure": "How long people were observed, and how long they could have been judged: the denominator of "
    "every rate. A minute without a row was not analysed, which is not the same as a minute without lifts.",
    "shift_metrics": "The figures per shift, of each camera, zone and the site, in one file per date and "
    "policy (`<policy_id>.parquet`), written anew by each night and by `hingewise assess`. Where `status` is "
    "`suppressed`, few people worked there, or the row would give such a one away: all but the coverage is "
    "null. Where it is `no_data`, nothing was analysed, and no figure is 0 for want of a look; `nobody_seen` "
    "is 0 lifts in 0 person-hours. `expected_h` is of the cameras that `since` and `until` of the site "
    "file put in service on that date. Pick one `policy_id` and one `level` before you add anything up. "
    "The policy in force is that of the latest run (`policy_id` of the row of `runs` with the latest "
    "`started_utc`); figures of other policies stay in the store under their id, as they were when they "
    "were last judged, so don't show them beside it as if they were current: `hingewise assess` over "
    "their dates makes those of the policy in force.",
    "poses": "Keypoints around each lift, so that a verdict can be checked without the video. Points that "
    "draw a face are not kept. Those on the back are known in the frames that were looked at for them.",
    "runs": "What each run of the nightly flow found and did.",
    "interventions": "What was changed, where and when: each change is a file of its own "
    "(`<intervention_id>.parquet`), filed under the site date of the change and never altered. Written by "
    "`hingewise intervention add`; the follow-ups are figured from it and from the other tables.",
}

HEAD: Final = f"""# The tables

Schema version {SCHEMA_VERSION}. This page is written from `detectors/tables.py` by
`python -m pipelines.storage.contract_page > data/README.md`.

The store is a folder, or a bucket, of Parquet files:

    <store>/<table>/site=<site>/date=<YYYY-MM-DD>/<camera_id>-<footage_id>.parquet

- **Partitions.** `site` and `date` stand in the path, not in the files; every reader below gives them as
  columns. A recording is filed, in every table, under the local date of its first frame at the site, so
  the lifts after midnight of a recording that began before it lie under the earlier date. A run is filed
  as `<run_id>.parquet`, the figures of a shift under the date on which it started.
- **Parts.** Each recording is one file of each table. It is replaced whole, so a reader sees the old file
  or the new one. Names that begin with a dot are files being written: pass over them.
- **Times** end in `_utc` and are UTC. Intervals are `[start, end)`: the start belongs to them, the end is
  the first instant after them.
- **Units** end the name: `_s` seconds, `_deg` degrees, `_px` pixels of the upright picture, `_hz` hertz,
  `_stature` shares of standing height, `_percent` hundredths of it, `_ratio` and `_share` plain numbers.
- **Unknown** is null in the files and NaN in pandas; columns that allow it say so below. Only the size of
  a picture is 0 where it is unknown.
- **Order.** Rows are sorted by the key within a file; the same rows give the same bytes.
- Each column carries its unit and meaning, each file its table and schema version, as Parquet metadata.
  Columns may be added by a later schema version; older files then have null there.

## Reading

```python
import pandas as pd

lifts = pd.read_parquet("store/lifts")
judgements = pd.read_parquet("store/judgements", filters=[("policy_id", "==", "c0a81e66d2b3")])
judged = lifts.merge(judgements.drop(columns=["site", "date"]), on="lift_id", how="left")
```

```sql
-- DuckDB
SELECT camera_id, technique, count(*)
FROM read_parquet('store/lifts/**/*.parquet', hive_partitioning = true, union_by_name = true) AS lifts
LEFT JOIN read_parquet('store/judgements/**/*.parquet', hive_partitioning = true) AS judgements
    ON judgements.lift_id = lifts.lift_id AND judgements.policy_id = 'c0a81e66d2b3'
WHERE lifts.date = '2026-03-02'
GROUP BY camera_id, technique;
```

```python
import polars as pl

lifts = pl.scan_parquet("store/lifts", hive_partitioning=True, missing_columns="insert")
```
"""

COLUMNS: Final = """
| column | type | unit | unknown | meaning | values | example |
|---|---|---|---|---|---|---|"""


def page() -> str:
    """Return the page in Markdown: how the tables lie, how to read them, and every column."""
    return "\n".join([HEAD, *(_table(spec) for spec in (*TABLES.values(), INTERVENTIONS))])


def _table(spec: TableSpec) -> str:
    key = ", ".join(f"`{name}`" for name in spec.key)
    head = f"## {spec.name}\n\n{PURPOSE[spec.name]}\n\nOne row per {spec.one_row_per}. Key: {key}.\n"
    return head + COLUMNS + "".join(f"\n{_row(column)}" for column in spec.columns) + "\n"


def _row(column: Column) -> str:
    unknown = "yes" if column.nullable else "no"
    example = f"`{column.example}`" if column.example != "" else "null"
    cells = (
        f"`{column.name}`",
        column.dtype,
        column.unit,
        unknown,
        column.meaning,
        limits(column),
        example,
    )
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    sys.stdout.write(page())

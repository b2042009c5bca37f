"""Make a package of clips: gather, describe, write it down, and only then let it appear."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC
from pathlib import Path
from typing import Final

import pandas as pd

from pipelines.clips.looks import ClipLook
from pipelines.cues import cues_of
from pipelines.exporting.cards import WORDS, card, notes
from pipelines.exporting.gathering import gathered
from pipelines.exporting.manifest import By, as_csv, as_parquet, clip_name, manifest, receipt
from pipelines.exporting.printed import contact_sheet, handout
from pipelines.exporting.tables import Package, record
from pipelines.exporting.zip_file import WholeZip
from pipelines.sites.site import Site, SiteError
from pipelines.storage.store import Store, StoreError

FOLDER: Final = "clips"

Tell = Callable[[int], object]
"""Is told how many lifts are done."""


@dataclass(frozen=True)
class Made:
    """A package that was made: its rows of the manifest, and the id under which it is recorded."""

    export_id: str
    rows: pd.DataFrame

    @property
    def clips(self) -> int:
        """How many clips it holds."""
        return int(self.rows["file"].notna().sum())

    @property
    def refused(self) -> Mapping[str, str]:
        """Why there is no clip, by the lift that has none."""
        without = self.rows.dropna(subset="refused")
        return dict(zip(without["lift_id"], without["refused"], strict=True))


@dataclass(frozen=True)
class Source:
    """Where the clips come from, and how they are to look."""

    site: Site
    store: Store
    policy_id: str
    look: ClipLook


def make_package(source: Source, lifts: pd.DataFrame, by: By, target: Path, tell: Tell) -> Made:
    """Write one zip with clips, contact sheet, handout, manifest and receipt, and record it in the store.

    1. Each clip is taken from the store, or cut now; one that is refused is named and left out.
    2. The zip is complete on the disk, under another name.
    3. The export is recorded in the store.
    4. The zip gets its name.

    Killed before the last step there is no zip under its name, and the clips that were cut are kept: the
    same command goes on with them. The same lifts at the same ``by.now`` give the same bytes.

    Parameters
    ----------
    lifts
        As `choosing.wanted_lifts` gives them.
    target
        The zip; an older one is replaced.

    Raises
    ------
    SiteError
        If there is no lift, none of them has a clip, the cues are faulty or the zip can't be written.
    StoreError
        If the store can't be read, or the export not be recorded: then there is no zip.
    """
    site = source.site
    if lifts.empty:
        raise SiteError("no lift fits what is asked for, so there is nothing to export")
    rows = manifest(lifts, cues_of(site), by.language, source.policy_id)
    with written_to(target), WholeZip(target) as package:
        stills = _add_clips(package, source, lifts, rows, tell)
        _add_papers(package, rows, stills, site, by)
        return close(package, Package.CLIPS, source, rows, by)


@contextmanager
def written_to(target: Path) -> Iterator[None]:
    """Turn what the file system says while a package is written into one sentence."""
    try:
        yield
    except StoreError:
        raise
    except OSError as error:
        raise SiteError(f"{target}: can't be written: {error.strerror or error}") from error


def _add_clips(
    package: WholeZip, source: Source, lifts: pd.DataFrame, rows: pd.DataFrame, tell: Tell
) -> dict[str, bytes]:
    """Add the clip of each lift, name it in its row, and return the stills by lift.

    Raises
    ------
    SiteError
        If there is no clip of any of them.
    """
    stills = {}
    for at, one in enumerate(gathered(source.site, source.store, lifts, source.look)):
        if one.content is None:
            rows.loc[rows.index[at], "refused"] = one.refused
        else:
            name = clip_name(FOLDER, at + 1, one.lift, source.site.tz)
            rows.loc[rows.index[at], ["file", "sha256"]] = name, package.add(name, one.content)
        if one.still is not None:
            stills[str(one.lift["lift_id"])] = one.still
        tell(at + 1)
    if rows["file"].isna().all():
        raise SiteError(f"none of {len(rows)} lifts has a clip; the first: {rows['refused'].iloc[0]}")
    return stills


def close(package: WholeZip, kind: Package, source: Source, rows: pd.DataFrame, by: By) -> Made:
    """Add manifest and receipt, complete the zip, and record it.

    Raises
    ------
    StoreError
        If it can't be recorded.
    """
    package.add("manifest.csv", as_csv(rows))
    package.add("manifest.parquet", as_parquet(rows))
    # Two people who take the same away in the same second make two exports.
    said = [by.reviewer, by.roles, by.why, *(f"{sha256} {name}" for name, sha256 in package.sha256.items())]
    content = hashlib.sha256("\n".join(said).encode()).hexdigest()
    export_id = f"{by.now.astimezone(UTC):%Y%m%dT%H%M%SZ}-{content[:8]}"
    package.add("receipt.json", receipt(kind, export_id, by, rows, package.sha256))
    package.complete()
    told = {
        "export_id": export_id,
        "exported_utc": by.now.astimezone(UTC),
        "package": str(kind),
        **{name: getattr(by, name) for name in ("reviewer", "roles", "why")},
    }
    # Recorded before the zip has its name: a line too many is better than a package that nobody knows of.
    record(source.site, source.store, rows.dropna(subset="file").assign(**told), by.now)
    return Made(export_id, rows)


def _add_papers(
    package: WholeZip, rows: pd.DataFrame, stills: Mapping[str, bytes], site: Site, by: By
) -> None:
    cards = [
        card(row, at + 1, stills.get(row["lift_id"]), by.language, site.tz)
        for at, (_, row) in enumerate(rows.iterrows())
    ]
    title = WORDS[by.language]["title"]
    above = notes(site.name, rows, by.why, by.language, site.tz)
    package.add("contact-sheet.pdf", contact_sheet(title, above, [one for one in cards if one.still]))
    package.add("handout.pdf", handout(title, above, cards))

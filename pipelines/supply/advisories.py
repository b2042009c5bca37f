"""Compare the lock file with known vulnerabilities, offline.

``python -m pipelines.supply.advisories FOLDER``, where the folder holds advisories as JSON files in the OSV
format, such as https://osv-vulnerabilities.storage.googleapis.com/PyPI/all.zip unpacked.
Exit status 0 if none concerns the lock, 1 if some do, 2 if nothing could be compared.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pipelines.supply.lock_file import LOCK, LockError, Pin, read_lock

NOT_COMPARED: Final = 2
"""Exit status when nothing could be compared."""


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Package(_Read):
    name: str
    ecosystem: str


class _Event(_Read):
    introduced: str | None = None
    fixed: str | None = None
    last_affected: str | None = None


class _Range(_Read):
    type: str
    events: list[_Event] = []


class _Affected(_Read):
    package: _Package
    versions: list[str] = []
    ranges: list[_Range] = []


class Advisory(_Read):
    """One advisory of the OSV format, as far as it is read here."""

    id: Annotated[str, Field(min_length=1)]
    summary: str = ""
    withdrawn: str | None = None
    affected: list[_Affected] = []


@dataclass(frozen=True)
class Concern:
    """One package of the lock that an advisory is about."""

    pin: Pin
    advisory: Advisory


class AdvisoryError(ValueError):
    """The advisories can't be read; one sentence says which file and why."""


def read_advisories(folder: Path) -> list[Advisory]:
    """Return the advisories on Python packages in a folder, at any depth; withdrawn ones are left out.

    Raises
    ------
    AdvisoryError
        If a file is no advisory, or there are none.
    """
    found = []
    for path in sorted(folder.rglob("*.json")):
        try:
            one = Advisory.model_validate_json(path.read_bytes())
        except OSError as error:
            raise AdvisoryError(f"{path}: can't be read: {error.strerror}") from error
        except ValidationError as error:
            where = ".".join(map(str, error.errors()[0]["loc"])) or "the file"
            raise AdvisoryError(f"{path}: is no advisory in the OSV format: {where}") from error
        if one.withdrawn is None and any(part.package.ecosystem == "PyPI" for part in one.affected):
            found.append(one)
    if not found:
        raise AdvisoryError(f"{folder}: holds no advisories on Python packages, expected OSV JSON files")
    return found


def concerns(pins: Sequence[Pin], advisories: Sequence[Advisory]) -> Iterator[Concern]:
    """Yield each package that an advisory is about, in the order of the lock."""
    for pin in pins:
        for one in advisories:
            if any(_is_about(part, pin) for part in one.affected):
                yield Concern(pin, one)


def _is_about(part: _Affected, pin: Pin) -> bool:
    if part.package.ecosystem != "PyPI" or canonicalize_name(part.package.name) != pin.name:
        return False
    # A build tag such as +cpu is no other release.
    release = Version(pin.version).public
    return release in part.versions or any(
        _within(Version(release), one.events) for one in part.ranges if one.type != "GIT"
    )


def _within(release: Version, events: Sequence[_Event]) -> bool:
    inside = False
    for event in events:
        if event.introduced is not None and (event.introduced == "0" or _at_least(release, event.introduced)):
            inside = True
        elif event.fixed is not None and _at_least(release, event.fixed):
            inside = False
        elif event.last_affected is not None and _at_least(release, event.last_affected):
            inside = release == Version(event.last_affected)
    return inside


def _at_least(release: Version, bound: str) -> bool:
    try:
        return release >= Version(bound)
    except InvalidVersion:
        # Commits of a repository stand in ranges too; what can't be compared must not hide anything.
        return False


def main() -> int:
    """Print what concerns the lock and what was compared."""
    parser = argparse.ArgumentParser(prog="python -m pipelines.supply.advisories", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--lock", type=Path, default=LOCK)
    asked = parser.parse_args()
    try:
        pins, advisories = read_lock(asked.lock), read_advisories(asked.folder)
    except (LockError, AdvisoryError) as error:
        sys.stderr.write(f"{error}\n")
        return NOT_COMPARED
    found = list(concerns(pins, advisories))
    for one in found:
        sys.stdout.write(f"{one.pin.name} {one.pin.version}: {one.advisory.id} {one.advisory.summary}\n")
    sys.stdout.write(f"{len(pins)} packages, {len(advisories)} advisories: {len(found)} concern the lock\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())

"""The site file: which cameras, which shifts, where the tables go."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import TypeVar
from zoneinfo import ZoneInfo

from pydantic import ValidationError

from pipelines.sites.access import Access
from pipelines.sites.cameras import Camera
from pipelines.sites.checks import across
from pipelines.sites.faults import sentences
from pipelines.sites.models import Nightly, Pose, Report, Retention, Shift, SiteFile
from pipelines.sites.reading import Reading
from pipelines.sites.reviewing import Clips, Review
from pipelines.sites.types import Table

T = TypeVar("T", bound=Table)


class SiteError(ValueError):
    """The site file can't be used; the message has one line per fault."""


@dataclass(frozen=True)
class Site:
    """A site as its file describes it, with paths resolved against the file's folder.

    ``store_url`` is an absolute folder or a URL, ``pose.weights`` a known name or an absolute
    path, ``policy_file`` an absolute path or None for the policy that is built in. The
    ``footage`` of a camera stays as written: a pattern below ``folder``. The folders of the reports and
    of the nightly clips, the files of a night, the file of cues and the login file of ``access`` are
    absolute paths; ``access`` is None where nobody need log in.
    """

    path: Path
    name: str
    time_zone: str
    store_url: str
    pose: Pose
    nightly: Nightly
    retention: Retention
    cameras: tuple[Camera, ...]
    shifts: tuple[Shift, ...]
    policy_file: Path | None
    report: Report
    review: Review
    clips: Clips
    access: Access | None
    reading: Reading

    @property
    def folder(self) -> Path:
        """The folder of the site file, absolute."""
        return self.path.parent

    @property
    def tz(self) -> ZoneInfo:
        """The time zone of the site."""
        return ZoneInfo(self.time_zone)


def load_site(path: Path) -> Site:
    """Read and check a site file.

    Raises
    ------
    SiteError
        If the file is missing, is not TOML or has faults; all of them are named, one per line.
    """
    raw = _read(path)
    try:
        file = SiteFile.model_validate(raw)
        faults = []
    except ValidationError as error:
        faults = sentences(error)
    faults += across(raw, datetime.now(UTC).date())
    if faults:
        raise SiteError("\n".join(f"{path}: {fault}" for fault in faults))
    return _resolved(file, path.absolute())


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise SiteError(f"{path}: no such file; run `hingewise init` to write one") from None
    except OSError as error:
        raise SiteError(f"{path}: can't be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise SiteError(f"{path}: byte {error.start} is not UTF-8, expected a text file in UTF-8") from None
    # Numbers of thousands of digits and tables nested by the thousand leave the parser otherwise.
    except (ValueError, RecursionError) as error:
        raise SiteError(f"{path}: is not TOML: {error}") from None


def _resolved(file: SiteFile, path: Path) -> Site:
    folder = path.parent
    url = file.store.url
    weights = _weights(file.pose.weights, folder)
    return Site(
        path=path,
        name=file.site.name,
        time_zone=file.site.time_zone,
        store_url=url if "://" in url else os.path.normpath(folder / url),
        pose=file.pose.model_copy(update={"weights": weights}),
        nightly=_below(_below(file.nightly, "prometheus_file", folder), "audit_file", folder),
        retention=file.retention,
        cameras=file.cameras,
        shifts=file.shifts,
        policy_file=folder / file.policy.file if file.policy.file else None,
        report=_below(file.report, "folder", folder),
        review=_below(file.review, "cues", folder),
        clips=_below(file.clips, "nightly_folder", folder),
        access=_with_login(file.access, folder),
        reading=file.reading,
    )


def _below(table: T, key: str, folder: Path) -> T:
    """Return a table whose path, where it has one, starts at the folder."""
    path = getattr(table, key)
    return table if path is None else table.model_copy(update={key: str(folder / path)})


def _with_login(access: Access | None, folder: Path) -> Access | None:
    return access and access.model_copy(update={"login": str(folder / access.login)})


def _weights(name: str, folder: Path) -> str:
    """Return a path below the folder; a bare name is a known one unless such a file lies there."""
    # Unlike Path.exists, this takes names that are too long for any file.
    is_path = len(PurePath(name).parts) > 1 or os.path.exists(folder / name)  # noqa: PTH110
    return str(folder / name) if is_path else name

"""The commented site file that ``hingewise init`` writes."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Final

from rich.console import Console

from pipelines.sites.site import SiteError

SITE: Final = Path("site.toml")


def template() -> str:
    """Return an example site file with every key and what each is for."""
    return resources.files("pipelines").joinpath("templates", "site.toml").read_text("utf-8")


def init(path: Path = SITE) -> int:
    """Write a commented example of a site file.

    Parameters
    ----------
    path
        Where to write it; an existing file is never replaced.
    """
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(template())
    except FileExistsError:
        raise SiteError(f"{path}: exists already; name another file") from None
    except OSError as error:
        raise SiteError(f"{path}: can't be written: {error.strerror}") from error
    Console().print(f"wrote {path}; edit it, then run `hingewise doctor --site {path}`", soft_wrap=True)
    return 0

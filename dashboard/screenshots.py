"""EDGE: take pictures of every page at two widths in both themes: ``python -m dashboard.screenshots``.

Needs playwright and a Chromium; the site of the demo must have been filled by ``make demo``.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import numpy as np
from cyclopts import App
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from dashboard.app import PAGES
from dashboard.served import serving
from pipelines.sites.site import load_site

CHROMIUM: Final = Path("/usr/bin/chromium")
SITE: Final = Path("data/sample/site.toml")
FOLDER: Final = Path("docs/screenshots")
SIZES_PX: Final = {1280: 1600, 390: 1900}
"""Height of the picture by its width: the page scrolls inside of itself, so the window must hold it."""

THEMES: Final = ("light", "dark")
DRAWN_WITHIN_MS: Final = 90_000
SETTLES_MS: Final = 1500
STANDS_STILL: Final = """() => {
    const app = document.querySelector("[data-testid=stApp]");
    const drawing = document.querySelector("[data-testid=stSkeleton], [data-testid=stSpinner]");
    const charts = [...document.querySelectorAll("[data-testid=stVegaLiteChart]")];
    const drawn = charts.every((one) => one.querySelector(".marks")?.getBoundingClientRect().height > 0);
    const ran = app?.dataset.testScriptState === "notRunning" && document.querySelector("h1");
    const still = ran && !drawing && drawn;
    window.stillSince = still ? (window.stillSince ?? performance.now()) : undefined;
    return still && performance.now() - window.stillSince > 1000;
}"""
COLOURS: Final = 256
"""Pictures are kept in so many of their commonest colours: small files, and those of a legend as they are."""


def address(page: str, **query: str) -> str:
    """Return the path of a page with its filters; the first page has no path of its own."""
    name = "" if page == next(iter(PAGES)) else page
    return f"/{name}?{urlencode(query)}" if query else f"/{name}"


@contextmanager
def chromium() -> Iterator[Browser]:
    """Open a Chromium without a window while the block runs."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        try:
            yield browser
        finally:
            browser.close()


def drawn(page: Page) -> None:
    """Wait until a page has run to its end, all its charts are drawn, and it stays so.

    A new address makes a page run again, and charts are drawn after it.
    """
    page.wait_for_function(STANDS_STILL, timeout=DRAWN_WITHIN_MS)


def take(
    site: Path = SITE, *, folder: Path = FOLDER, lift: str | None = None, day: str | None = None
) -> None:
    """Take the pictures of every page.

    Parameters
    ----------
    site
        The site file.
    folder
        Where the PNG files go: ``<page>-<width>-<theme>.png``.
    lift, day
        The lift of the page Lift, and its date, a recorded one, which the page Review shows, too; without
        them both pages show the last day, and of made-up lifts there is nothing to review.
    """
    folder.mkdir(parents=True, exist_ok=True)
    queries = {"lift": {"lift": lift, "date": day}, "review": {"date": day}} if lift and day else {}
    with serving(load_site(site), folder / ".server.log") as url, chromium() as browser:
        for theme in THEMES:
            for width_px, height_px in SIZES_PX.items():
                size = {"width": width_px, "height": height_px}
                context = browser.new_context(viewport=size, color_scheme=theme, locale="en-GB")  # type: ignore[arg-type]
                page = context.new_page()
                page.set_default_timeout(DRAWN_WITHIN_MS)
                for name in PAGES:
                    page.goto(url + address(name, **queries.get(name, {})))
                    drawn(page)
                    page.wait_for_timeout(SETTLES_MS)
                    _save(page.screenshot(), folder / f"{name}-{width_px}-{theme}.png")
                context.close()
    (folder / ".server.log").unlink()


def _save(picture: bytes, path: Path) -> None:
    with Image.open(io.BytesIO(picture)) as image:
        whole = image.convert("RGB")
    colours, counts = np.unique(np.asarray(whole).reshape(-1, 3), axis=0, return_counts=True)
    commonest = colours[np.argsort(-counts)[:COLOURS]]
    palette = Image.new("P", (1, 1))
    palette.putpalette(commonest.ravel().tolist())
    whole.quantize(palette=palette, dither=Image.Dither.NONE).save(path, optimize=True)


if __name__ == "__main__":
    App(default_command=take)()

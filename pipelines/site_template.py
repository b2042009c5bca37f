"""The commented site file that ``hingewise init`` writes."""

from __future__ import annotations

from importlib import resources


def template() -> str:
    """Return an example site file with every key and what each is for."""
    return resources.files("pipelines").joinpath("templates", "site.toml").read_text("utf-8")

"""What a site file may say of how its lifts are looked at again, and of the clips that are taken away."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, Strict

from pipelines.sites.types import Table, Text, Whole


class Review(Table):
    """How trainers work with lifts: blind looks drawn each night, and cues; None takes those built in."""

    blind_per_night: Annotated[int, Strict(), Field(ge=0)] = Field(
        default=24, description="a whole number of at least 0"
    )
    cues: Text | None = Field(default=None, description="the path of a file of cues")


class Clips(Table):
    """Where each night leaves the clips of its flagged lifts, and how many per shift; None leaves none."""

    nightly_folder: Text | None = Field(default=None, description="the path of a folder")
    nightly_most: Whole = Field(default=20, description="a whole number of at least 1")

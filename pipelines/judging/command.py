"""The commands on the policy file."""

from __future__ import annotations

import sys
from importlib import resources

from cyclopts import App

policy = App(name="policy", help="Thresholds of the verdicts and of the figures per shift.")


def template() -> str:
    """Return a policy file with every key at its built-in value and what each is for."""
    return resources.files("pipelines").joinpath("templates", "policy.toml").read_text("utf-8")


@policy.command
def show() -> int:
    """Print a commented policy file with the built-in values: `hingewise policy show > policy.toml`."""
    sys.stdout.write(template())
    return 0

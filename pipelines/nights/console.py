"""What stays off the console of a night: its losses stand in the digest."""

from __future__ import annotations

import logging


def keep_off_console(*names: str) -> None:
    """Keep the records of these loggers off the console; the Prefect server still gets them.

    Each loss stands in the digest as one sentence; its traceback would bury that.
    """
    for handler in logging.getLogger().handlers + logging.getLogger("prefect").handlers:
        handler.addFilter(lambda record: not record.name.startswith(names))

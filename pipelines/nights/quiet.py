"""Settings that Prefect reads when it is first imported; import this module before it."""

from __future__ import annotations

import os
from typing import Final

PREFECT_SETTINGS: Final = {
    # Nothing is reported to anyone.
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "DO_NOT_TRACK": "1",
    # The first start on a cold machine migrates a database: 20 seconds, the default, are too few.
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "180",
    "PREFECT_LOGGING_LEVEL": "WARNING",
    "PREFECT_CLI_PROMPT": "false",
}


def quiet_prefect() -> None:
    """Set what is not set yet, so that an installed copy behaves as a checkout with its pyproject.toml."""
    for name, value in PREFECT_SETTINGS.items():
        os.environ.setdefault(name, value)

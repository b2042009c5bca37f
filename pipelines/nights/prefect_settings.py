"""What Prefect would do here, asked in a process of its own: importing it fixes its settings for good."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

LIMIT_S: Final = 60.0

_QUESTION: Final = """
import json, pipelines, prefect
from prefect.settings import get_current_settings
known = get_current_settings()
print(json.dumps([known.api.url, str(known.home), known.server.analytics_enabled]))
"""


class PrefectError(RuntimeError):
    """Prefect can't be used; the message is one sentence."""


@dataclass(frozen=True)
class PrefectSettings:
    """The settings in force, from the environment, a profile or a settings file.

    ``api_url`` is None where no server is configured and Prefect starts one of its own.
    """

    api_url: str | None
    home: Path
    analytics: bool


def settings_in_force() -> PrefectSettings:
    """Return the settings that a Prefect started from this folder and environment would have.

    Raises
    ------
    PrefectError
        If Prefect can't be imported or its settings are faulty.
    """
    command = [sys.executable, "-c", _QUESTION]
    try:
        answer = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=True)
        api_url, home, analytics = json.loads(answer.stdout.splitlines()[-1])
    except subprocess.CalledProcessError as error:
        reason = ([line for line in error.stderr.splitlines() if line.strip()] or ["no reason given"])[-1]
        raise PrefectError(f"Prefect can't be used: {reason.strip()}") from None
    except subprocess.TimeoutExpired:
        raise PrefectError(f"Prefect did not start within {LIMIT_S:.0f} s") from None
    return PrefectSettings(api_url, Path(home), analytics)

"""The command that opens the dashboard: Streamlit as a process of its own, with nothing open by chance."""

from __future__ import annotations

import ipaddress
import os
import signal
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rich.console import Console

from pipelines.commands import site_policy
from pipelines.sites.access import Access
from pipelines.sites.site import Site, SiteError, load_site

SITE: Final = Path("site.toml")
LOCAL: Final = "127.0.0.1"
PORT: Final = 8501
SITE_FILE: Final = "HINGEWISE_SITE"
"""The variable in which the dashboard looks for the site file."""

LOGIN_KEYS: Final = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
OPTIONS: Final = {
    "browser.gatherUsageStats": "false",
    "client.showErrorDetails": "none",
    "client.toolbarMode": "minimal",
    "global.developmentMode": "false",
    "runner.magicEnabled": "false",
    "server.enableXsrfProtection": "true",
    "server.fileWatcherType": "none",
    "server.headless": "true",
    # Of each theme: one colour for both would leave no dark one.
    "theme.light.primaryColor": "#0072B2",
    # Captions fade the text to 60 %: from black they can still be read by those who see poorly.
    "theme.light.textColor": "#000000",
    "theme.light.codeTextColor": "#000000",
    "theme.dark.primaryColor": "#56B4E9",
}


def dashboard(*, site: Path = SITE, address: str = LOCAL, port: int = PORT) -> int:
    """Open the dashboard in a browser: what the cameras saw, and what to do about it.

    Parameters
    ----------
    site
        The site file.
    address
        Address to listen at; other than that of this machine only where the site file has [access].
    port
        Port to listen at.
    """
    at = load_site(site)
    site_policy(at, None)
    check_address(at, address)
    shown = f"http://{f'[{address}]' if ':' in address else address}:{port}"
    Console().print(f"dashboard of {at.name} at {shown}; stop with Ctrl-C", soft_wrap=True, highlight=False)
    environment = {**os.environ, SITE_FILE: str(at.path)}
    # A service manager stops this process alone: the server must not stay behind with its port open.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with subprocess.Popen(command(at, address, port), env=environment) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            # The terminal has told Streamlit, too; it closes its port and ends.
            process.terminate()
            process.wait()
            return 0


def command(site: Site, address: str, port: int) -> list[str]:
    """Return the command line of the server."""
    options = {**OPTIONS, "server.address": address, "server.port": str(port)}
    if site.access is not None:
        options["secrets.files"] = site.access.login
    script = Path(_folder()) / "app.py"
    flags = [f"--{name}={value}" for name, value in options.items()]
    return [sys.executable, "-m", "streamlit", "run", str(script), *flags]


def check_address(site: Site, address: str) -> None:
    """Refuse to be reached from other machines without a login, or with one that can't work.

    Raises
    ------
    SiteError
        One sentence on what to change.
    """
    if site.access is not None:
        _check_login(site.access)
    elif not _is_local(address):
        raise SiteError(
            f"--address {address}: other machines could open the dashboard, and {site.path} has no login; "
            "add a table [access] to it, or leave --address out to open it on this machine only"
        )


def _is_local(address: str) -> bool:
    try:
        return address == "localhost" or ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _check_login(access: Access) -> None:
    path = Path(access.login)
    try:
        auth = tomllib.loads(path.read_text("utf-8")).get("auth")
    except OSError as error:
        raise SiteError(f"{path}: the login file can't be read: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SiteError(f"{path}: the login file is not TOML: {error}") from None
    missing = [key for key in LOGIN_KEYS if not (isinstance(auth, dict) and auth.get(key))]
    if missing:
        raise SiteError(f"{path}: the login file has no {', '.join(missing)} in its table [auth]")


def _folder() -> str:
    found = find_spec("dashboard")
    if found is None or not found.submodule_search_locations:
        raise SiteError("the dashboard is not installed; install hingewise whole")
    return found.submodule_search_locations[0]

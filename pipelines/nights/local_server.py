"""A Prefect server of our own on this machine, as a child process that ends with us."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

HOST: Final = "127.0.0.1"
USUAL_PORT: Final = 4200
START_LIMIT_S: Final = 180.0
"""The first start on a cold machine migrates a database."""

STOP_LIMIT_S: Final = 10.0
POLL_S: Final = 0.25


class ServerError(RuntimeError):
    """The server can't be had; the message is one sentence."""


@contextmanager
def local_server() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Start a server on this machine only, wait until it answers, and stop it at the end.

    Yields
    ------
    tuple of str and Popen
        Address of its pages, and its process.

    Raises
    ------
    ServerError
        If it does not answer within `START_LIMIT_S`.
    """
    port = free_port()
    command = [sys.executable, "-m", "prefect", "server", "start", "--host", HOST, "--port", str(port)]
    # A session of its own: Ctrl-C in the terminal stops us first, and we stop it.
    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_until_healthy(process, port)
        yield f"http://{HOST}:{port}", process
    finally:
        _stop(process)


def free_port() -> int:
    """Return Prefect's usual port where it is free, else any free one."""
    for port in (USUAL_PORT, 0):
        with socket.socket() as tried:
            tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                tried.bind((HOST, port))
            except OSError:
                continue
            return int(tried.getsockname()[1])
    raise ServerError(f"no free port on {HOST}")


def _wait_until_healthy(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_LIMIT_S
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise ServerError(f"the Prefect server ended at its start with exit status {process.returncode}")
        if _answers(port):
            return
        time.sleep(POLL_S)
    raise ServerError(f"the Prefect server did not answer on {HOST}:{port} within {START_LIMIT_S:.0f} s")


def _answers(port: int) -> bool:
    # Not urllib: a proxy of the environment must not stand between two processes of one machine.
    connection = http.client.HTTPConnection(HOST, port, timeout=2.0)
    try:
        connection.request("GET", "/api/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the server and what it started; it leads a process group of its own."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, sign)
        except ProcessLookupError:
            break
        try:
            process.wait(STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            continue
    process.wait()

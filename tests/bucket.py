"""A bucket on this machine's loopback, for the length of a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest

REASON = "needs the extra [s3] and moto[server]"


@contextmanager
def bucket(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """Yield the URL of an empty bucket that this process and those that it starts reach."""
    moto = pytest.importorskip("moto.server", reason=REASON)
    s3fs = pytest.importorskip("s3fs", reason=REASON)
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    # Its buckets live as long as the process, and would meet the next test.
    httpx.post(f"http://{host}:{port}/moto-api/reset").raise_for_status()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("warehouse")
    try:
        yield "s3://warehouse"
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()

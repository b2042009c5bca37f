"""The identity of a recording, and the cache that remembers it."""

import hashlib
import json
import os

import pytest

from pipelines.footage import identity
from pipelines.footage.identity import content_id, content_ids


@pytest.fixture
def put(tmp_path):
    def write(name, content=None):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() if content is None else content)
        return path

    return write


@pytest.fixture
def hashed(monkeypatch):
    """The names of the files that are hashed from here on."""
    seen = []

    def count(path):
        seen.append(path.name)
        return content_id(path)

    monkeypatch.setattr(identity, "content_id", count)
    return seen


def test_content_id_is_blake2b_of_the_whole_content(put):
    content = os.urandom(3_000_000)
    expected = hashlib.blake2b(content, digest_size=8).hexdigest()
    assert content_id(put("large.mp4", content)) == expected
    # Published: BLAKE2b with an 8-byte digest of nothing.
    assert content_id(put("empty.mp4", b"")) == "e4a6a0577479b2b4"


def test_cache_keeps_what_other_runs_found(put, hashed, tmp_path):
    a, b = put("a.mp4"), put("b.mp4")
    for paths in ([a], [b], [a, b]):
        content_ids(paths, tmp_path / "cache.json")
    assert hashed == ["a.mp4", "b.mp4"]


@pytest.mark.parametrize("broken", [b"", b"{", b"[]", b'{"a": 1}', b'{"a.mp4": [1, 2, "../../x"]}', b"\xff"])
def test_broken_cache_is_rebuilt(put, tmp_path, broken):
    path, cache = put("a.mp4"), put("cache.json", broken)
    assert content_ids([path], cache) == {path: content_id(path)}
    assert list(json.loads(cache.read_text())) == [str(path)]

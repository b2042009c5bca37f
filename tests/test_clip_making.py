"""A clip, its still and its background are kept whole under what made them, or there is none."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import av
import numpy as np
import pytest
from recorded_lift import CAMERA, DAY, add_lift

from detectors.pose import People
from detectors.video_still import from_jpeg
from pipelines.clips import finding as clip_finding
from pipelines.clips import kept as kept_clips
from pipelines.clips import making as clip_making
from pipelines.clips.background_making import make_background
from pipelines.clips.background_still import kept_background
from pipelines.clips.kept import ClipError, ClipFault, ClipLook, kept_clip, kept_stretch
from pipelines.clips.making import make_clip, make_stretch
from pipelines.clips.stills import kept_still
from pipelines.nights.job import PoseChoice
from pipelines.sites.site import load_site
from pipelines.storage.store import StoreError, open_store

SAMPLE = Path(__file__).parents[1] / "data/sample"
FOOTAGE_ID = "f00df00df00df00d"
LOOKS = [ClipLook(), ClipLook(overlay=False), ClipLook(skeleton_only=True), ClipLook(slow_motion=True)]


class Nobody:
    version = "nobody@1"

    def people(self, image):
        return People(np.zeros((0, 4)), np.zeros(0), np.zeros((0, 17, 3)))


class Everywhere:
    """Finds somebody in the same place of every picture, whatever is painted there."""

    version = "everywhere@1"

    def people(self, image):
        return People(np.array([[40.0, 40.0, 90.0, 200.0]]), np.array([0.9]), np.zeros((1, 17, 3)))


@pytest.fixture
def lifted(tmp_path, monkeypatch):
    """Return a site and its store with one lift whose clip was not cut yet."""
    for name in ("site.toml", "policy.toml"):
        shutil.copy(SAMPLE / name, tmp_path)
    site = load_site(tmp_path / "site.toml")
    lift_id = add_lift(site, kept=False)
    monkeypatch.setattr(clip_finding, "content_id", lambda path: FOOTAGE_ID)
    monkeypatch.setattr(clip_making, "pose_choice", lambda at: PoseChoice(tmp_path, 640, "cpu", 15.0))
    monkeypatch.setattr(clip_making, "pose_source", lambda choice: Nobody())
    return site, open_store(site.store_url), lift_id


def kept_files(store):
    return sorted(path.name for path in Path(store.root, "clips").rglob("*") if path.is_file())


def length_s(content, tmp_path):
    path = tmp_path / "clip.mp4"
    path.write_bytes(content)
    with av.open(str(path)) as container:
        return float(container.duration / 1e6)


@pytest.mark.parametrize("look", LOOKS, ids=[look.name for look in LOOKS])
def test_each_look_has_a_clip_and_a_still_of_its_own(lifted, look):
    site, store, lift_id = lifted
    make_clip(site, store, DAY, lift_id, look)
    assert kept_clip(store, site.name, DAY, lift_id, look)[4:8] == b"ftyp"
    assert from_jpeg(kept_still(store, site.name, DAY, lift_id, look)).shape == (240, 320, 3)
    others = [other for other in LOOKS if other != look]
    assert [kept_clip(store, site.name, DAY, lift_id, other) for other in others] == [None] * 3


def test_a_slow_clip_takes_two_seconds_longer(lifted, tmp_path):
    site, store, lift_id = lifted
    lengths_s = []
    for look in (ClipLook(), ClipLook(slow_motion=True)):
        make_clip(site, store, DAY, lift_id, look)
        lengths_s.append(length_s(kept_clip(store, site.name, DAY, lift_id, look), tmp_path))
    assert lengths_s[1] - lengths_s[0] == pytest.approx(2.0, abs=0.15)


def test_a_skeleton_clip_needs_no_recording_any_more(lifted):
    site, store, lift_id = lifted
    make_background(site, store, DAY, CAMERA, Nobody())
    shutil.rmtree(site.folder / "footage")
    make_clip(site, store, DAY, lift_id, ClipLook(skeleton_only=True))
    with pytest.raises(ClipError, match="is not there any more") as missing:
        make_clip(site, store, DAY, lift_id)
    assert missing.value.fault is ClipFault.RECORDING_GONE


def test_clips_of_older_cutters_go_when_a_new_one_is_made(lifted, monkeypatch):
    site, store, lift_id = lifted
    plain = ClipLook(overlay=False)
    monkeypatch.setattr(kept_clips, "cutter_version", lambda: "01d01d00")
    for look in (ClipLook(), plain):
        make_clip(site, store, DAY, lift_id, look)
    monkeypatch.undo()
    monkeypatch.setattr(clip_finding, "content_id", lambda path: FOOTAGE_ID)
    monkeypatch.setattr(clip_making, "pose_choice", lambda at: PoseChoice(site.folder, 640, "cpu", 15.0))
    monkeypatch.setattr(clip_making, "pose_source", lambda choice: Nobody())
    assert kept_clip(store, site.name, DAY, lift_id) is None
    make_clip(site, store, DAY, lift_id)
    old = [name for name in kept_files(store) if "01d01d00" in name]
    assert [name.removeprefix(f"{lift_id}-") for name in old] == ["plain-01d01d00.jpg", "plain-01d01d00.mp4"]
    assert len(kept_files(store)) == 4


def test_a_stretch_without_a_lift_is_kept_too(lifted, tmp_path):
    site, store, _ = lifted
    make_stretch(site, store, DAY, (CAMERA, FOOTAGE_ID), (0.2004, 2.2))
    content = kept_stretch(store, site.name, DAY, FOOTAGE_ID, 0.2, 2.2)
    assert length_s(content, tmp_path) == pytest.approx(2.0, abs=0.2)
    with pytest.raises(ClipError) as unknown:
        make_stretch(site, store, DAY, (CAMERA, "0000000000000000"), (0.0, 1.0))
    assert unknown.value.fault is ClipFault.RECORDING_UNKNOWN


def test_a_background_is_kept_and_shows_the_place(lifted):
    site, store, _ = lifted
    assert kept_background(store, site.name, DAY, CAMERA) is None
    place = make_background(site, store, DAY, CAMERA, Nobody())
    kept = from_jpeg(kept_background(store, site.name, DAY, CAMERA))
    assert np.abs(kept.astype(int) - place).mean() < 4.0


def test_a_background_with_somebody_in_it_is_not_kept(lifted):
    site, store, _ = lifted
    with pytest.raises(ClipError, match="somebody shows") as refused:
        make_background(site, store, DAY, CAMERA, Everywhere())
    assert refused.value.fault is ClipFault.NO_BACKGROUND
    assert not kept_files(store)


def test_without_recordings_there_is_no_background(lifted):
    site, store, _ = lifted
    shutil.rmtree(site.folder / "footage")
    with pytest.raises(ClipError, match="no recording of camera"):
        make_background(site, store, DAY, CAMERA, Nobody())


def test_what_stands_in_the_way_comes_back_from_the_process_that_cuts(lifted, capsys, monkeypatch):
    site, _, _ = lifted
    assert clip_making.lift(site.path, DAY, "x") == 1
    line = capsys.readouterr().err.strip()
    assert json.loads(line)["fault"] == "no_lift"

    class Done:
        returncode, stderr = 1, f"a warning\n{line}\n"

    monkeypatch.setattr(kept_clips.subprocess, "run", lambda *given, **how: Done)
    with pytest.raises(ClipError, match="there is no lift 'x'") as told:
        kept_clips.ask_for_clip(site, DAY, "x")
    assert told.value.fault is ClipFault.NO_LIFT


@pytest.mark.parametrize("look", [*LOOKS, ClipLook(False, True, True)])
def test_a_look_is_the_same_on_the_other_side_of_the_process(lifted, look, monkeypatch):
    site, _, lift_id = lifted
    asked = []
    monkeypatch.setattr(clip_making, "make_clip", lambda *given: asked.append(given[-1]))
    words = ["lift", str(site.path), str(DAY), lift_id, *look.options]
    assert clip_making.app(words, result_action="return_value") == 0
    assert asked == [look]


def test_nothing_half_written_is_listed(lifted, monkeypatch):
    site, store, lift_id = lifted

    def full(path, content):
        raise OSError("no space left on device")

    monkeypatch.setattr(kept_clips, "replace_file", full)
    with pytest.raises(StoreError, match="no space left"):
        make_clip(site, store, DAY, lift_id)
    assert not Path(store.root, "clips").exists()


def test_an_optimised_model_looks_at_the_recording_and_pytorch_checks_the_clip(monkeypatch):
    monkeypatch.setattr(clip_making, "pose_source", lambda choice: choice)
    choice = PoseChoice(Path("site.pt"), 640, "cpu", 15.0, engine="openvino-bf16")
    found = clip_making.lookers(choice)
    assert found.recording == choice
    assert (found.clip.engine, found.clip.image_size) == ("", 320)

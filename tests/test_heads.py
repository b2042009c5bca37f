"""The verdict is on the back: the same rendered lift with another posture of the head gets the same one."""

from __future__ import annotations

from pathlib import Path

import pytest

from detectors.back_pose import YoloBack
from detectors.pose import YoloPose
from detectors.video import probe
from pipelines.clips.clip import measure_clip
from pipelines.clips.models import Sources
from pipelines.judging.policy import load_policy

CLIPS = Path(__file__).parent / "clips"


@pytest.mark.weights
@pytest.mark.parametrize(
    ("lift", "pitch_deg", "technique"),
    [
        pytest.param("lift_45", 5.0, "hip_hinge", id="neutral: true flexion 2 deg, heads 37 deg apart"),
        pytest.param("lift_33", 5.0, "spine_bend", id="bent: true flexion 78 deg, heads 13 deg apart"),
    ],
)
def test_another_posture_of_the_head_gets_the_same_verdict(
    embedded_weights, embedded_back_weights, lift, pitch_deg, technique
):
    sources = Sources(YoloPose(embedded_weights, 640, "cpu"), YoloBack(embedded_back_weights, "cpu"))
    flexion = []
    for head in (0, 1):
        path = CLIPS / f"{lift}_head{head}.mp4"
        lifts = measure_clip(path, probe(path), sources, load_policy(None), lambda _: None, pitch_deg).lifts
        assert lifts["technique"].tolist() == [technique]
        flexion.append(lifts["spine_flexion_deg"].iloc[0])
    assert abs(flexion[0] - flexion[1]) <= lifts["spine_flexion_se_deg"].iloc[0]

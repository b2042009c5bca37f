"""A model's keypoints against another's: agreement is 1, distance lowers it, the missing are not found."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.pose import People
from detectors.training.agree import frame_oks, summary


def people(*places, confidence=0.9, shift=0.0):
    """Somebody of 100 x 200 px at each place, keypoints in a column, all moved by ``shift`` px."""
    keypoints = np.empty((len(places), 17, 3))
    for i, (x, y) in enumerate(places):
        keypoints[i] = np.column_stack(
            [np.full(17, x + 50 + shift), y + np.linspace(5, 195, 17), np.full(17, 0.9)]
        )
    box = np.array([[x, y, x + 100, y + 200] for x, y in places], float).reshape(-1, 4)
    return People(box, np.full(len(places), confidence), keypoints)


def test_agreement_is_one_and_order_does_not_matter():
    assert frame_oks(people((300, 0), (0, 0)), people((0, 0), (300, 0))) == pytest.approx([1, 1])


def test_oks_falls_with_distance_and_not_with_scale_of_both():
    near, far = (frame_oks(people((0, 0), shift=px), people((0, 0)))[0] for px in (5, 15))
    assert 0 < far < near < 1


def test_known_oks():
    """The nose has sigma 0.026: at 2 * 0.026 * sqrt(area) px off it scores exp(-1/2)."""
    other = people((0, 0))
    other.keypoints[:, 1:, 2] = 0.1
    off_px = 2 * 0.026 * np.sqrt(100 * 200)
    assert frame_oks(people((0, 0), shift=off_px), other)[0] == pytest.approx(np.exp(-0.5))


def test_who_is_not_found_counts_and_who_is_doubtful_does_not():
    missing = frame_oks(people((0, 0)), people((0, 0), (300, 0)))
    assert np.isnan(missing[1])
    assert summary(missing) == {"people": 2, "found_share": 0.5, "oks": pytest.approx(1.0)}
    assert len(frame_oks(people((0, 0)), people((0, 0), confidence=0.4))) == 0
    assert np.isnan(frame_oks(people(), people((0, 0)))).all()
    assert summary(np.empty(0)) == {"people": 0, "found_share": None, "oks": None}

"""The back is read where it lies: cells close by correct what the cell in the middle guessed."""

from __future__ import annotations

import numpy as np
import pytest

from detectors.back_cells import finest_cells, read_back

SIZE = 96
TRUE = np.array([[30.0, 80.0], [22.0, 62.0], [20.0, 50.0], [22.0, 36.0], [34.0, 20.0]])


def answers(say_close, guess):
    """Raw output of 22 keypoints: cells within 20 px of a true point say ``say_close``, others ``guess``."""
    cells = finest_cells(SIZE)
    coarse = (SIZE // 16) ** 2 + (SIZE // 32) ** 2
    raw = np.zeros((1, 71, len(cells) + coarse))
    points = raw[0, 5:].reshape(22, 3, -1)
    points[:] = 7.0
    points[17:, :2] = guess[:, :, None]
    for k in range(5):
        near = np.flatnonzero(np.linalg.norm(cells - TRUE[k], axis=1) < 20)
        points[17 + k][:2, near] = say_close[k][:, None]
    points[17:, 2] = np.linspace(0.5, 0.9, 5)[:, None]
    raw[0, 4, len(cells) + 3] = 0.8
    return raw


def test_cells_at_the_points_correct_the_guess():
    back = read_back(answers(TRUE, TRUE + np.array([6.0, -4.0])), SIZE)
    assert back[0, :, :2] == pytest.approx(TRUE, abs=0.5)
    assert back[0, :, 2] == pytest.approx(np.linspace(0.5, 0.9, 5))


def test_a_point_outside_the_crop_stays_as_guessed():
    far = TRUE.copy()
    far[4] = (34.0, -60.0)
    assert read_back(answers(TRUE, far), SIZE)[0, 4, :2] == pytest.approx(far[4])


def test_cells_come_row_by_row():
    assert finest_cells(24).tolist()[:4] == [[4, 4], [12, 4], [20, 4], [4, 12]]

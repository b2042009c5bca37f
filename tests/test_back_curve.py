"""The curve of the back on arcs of known angle and on a chain of spine joints of known flexion.

Lengths are shares of stature; body axes: forwards, up.
"""

from dataclasses import fields, replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detectors.back_calibration import weigh
from detectors.back_curve import Back, curvature_deg, measures, pole_gap_percent, turn_deg
from detectors.back_standing import standing_reference
from detectors.keypoints import BACK5, BACK22, BACK22_FLIPPED, BACK_SKELETON, COCO17, INDEX
from detectors.ski_pole import COLUMNS, back_row, change_per_frame

RATE_HZ = 15.0
STATURE_PX = 300.0
PEAK_FRAMES = 9
CHORD = 0.30
STATIONS = np.array([0.0, 0.15, 0.35, 0.5, 1.0])

# Joints L5/S1 to T12/L1, T9 and T6 of an upright body, and the five points on its back.
JOINTS = np.array(
    [
        [0.011, 0.551],
        [0.019, 0.571],
        [0.025, 0.592],
        [0.026, 0.612],
        [0.027, 0.632],
        [0.027, 0.652],
        [0.016, 0.707],
        [0.003, 0.771],
    ]
)
SKIN = np.array([[-0.022, 0.557], [-0.005, 0.593], [-0.004, 0.648], [-0.016, 0.701], [-0.027, 0.836]])
LUMBAR, THORACIC = np.array([0.20, 0.24, 0.21, 0.16, 0.11, 0.08]), np.array([0.55, 0.45])
BESIDE = (0, 2, 5, 6, len(JOINTS))
"""The joint that each skin point lies over: it takes half of that joint's angle."""


def turned(points, deg):
    """Return points turned forwards around the origin."""
    sin, cos = np.sin(np.radians(deg)), np.cos(np.radians(deg))
    return points @ np.array([[cos, -sin], [sin, cos]])


def arc(deg, inclination_deg=0.0):
    """Return five points on a circular arc, convex to the rear, whose chord is inclined forwards."""
    if abs(deg) < 1e-6:
        return turned(np.column_stack([np.zeros(5), CHORD * STATIONS]), inclination_deg)
    angle, half = np.radians(deg) * (STATIONS - 0.5), np.radians(deg) / 2.0
    radius = CHORD / (2.0 * np.sin(half))
    rear, up = radius * (np.cos(angle) - np.cos(half)), radius * np.sin(angle) + CHORD / 2.0
    return turned(np.column_stack([-rear, up]), inclination_deg)


def spine(lumbar_deg, thoracic_deg, pelvis_deg, skin=SKIN, shares=LUMBAR):
    """Return the points on the back of a planar chain of eight spine joints, bent joint by joint."""
    points, joints = skin.copy(), JOINTS.copy()
    angles = np.r_[lumbar_deg * shares, thoracic_deg * THORACIC]
    for joint in range(len(JOINTS) - 1, -1, -1):
        part = np.clip(np.array(BESIDE) - joint + 0.5, 0.0, 1.0)
        for point in np.flatnonzero(part):
            about = joints[joint]
            points[point] = about + turned(points[point] - about, part[point] * angles[joint])
    return turned(points, pelvis_deg)


def seen(bodies, yaw_deg=0.0, pitch_deg=0.0, facing=1, stature_px=STATURE_PX):
    """Return what an orthographic camera sees of bodies, shape (n, 5, 2)."""
    yaw, pitch = np.radians(yaw_deg), np.radians(pitch_deg)
    forward, up = bodies[..., 0], bodies[..., 1]
    aside, towards = forward * np.cos(yaw), forward * np.sin(yaw)
    upright = up * np.cos(pitch) - towards * np.sin(pitch)
    points = np.stack([640.0 + facing * stature_px * aside, 500.0 - stature_px * upright], axis=-1)
    n = len(points)
    return Back(
        points,
        np.full((n, 5), 0.9),
        np.full(n, stature_px),
        np.full(n, facing),
        np.full(n, yaw_deg),
        pitch_deg,
    )


def film(standing, peak, standing_s=8.0, **camera):
    """Return standing, then a held peak, and the mask of standing."""
    n = round(standing_s * RATE_HZ)
    bodies = np.concatenate(
        [np.repeat(standing[None], n, axis=0), np.repeat(peak[None], PEAK_FRAMES, axis=0)]
    )
    return seen(bodies, **camera), np.arange(len(bodies)) < n


def blurred(back, share, lasting_s=0.1, seed=0):
    """Return the back with errors of the points that fade over a time, spread in shares of stature."""
    new = np.random.default_rng(seed).normal(0.0, share, back.points.shape)
    kept = np.exp(-1.0 / (lasting_s * RATE_HZ)) if lasting_s else 0.0
    error = new.copy()
    for i in range(1, len(new)):
        error[i] = kept * error[i - 1] + np.sqrt(1.0 - kept**2) * new[i]
    return replace(back, points=back.points + back.stature_px[:, None, None] * error)


def part(back, frames):
    """Return some frames of a back."""
    arrays = {field.name: getattr(back, field.name)[frames] for field in fields(Back)[:-1]}
    return replace(back, **arrays)


def peak_row(back, standing, yaw_se_deg=0.0):
    return back_row(part(back, ~standing), standing_reference(back, standing, RATE_HZ), yaw_se_deg)


def values(row, column=0):
    return np.array([row[names[column]] for names in COLUMNS])


def measured(back):
    return measures(back.shapes(), back.weights())


def test_the_layout_appends_the_back_and_mirrors_left_and_right():
    assert BACK22[:17] == COCO17
    assert BACK22[17:] == BACK5 == ("sacrum", "l3", "t12_l1", "t8", "c7")
    assert [BACK22_FLIPPED[i] for i in BACK22_FLIPPED] == list(range(22))
    assert BACK22_FLIPPED[INDEX["left_wrist"]] == INDEX["right_wrist"]
    assert BACK22_FLIPPED[0] == 0
    assert BACK22_FLIPPED[17:] == (17, 18, 19, 20, 21)
    assert BACK_SKELETON[0] == ("sacrum", "l3")
    assert BACK_SKELETON[-1] == ("t8", "c7")


@pytest.mark.parametrize("inclination_deg", [0, 30, 60, 90])
@pytest.mark.parametrize("deg", [-30, 0, 20, 45, 60])
def test_an_arc_has_its_angle_its_sagitta_and_its_turn(deg, inclination_deg):
    curvature, gap, turn = measured(seen(arc(deg, inclination_deg)[None]))[0]
    assert curvature == pytest.approx(deg, abs=0.8)
    # The lines sacrum-L3 and T8-C7 run as the arc does midway, at 0.075 and 0.75 of it.
    assert turn == pytest.approx(0.675 * deg, abs=1e-6)
    if deg >= 0:  # the sagitta of a chord c is c tan(t / 4) / 2, and T8 lies at its middle
        assert gap == pytest.approx(100.0 * 0.5 * CHORD * np.tan(np.radians(deg) / 4.0), abs=1e-6)
    else:
        assert gap < 0


@given(
    st.floats(-40, 70),
    st.floats(0, 90),
    st.floats(-45, 45),
    st.floats(0, 30),
    st.sampled_from([1, -1]),
    st.sampled_from([80.0, 300.0, 600.0]),
)
def test_neither_inclination_view_side_nor_size_changes_the_measures(
    deg, inclination, yaw, pitch, facing, px
):
    view = seen(arc(deg, inclination)[None], yaw, pitch, facing, px)
    np.testing.assert_allclose(measured(view), measured(seen(arc(deg)[None])), atol=1e-6)


def test_an_arc_seen_from_the_wrong_yaw_is_off():
    view = seen(arc(45, 90)[None], yaw_deg=40.0)
    assert abs(measured(replace(view, yaw_deg=np.zeros(1)))[0, 0] - 45.0) > 5.0


@pytest.mark.parametrize("name", ["sacrum", "c7"])
def test_without_an_end_of_the_chord_nothing_is_known(name):
    view = seen(arc(45)[None])
    view.points[:, BACK5.index(name)] = np.nan
    assert np.isnan(measured(view)).all()


def test_a_missing_point_takes_away_what_needs_it():
    bodies = np.repeat(arc(45)[None], 3, axis=0)
    bodies[0, BACK5.index("l3")] = bodies[1, BACK5.index("t12_l1")] = np.nan
    bodies[2, [BACK5.index("l3"), BACK5.index("t8")]] = np.nan
    curvature, gap, turn = measured(seen(bodies)).T
    np.testing.assert_allclose(curvature[:2], 45.0, atol=0.8)
    assert np.isfinite(gap[:2]).all()
    assert np.isnan(turn[0])
    assert np.isfinite(turn[1])
    assert np.isnan([curvature[2], gap[2], turn[2]]).all()
    assert np.isnan(measured(replace(seen(bodies), yaw_deg=np.full(3, np.nan)))).all()


def test_a_point_of_no_confidence_counts_as_unseen_and_an_unsure_one_moves_less():
    view = seen(arc(45)[None])
    view.points[:, 2, 0] -= 20.0
    shapes = view.shapes()
    off = [curvature_deg(shapes, np.array([[1.0, 1.0, w, 1.0, 1.0]]))[0] - 45.0 for w in (1.0, 0.2, 0.0)]
    assert off[0] > off[1] > off[2]
    assert off[2] == pytest.approx(0.0, abs=0.8)
    confidence = np.full((1, 5), 0.8)
    confidence[0, 2] = 0.4  # half the confidence, a quarter of the weight
    quarter = curvature_deg(shapes, np.array([[1.0, 1.0, 0.25, 1.0, 1.0]]))
    assert measured(replace(view, confidence=confidence))[0, 0] == pytest.approx(quarter[0])
    assert np.isnan(turn_deg(shapes, np.array([[1.0, 0.0, 1.0, 1.0, 1.0]])))
    assert pole_gap_percent(shapes, np.array([[1.0, 1.0, 0.0, 1.0, 1.0]])) < 4.0


def test_an_end_of_no_confidence_takes_everything_away():
    weight = np.ones((2, 5))
    weight[0, 0] = weight[1, 4] = 0.0
    assert np.isnan(measures(seen(np.repeat(arc(45)[None], 2, axis=0)).shapes(), weight)).all()


def test_points_that_fall_together_do_not_break_the_comparison():
    back, standing = film(arc(5), arc(50))
    back.points[~standing, 1] = back.points[~standing, 0]
    assert values(peak_row(back, standing))[0] == pytest.approx(45.0, abs=5.0)


def test_a_back_whose_arrays_do_not_match_names_all_of_them():
    view = seen(arc(45)[None])
    with pytest.raises(
        ValueError, match=r"back of 1 frames: points has shape \(2, 5, 2\).*; facing has shape"
    ):
        replace(view, points=np.zeros((2, 5, 2)), facing=np.ones(3))


@pytest.mark.parametrize("pelvis_deg", [0, 40, 90])
@pytest.mark.parametrize("yaw_deg", [-30, 0, 30])
def test_a_hip_hinge_changes_nothing_however_the_person_is_built(pelvis_deg, yaw_deg):
    lordotic = spine(-20.0, 15.0, 0.0)
    row = peak_row(*film(lordotic, turned(lordotic, pelvis_deg), yaw_deg=yaw_deg, pitch_deg=20.0))
    np.testing.assert_allclose(values(row), 0.0, atol=1e-6)
    assert row["back_frames"] == PEAK_FRAMES
    assert row["standing_windows"] == 13


def test_rounding_is_positive_and_extension_negative():
    upright = spine(0.0, 0.0, 0.0)
    assert (values(peak_row(*film(upright, spine(45.0, 15.0, 30.0), facing=-1))) > 2.0).all()
    assert (values(peak_row(*film(upright, spine(-20.0, -5.0, 30.0)))) < -0.5).all()


@pytest.mark.parametrize("name", ["l3", "t12_l1", "t8"])
@pytest.mark.parametrize("forward", [-0.07, 0.07])
def test_one_misplaced_point_on_the_back_is_left_out(name, forward):
    back, standing = film(arc(5), arc(50))
    back.points[~standing, BACK5.index(name), 0] += forward * STATURE_PX
    row = peak_row(back, standing)
    assert values(row)[0] == pytest.approx(45.0, abs=3.0)
    untouched = measured(part(back, ~standing))[0, 0] - 5.0
    assert abs(untouched - 45.0) > 10.0


@pytest.mark.parametrize("name", BACK5)
def test_a_point_misplaced_in_a_third_of_the_frames_moves_nothing(name):
    back, standing = film(arc(5), arc(50))
    back.points[np.flatnonzero(~standing)[::3], BACK5.index(name), 0] += 0.1 * STATURE_PX
    np.testing.assert_allclose(values(peak_row(back, standing))[:2], [45.0, 2.99], atol=1.0)


def test_a_slouch_in_a_third_of_the_standing_time_moves_the_reference_little():
    back, standing = film(arc(5), arc(50), standing_s=12.0)
    slouched = np.flatnonzero(standing)[: standing.sum() // 3]
    back.points[slouched] = seen(np.repeat(arc(35)[None], len(slouched), axis=0)).points
    back = blurred(back, 0.002)
    assert values(peak_row(back, standing))[0] == pytest.approx(45.0, abs=4.0)
    spread = standing_reference(back, standing, RATE_HZ).window_sd[0]
    assert spread < 12.0  # windows of 5 and of 35 deg have a standard deviation of 14 deg


def test_the_change_of_each_frame_follows_the_bend():
    through = [0.0, 15.0, 30.0, 45.0, 60.0]
    back = seen(np.concatenate([np.repeat(arc(0)[None], 60, axis=0), [arc(deg, deg) for deg in through]]))
    reference = standing_reference(back, np.arange(len(back.points)) < 60, RATE_HZ)
    np.testing.assert_allclose(change_per_frame(back, reference)[60:, 0], through, atol=0.8)


def test_short_standing_gives_the_change_with_an_assumed_error_and_none_gives_nothing():
    back, standing = film(arc(5), arc(50), standing_s=0.4)
    short = peak_row(back, standing)
    assert short["standing_windows"] == 0
    assert values(short)[0] == pytest.approx(45.0, abs=1.5)
    assert values(short, 1)[0] > 10.0
    one_window, standing_once = film(arc(5), arc(50), standing_s=0.7)
    calm, loud = blurred(one_window, 0.0005), blurred(one_window, 0.01)
    rough = np.where(standing_once[:, None, None], calm.points, loud.points)
    stated = values(peak_row(replace(one_window, points=rough), standing_once), 1)
    np.testing.assert_allclose(stated, values(short, 1), rtol=0.01)
    assert np.isnan(values(peak_row(back, standing & False))).all()
    unseen = replace(back, points=np.full_like(back.points, np.nan))
    assert np.isnan(values(peak_row(unseen, standing), 1)).all()


def test_a_rougher_peak_has_a_larger_error():
    back, standing = film(arc(5), arc(50))
    calm, rough = [], []
    for seed in range(20):
        quiet, loud = blurred(back, 0.005, seed=seed), blurred(back, 0.02, seed=seed)
        mixed = replace(quiet, points=np.where(standing[:, None, None], quiet.points, loud.points))
        calm.append(values(peak_row(quiet, standing), 1))
        rough.append(values(peak_row(mixed, standing), 1))
    assert (np.mean(rough, axis=0) > 2.0 * np.mean(calm, axis=0)).all()


def test_a_peak_seen_in_fewer_frames_has_a_larger_error():
    back, standing = film(arc(5), arc(50))
    back = blurred(back, 0.002)
    hidden = replace(back, points=back.points.copy())
    hidden.points[np.flatnonzero(standing)[-1] + 2 :: 2, BACK5.index("c7")] = np.nan
    few, all_seen = peak_row(hidden, standing), peak_row(back, standing)
    assert few["back_frames"] == 5
    assert (values(few, 1) > 1.2 * values(all_seen, 1)).all()


def test_the_stated_error_covers_the_error_when_the_person_hardly_stands():
    back, standing = film(arc(10), arc(50, 60), standing_s=3.0)
    rows = [peak_row(blurred(back, 0.01, seed=seed), standing) for seed in range(200)]
    off, stated = (np.array([values(row, column)[0] for row in rows]) for column in (0, 1))
    assert rows[0]["standing_windows"] == 5
    assert 0.89 < np.mean(np.abs(off - 40.0) < 1.96 * stated) < 0.99


@pytest.mark.parametrize("lasting_s", [0.0, 0.3])
@pytest.mark.parametrize("share", [0.005, 0.01, 0.02])
def test_the_stated_error_covers_the_error(share, lasting_s):
    back, standing = film(arc(10), arc(50, 60), yaw_deg=20.0, pitch_deg=10.0)
    truth = values(peak_row(back, standing))
    rows = [peak_row(blurred(back, share, lasting_s, seed), standing) for seed in range(120)]
    off, stated = (np.array([values(row, column) for row in rows]) for column in (0, 1))
    off = off - truth
    known = np.isfinite(off)
    covered = (np.abs(off) < 1.96 * stated).sum(axis=0) / known.sum(axis=0)
    assert covered.min() > 0.90
    assert 0.93 < covered.mean() < 0.99
    assert (np.nanmean(stated, axis=0) < 2.0 * np.nanstd(off, axis=0)).all()


def test_the_stated_error_covers_a_mistaken_view():
    back, standing = film(arc(10), arc(50, 75), yaw_deg=30.0, pitch_deg=25.0)
    rng, off, stated = np.random.default_rng(2), [], []
    truth = values(peak_row(back, standing))[0]
    for seed in range(120):
        mistaken = replace(blurred(back, 0.001, seed=seed), yaw_deg=back.yaw_deg + rng.normal(0.0, 6.0))
        row = peak_row(mistaken, standing, yaw_se_deg=6.0)
        off.append(values(row)[0] - truth)
        stated.append(values(row, 1)[0])
    assert np.std(off) > 2.0
    assert np.mean(np.abs(off) < 1.96 * np.array(stated)) > 0.9


def people(count, share, seed=5):
    """Return measured changes (n, 3), true flexion and trunk, knee, neck angles of bends of many people."""
    rng = np.random.default_rng(seed)
    changes, flexion, posture = [], [], []
    for person in range(count):
        lumbar, trunk = rng.uniform(-10.0, 60.0), rng.uniform(20.0, 100.0)
        thoracic = float(np.clip(0.3 * lumbar + rng.normal(0.0, 10.0), -10.0, 45.0))
        skin, shares = SKIN + rng.normal(0.0, 0.006, SKIN.shape), rng.dirichlet(60.0 * LUMBAR)
        lordosis, kyphosis = rng.normal(0.0, 10.0), rng.normal(0.0, 8.0)
        upright = spine(-lordosis, kyphosis, 0.0, skin, shares)
        pelvis = trunk - 0.7 * lumbar - 0.3 * thoracic
        bent = spine(lumbar - lordosis, thoracic + kyphosis, pelvis, skin, shares)
        view = {
            "yaw_deg": rng.uniform(-30, 30),
            "pitch_deg": rng.uniform(0, 30),
            "facing": rng.choice([-1, 1]),
        }
        back, standing = film(upright, bent, standing_s=5.0, **view)
        changes.append(values(peak_row(blurred(back, share, seed=person), standing)))
        flexion.append(lumbar + thoracic)
        posture.append([trunk, rng.uniform(0.0, 110.0), rng.uniform(-30.0, 60.0)])
    return np.array(changes), np.array(flexion), np.array(posture)


def partial_correlation(a, b, given):
    known = np.isfinite(a)
    given = np.column_stack([np.ones(known.sum()), given[known]])
    left = [v - given @ np.linalg.lstsq(given, v, rcond=None)[0] for v in (a[known], b[known])]
    return np.corrcoef(*left)[0, 1]


def test_the_measures_follow_flexion_and_not_the_posture_around_it():
    changes, flexion, posture = people(120, 0.01)
    for change in changes.T:
        assert partial_correlation(change, flexion, posture) > 0.75
    exact, true_deg, around = people(60, 0.0, seed=6)
    for angle in around.T:
        assert abs(partial_correlation(exact[:, 0], angle, true_deg[:, None])) < 0.3


def test_the_angle_between_lines_on_the_back_is_not_the_flexion_but_calibrates_to_it():
    flexion = np.linspace(0.0, 60.0, 13)
    upright = spine(0.0, 0.0, 0.0)
    turn = np.array([values(peak_row(*film(upright, spine(deg, 0.0, 40.0))))[2] for deg in flexion])
    assert 0.5 < np.polyfit(flexion, turn, 1)[0] < 0.9
    assert np.abs(turn - flexion)[-1] > 8.0
    found = weigh(turn[:, None], flexion, np.arange(13) % 4, 0.0)
    assert np.abs(found.left_out_off_deg).mean() < 2.0
    np.testing.assert_allclose(found.usual_deg + (turn - found.usual[0]) * found.slopes[0], flexion, atol=3.0)


def test_a_calibration_finds_a_line_and_tells_its_error_on_people_it_has_not_seen():
    rng = np.random.default_rng(1)
    person = np.repeat(np.arange(40), 10)
    x = rng.uniform(0.0, 60.0, (400, 1))
    own = rng.normal(0.0, 6.0, 40)[person]
    found = weigh(x, 3.0 + 1.2 * x[:, 0] + own, person, 0.0)
    assert found.slopes == pytest.approx([1.2], abs=0.06)
    assert found.left_out_off_deg.std() == pytest.approx(6.0, abs=2.0)
    every_person_its_own_group = weigh(x[:30], 3.0 + 1.2 * x[:30, 0], person[:30], 0.0)
    assert every_person_its_own_group.left_out_off_deg == pytest.approx(np.zeros(30), abs=1e-9)


def test_the_error_of_a_calibration_is_that_on_people_left_out():
    x, person = np.arange(9.0)[:, None], np.repeat([0, 1, 2], 3)
    true = x[:, 0] + np.array([0.0, 5.0, -5.0])[person]
    found = weigh(x, true, person, 0.0)
    fitted = found.usual_deg + (x - found.usual) @ found.slopes
    assert np.abs(found.left_out_off_deg).mean() > 1.5 * np.abs(fitted - true).mean()


def test_two_measures_of_one_bend_that_err_apart_share_its_weight():
    rng = np.random.default_rng(2)
    true = rng.uniform(0.0, 60.0, 400)
    x = true[:, None] + rng.normal(0.0, 10.0, (400, 2))
    both, one = weigh(x, true, np.arange(400), 0.0), weigh(x[:, :1], true, np.arange(400), 0.0)
    assert both.slopes[0] == pytest.approx(both.slopes[1], abs=0.1)
    # The variance of the truth is 300: left over are 1 / (1 / 300 + 1 / 100) and 1 / (1 / 300 + 2 / 100).
    assert one.left_out_off_deg.std() == pytest.approx(np.sqrt(75.0), rel=0.1)
    assert both.left_out_off_deg.std() == pytest.approx(np.sqrt(300.0 / 7.0), rel=0.1)


def test_a_measure_that_tells_nothing_is_drawn_in_and_two_that_are_one_are_not_played_off():
    rng = np.random.default_rng(3)
    true = rng.uniform(0.0, 60.0, 60)
    seen = true + rng.normal(0.0, 10.0, 60)
    x = np.stack([seen, seen + rng.normal(0.0, 0.01, 60), rng.normal(0.0, 1.0, 60)], axis=1)
    free, drawn = (weigh(x, true, np.arange(60), lifts) for lifts in (0.0, 3.0))
    assert np.abs(free.slopes[:2]).max() > 10.0
    assert drawn.slopes[0] == pytest.approx(drawn.slopes[1], abs=0.01)
    assert abs(drawn.slopes[2]) < 3.0


def test_too_few_people_or_a_measure_that_never_changes_cannot_be_calibrated():
    x = np.arange(6.0)
    with pytest.raises(ValueError, match=r"^2 groups of known bends, expected 3"):
        weigh(x[:, None], x, np.array([0, 0, 0, 1, 1, 1]), 0.0)
    with pytest.raises(ValueError, match=r"a measure is always 7, expected it to differ"):
        weigh(np.full((6, 1), 7.0), x, np.arange(6), 0.0)

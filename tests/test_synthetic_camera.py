import numpy as np
import pytest

from detectors.synthetic.camera_rig import (
    Camera,
    CameraRanges,
    bend,
    draw_camera,
    look_at,
    project,
    straight_extent,
    straighten,
)
from detectors.synthetic.figure import Load
from detectors.synthetic.regions import Region, merged, region_of
from detectors.synthetic.scene import draw_hall, draw_occluders
from detectors.synthetic.solids import inside, turn_about_vertical
from detectors.synthetic.supports import draw_support


def level_camera(**changes):
    """A camera at 1 m above the origin that looks along +z, 640 by 360, focal length 500 px."""
    eye = np.array([0.0, 1.0, 0.0])
    values = {"eye_m": eye, "rotation": look_at(eye, (0.0, 1.0, 5.0)), "focal_px": 500.0}
    return Camera(**{**values, "width_px": 640, "height_px": 360, **changes})


def test_a_point_straight_ahead_is_the_middle_of_the_picture():
    pixels, depth_m = project(level_camera(), (0.0, 1.0, 4.0))
    assert pixels == pytest.approx([320.0, 180.0])
    assert depth_m == pytest.approx(4.0)


@pytest.mark.parametrize(
    ("point_m", "expected_px"),
    [
        pytest.param((0.0, 2.0, 5.0), (320.0, 80.0), id="one metre up at five metres is 100 px up"),
        pytest.param((0.0, 0.0, 5.0), (320.0, 280.0), id="the floor is below"),
        pytest.param((-1.0, 1.0, 2.0), (570.0, 180.0), id="looking along +z with y up, -x is to the right"),
    ],
)
def test_projection_by_hand(point_m, expected_px):
    pixels, _ = project(level_camera(), point_m)
    assert pixels == pytest.approx(expected_px)


def test_looking_down_at_45_degrees_the_floor_below_the_aim_is_in_the_middle():
    eye = np.array([0.0, 3.0, -3.0])
    camera = level_camera(eye_m=eye, rotation=look_at(eye, (0.0, 0.0, 0.0)))
    pixels, depth_m = project(camera, [(0.0, 0.0, 0.0), (0.0, 1.0, 0.0)])
    assert pixels[0] == pytest.approx([320.0, 180.0])
    assert depth_m[0] == pytest.approx(3.0 * np.sqrt(2.0))
    # The head of a metre stick that stands there: sin 45 up, sin 45 nearer.
    up, near = np.sin(np.pi / 4), 3.0 * np.sqrt(2.0) - np.sin(np.pi / 4)
    assert pixels[1] == pytest.approx([320.0, 180.0 - 500.0 * up / near])


def test_points_behind_the_camera_appear_nowhere():
    pixels, depth_m = project(level_camera(), (0.0, 1.0, -2.0))
    assert np.isnan(pixels).all()
    assert depth_m < 0


def test_a_roll_to_the_right_lowers_what_is_left():
    eye = np.array([0.0, 1.0, 0.0])
    rolled = level_camera(rotation=look_at(eye, (0.0, 1.0, 5.0), roll_deg=90.0))
    right_of_level, _ = project(level_camera(), (-1.0, 1.0, 5.0))
    turned, _ = project(rolled, (-1.0, 1.0, 5.0))
    assert right_of_level == pytest.approx([420.0, 180.0])
    assert turned == pytest.approx([320.0, 80.0])


@pytest.mark.parametrize("lens", [-0.2, -0.05, 0.0, 0.02])
def test_bending_undoes_straightening(lens):
    seen = np.random.default_rng(0).uniform(-1.0, 1.0, (200, 2))
    assert bend(straighten(seen, lens), lens) == pytest.approx(seen, abs=1e-12)


def test_a_barrel_lens_pulls_inwards_and_more_so_further_out():
    straight = np.array([[0.2, 0.0], [0.8, 0.0]])
    pulled = 1.0 - bend(straight, -0.2)[:, 0] / straight[:, 0]
    assert 0.0 < pulled[0] < pulled[1]


def test_the_straight_plane_holds_every_pixel_of_the_picture():
    camera = level_camera(lens=-0.2)
    corner = straighten(np.array([320.0, 180.0]) / 500.0, -0.2)
    assert straight_extent(camera) == pytest.approx(corner)


def test_drawn_cameras_see_their_target_from_where_they_should():
    ranges = CameraRanges()
    target = np.array([0.0, 0.9, 0.0])
    azimuths = []
    for seed in range(200):
        camera = draw_camera(np.random.default_rng(seed), target, (640, 360))
        away = camera.eye_m - target
        elevation_deg = np.degrees(np.arcsin(away[1] / np.linalg.norm(away)))
        azimuths.append(np.degrees(np.arctan2(away[0], away[2])) % 360.0)
        pixels, depth_m = project(camera, target)
        assert 0.3 * 360 < pixels[1] < 0.7 * 360
        assert 0.3 * 640 < pixels[0] < 0.7 * 640
        assert 2.9 < depth_m < ranges.distance_m[1] + 0.1
        assert -9.0 < elevation_deg < 50.1
    counts, _ = np.histogram(azimuths, bins=4, range=(0.0, 360.0))
    assert counts.min() > 30


def test_the_same_seed_draws_the_same_camera():
    first, second = (draw_camera(np.random.default_rng(5), (0.0, 0.9, 0.0), (640, 360)) for _ in range(2))
    assert first.focal_px == second.focal_px
    assert np.array_equal(first.rotation, second.rotation)


def test_a_target_straight_below_is_refused_with_one_sentence():
    with pytest.raises(ValueError, match="straight above or below"):
        look_at((0.0, 3.0, 0.0), (0.0, 0.0, 0.0))


@pytest.mark.parametrize("away_m", [0.4, 1.2, 6.0])
def test_what_hides_a_person_stands_before_the_camera_and_not_behind_it(away_m):
    camera = level_camera()
    for seed in range(20):
        for solid in draw_occluders(np.random.default_rng(seed), camera, np.array([0.0, away_m])):
            assert solid.centre_m[2] > -0.8


def hall(seed):
    """A hall drawn round two people and a camera, with both."""
    rng = np.random.default_rng(seed)
    people_m = rng.uniform(-2.0, 2.0, (2, 2))
    camera = draw_camera(rng, (0.0, 0.9, 0.0), (640, 360))
    return draw_hall(rng, [camera], people_m), camera, people_m


@pytest.mark.parametrize("seed", range(12))
def test_nothing_of_the_hall_stands_on_people_or_before_them(seed):
    solids, camera, people_m = hall(seed)
    heights_m = np.linspace(0.1, 1.8, 8)
    for x_m, z_m in people_m:
        body_m = np.column_stack([np.full(8, x_m), heights_m, np.full(8, z_m)])
        for solid in solids:
            assert not inside(solid, body_m).any()
        # Walk along each line of sight: no point of it may be inside anything.
        for point in body_m:
            shares = np.linspace(0.0, 1.0, 150)[:, None]
            sight_m = camera.eye_m + shares * (point - camera.eye_m)
            assert not any(inside(solid, sight_m).any() for solid in solids)


def test_the_same_seed_draws_the_same_hall():
    assert hall(3)[0] == hall(3)[0]
    assert hall(3)[0] != hall(4)[0]


@pytest.mark.parametrize("yaw_deg", [0.0, 35.0, -120.0])
@pytest.mark.parametrize("base_m", [0.144, 0.4, 0.9])
def test_a_support_holds_the_load_up_and_keeps_clear_of_the_toes(yaw_deg, base_m):
    turn = turn_about_vertical(yaw_deg)
    load = Load(turn @ np.array([0.1, base_m + 0.15, 0.55]), (0.4, 0.3, 0.3), yaw_deg, held=False)
    feet = np.array([[0.15, 0.0, 0.0], [-0.15, 0.0, 0.0]]) @ turn.T
    toes_m = np.array([[x, 0.05, 0.27] for x in (-0.15, 0.15)]) @ turn.T
    for seed in range(20):
        solids = draw_support(np.random.default_rng(seed), load, feet[:, [0, 2]])
        tops_m = [solid.centre_m[1] + solid.half_m[1] for solid in solids]
        assert max(tops_m) == pytest.approx(base_m, abs=0.005)
        assert min(solid.centre_m[1] - solid.half_m[1] for solid in solids) < 0.03
        assert not any(inside(solid, toes_m).any() for solid in solids)


def test_a_load_on_the_floor_needs_no_support():
    load = Load(np.array([0.0, 0.15, 0.5]), (0.4, 0.3, 0.3), 0.0, held=False)
    assert draw_support(np.random.default_rng(0), load, np.zeros((2, 2))) == []


def test_regions_that_overlap_become_one_that_holds_them():
    def region(left, top, right, bottom):
        return Region((left, top, right, bottom), (left / 640, top / 360, right / 640, bottom / 360))

    apart = merged(
        [region(0, 0, 100, 100), region(300, 0, 400, 90), region(90, 50, 200, 120), region(190, 0, 210, 60)]
    )
    assert {one.picture_px for one in apart} == {(300, 0, 400, 90), (0, 0, 210, 120)}


def test_a_region_holds_a_person_and_the_shadow_at_their_feet():
    camera = level_camera()
    points_m = np.array([[0.0, 0.0, 5.0], [0.0, 1.7, 5.0]])
    region = region_of(camera, points_m, np.array([0.6, 0.8, 0.0]))
    # The light from +x throws the top 1.7 * 0.6 / 0.8 m to -x, which is to the right.
    (tip_px, _), _ = project(camera, (-1.275, 0.0, 5.0))
    assert region.picture_px[0] < 320 < tip_px < region.picture_px[2]
    assert region_of(camera, points_m + np.array([50.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])) is None

import time

import numpy as np
import pytest

from detectors.synthetic.camera_rig import Camera, look_at, project
from detectors.synthetic.figure import JOINT_NAMES, Figure, Hat, Look, Material, Part, Top
from detectors.synthetic.light import draw_light
from detectors.synthetic.observe import observe
from detectors.synthetic.scene import draw_hall, pallet
from detectors.synthetic.solids import Finish, Solid, mesh
from detectors.synthetic.visibility import Visibility

pytest.importorskip("moderngl", reason="drawing needs the extra 'synthetic'")

WIDTH_PX, HEIGHT_PX = 320, 180
GREY = (0.3, 0.3, 0.3)
RED = (0.8, 0.05, 0.05)


@pytest.fixture(scope="module")
def renderer():
    from detectors.synthetic.renderer import Renderer

    try:
        return Renderer()
    except RuntimeError as error:
        pytest.skip(str(error))


@pytest.fixture
def stage(renderer):
    """Build stages, and release them after the test."""
    from detectors.synthetic.stage import Stage

    made = []

    def build(solids, seed=0, lens=-0.1):
        camera = front_camera(lens)
        made.append(Stage(renderer, solids, camera, draw_light(np.random.default_rng(seed))))
        return made[-1], camera

    yield build
    for one in made:
        one.release()


def front_camera(lens=-0.1):
    eye = np.array([0.5, 1.6, 5.0])
    return Camera(eye, look_at(eye, (0.0, 0.9, 0.0)), 260.0, WIDTH_PX, HEIGHT_PX, lens)


def floor():
    return [Solid((0.0, -0.05, 0.0), (20.0, 0.05, 20.0), Finish.CONCRETE, GREY)]


def post_man(x_m=0.0, z_m=0.0):
    """A red post, 1.7 m high and 0.3 m thick, with all joints on its middle line, 3 cm behind its front."""
    body = mesh([Solid((x_m, 0.85, z_m), (0.15, 0.85, 0.15), Finish.CARTON, RED)])
    look = Look(
        *(RED,) * 7, Top.SHIRT, Hat.HAIR, vest=False, backpack=True, looseness_m=0.0, sleeve_end=2.0,
        waist_m=1.0, neck_m=1.5, eye_m=1.6, pattern_seed=0.0,
    )  # fmt: skip
    heights_m = np.linspace(0.1, 1.6, len(JOINT_NAMES))
    joints = {
        name: np.array([x_m, height, z_m + 0.12]) for name, height in zip(JOINT_NAMES, heights_m, strict=True)
    }
    columns = np.split(body.vertices, [3, 6, 9], axis=1)
    return Figure(*columns, (Part(body.faces, Material.BACKPACK),), joints, look)


def test_pixels_where_the_joints_project_are_the_person(stage):
    drawn, camera = stage(floor())
    man = post_man()
    picture, empty = drawn.draw([man]), drawn.draw([])
    pixels, depth_m = project(camera, np.array([man.joints_m[name] for name in JOINT_NAMES]))
    fine = picture.depth_m.shape[0] // HEIGHT_PX
    columns, rows = pixels.astype(int).T
    assert (picture.owner[rows * fine, columns * fine] == 1).all()
    assert (picture.image_bgr[rows, columns] != empty.image_bgr[rows, columns]).any(axis=1).all()
    seen_depth_m = picture.depth_m[rows * fine, columns * fine]
    assert np.all((depth_m - seen_depth_m > 0.0) & (depth_m - seen_depth_m < 0.12))


def test_the_owned_pixels_end_where_the_person_ends(stage):
    drawn, camera = stage(floor())
    man = post_man()
    [person] = observe(camera, drawn.draw([man]), [man])
    assert person.box_px == pytest.approx(person.whole_box_px, abs=1.0)
    outline, _ = project(camera, man.vertices_m)
    assert person.whole_box_px[:2] == pytest.approx(outline.min(axis=0), abs=2.0)


def test_depth_is_that_of_the_wall_behind(stage):
    wall = Solid((0.0, 2.0, -3.0), (10.0, 4.0, 0.05), Finish.WALL, GREY)
    drawn, camera = stage([*floor(), wall])
    depth_m = drawn.draw([]).depth_m
    point = np.array([0.4, 1.5, -2.95])
    (x, y), expected_m = project(camera, point)
    fine = depth_m.shape[0] // HEIGHT_PX
    assert depth_m[int(y * fine), int(x * fine)] == pytest.approx(expected_m, abs=0.02)


def test_what_stands_before_a_person_hides_its_part_only(stage):
    screen = Solid((0.1, 0.4, 1.0), (0.8, 0.4, 0.05), Finish.CARTON, GREY)
    drawn, camera = stage([*floor(), screen])
    man = post_man()
    [person] = observe(camera, drawn.draw([man]), [man])
    seen = dict(zip(JOINT_NAMES, person.seen, strict=True))
    assert seen["nose"] is Visibility.HIDDEN  # joints of the post rise in the order of their names
    assert seen["left_eye"] is Visibility.HIDDEN
    assert seen["back_C7"] is Visibility.SEEN
    assert seen["back_T8"] is Visibility.SEEN


def test_a_person_behind_another_is_hidden_by_the_other(stage):
    drawn, camera = stage(floor())
    front, behind = post_man(0.27, 1.5), post_man()
    picture = drawn.draw([behind, front])
    first, second = observe(camera, picture, [behind, front])
    assert set(second.seen) == {Visibility.SEEN}
    assert Visibility.HIDDEN in first.seen
    assert set(np.unique(picture.owner)) == {0, 1, 2}


def test_the_far_side_of_a_body_is_hidden_by_itself(stage):
    drawn, camera = stage(floor())
    man = post_man()
    man.joints_m["back_T8"] = np.array([0.0, 1.2, -0.15])
    [person] = observe(camera, drawn.draw([man]), [man])
    assert person.seen[JOINT_NAMES.index("back_T8")] is Visibility.SELF_HIDDEN


def test_a_person_outside_the_picture_has_no_box(stage):
    drawn, camera = stage(floor())
    man = post_man(-30.0, -8.0)
    [person] = observe(camera, drawn.draw([man]), [man])
    assert person.box_px is None
    assert set(person.seen) == {Visibility.OUTSIDE}


def test_a_person_casts_a_shadow_and_leaves_no_halo(stage):
    drawn, _ = stage(floor(), lens=0.0)
    with_man, empty = drawn.draw([post_man()]), drawn.draw([])
    fine = with_man.owner.shape[0] // HEIGHT_PX
    own = with_man.owner.reshape(HEIGHT_PX, fine, WIDTH_PX, fine).any(axis=(1, 3))
    change = with_man.image_bgr.astype(int).sum(axis=2) - empty.image_bgr.astype(int).sum(axis=2)
    assert change[~own].min() < -60
    # Next to the outline nothing may be lighter than the empty floor, but for the mixed pixels of its edge.
    assert np.percentile(change[~own], 99.9) <= 6


def test_the_same_seed_draws_the_same_bytes(stage):
    def picture():
        rng = np.random.default_rng(11)
        solids = draw_hall(rng, [front_camera()], np.zeros((1, 2))) + pallet(0.0, -0.8)
        return stage(solids, seed=4)[0].draw([post_man()])

    first, second = picture(), picture()
    assert first.image_bgr.tobytes() == second.image_bgr.tobytes()
    assert first.depth_m.tobytes() == second.depth_m.tobytes()


def test_speed(stage, renderer, capsys):
    drawn, _ = stage(floor())
    drawn.draw([post_man()])
    start, count = time.perf_counter(), 5
    for _ in range(count):
        drawn.draw([post_man()])
    rate_hz = count / (time.perf_counter() - start)
    with capsys.disabled():
        print(f"\n{renderer.name}: {rate_hz:.1f} frames/s of {WIDTH_PX} x {HEIGHT_PX}")  # noqa: T201
    assert rate_hz > 0.5

"""The rigged and clothed body: geometry that holds whatever is drawn."""

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from detectors.synthetic.clothing import layers
from detectors.synthetic.figure import BACK_POINTS, JOINT_NAMES, Foot, Material, Posture, Top
from detectors.synthetic.kinematics import solve, with_load_in_hands
from detectors.synthetic.mesh import read_mesh
from detectors.synthetic.person import draw_person, dressed
from detectors.synthetic.postures import minimum_jerk, mirrored, packed, placed, unpacked
from detectors.synthetic.rig import bind, skinned_m
from detectors.synthetic.shape import Sex, Shape, draw_shape
from detectors.synthetic.skeleton import BONES, INDEX, rest_pose
from detectors.synthetic.stories import draw_timeline
from detectors.synthetic.surface import catmull_clark
from detectors.synthetic.timeline import Phase
from detectors.synthetic.truth import angles, reach_miss_m
from detectors.vocabulary import LiftKind

PLAIN = Shape(Sex.MALE, (0.3, 0.3, 0.4), 0.1, 0.0, 1.78, 0.0, 0.0)
FEET = (Foot(0.15, 0.0, 8.0), Foot(-0.15, 0.0, -8.0))
STOOP = Posture(
    (0.0, -0.12), 0.0, 15.0, 45.0, 20.0, -30.0, 15.0, FEET, np.array([[0.2, 0.5, 0.4], [-0.2, 0.5, 0.4]])
)


@pytest.fixture(scope="module")
def mesh_folder():
    folder = os.environ.get("HINGEWISE_MAKEHUMAN", Path(__file__).parents[2] / "shared" / "makehuman")
    if not (Path(folder) / "base.obj").is_file():
        pytest.skip(f"needs MakeHuman's base mesh in {folder}: name its folder in HINGEWISE_MAKEHUMAN")
    return Path(folder)


@pytest.fixture(scope="module")
def mesh(mesh_folder, tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("mesh")))
        read = read_mesh(mesh_folder)
        again = read_mesh(mesh_folder)
    np.testing.assert_array_equal(read.vertices_m, again.vertices_m)
    assert read.targets.keys() == again.targets.keys()
    return again


@pytest.fixture(scope="module")
def body(mesh):
    return bind(mesh, PLAIN)


@pytest.fixture(scope="module")
def people(mesh):
    return [draw_person(mesh, np.random.default_rng(seed)) for seed in range(12)]


@pytest.fixture(scope="module")
def story(body):
    return draw_timeline(np.random.default_rng(4), body.skeleton, (0.5, -1.0), 30.0)


def kabsch(before, after):
    """Return the rotation that best maps points before to points after."""
    u, _, vt = np.linalg.svd((after - after.mean(axis=0)).T @ (before - before.mean(axis=0)))
    return u @ np.diag([1.0, 1.0, np.linalg.det(u @ vt)]) @ vt


def test_a_missing_folder_is_one_sentence(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no base.obj, default.mhskel.*targets.*expected MakeHuman"):
        read_mesh(tmp_path)


def test_skinning_of_the_rest_pose_is_the_identity(body):
    moved = skinned_m(
        body.vertices_m.astype(np.float32),
        body.weights.astype(np.float32),
        body.skeleton,
        rest_pose(body.skeleton),
    )
    drawn = np.unique(np.concatenate([faces.ravel() for faces in body.mesh.groups.values()]))
    np.testing.assert_allclose(moved[drawn], body.vertices_m[drawn], atol=2e-6)
    np.testing.assert_allclose(body.weights[drawn].sum(axis=1), 1.0, atol=1e-9)


@pytest.mark.parametrize(
    ("lumbar", "thoracic"), [(-10.0, 0.0), (25.0, 0.0), (60.0, 0.0), (0.0, -5.0), (0.0, 35.0), (60.0, 35.0)]
)
def test_the_flesh_of_the_posed_body_shows_the_flexion_asked_for(body, lumbar, thoracic):
    bent = replace(STOOP, lumbar_flexion_deg=lumbar, thoracic_flexion_deg=thoracic, neck_flexion_deg=0.0)
    pose = solve(body.skeleton, bent)
    vertices, weights = body.vertices_m.astype(np.float32), body.weights.astype(np.float32)
    moved = skinned_m(vertices, weights, body.skeleton, pose).astype(float)
    turns = []
    for bones in (("pelvis",), ("T6", "neck", "neck2", "neck3", "head")):  # the neck is kept straight
        rows = np.flatnonzero(body.weights[:, [INDEX[bone] for bone in bones]].sum(axis=1) > 0.98)
        assert len(rows) > 100
        turns.append(kabsch(body.vertices_m[rows], moved[rows]))
    turned = np.degrees(np.arccos(np.clip((np.trace(turns[0].T @ turns[1]) - 1) / 2, -1, 1)))
    assert turned == pytest.approx(abs(lumbar + thoracic), abs=1.0)
    assert angles(pose).lumbar_flexion_deg == pytest.approx(lumbar, abs=0.01)
    assert angles(pose).thoracic_flexion_deg == pytest.approx(thoracic, abs=0.01)


@pytest.mark.parametrize("yaw", [0.0, 130.0, -75.0])
def test_angles_are_those_asked_for_at_any_heading(body, yaw):
    posture = placed(replace(STOOP, pelvis_tilt_deg=40.0, knee_flexion_deg=35.0), (1.0, 2.0), yaw)
    found = angles(solve(body.skeleton, posture))
    assert found.pelvis_tilt_deg == pytest.approx(40.0, abs=0.01)
    assert found.head_pitch_deg == pytest.approx(40.0 + 45.0 + 20.0 - 30.0, abs=0.01)
    assert found.knee_flexion_deg == pytest.approx((35.0, 35.0), abs=0.5)


def test_every_joint_is_named_and_inside_the_clothed_body(people):
    for person in people:
        figure = person.figure(solve(person.body.skeleton, STOOP))
        assert set(figure.joints_m) == set(JOINT_NAMES)
        low, high = figure.vertices_m.min(axis=0), figure.vertices_m.max(axis=0)
        for place in figure.joints_m.values():
            assert ((place >= low - 1e-6) & (place <= high + 1e-6)).all()
        assert np.isfinite(figure.normals).all()
        assert figure.vertices_m[:, 1].min() > -0.01


def test_back_points_lie_behind_the_spine_on_the_outermost_garment(people):
    for person in people:
        figure = person.figure(rest_pose(person.body.skeleton))
        garments = [
            part for part in person.parts if part.material in (Material.CLOTH, Material.JACKET, Material.VEST)
        ]
        cloth = figure.vertices_m[np.unique(np.concatenate([part.faces.ravel() for part in garments]))]
        for name in BACK_POINTS:
            place, joint = figure.joints_m[name], figure.joints_m[name.removeprefix("back_")]
            near = cloth[(np.abs(cloth[:, 0]) < 0.01) & (np.abs(cloth[:, 1] - place[1]) < 0.012)]
            assert place[2] < joint[2] - 0.03
            assert place[2] < near[:, 2].min() + 0.015
            assert abs(place[1] - joint[1]) < 0.025


def test_loose_clothes_stand_further_off_the_spine_than_tight_ones(mesh):
    gaps = {True: [], False: []}
    for seed in range(24):
        person = draw_person(mesh, np.random.default_rng(seed))
        joints = person.figure(rest_pose(person.body.skeleton)).joints_m
        gap = (joints["L3"] - joints["back_L3"])[2] / person.body.shape.stature_m
        gaps[person.look.top in (Top.HOODIE, Top.JACKET)].append(gap)
    assert np.mean(gaps[True]) > np.mean(gaps[False]) + 0.005


def test_a_backpack_lies_on_the_back_and_hides_it(mesh):
    rng = np.random.default_rng(1)
    person = draw_person(mesh, rng)
    look = replace(person.look, backpack=True)
    worn = dressed(person.body, look, layers(person.body, look, rng))
    figure = worn.figure(solve(worn.body.skeleton, STOOP))
    pack = next(part for part in worn.parts if part.material == Material.BACKPACK)
    points = figure.vertices_m[np.unique(pack.faces)]
    for name in ("back_T12L1", "back_T8"):
        assert np.linalg.norm(points - figure.joints_m[name], axis=1).min() < 0.09
    assert points[:, 1].max() > figure.joints_m["back_T8"][1] + 0.08


def test_faces_of_the_closed_parts_look_outwards(people):
    for person in people:
        figure = person.figure(rest_pose(person.body.skeleton))
        for part in person.parts:
            a, b, c = (figure.vertices_m[part.faces[:, k]].astype(float) for k in range(3))
            middle = a.mean(axis=0)
            assert np.einsum("ij,ij->", a - middle, np.cross(b - middle, c - middle)) > 0


def test_left_and_right_are_mirrored(body):
    posture = replace(
        STOOP, lateral_deg=6.0, twist_deg=9.0, yaw_deg=20.0, reach=(1.0, 0.3), arm_swing_deg=(20.0, -5.0),
        feet=(Foot(0.15, 0.1, 8.0, 0.03, 20.0), Foot(-0.17, 0.0, -3.0)),
    )  # fmt: skip
    # The mesh is symmetric but for a hair's breadth.
    one, other = (solve(body.skeleton, p).joints_m for p in (posture, mirrored(posture)))
    for bone in BONES:
        twin = bone.replace("left", "RIGHT").replace("right", "left").replace("RIGHT", "right")
        np.testing.assert_allclose(one[INDEX[bone]], other[INDEX[twin]] * (-1, 1, 1), atol=1e-3)


def test_packing_keeps_every_number():
    posture = replace(STOOP, lateral_deg=1.0, twist_deg=2.0, reach=(0.3, 0.7), arm_swing_deg=(4.0, 5.0))
    again = unpacked(packed(posture))
    np.testing.assert_array_equal(packed(again), packed(posture))
    assert again.feet == posture.feet


def test_segments_keep_their_lengths_and_nothing_jumps(body, story):
    pairs = [
        ("thigh", "shank"),
        ("shank", "foot"),
        ("upper_arm", "forearm"),
        ("forearm", "hand"),
        ("clavicle", "upper_arm"),
    ]
    poses = [solve(body.skeleton, story.at(t).posture) for t in np.arange(0.0, story.duration_s, 0.05)]
    joints = np.array([pose.joints_m for pose in poses])
    for side in ("left", "right"):
        for upper, lower in pairs:
            a, b = f"{side}_{upper}", f"{side}_{lower}"
            lengths = np.linalg.norm(joints[:, INDEX[a]] - joints[:, INDEX[b]], axis=1)
            np.testing.assert_allclose(lengths, body.skeleton.length_m(a, b), atol=1e-6)
    assert np.linalg.norm(np.diff(joints, axis=0), axis=2).max() / 0.05 < 6.0
    rotations = np.array([pose.rotations for pose in poses])
    np.testing.assert_allclose(
        rotations @ rotations.swapaxes(2, 3), np.broadcast_to(np.eye(3), rotations.shape), atol=1e-9
    )


def test_feet_on_the_floor_do_not_slide(body, story):
    times = np.arange(0.0, story.duration_s, 0.02)
    moments = [story.at(t) for t in times]
    poses = [solve(body.skeleton, moment.posture) for moment in moments]
    walked = 0
    for side, name in ((0, "left"), (1, "right")):
        for before, after, now, then in zip(poses, poses[1:], moments, moments[1:], strict=False):
            feet = now.posture.feet[side], then.posture.feet[side]
            if all(foot.raised_m < 1e-9 for foot in feet):
                step = after.joint_m(f"{name}_foot") - before.joint_m(f"{name}_foot")
                assert np.linalg.norm(step) < 1e-4
            walked += now.phase == Phase.WALK
        lows = [pose.joint_m(f"{name}_toes")[1] for pose in poses]
        assert min(lows) > body.skeleton.joint_m("left_toes")[1] - 0.012
    assert walked > 50


def test_toes_stay_while_the_heel_rises(body, story):
    held = 0
    for time_s in np.arange(0.0, story.duration_s, 0.02):
        now, then = story.at(time_s), story.at(time_s + 0.02)
        for side, name in ((0, "left"), (1, "right")):
            a, b = now.posture.feet[side], then.posture.feet[side]
            rising = 0 < a.pitch_deg < b.pitch_deg
            if rising:
                toes = [
                    solve(body.skeleton, moment.posture).joint_m(f"{name}_toes") for moment in (now, then)
                ]
                held += 1
                assert np.linalg.norm(toes[1] - toes[0]) < 0.002
    assert held > 10


def test_hands_are_on_the_load_at_the_grasp_and_until_the_release(mesh):
    for seed in range(4):
        rng = np.random.default_rng(100 + seed)
        skeleton = bind(mesh, draw_shape(rng)).skeleton
        story = draw_timeline(rng, skeleton, (0.0, 0.0), 20.0)
        for event in (event for event in story.events if event.kind != LiftKind.BEND):
            moment = story.at(event.grasp_s)
            pose = solve(skeleton, moment.posture)
            wrists = np.array([pose.joint_m(f"{side}_hand") for side in ("left", "right")])
            assert reach_miss_m(pose, moment.posture.hands_m) < 0.02
            # Wrists are a hand's breadth or less beside the carton, one on either side.
            across = np.linalg.norm((wrists - moment.load.centre_m)[:, [0, 2]], axis=1)
            np.testing.assert_allclose(across, moment.load.size_m[0] / 2.0 + 0.015, atol=0.02)


def test_a_held_load_keeps_its_place_between_the_hands(body, story):
    lifts = [event for event in story.events if event.kind != LiftKind.BEND]
    for lift, lowering in zip(lifts[::2], lifts[1::2], strict=True):
        places = []
        for time_s in np.arange(lift.grasp_s + 0.01, lowering.grasp_s, 0.1):
            moment = story.at(time_s)
            pose = solve(body.skeleton, moment.posture)
            load = with_load_in_hands(moment.load, moment.posture, pose)
            wrists = np.array([pose.joint_m(f"{side}_hand") for side in ("left", "right")])
            places.append(np.linalg.norm(wrists.mean(axis=0) - load.centre_m))
            # A little slack while an arm is shorter than its way: then one hand slides on the side.
            assert np.linalg.norm(wrists[0] - wrists[1]) == pytest.approx(load.size_m[0] + 0.03, abs=0.03)
        np.testing.assert_allclose(places, places[0], atol=1e-3)


def test_the_measured_knee_and_spine_at_the_grasp_are_those_of_the_event(body, story):
    for event in story.events:
        found = angles(solve(body.skeleton, story.at(event.grasp_s).posture))
        assert min(found.knee_flexion_deg) == pytest.approx(event.knee_flexion_deg, abs=0.6)
        standing = angles(solve(body.skeleton, story.at(0.0).posture))
        change = found.lumbar_flexion_deg - standing.lumbar_flexion_deg
        assert change == pytest.approx(event.lumbar_change_deg, abs=2.5)


def test_bodies_have_the_stature_drawn_for_them_and_the_same_seed_the_same_body(mesh):
    for seed in range(5):
        one, other = (draw_person(mesh, np.random.default_rng(seed)) for _ in range(2))
        np.testing.assert_array_equal(one.rest_m, other.rest_m)
        assert one.look == other.look
        skin = one.body.vertices_m[np.unique(mesh.groups["body"])]
        assert np.ptp(skin[:, 1]) == pytest.approx(one.body.shape.stature_m)


def test_subdividing_a_cube_gives_the_known_corner():
    corners = np.array([[x, y, z] for z in (-1, 1) for y in (-1, 1) for x in (-1, 1)], dtype=float)
    quads = np.array(
        [[0, 2, 3, 1], [4, 5, 7, 6], [0, 1, 5, 4], [2, 6, 7, 3], [0, 4, 6, 2], [1, 3, 7, 5]], dtype=np.int32
    )
    step = catmull_clark(quads, 8)
    np.testing.assert_allclose((step.matrix @ corners)[:8], corners * 5 / 9)
    np.testing.assert_allclose(step.matrix.sum(axis=1), 1.0)
    assert step.faces.shape == (24, 4)


def test_subdividing_a_sheet_keeps_it_flat_and_its_rim_straight():
    sheet = np.array([[x, y, 0.0] for y in range(3) for x in range(3)], dtype=float)
    quads = np.array([[0, 1, 4, 3], [1, 2, 5, 4], [3, 4, 7, 6], [4, 5, 8, 7]], dtype=np.int32)
    points = catmull_clark(quads, 9).matrix @ sheet
    assert (points[:, 2] == 0).all()
    np.testing.assert_allclose(points[1], sheet[1])
    np.testing.assert_allclose(points[4], sheet[4])


def test_minimum_jerk_starts_and_ends_at_rest():
    assert (minimum_jerk(-1.0), minimum_jerk(0.5), minimum_jerk(2.0)) == (0.0, 0.5, 1.0)
    assert minimum_jerk(0.01) < 1e-4
    assert 1.0 - minimum_jerk(0.99) < 1e-4

"""The policy file: built-in values, identity by content, and faults that are named."""

from __future__ import annotations

import dataclasses
import tomllib
from dataclasses import replace

import pytest

from detectors.technique import Policy
from pipelines.judging.command import show, template
from pipelines.judging.figure_policy import Figures
from pipelines.judging.policy import PolicyError, load_policy, policy_id


@pytest.fixture
def load(tmp_path):
    def write_and_load(text):
        path = tmp_path / "policy.toml"
        path.write_text(text, "utf-8")
        return load_policy(path)

    return write_and_load


def test_no_file_is_the_built_in_policy(load):
    assert load_policy(None).policy == Policy()
    assert load("") == load_policy(None)


def test_the_id_follows_the_values_and_not_the_spelling(load):
    one = load("spine_bend_from = 0.9\n[gates]\nleast_height_px = 200.0\n")
    same = load("# stricter\n[gates]\nleast_height_px = 200.0\n[spine]\n")
    assert one.policy.gates.least_height_px == same.policy.gates.least_height_px == 200.0
    assert one.policy_id != same.policy_id
    assert same.policy_id == policy_id(
        replace(Policy(), gates=replace(Policy().gates, least_height_px=200.0))
    )
    assert load("squat_knee_deg = 60").policy_id == load("squat_knee_deg = 60.0").policy_id


def test_the_thresholds_of_the_back_can_be_set(load):
    policy = load("flexion_threshold_deg = 30\n[gates]\nlargest_back_view_deg = 45.0\n").policy
    assert (policy.flexion_threshold_deg, policy.gates.largest_back_view_deg) == (30.0, 45.0)
    assert policy.gates.largest_view_angle_deg == Policy().gates.largest_view_angle_deg


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        pytest.param(
            "spine_bend_form = 0.9",
            "unknown key 'spine_bend_form'; did you mean 'spine_bend_from'?",
            id="typo",
        ),
        pytest.param(
            "[gates]\nleast_hight_px = 1",
            "gates: unknown key 'least_hight_px'; did you mean 'least_height_px'?",
            id="nested",
        ),
        pytest.param(
            "spine_bend_from = 'high'",
            "spine_bend_from is 'high', expected a number of at least 0",
            id="text",
        ),
        pytest.param(
            "[gates]\nleast_frames = 2.5", "gates.least_frames is 2.5, expected a whole number", id="fraction"
        ),
        pytest.param("gates = 3", "gates is no table", id="no table"),
        pytest.param(
            "spine_bend_from = nan", "spine_bend_from is nan, expected a number of at least 0", id="nan"
        ),
        pytest.param("spine_bend_from =", "is not TOML", id="syntax"),
        pytest.param("figures = 3", "figures is no table", id="figures no table"),
        pytest.param(
            "[figures]\nleast_grop_size = 3",
            "figures: unknown key 'least_grop_size'; did you mean 'least_group_size'?",
            id="typo in figures",
        ),
        pytest.param(
            "[figures]\nleast_group_size = 0",
            "figures.least_group_size is 0, expected a whole number of at least 1",
            id="no group",
        ),
        pytest.param("[figures.spine_bend_bands]\nsafe = 0\nmany = 0.3", "has a band 'safe'", id="safe"),
        pytest.param(
            "[figures.spine_bend_bands]\nfew = 0\nsome = 0.3\nmany = 0.3",
            "expected two or more bands, the first from 0",
            id="bands that do not ascend",
        ),
        pytest.param(
            "[figures.spine_bend_bands]\nfew = 0\nmany = 30", "bands from shares below 1", id="percent"
        ),
        pytest.param("[figures]\nfollow_up_weeks = [4, 1]", "ascending order", id="weeks"),
        pytest.param(
            "[figures.validation.dock]\nspine_bends = 3\nspine_bends_found = 4\nothers = 1\nothers_found = 1",
            "those found at most as many as there are",
            id="more found than there are",
        ),
    ],
)
def test_each_fault_is_one_sentence(load, text, sentence):
    with pytest.raises(PolicyError, match=r"policy\.toml") as caught:
        load(text)
    assert sentence in str(caught.value)


def test_the_figures_are_part_of_the_policy(load):
    one = load("[figures]\nleast_group_size = 8\n[figures.workers_per_shift]\ndock = 9\nyard = 4\n")
    same = load("[figures.workers_per_shift]\nyard = 4\ndock = 9\n[figures]\nleast_group_size = 8\n")
    assert one.figures.workers_per_shift == {"dock": 9, "yard": 4}
    assert one.policy_id == same.policy_id != load("").policy_id
    renamed = load("[figures.spine_bend_bands]\nlittle = 0\nsome = 0.1\nmany = 0.3\n")
    assert renamed.policy_id != load("").policy_id


def test_the_printed_policy_is_the_built_in_one_and_names_every_key(load):
    assert load(template()) == load_policy(None)
    shown = tomllib.loads(template())
    built_in = dataclasses.asdict(Policy()) | {"figures": Figures().model_dump()}
    optional = {"validation"}
    assert set(shown) == set(built_in)
    for table in ("gates", "spine", "figures"):
        assert set(shown[table]) == set(built_in[table]) - optional


def test_the_command_prints_a_policy_that_can_be_used(load, capsys):
    assert show() == 0
    assert load(capsys.readouterr().out) == load_policy(None)


def test_all_faults_are_named_at_once(load):
    with pytest.raises(PolicyError) as caught:
        load("a = 1\nb = 2\n")
    assert len(str(caught.value).splitlines()) == 2


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(PolicyError, match="no such policy file"):
        load_policy(tmp_path / "none.toml")

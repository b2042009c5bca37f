"""The cue for a lift: chosen by what stands out of it, worded from outside, in the trainers' own words."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from pipelines.cues import LANGUAGES, LONGEST_TEXT, MEASURES, Cue, choose, load_cues
from pipelines.sites.site import SiteError, load_site
from pipelines.sites.template import template

# What lies inside a body; a cue that names it draws attention away from the effect.
INSIDE = re.compile(
    r"\b(muscles?|spine|lumbar|lower back|knees?|hips?|core|abs|glutes?|hamstrings?"
    r"|muskeln?|wirbelsäule|lende\w*|knie|hüften?|bauch\w*|gesäßmuskel\w*"
    r"|músculos?|columna|lumbar|rodillas?|caderas?|abdom\w*|glúteos?)\b",
    re.IGNORECASE,
)
# A lift in which nothing stands out.
PLAIN = {
    "back_pole_gap_change_percent": 0.5,
    "knee_flexion_peak_deg": 60.0,
    "trunk_inclination_peak_deg": 45.0,
    "origin_height_stature": 0.4,
    "reach_stature": 0.2,
    "hold_above_60_s": 0.5,
}


def cue_of(technique="spine_bend", **measured):
    return choose(pd.DataFrame([{**PLAIN, **measured, "technique": technique}])).iloc[0]


@pytest.mark.parametrize(
    ("measured", "cue"),
    [
        pytest.param({}, Cue.SKI_POLE, id="nothing else stands out"),
        pytest.param({"back_pole_gap_change_percent": 4.0}, Cue.SKI_POLE, id="back off the pole"),
        pytest.param({"knee_flexion_peak_deg": 2.0}, Cue.WALL_BEHIND, id="stiff legs"),
        pytest.param({"trunk_inclination_peak_deg": 100.0}, Cue.LOGO_AHEAD, id="trunk far over"),
        pytest.param({"origin_height_stature": 0.0}, Cue.LOW_STOOL, id="from the floor"),
        pytest.param({"reach_stature": 0.45}, Cue.BELT_BUCKLE, id="far away"),
        pytest.param({"hold_above_60_s": 12.0}, Cue.FLOOR_AWAY, id="stays down"),
        pytest.param(dict.fromkeys(PLAIN, np.nan), Cue.SKI_POLE, id="nothing measured"),
    ],
)
def test_what_stands_out_makes_the_cue(measured, cue):
    assert cue_of(**measured) == cue


def test_the_stronger_of_two_wins():
    far = {"reach_stature": 0.45}
    assert cue_of(**far, hold_above_60_s=3.0) == Cue.BELT_BUCKLE
    assert cue_of(**far, hold_above_60_s=30.0) == Cue.FLOOR_AWAY


@pytest.mark.parametrize("technique", ["hip_hinge", "squat", "indeterminate", None])
def test_only_flagged_lifts_have_a_cue(technique):
    assert pd.isna(cue_of(technique))


def test_no_lifts_have_no_cues():
    frame = pd.DataFrame({name: pd.Series(dtype=float) for name in MEASURES}).assign(technique="")
    assert choose(frame).empty


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cue_is_one_short_sentence_that_points_outside(language):
    words = load_cues(None)
    texts = [words.say(cue, language) for cue in Cue]
    assert len(set(texts)) == len(Cue)
    for text in texts:
        assert 20 < len(text) <= LONGEST_TEXT
        assert not INSIDE.search(text), text


def test_languages_differ_and_an_unknown_one_is_english():
    words = load_cues(None)
    for cue in Cue:
        assert len({words.say(cue, language) for language in LANGUAGES}) == 3
        assert words.say(cue, "fr") == words.say(cue, "en")
    assert words.say(None, "en") == ""


def test_trainers_change_one_and_keep_the_others(tmp_path):
    path = tmp_path / "cues.toml"
    path.write_text('[ski_pole]\nde = "Denk an die Latte."\n', "utf-8")
    own, built_in = load_cues(path), load_cues(None)
    assert own.say(Cue.SKI_POLE, "de") == "Denk an die Latte."
    assert own.say(Cue.SKI_POLE, "es") == built_in.say(Cue.SKI_POLE, "es")
    assert own.say(Cue.LOW_STOOL, "de") == built_in.say(Cue.LOW_STOOL, "de")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[ski_pol]\nen = "x"', "unknown cue 'ski_pol'; did you mean 'ski_pole'?"),
        ('[ski_pole]\nfr = "x"', "ski_pole: unknown language 'fr', expected en, de, es"),
        ("[ski_pole]\nen = 3", "ski_pole.en is 3, expected a sentence of at most 160 characters"),
        ("ski_pole = 3", "ski_pole is 3, expected a table with en, de, es"),
        ("[ski_pole", "is not TOML"),
    ],
)
def test_a_faulty_file_is_one_sentence(tmp_path, text, said):
    path = tmp_path / "cues.toml"
    path.write_text(text)
    with pytest.raises(SiteError) as caught:
        load_cues(path)
    assert str(caught.value).startswith(f"{path}: {said}")
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_told(tmp_path):
    with pytest.raises(SiteError, match="no such file of cues"):
        load_cues(tmp_path / "cues.toml")


def test_the_file_lies_beside_the_site_file(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(template().replace("# cues =", "cues ="))
    assert load_site(path).review.cues == str(tmp_path / "cues.toml")
    path.write_text(template())
    assert load_site(path).review.cues is None

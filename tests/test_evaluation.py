"""Comparing found lifts with labelled ones: hand-made cases, and whole clips against their known times."""

import numpy as np
import pandas as pd
import pytest
from barcode import EMPTY, LIFT, SET_DOWN, BarcodePose, write_clip

from detectors.evaluation import Verdicts, match, pooled, score, verdicts, wilson
from pipelines.proof import evaluate
from pipelines.proof.evaluate import LabelsError, read_labels

NONE = np.empty((0, 2))
HEADER = "file,start_s,grasp_s,end_s\n"


def lifts(*times_s):
    return pd.DataFrame(times_s, columns=["start_s", "grasp_s", "end_s"], dtype=float)


@pytest.mark.parametrize(
    ("labelled", "found", "pairs"),
    [
        pytest.param([[0, 2]], [[0, 2]], [[0, 0]], id="the same"),
        pytest.param([[0, 2]], [[0, 1]], [[0, 0]], id="exactly half"),
        pytest.param([[0, 2]], [[0, 0.98]], [], id="just under half"),
        pytest.param([[0, 2]], [[2, 4]], [], id="end to end"),
        pytest.param([[0, 2]], [[0.5, 2], [0, 1.9]], [[0, 1]], id="two found on one lift"),
        pytest.param([[0, 2], [2, 4]], [[0, 4]], [[0, 0]], id="two lifts found as one"),
        pytest.param([[0, 2], [5, 7]], [[5, 7], [0, 2]], [[0, 1], [1, 0]], id="any order"),
        pytest.param(
            [[0, 10], [4, 13]], [[1, 10.5], [0, 6]], [[0, 1], [1, 0]], id="best pair left for two pairs"
        ),
        pytest.param(NONE, [[0, 2]], [], id="nothing labelled"),
        pytest.param([[0, 2]], NONE, [], id="nothing found"),
        pytest.param(NONE, NONE, [], id="nothing at all"),
    ],
)
def test_each_lift_is_matched_at_most_once(labelled, found, pairs):
    out = match(np.array(labelled, dtype=float), np.array(found, dtype=float))
    assert out.tolist() == pairs


def test_counts_and_errors_of_a_clip():
    truth = lifts((1, 2, 3), (4, 5, 6), (7, 8, 9))
    found = lifts((20, 21, 22), (3.8, 5.1, 6), (1.2, 2, 2.9))
    clip = score(truth, found)
    assert (clip.labelled, clip.found, clip.matched, clip.missed, clip.extra) == (3, 3, 2, 1, 1)
    np.testing.assert_allclose(clip.error_s, [[0.2, 0.0, -0.1], [-0.2, 0.1, 0.0]], atol=1e-12)
    np.testing.assert_allclose(clip.mean_error_s, [0.2, 0.05, 0.05])
    np.testing.assert_allclose(clip.largest_error_s, [0.2, 0.1, 0.1])


def test_without_a_match_the_errors_are_unknown():
    clip = score(lifts((1, 2, 3)), lifts())
    assert (clip.matched, clip.missed, clip.extra) == (0, 1, 0)
    assert np.isnan(clip.mean_error_s).all()
    assert np.isnan(clip.largest_error_s).all()


def test_clips_are_pooled_by_lift_not_by_clip():
    one = score(lifts((1, 2, 3)), lifts((1.3, 2, 3)))
    three = score(*[lifts((1, 2, 3), (5, 6, 7), (9, 10, 11))] * 2)
    both = pooled([one, three, score(lifts(), lifts((1, 2, 3)))])
    assert (both.labelled, both.found, both.matched) == (4, 5, 4)
    assert both.mean_error_s[0] == pytest.approx(0.3 / 4)
    assert pooled([]).labelled == 0


# Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0000, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_intervals_are_the_published_ones(successes, trials, low, high):
    assert wilson(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_no_trials_tell_nothing():
    assert np.isnan(wilson(0, 0)).all()


@pytest.fixture
def footage(tmp_path):
    folder = tmp_path / "footage"
    write_clip(folder / "deep" / "taken.mp4", LIFT)
    write_clip(folder / "set_down.mp4", SET_DOWN)
    write_clip(folder / "nobody.mp4", EMPTY, 2.0)
    return folder


@pytest.fixture
def evaluated(tmp_path, footage, capsys):
    def run(text):
        path = tmp_path / "labels.csv"
        path.write_text(text)
        made = (lambda weights, device: BarcodePose(weights, 640, device), lambda device: None)
        status = evaluate.run(path, footage, None, *made)
        return status, *capsys.readouterr()

    return run


def cells(page, clip):
    line = next(line for line in page.splitlines() if line.startswith(f"| {clip} |"))
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_a_page_counts_each_clip_and_all_together(evaluated):
    labels = "taken.mp4,1.5,2.9,4.3\nset_down.mp4,1.5,2.9,4.3\nset_down.mp4,8,9,10\nnobody.mp4,,,\n"
    status, page, complaints = evaluated(HEADER + labels)
    assert (status, complaints) == (0, "")
    assert cells(page, "taken.mp4")[1:6] == ["1", "1", "1", "0", "0"]
    assert cells(page, "set_down.mp4")[1:6] == ["2", "1", "1", "1", "0"]
    assert cells(page, "nobody.mp4")[1:9] == ["0", "0", "0", "0", "0", "-", "-", "-"]
    assert cells(page, "**all**")[1:6] == ["3", "2", "2", "1", "0"]
    largest = [float(cell.split("/")[1]) for cell in cells(page, "taken.mp4")[6:9]]
    assert max(largest) <= 0.4
    assert "Matched 2 of 3 labelled lifts: 0.667" in page
    assert "barcode@000000000000" in page


def test_a_lift_where_none_is_labelled_is_extra(evaluated):
    _, page, _ = evaluated(f"{HEADER}taken.mp4,,,\n")
    assert cells(page, "taken.mp4")[1:6] == ["0", "1", "0", "0", "1"]
    assert "Wilson" not in page


def test_a_clip_that_is_not_there_is_named_and_the_others_go_on(evaluated, footage):
    (footage / "broken.mp4").write_text("no video")
    status, page, complaints = evaluated(f"{HEADER}gone.mp4,,,\nbroken.mp4,,,\nnobody.mp4,,,\n")
    assert status == 1
    assert cells(page, "nobody.mp4")
    assert [line.split(":")[0] for line in complaints.splitlines()] == ["gone.mp4", "broken.mp4"]


def test_two_clips_of_one_name_are_not_guessed_between(evaluated, footage):
    write_clip(footage / "other" / "taken.mp4", EMPTY, 1.0)
    status, _, complaints = evaluated(f"{HEADER}taken.mp4,1.5,2.9,4.3\n")
    assert status == 1
    assert "2 files of that name" in complaints


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param("file,start_s\na.mp4,1\n", "columns", id="columns missing"),
        pytest.param(HEADER + "a.mp4,1,2,3\nb.mp4,1,3,2\n", "line 3", id="end before grasp"),
        pytest.param(HEADER + "a.mp4,1,,3\n", "line 2", id="half a row"),
        pytest.param(HEADER + ",1,2,3\n", "line 2", id="no file"),
        pytest.param(HEADER + "a.mp4,one,2,3\n", "can't be read", id="no number"),
        pytest.param("", "can't be read", id="empty"),
    ],
)
def test_bad_labels_get_one_sentence(evaluated, text, says):
    status, page, complaints = evaluated(text)
    assert (status, page) == (1, "")
    assert says in complaints
    assert len(complaints.splitlines()) == 1


def test_missing_labels_get_one_sentence(tmp_path, capsys):
    assert evaluate.run(tmp_path / "none.csv", tmp_path, None) == 1
    assert "none.csv" in capsys.readouterr().err


def test_verdicts_count_what_is_right_wrong_and_left_open():
    starts = [0.0, 10.0, 20.0, 30.0, 40.0]
    spine = ["bent", "neutral", "neutral", "bent", None]
    labelled = pd.DataFrame({"start_s": starts, "end_s": [s + 2 for s in starts], "spine": spine})
    technique = ["spine_bend", "squat", "spine_bend", "indeterminate", "spine_bend"]
    found = pd.DataFrame({"start_s": starts, "end_s": [s + 2.2 for s in starts], "technique": technique})
    assert verdicts(labelled, found) == Verdicts(right=2, wrong=1, indeterminate=1)
    # In another order, and with one lift that was not found.
    assert verdicts(labelled, found.iloc[[3, 2, 1]]) == Verdicts(right=1, wrong=1, indeterminate=1)


def test_a_word_for_the_spine_that_nobody_knows_is_refused(tmp_path):
    path = tmp_path / "labels.csv"
    path.write_text("file,start_s,grasp_s,end_s,spine\na.mp4,1,2,3,round\n")
    with pytest.raises(LabelsError, match="spine is 'round', expected bent, neutral or nothing"):
        read_labels(path)

"""The counts by which a zone's share is corrected: of its own looks, and where the policy reads them."""

from __future__ import annotations

import pandas as pd
import pytest

from pipelines.exposure.rates import Validation
from pipelines.judging.command import template
from pipelines.judging.policy import load_policy
from pipelines.reviewing.correcting import errors_by_zone, lines, with_errors


def looks(zone, bends, bends_found, others, others_found):
    """Return answered looks, each drawn with the same probability."""
    kinds = [
        ("spine_bend", "spine_bend", bends_found),
        ("hip_hinge", "spine_bend", bends - bends_found),
        ("hip_hinge", "hip_hinge", others_found),
        ("spine_bend", "hip_hinge", others - others_found),
    ]
    rows = [(said, answer) for said, answer, n in kinds for _ in range(n)]
    found = pd.DataFrame(rows, columns=["technique", "answer"])
    return found.assign(
        zone=zone,
        item_id=[f"{zone}{at}" for at in range(len(rows))],
        item_kind="lift",
        stratum=f"{zone}/lift/all",
        drawn_share=0.5,
        weight=2.0,
        looked_at=True,
        is_found=True,
        is_lift=True,
    )


LOOKS = pd.concat(
    [
        looks("Aisle 3", 60, 48, 60, 54),
        looks("inbound", 100, 80, 100, 90),
        looks("packing", 12, 12, 90, 90),
        looks("yard", 60, 20, 60, 30),
    ],
    ignore_index=True,
)
ZONES = ["Aisle 3", "inbound", "packing", "yard"]


def found(*zones):
    return errors_by_zone(LOOKS, zones or ZONES)


def test_each_zone_is_counted_by_its_own_looks():
    aisle, inbound, *_ = found()
    assert (aisle.bends.value, inbound.others.value) == pytest.approx((0.8, 0.9))
    counts = inbound.counts
    assert counts.spine_bends_found / counts.spine_bends == pytest.approx(0.8, abs=0.01)
    # Looks of equal weight are worth nearly as many as they are, and never more.
    assert 90 <= counts.spine_bends <= 100
    assert 50 <= aisle.counts.others <= 60


def test_few_looks_and_chance_are_refused_in_a_sentence():
    _, _, packing, yard = found()
    assert packing.counts is None
    assert "at least 20 of each" in packing.why_not
    assert yard.counts is None
    assert "no better than chance" in yard.why_not
    (nowhere,) = found("nowhere")
    assert "worth 0 independent spine bends and 0 others" in nowhere.why_not
    with pytest.raises(ValueError, match="nowhere: too few"):
        lines(nowhere)


def test_the_lines_say_share_interval_and_looks(tmp_path):
    aisle, _ = found("Aisle 3", "inbound")
    text = lines(aisle)
    assert text.startswith('[figures.validation."Aisle 3"]\n# spine bends called so: 80% (')
    assert "60 looks worth" in text
    path = tmp_path / "policy.toml"
    path.write_text(text, "utf-8")
    assert load_policy(path).figures.validation == {"Aisle 3": aisle.counts}


@pytest.mark.parametrize(
    "before",
    [
        pytest.param("", id="empty"),
        pytest.param(template(), id="template"),
        pytest.param(
            "[figures.validation.'Aisle 3']\nspine_bends = 1 # old\nspine_bends_found = 1\nothers = 1\n"
            "others_found = 1\n[figures.workers_per_shift]\ninbound = 6\n",
            id="counted before",
        ),
    ],
)
def test_the_policy_file_holds_the_counts_of_the_zones_that_have_enough(tmp_path, before):
    path = tmp_path / "policy.toml"
    for _ in range(2):
        before = with_errors(before, found())
        path.write_text(before, "utf-8")
        validation = load_policy(path).figures.validation
        assert set(validation) == {"Aisle 3", "inbound"}
        assert validation["Aisle 3"] == found()[0].counts != Validation(1, 1, 1, 1)

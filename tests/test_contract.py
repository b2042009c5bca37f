"""The check of a table names every fault in plain words; the page is the specification."""

from pathlib import Path

import pandas as pd
import pytest

from detectors.contract import ContractError, conform, empty, limits
from detectors.tables import EXPOSURE, FOOTAGE, JUDGEMENTS, LIFTS, TABLES, Column
from pipelines.storage.contract_page import PURPOSE, page


def example(spec, **values):
    frame = pd.DataFrame([{column.name: column.example for column in spec.columns}])
    return frame.astype({column.name: column.dtype for column in spec.columns}).assign(**values)


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_the_examples_of_the_specification_keep_it(spec):
    checked = conform(spec, example(spec))
    assert list(checked.columns) == spec.names
    assert {name: str(dtype) for name, dtype in checked.dtypes.items()} == {
        column.name: column.dtype for column in spec.columns
    }


@pytest.mark.parametrize("spec", TABLES.values(), ids=lambda spec: spec.name)
def test_an_empty_table_keeps_it_and_the_key_is_of_its_columns(spec):
    assert conform(spec, empty(spec)).shape == (0, len(spec.names))
    assert set(spec.key) <= set(spec.names)
    assert len(set(spec.names)) == len(spec.names)


def test_a_table_without_rows_or_types_gets_the_types():
    assert conform(EXPOSURE, pd.DataFrame(columns=EXPOSURE.names))["frames_analysed"].dtype == "int64"


def test_columns_come_in_order_and_text_as_text():
    shuffled = example(FOOTAGE)[FOOTAGE.names[::-1]].astype({"path": object, "reason": object})
    shuffled["reason"] = pd.Series([None], dtype=object)
    checked = conform(FOOTAGE, shuffled)
    assert list(checked.columns) == FOOTAGE.names
    assert checked["path"].dtype == "str"
    assert checked["reason"].isna().all()


def test_the_frame_given_is_not_changed():
    given = example(FOOTAGE, reason=pd.Series([None], dtype=object))
    before = given.copy(deep=True)
    conform(FOOTAGE, given)
    pd.testing.assert_frame_equal(given, before)


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        pytest.param(
            {"technique": "stoop"},
            "column 'technique' is not one of hip_hinge, spine_bend, squat, indeterminate "
            "in 1 of 1 rows (first: 'stoop')",
            id="value outside the vocabulary",
        ),
        pytest.param(
            {"p_spine_bend": -0.5},
            "column 'p_spine_bend' is not at least 0 and at most 1 in 1 of 1 rows (first: -0.5)",
            id="value out of range",
        ),
        pytest.param({"reason": None}, "column 'reason' is unknown in 1 of 1 rows, expected none", id="null"),
        pytest.param(
            {"p_spine_bend": "high"}, "column 'p_spine_bend' has dtype str, expected float64", id="wrong type"
        ),
        pytest.param({"weight": 3}, "unknown column 'weight'", id="unknown column"),
    ],
)
def test_a_fault_is_one_plain_clause(values, sentence):
    with pytest.raises(ContractError) as error:
        conform(JUDGEMENTS, example(JUDGEMENTS, **values))
    assert str(error.value) == f"table 'judgements': {sentence}"


def test_all_faults_stand_in_one_message():
    row = example(FOOTAGE, status="lost", frame_rate_hz=-1.0, width_px=1.5)
    with pytest.raises(ContractError) as error:
        conform(FOOTAGE, pd.concat([row, row]))
    message = str(error.value)
    assert "key (footage_id, camera_id) is not unique, 1 of 2 rows repeat it" in message
    assert message.index("'frame_rate_hz'") < message.index("'width_px'") < message.index("'status'")


def test_missing_and_doubled_columns_are_named():
    frame = example(JUDGEMENTS)
    with pytest.raises(ContractError, match=r"missing column 'reason'; missing column 'margin_se'$"):
        conform(JUDGEMENTS, frame.drop(columns=["reason", "margin_se"]))
    with pytest.raises(ContractError, match="column 'reason' is there twice"):
        conform(JUDGEMENTS, pd.concat([frame, frame[["reason"]]], axis=1))


def test_times_of_another_zone_are_refused():
    local = example(LIFTS)["grasp_utc"].dt.tz_convert("Europe/Berlin")
    with pytest.raises(ContractError, match=r"grasp_utc.* expected datetime64\[us, UTC\]"):
        conform(LIFTS, example(LIFTS, grasp_utc=local))


def test_limits_are_words():
    assert (
        limits(Column("load_kg", "float64", "kg", "load", low=0.0, high=23.0)) == "at least 0 and at most 23"
    )
    assert limits(Column("load_kg", "float64", "kg", "load")) == ""


def test_the_page_in_the_repository_is_the_specification():
    committed = Path(__file__).parents[1] / "data" / "README.md"
    assert committed.read_text(encoding="utf-8") == page(), "run python -m pipelines.storage.contract_page"


def test_the_page_has_every_table_and_column():
    assert set(PURPOSE) == {*TABLES, "interventions"}
    for spec in TABLES.values():
        section = page().split(f"\n## {spec.name}\n")[1].split("\n## ")[0]
        assert [f"| `{name}` |" for name in spec.names] == [
            line[: line.index("|", 2) + 1] for line in section.splitlines() if line.startswith("| `")
        ]

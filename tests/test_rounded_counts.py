"""What may be told of a whole site where some of its zones are hidden."""

import numpy as np
import pandas as pd

from pipelines.exposure.rounded_counts import any_suppressed, in_tens


def test_ten_counts_in_a_row_read_the_same():
    counts = pd.DataFrame({"lifts": np.arange(5, 25)})
    assert in_tens(counts)["lifts"].tolist() == [10] * 10 + [20] * 10


def test_a_rounded_count_is_never_off_by_more_than_five_and_keeps_its_place():
    counts = pd.DataFrame([[0, 4], [123, 9999]], index=["was", "is"], columns=["a", "b"])
    rounded = in_tens(counts)
    assert rounded.to_numpy().tolist() == [[0, 0], [120, 10000]]
    assert (rounded.index.tolist(), rounded.columns.tolist()) == (["was", "is"], ["a", "b"])


def test_one_suppressed_row_of_any_day_is_enough():
    shown, hidden = (
        pd.DataFrame({"status": status}) for status in (["shown", "no_data"], ["shown", "suppressed"])
    )
    assert any_suppressed([shown, hidden])
    assert not any_suppressed([shown, shown])
    assert not any_suppressed([])

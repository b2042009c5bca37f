"""The page Review gives the next lift, records what is said of it, and hides what is to be hidden."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import pandas as pd
import pytest
from dashboard_pages import opened
from recorded_lift import DAY
from reviewed_night import MADE_UP, STRATUM, VERDICTS, add_drawn, night_of

from dashboard import answering
from dashboard.access import MAY_OPEN
from dashboard.audit import views
from dashboard.clips_ahead import ClipsAhead, Wanted
from dashboard.summaries.review import Show, answered, blind_queue, candidates, progress, queue, unseen_blind
from dashboard.views import review_clip
from dashboard.views.review_clip import blind_span_s
from detectors.tables import JUDGEMENTS, LIFTS
from pipelines.clips.kept import clip_path, keep_clip
from pipelines.clips.looks import ClipError, ClipFault
from pipelines.reviewing.labels import current, labels
from pipelines.reviewing.reviewers import LOCAL
from pipelines.reviewing.tables import LABELS, Purpose
from pipelines.sites.access import Role
from pipelines.storage.store import Store, StoreError


def standing(*rows):
    columns = ["item_id", "reviewer", "purpose", "answer"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


ITEMS = pd.DataFrame({"item_id": ["a", "b", "c", "d"], "flagged": [True, True, False, True]})
SAID = standing(
    ("a", "me", "review", "squat"), ("b", "you", "review", "hip_hinge"), ("d", "me", "blind", "squat")
)


def test_what_others_answered_comes_later_and_what_was_skipped_last():
    rows = answered(ITEMS, SAID, "me", Purpose.REVIEW)
    assert rows["mine"].fillna("").tolist() == ["squat", "", "", ""]
    assert candidates(rows, True, {}) == ["c", "d", "b"]
    assert candidates(rows, True, {"c": 1}) == ["d", "b", "c"]
    assert candidates(rows, False, {"c": 2, "d": 1}) == ["a", "b", "d", "c"]
    assert (progress(rows).done, progress(rows).total) == (1, 4)


def test_the_queue_leaves_out_what_is_to_be_seen_blindly_first():
    withheld = unseen_blind(ITEMS.tail(2), SAID, "me")
    assert withheld.tolist() == ["c"]
    assert queue(ITEMS, Show.ALL, withheld)["item_id"].tolist() == ["a", "b", "d"]
    assert queue(ITEMS, Show.FLAGGED, withheld)["item_id"].tolist() == ["a", "b", "d"]


def test_what_was_seen_with_the_answer_is_not_blind_any_more():
    rows = blind_queue(ITEMS, SAID, "me")
    assert sorted(rows["item_id"]) == ["b", "c", "d"]
    assert progress(rows).done == 1


def test_two_reviewers_see_the_drawn_items_in_orders_of_their_own():
    many = pd.DataFrame({"item_id": [f"{n:04x}" for n in range(40)]})
    orders = [blind_queue(many, standing(), who)["item_id"].tolist() for who in ("me", "you")]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def test_a_blind_clip_tells_nothing_by_its_length():
    lift, nothing = blind_span_s(100.0, 102.5), blind_span_s(200.0, 210.0)
    assert lift[1] - lift[0] == 10.0
    assert nothing == (200.0, 210.0)
    assert sum(lift) / 2 == 101.25


def test_the_clip_that_is_waited_for_is_cut_first_and_a_failure_is_told_once():
    cut, ahead = [], ClipsAhead()

    def refuse():
        raise ClipError("frame 7 shows a head")

    ahead.want(
        "one", [Wanted("a", lambda: time.sleep(0.2)), *(Wanted(k, lambda k=k: cut.append(k)) for k in "bc")]
    )
    ahead.want("two", [Wanted("d", lambda: cut.append("d")), Wanted("e", refuse)])
    until = time.monotonic() + 5.0
    while (len(cut) < 3 or ahead.fault("e") is None) and time.monotonic() < until:
        time.sleep(0.01)
    assert set(cut) == {"b", "c", "d"}
    assert cut.index("d") < cut.index("c")
    assert str(ahead.fault("e")) == "frame 7 shows a head"
    ahead.want("two", [Wanted("e", lambda: cut.append("e"))])
    ahead.forget("e")
    assert ahead.fault("e") is None


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    return night_of(tmp_path_factory.mktemp("night"))


@pytest.fixture
def night(filled, monkeypatch):
    """Return the night with no label, nothing drawn and no lease, answers taken at once."""
    site, store, rows, clip = filled
    monkeypatch.setattr(answering, "LEAST_LOOK_S", 0.0)
    for folder in ("labels", "blind_items", "leases"):
        shutil.rmtree(f"{store.root}/{folder}", ignore_errors=True)
    return site.path, site, store, rows, clip


def page(path, **query):
    app = opened(path, "review", date=DAY.isoformat(), **query)
    assert not app.exception
    return app


def press(app, what):
    app.button(key=f"answer-{what}").click().run()
    assert not app.exception
    return app


def heads(app):
    return [
        one.value
        for kind in ("markdown", "caption", "info", "success", "warning", "error")
        for one in app.get(kind)
    ]


def test_only_trainers_review():
    assert MAY_OPEN["review"] == {Role.TRAINER}


def test_an_answer_is_in_the_store_and_the_next_lift_is_shown(night):
    path, site, store, *_ = night
    before = len(views(site, store))
    app = page(path)
    assert len(app.get("video")) == 1
    press(app, "hip_hinge")
    (row,) = labels(store, site.name).to_dict("records")
    assert (row["item_id"], row["answer"], row["technique"]) == (
        "beef000000000001",
        "hip_hinge",
        "spine_bend",
    )
    assert (row["reviewer"], row["purpose"], row["roles"]) == (LOCAL, "review", "manager, trainer, operator")
    assert 0.0 <= row["spent_s"] < 60.0
    press(app, "squat")
    rows = labels(store, site.name)
    assert rows["item_id"].tolist() == ["beef000000000001", "beef000000000002"]
    seen = views(site, store)["lift_id"].head(len(views(site, store)) - before)
    assert sorted(seen) == ["beef000000000001", "beef000000000002", "beef000000000003"]


def test_undo_takes_the_answer_back_and_shows_the_lift_again(night):
    path, site, store, *_ = night
    app = press(press(page(path), "hip_hinge"), "undo")
    assert current(labels(store, site.name)).empty
    assert app.button(key="answer-undo").disabled
    press(app, "spine_bend")
    standing_rows = current(labels(store, site.name))
    assert standing_rows[["item_id", "answer"]].to_numpy().tolist() == [["beef000000000001", "spine_bend"]]


def test_who_goes_on_without_an_answer_sees_it_again_last(night):
    path, site, store, *_ = night
    app = press(page(path), "next")
    for _ in range(3):
        press(app, "cannot_tell")
    assert labels(store, site.name)["item_id"].tolist() == [f"beef00000000000{n}" for n in (2, 3, 1)]
    assert "You have looked at all of them." in heads(app)
    press(app, "undo")
    assert len(current(labels(store, site.name))) == 2
    assert len(app.get("video")) == 1


def test_two_sessions_get_different_lifts_and_what_one_answered_is_last_for_nobody_else(night):
    path, site, store, *_ = night
    one, two = page(path), page(path)
    press(one, "hip_hinge")
    press(two, "spine_bend")
    said = labels(store, site.name)
    assert said["item_id"].tolist() == ["beef000000000001", "beef000000000002"]


def test_an_answer_that_comes_too_soon_was_meant_for_the_lift_before(night, monkeypatch):
    path, site, store, *_ = night
    monkeypatch.setattr(answering, "LEAST_LOOK_S", 60.0)
    press(page(path), "hip_hinge")
    assert labels(store, site.name).empty


def test_an_answer_that_could_not_be_written_is_told_and_the_lift_stays(night, monkeypatch):
    path, site, store, *_ = night
    app = page(path)
    whole = Store.write

    def full(self, spec, *rest):
        if spec is LABELS:
            raise StoreError("can't write labels: No space left on device")
        return whole(self, spec, *rest)

    monkeypatch.setattr(Store, "write", full)
    press(app, "hip_hinge")
    assert "No space left on device" in app.error[0].value
    monkeypatch.undo()
    monkeypatch.setattr(answering, "LEAST_LOOK_S", 0.0)
    press(app, "squat")
    assert labels(store, site.name)["item_id"].tolist() == ["beef000000000001"]


def test_a_label_changes_no_measurement(night):
    path, site, store, *_ = night
    paths = [
        Path(part.path) for spec in (LIFTS, JUDGEMENTS) for part in store.parts(spec, site.name, DAY, DAY)
    ]
    before = [path.read_bytes() for path in paths]
    press(page(path), "not_a_lift")
    assert len(labels(store, site.name)) == 1
    assert [path.read_bytes() for path in paths] == before


def everything(app):
    """Return every element that the page sends, but for the address of its clip."""
    sent = [(node.type, str(node.proto)) for node in [*app.main, *app.sidebar]]
    return [proto for kind, proto in sent if kind != "video"]


def test_a_blind_look_sends_the_same_page_whatever_the_machine_said(night):
    path, site, store, rows, clip = night
    drawn = add_drawn(site, store, rows, clip)
    app = page(path)
    app.button_group(key="review-mode").set_value(Purpose.BLIND).run()
    sent = []
    for done in range(len(drawn)):
        told = everything(app)
        for secret in (*VERDICTS, *drawn, STRATUM, "nothing", "Probability", "standard errors"):
            assert secret not in "\n".join(told)
        # All that may differ is how far one is, and that there is something to take back.
        (bar,) = [one for one in told if f"{done} of {len(drawn)} looked at" in one]
        sent.append([one for one in told if one != bar and "answer-undo" not in one])
        press(app, "cannot_tell")
    assert sent[0] == sent[1] == sent[2]
    said = labels(store, site.name)
    assert sorted(said["item_id"]) == sorted(drawn)
    assert set(said["purpose"]) == {"blind"}


def test_what_was_drawn_is_left_out_of_the_queue_until_it_was_seen_blindly(night):
    path, site, store, rows, clip = night
    add_drawn(site, store, rows, clip)
    app = page(path)
    assert "2 lifts were drawn for the blind look and are shown there first." in heads(app)
    press(app, "squat")
    assert labels(store, site.name)["item_id"].tolist() == ["beef000000000003"]


def test_without_anything_drawn_the_blind_look_says_so(night):
    app = page(night[0])
    app.button_group(key="review-mode").set_value(Purpose.BLIND).run()
    assert any("Nothing of this day was drawn" in one for one in heads(app))


def test_a_made_up_day_has_nothing_to_review_and_leads_to_the_recorded_night(night):
    app = opened(night[0], "review", date=MADE_UP.isoformat())
    assert not app.exception
    assert any("1 lift of this day was made up" in one for one in heads(app))
    assert not [one for one in app.button if one.key and one.key.startswith("answer-")]
    app.button(key=f"review-{DAY}").click().run()
    assert not app.exception
    assert not app.button(key="answer-next").disabled


def without_clip(site, store, lift_id):
    Path(clip_path(store, site.name, DAY, lift_id)).unlink()


def cut_within_5_s(app, found):
    until = time.monotonic() + 5.0
    while not found(app) and time.monotonic() < until:
        time.sleep(0.1)
        app.run()
    assert not app.exception
    assert found(app)


def test_a_clip_that_is_not_there_is_cut_in_the_background_and_then_shown(night, monkeypatch):
    path, site, store, _, clip = night
    without_clip(site, store, "beef000000000001")
    without_clip(site, store, "beef000000000003")
    asked = []

    def cut(at_site, day, lift_id):
        asked.append(lift_id)
        time.sleep(0.3)
        keep_clip(store, clip_path(store, at_site.name, day, lift_id), clip)

    monkeypatch.setattr(review_clip, "ask_for_clip", cut)
    app = page(path)
    assert any("Cutting the clip" in one for one in heads(app))
    assert app.button(key="answer-squat").disabled
    cut_within_5_s(app, lambda app: app.get("video"))
    assert not app.button(key="answer-squat").disabled
    until = time.monotonic() + 5.0
    while len(asked) < 2 and time.monotonic() < until:
        time.sleep(0.05)
    assert asked == ["beef000000000001", "beef000000000003"]


def test_a_clip_that_is_refused_says_why_and_can_be_tried_again(night, monkeypatch):
    path, site, store, _, clip = night
    without_clip(site, store, "beef000000000002")

    def refuse(*_):
        raise ClipError("frame 7 shows a head", ClipFault.HEAD_SHOWS, 7)

    monkeypatch.setattr(review_clip, "ask_for_clip", refuse)
    before = len(views(site, store))
    app = press(page(path), "next")
    cut_within_5_s(app, lambda app: any("a head might show in picture 7" in one for one in heads(app)))
    assert app.button(key="answer-squat").disabled
    assert len(views(site, store)) == before + 1
    target = clip_path(store, site.name, DAY, "beef000000000002")
    monkeypatch.setattr(review_clip, "ask_for_clip", lambda *_: keep_clip(store, target, clip))
    (again,) = [button for button in app.button if button.label == "Try again"]
    again.click().run()
    cut_within_5_s(app, lambda app: app.get("video"))


def test_the_page_lift_takes_an_answer_too_and_takes_back_only_its_own(night):
    path, site, store, *_ = night
    app = opened(path, "lift", date=DAY.isoformat(), lift="beef000000000004")
    assert not app.exception
    press(app, "spine_bend")
    (row,) = labels(store, site.name).to_dict("records")
    assert (row["item_id"], row["answer"], row["technique"]) == (
        "beef000000000004",
        "spine_bend",
        "hip_hinge",
    )
    app.query_params["lift"] = "beef000000000003"
    app.run()
    assert app.button(key="answer-undo").disabled
    app.query_params["lift"] = "beef000000000004"
    press(app.run(), "undo")
    assert current(labels(store, site.name)).empty

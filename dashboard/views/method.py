"""The page Method: what is counted and how, what is contested, and by which thresholds."""

from __future__ import annotations

from typing import Final

import streamlit as st

from dashboard import parts, store_reading
from dashboard.context import Context
from dashboard.summaries.method import history, shown_and_hidden, thresholds
from dashboard.wording import mark

DEFINITIONS: Final = (
    mark("**Lift**, **lowering**, **bend**: from upright to upright, with a load taken, put down, or none."),
    mark("**Spine bend**: the back is bent beyond the threshold, against the same person standing."),
    mark("**Hip hinge**: the trunk leans from the hips, the back keeps its shape. **Squat**: by the knees."),
    mark("**Indeterminate**: this camera cannot tell. It is never counted as one or the other."),
    mark("**Low bend**: the trunk leans more than 60° from the vertical at its farthest."),
    mark("**Origin height**: where the hands take the load: below the knuckles, up to the shoulders, above."),
    mark("**Observed person-hours**: time of people in view, added up. Every rate is counted per it."),
)
FORMULAS: Final = (
    (
        mark("Share of spine bends (s), of lifts with a verdict: with hip hinges and squats (h)"),
        r"p = \frac{s}{s + h}",
    ),
    (
        mark("Its bounds, were none or all of the indeterminate lifts (u) spine bends"),
        r"\frac{s}{s + h + u} \le p \le \frac{s + u}{s + h + u}",
    ),
    (mark("Rate: lifts per observed person-hour (T)"), r"\lambda = \frac{n}{T}"),
)
SURE: Final = (
    mark("An interval holds the true figure in 95 of 100 cases: exact Poisson for rates, Wilson for shares."),
    mark("Lifts of one track resemble each other; comparisons widen their intervals for it."),
    mark("Of all claims of one week and measure, at most 5 in 100 are expected to be false."),
    mark("Nothing is compared across a change of camera, model, code or policy: the series breaks there."),
    mark(
        "A figure of fewer than 30 lifts is grey. Hours without video are no data, not hours without lifts."
    ),
)
LIMITS: Final = (
    mark("A camera sees no weight and no force. What a lift weighs is only known where the site states it."),
    mark("Technique can be told from near the side only, of people who are large enough and not covered."),
    mark("A track is a stretch of one person in view. It is no identity, and one person has many tracks."),
    mark("Before and after is no trial: other things may have changed in the same weeks."),
)
CONTESTED: Final = (
    mark("Whether lifting with a bent back hurts more is contested: studies of forces and of pain disagree."),
    mark("Training in how to lift has not been shown to last. Heights, loads and layout come first."),
    mark("Posture is not harm: figures tell of exposure to bending, and a low one does not rule out harm."),
)  # fmt: skip
PRIVACY: Final = (
    mark("Nobody is named, recognised or followed from one recording to the next."),
    mark("Figures of small groups are hidden, with as many others as it takes that no sum gives them back."),
    mark("Clips are for trainers only. Each view of one is written down with time, role and lift."),
    mark("What was measured stays in the store that the site file names. The pages load nothing else."),
)


def page(at: Context) -> None:
    """Draw the definitions, how sure the figures are, their limits, and the policy with its history."""
    say = at.say
    parts.page_title(at, say("Method"))
    _points(at, say("What is counted"), DEFINITIONS)
    st.subheader(say("Formulas"))
    for words, formula in FORMULAS:
        st.caption(say(words))
        st.latex(formula)
    _points(at, say("How sure it is"), SURE)
    _points(at, say("What it cannot tell"), LIMITS)
    _points(at, say("What is contested"), CONTESTED)
    _points(at, say("Privacy"), PRIVACY)
    _policy(at)


def _points(at: Context, title: str, points: tuple[str, ...]) -> None:
    st.subheader(title)
    st.markdown("\n".join(f"- {at.say(point)}" for point in points))


def _policy(at: Context) -> None:
    say = at.say
    st.subheader(say("Policy in force"))
    named = at.site.policy_file.name if at.site.policy_file else say("built in")
    st.markdown(say("{policy} ({file})", policy=f"`{at.policy.policy_id}`", file=parts.plain(named)))
    st.caption(say("Each figure carries the policy that judged its lifts; a changed value makes a new one."))
    limits = thresholds(at.policy)
    st.dataframe(limits, hide_index=True, height=320)
    st.dataframe(shown_and_hidden(at.policy), hide_index=True)
    parts.download_row(at, "policy", say("Policy in force"), limits)
    st.subheader(say("Policies so far"))
    past = history(store_reading.policies_with_figures(at), at.policy)
    past["standing"] = [say(word) for word in past["standing"]]
    st.dataframe(past, hide_index=True)

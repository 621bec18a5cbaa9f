"""The sample of a bundle: what a verifier states, what is kept, and what is missing."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from rewards.pooling.refusals import NotInSample, SampleIncomplete
from rewards.pooling.sample import (
    CONFIRMED,
    CORRECTED,
    OUTCOMES,
    SampledMass,
    SampleFinding,
    StatedFinding,
    found_masses,
    missing_findings,
    settle_findings,
)

ONE, TWO, THREE, STRANGER = (UUID(int=number) for number in (1, 2, 3, 9))
SAMPLE = [SampledMass(ONE, 1000, None), SampledMass(TWO, 0, None), SampledMass(THREE, 500, 480)]
MG = st.integers(0, 2000)


def stated(action_id: UUID, found_mg: int | None = None, note: str | None = None) -> StatedFinding:
    return StatedFinding(action_id, found_mg, note)


@pytest.mark.parametrize(
    ("action_id", "found_mg", "kept_mg", "outcome"),
    [
        (ONE, None, 1000, CONFIRMED),
        (ONE, 1000, 1000, CONFIRMED),
        (ONE, 999, 999, CORRECTED),
        (ONE, 1001, 1001, CORRECTED),
        # Nothing found is a finding, and not the silence that confirms.
        (ONE, 0, 0, CORRECTED),
        (TWO, 0, 0, CONFIRMED),
        (TWO, None, 0, CONFIRMED),
        # What was found before decides nothing: it is compared with what was recorded.
        (THREE, 480, 480, CORRECTED),
        (THREE, None, 500, CONFIRMED),
    ],
)
def test_a_finding_confirms_what_was_recorded_or_corrects_it(
    action_id: UUID, found_mg: int | None, kept_mg: int, outcome: str
) -> None:
    assert settle_findings([stated(action_id, found_mg, "seen")], SAMPLE) == [
        SampleFinding(action_id, kept_mg, outcome, "seen")
    ]


def test_of_several_findings_for_one_the_last_counts() -> None:
    kept = settle_findings([stated(ONE, 5), stated(TWO), stated(ONE, 7, "again")], SAMPLE)
    assert kept == [
        SampleFinding(ONE, 7, CORRECTED, "again"),
        SampleFinding(TWO, 0, CONFIRMED, None),
    ]


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_reduction_that_was_not_drawn_is_refused_at_its_place(at: int) -> None:
    findings = [stated(ONE), stated(TWO)]
    findings.insert(at, stated(STRANGER, 1))
    with pytest.raises(NotInSample) as refused:
        settle_findings(findings, SAMPLE)
    assert refused.value.pointer == f"/findings/{at}/action_id"


def test_nothing_stated_keeps_nothing() -> None:
    assert settle_findings([], SAMPLE) == []


def test_what_has_a_finding_is_not_missing() -> None:
    assert missing_findings(SAMPLE) == 2
    assert missing_findings(SAMPLE, settle_findings([stated(ONE)], SAMPLE)) == 1
    # A second look at what had a finding makes nothing else less missing.
    assert missing_findings(SAMPLE, settle_findings([stated(THREE)], SAMPLE)) == 2
    assert missing_findings([]) == 0


def test_an_opinion_waits_for_the_last_finding() -> None:
    with pytest.raises(SampleIncomplete) as refused:
        found_masses(SAMPLE)
    assert refused.value.facts == {"missing": 2}


@st.composite
def samples(draw: st.DrawFn) -> tuple[list[SampledMass], list[StatedFinding]]:
    """A sample without findings, and findings for some of it, some more than once."""
    masses = draw(st.lists(MG, min_size=1, max_size=8))
    sample = [SampledMass(UUID(int=at), mg, None) for at, mg in enumerate(masses)]
    drawn = st.tuples(st.integers(0, len(masses) - 1), st.none() | MG)
    return sample, [stated(UUID(int=at), found) for at, found in draw(st.lists(drawn, max_size=12))]


@given(samples())
def test_kept_and_missing_make_up_the_sample(
    case: tuple[list[SampledMass], list[StatedFinding]],
) -> None:
    sample, findings = case
    kept = settle_findings(findings, sample)
    assert len(kept) + missing_findings(sample, kept) == len(sample)
    assert {each.action_id for each in kept} == {each.action_id for each in findings}
    assert {each.outcome for each in kept} <= set(OUTCOMES)


@given(samples())
def test_the_masses_are_read_when_and_only_when_nothing_is_missing(
    case: tuple[list[SampledMass], list[StatedFinding]],
) -> None:
    sample, findings = case
    kept = {each.action_id: each for each in settle_findings(findings, sample)}
    looked_at = [
        each._replace(found_mg=kept[each.action_id].found_mg) if each.action_id in kept else each
        for each in sample
    ]
    if missing_findings(looked_at):
        with pytest.raises(SampleIncomplete) as refused:
            found_masses(looked_at)
        assert refused.value.facts == {"missing": len(sample) - len(kept)}
        return
    pairs = found_masses(looked_at)[0]
    assert [recorded for recorded, _ in pairs] == [each.recorded_mg for each in sample]
    for each, (recorded, found) in zip(sample, pairs, strict=True):
        confirmed = kept[each.action_id].outcome == CONFIRMED
        assert (recorded == found) == confirmed

"""Documents of a bundle: what is kept reads back as it was, and says what its readers know."""

from __future__ import annotations

import json
import string
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, strategies as st

from rewards.pooling.documents import (
    METHOD,
    NEGATIVE,
    POSITIVE,
    Amounts,
    Conditions,
    DrawnPlan,
    FactorUsed,
    MonitoringReport,
    NamedAmounts,
    Opinion,
    VersionAmounts,
)

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
REPORT = MonitoringReport(
    bundle="bdl_1",
    written_at=NOW,
    conditions=Conditions("pv", 2026, None, date(2026, 1, 1), date(2026, 6, 30), "voluntary"),
    whole=Amounts(3, 12_000),
    carried_in_mg=7,
    by_behaviour=(NamedAmounts("solar", Amounts(3, 12_000)),),
    by_month=(
        NamedAmounts("2026-01", Amounts(1, 4_000)),
        NamedAmounts("2026-02", Amounts(2, 8_000)),
    ),
    by_region=(NamedAmounts("CN-44", Amounts(3, 12_000)),),
    by_version=(
        VersionAmounts("pv", "1.2.0", b"\x01\xff", "official", "project", Amounts(3, 12_000)),
    ),
    factors=(FactorUsed("grid", "cn-44-2025"),),
)

moments = st.datetimes(timezones=st.just(UTC)).filter(lambda moment: 1 < moment.year < 9999)
words = st.text(max_size=12)
codes = st.text(string.ascii_lowercase + "._-", min_size=1, max_size=12)
mg = st.integers(0, 10**18)
amounts = st.builds(Amounts, st.integers(0, 10**9), mg)
named = st.lists(st.builds(NamedAmounts, words, amounts), max_size=3).map(tuple)
shares = st.decimals(0, 1, places=4)
plans = st.builds(
    DrawnPlan,
    population=st.integers(1, 10**7),
    confidence=shares,
    precision=shares,
    expected_share=shares,
    size=st.integers(1, 10**4),
    seed=words,
    verifier=words,
    drawn_at=moments,
)
opinions = st.one_of(
    st.builds(Opinion, st.just(True), words, moments, st.integers(0, 10**4), mg),
    st.builds(Opinion, st.just(False), words, moments),
)
conditions = st.builds(
    Conditions,
    st.none() | codes,
    st.integers(2000, 2100),
    st.none() | words,
    st.dates(),
    st.dates(),
    words,
)
versions = st.builds(VersionAmounts, codes, words, st.binary(max_size=32), words, words, amounts)
reports = st.builds(
    MonitoringReport,
    bundle=words,
    written_at=moments,
    conditions=conditions,
    whole=amounts,
    carried_in_mg=mg,
    by_behaviour=named,
    by_month=named,
    by_region=named,
    by_version=st.lists(versions, max_size=3).map(tuple),
    factors=st.lists(st.builds(FactorUsed, words, words), max_size=3).map(tuple),
)


@given(plans | opinions | reports)
def test_what_is_kept_as_json_reads_back_as_it_was(
    value: DrawnPlan | Opinion | MonitoringReport,
) -> None:
    # A binary fraction anywhere in it would not be exact.
    kept = json.loads(json.dumps(value.as_document()), parse_float=pytest.fail)
    assert type(value).from_document(kept) == value


def test_a_plan_keeps_its_decimals_as_they_were_written() -> None:
    plan = DrawnPlan(9, Decimal("0.950"), Decimal("0.10"), Decimal("0.5"), 4, "ab", "org_1", NOW)
    assert plan.as_document() == {
        "method": METHOD,
        "population": 9,
        "confidence": "0.950",
        "precision": "0.10",
        "expected_share": "0.5",
        "size": 4,
        "seed": "ab",
        "verifier_id": "org_1",
        "drawn_at": "2026-07-01T04:00:00Z",
    }


@pytest.mark.parametrize(
    ("opinion", "document"),
    [
        (
            Opinion(True, "sound", NOW, 4, 0),
            {"opinion": POSITIVE, "statement": "sound", "sampled": 4, "deducted_mg": "0"},
        ),
        (
            Opinion(True, "sound", NOW, 4, 12),
            {"opinion": POSITIVE, "statement": "sound", "sampled": 4, "deducted_mg": "12"},
        ),
        (Opinion(False, "no", NOW), {"opinion": NEGATIVE, "statement": "no"}),
    ],
)
def test_an_opinion_says_what_it_deducts_only_when_it_deducts(
    opinion: Opinion, document: dict[str, Any]
) -> None:
    assert opinion.as_document() == document | {"given_at": "2026-07-01T04:00:00Z"}


def test_an_opinion_is_positive_by_its_own_word_only() -> None:
    kept = Opinion(True, "sound", NOW, 4, 0).as_document()
    for word in (NEGATIVE, "Positive", "", None):
        assert not Opinion.from_document(kept | {"opinion": word}).positive


def test_a_report_states_its_conditions_and_masses_as_text() -> None:
    found = REPORT.as_document()
    assert found["conditions"] == {
        "methodology_code": "pv",
        "vintage": 2026,
        "region": None,
        "from": "2026-01-01",
        "to": "2026-06-30",
        "unit_class": "voluntary",
    }
    assert (found["reductions"], found["saved_mg"], found["carried_in_mg"]) == (3, "12000", "7")
    assert found["by_month"][1] == {"month": "2026-02", "reductions": 2, "saved_mg": "8000"}
    assert found["by_region"] == [{"region": "CN-44", "reductions": 3, "saved_mg": "12000"}]
    assert found["by_behaviour"][0]["behaviour"] == "solar"
    assert found["factors"] == [{"name": "grid", "id": "cn-44-2025"}]


def test_a_version_is_named_by_code_and_number_and_proven_by_its_digest() -> None:
    (line,) = REPORT.as_document()["by_version"]
    assert line == {
        "methodology": "pv@1.2.0",
        "digest": "sha256:01ff",
        "provenance": "official",
        "class": "project",
        "reductions": 3,
        "saved_mg": "12000",
    }


@pytest.mark.parametrize("value", [REPORT, Opinion(True, "sound", NOW, 4, 0)])
def test_a_document_that_lost_a_member_is_not_read(value: MonitoringReport | Opinion) -> None:
    whole = value.as_document()
    read: Callable[[dict[str, Any]], object] = type(value).from_document
    for member in set(whole) - {"sampled", "deducted_mg"}:
        with pytest.raises(KeyError, match=member):
            read({name: each for name, each in whole.items() if name != member})


@given(moments, st.integers(-12, 14))
def test_moments_are_stated_in_utc_wherever_they_were_noted(moment: datetime, hours: int) -> None:
    elsewhere = moment.astimezone(timezone(timedelta(hours=hours)))
    assert (
        Opinion(False, "no", elsewhere).as_document() == Opinion(False, "no", moment).as_document()
    )

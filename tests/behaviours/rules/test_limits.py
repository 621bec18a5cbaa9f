"""Limits in a rule: how much of one person's actions counts in a civil period."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from behaviours.actions.accepted_action import AcceptedAction
from behaviours.actions.exported import export_calculation
from behaviours.actions.judgement import judge_by
from behaviours.actions.limits import LimitReached, RunningUse, uses_of, what_earns
from behaviours.actions.quantify import explain, quantify
from behaviours.actions.reduction import Reduction
from behaviours.actions.shipped import load_version
from behaviours.actions.verification import verify_calculation
from behaviours.document import DocumentError
from behaviours.refusal import Refusal
from behaviours.rules.factors import shipped_factors
from behaviours.rules.limit_rule import LIFE_BEGINS
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from tests.behaviours.builders import a_document, a_version, an_action, error_of
from tests.builders.civil import CHINA

ON = date(2026, 3, 4)


def limit(**changes: str) -> str:
    """A limit; members left empty are not stated."""
    given = {
        "name": "a_limit",
        "of": "km",
        "unit": "km",
        "most": '"20"',
        "per": "day",
        "above": "cut",
        "meaning": "{zh: 至多, en: At most so much.}",
        "source": "book",
        "grade": "official",
        **changes,
    }
    return "{" + ", ".join(f"{name}: {said}" for name, said in given.items() if said) + "}"


def of_kilometres(*limits: str, equation: str = "km * EF") -> str:
    lines = "".join(f"\n  - {each}" for each in limits)
    return a_document(
        equation,
        quantities={"km": "km"},
        parameters={"EF": ("0.1", "kgCO2e/km")},
        extra=f"limits:{lines}",
    )


def ruled(*limits: str, equation: str = "km * EF", saved_mg: str = "100000") -> Version:
    document = of_kilometres(*limits, equation=equation)
    return a_version(document, example={"km": "1"}, saved_mg=saved_mg)


def ride(version: Version, km: str, on: date = ON, person: str = "p1") -> AcceptedAction:
    action = an_action(
        version.behaviour, participant_id=person, quantities={"km": km}, evidence={"thing_id": "t"}
    )
    return judge_by(version, action, on, today=on, zone=CHINA)


def one_after_another(*rides: AcceptedAction) -> list[Reduction | Refusal]:
    use, answers = RunningUse(), []
    for each in rides:
        (answer,) = quantify([each], None, [use.before(each)])
        if isinstance(answer, Reduction):
            use.take(each, answer.inputs)
        answers.append(answer)
    return answers


def saved(*rides: AcceptedAction) -> list[int | str]:
    return [
        each.code if isinstance(each, Refusal) else each.saved_mg
        for each in one_after_another(*rides)
    ]


def test_what_lies_above_is_cut_off_and_the_part_below_counts():
    version = ruled(limit())
    first, second, third, other = one_after_another(
        *(ride(version, km) for km in ("12.5", "12.5", "3")), ride(version, "20", person="p2")
    )
    # 12.5 km, the 7.5 km that were left, nothing; another person has room of their own.
    assert [each.saved_mg for each in (first, second, third, other)] == [
        1_250_000, 750_000, 0, 2_000_000,
    ]  # fmt: skip
    assert first.inputs["limits"] == {"a_limit": {"before": "0", "counted": "12.5"}}
    assert second.inputs["limits"] == {"a_limit": {"before": "12.5", "counted": "7.5"}}
    assert third.inputs["limits"] == {"a_limit": {"before": "20", "counted": "0"}}
    assert [each.inputs.get("limited_by") for each in (first, second, third)] == [
        None, "a_limit", "a_limit",
    ]  # fmt: skip
    # What was sent stays what was sent.
    assert second.inputs["quantities"] == {"km": "12.5"}


def test_what_does_not_fit_may_be_refused_whole():
    version = ruled(limit(above="refuse"))
    assert saved(*(ride(version, km) for km in ("15", "6", "5", "0.000001"))) == [
        1_500_000, "LIMIT_REACHED", 500_000, "LIMIT_REACHED",
    ]  # fmt: skip
    with pytest.raises(LimitReached) as caught:
        explain(version, {"km": "6"}, {}, "CN-44", ON, counted_before={"a_limit": "15"})
    facts = caught.value.facts
    assert (facts["most"], facts["counted_before"], facts["this"]) == ("20", "15", "6")
    assert (facts["period_from"], facts["next_from"]) == ("2026-03-04", "2026-03-05")


def test_actions_are_counted_whole():
    version = ruled(limit(of="actions", unit="", most='"2"'))
    assert saved(*[ride(version, "5")] * 3) == [500_000, 500_000, 0]
    version = ruled(limit(of="actions", unit="", most='"2"', above="refuse"))
    assert saved(*[ride(version, "5")] * 3) == [500_000, 500_000, "LIMIT_REACHED"]


def test_what_was_saved_is_limited_to_the_milligram():
    version = ruled(limit(of="result", unit="gCO2e", most='"1200.001"'))
    assert saved(*[ride(version, "5")] * 4) == [500_000, 500_000, 200_001, 0]
    version = ruled(limit(of="result", unit="kgCO2e", most='"1"', above="refuse"))
    assert saved(*[ride(version, "4")] * 3) == [400_000, 400_000, "LIMIT_REACHED"]


def test_the_limit_that_leaves_least_decides_and_nothing_counts_that_is_cut_to_nought():
    version = ruled(
        limit(name="daily"),
        limit(name="yearly", per="year", most='"30"'),
        limit(name="rides", of="actions", unit="", most='"3"', per="month"),
    )
    days = [date(2026, 3, 30), date(2026, 3, 31), date(2026, 3, 31), date(2026, 4, 1)]
    answers = one_after_another(*(ride(version, "18", on) for on in days))
    # 18; of the year 12 are left, then nothing, so that the third counts as no ride either.
    assert [each.saved_mg for each in answers] == [1_800_000, 1_200_000, 0, 0]
    assert answers[1].inputs["limits"] == {
        "daily": {"before": "0", "counted": "12"},
        "yearly": {"before": "18", "counted": "12"},
        "rides": {"before": "1", "counted": "1"},
    }
    assert {each["counted"] for each in answers[2].inputs["limits"].values()} == {"0"}
    assert answers[1].inputs["limited_by"] == "yearly"


@pytest.mark.parametrize(
    ("per", "inside", "outside", "begins"),
    [
        ("day", date(2026, 3, 4), date(2026, 3, 5), date(2026, 3, 4)),
        # From Monday to Sunday, over the end of the year too.
        ("week", date(2026, 3, 8), date(2026, 3, 9), date(2026, 3, 2)),
        ("month", date(2026, 3, 31), date(2026, 4, 1), date(2026, 3, 1)),
        ("year", date(2026, 12, 31), date(2027, 1, 1), date(2026, 1, 1)),
        ("life", date(2099, 1, 1), None, LIFE_BEGINS),
    ],
)
def test_periods_are_civil(per: str, inside: date, outside: date | None, begins: date) -> None:
    version = ruled(limit(per=per))
    (rule,) = version.limits
    assert rule.period_start(ON) == rule.period_start(inside) == begins
    assert rule.next_start(ON) == outside
    if outside is not None:
        assert rule.period_start(outside) == outside
    days = [ON, inside] + ([] if outside is None else [outside])
    assert (
        saved(*(ride(version, "15", on) for on in days))
        == [1_500_000, 500_000, 1_500_000][: len(days)]
    )


def test_a_week_and_a_month_end_where_the_calendar_says():
    week, month = (ruled(limit(per=per)).limits[0] for per in ("week", "month"))
    assert week.period_start(date(2027, 1, 3)) == date(2026, 12, 28)
    assert week.next_start(date(2026, 12, 31)) == date(2027, 1, 4)
    assert month.next_start(date(2028, 2, 29)) == date(2028, 3, 1)
    assert month.next_start(date(2026, 12, 31)) == date(2027, 1, 1)


def test_whether_an_action_fits_the_rule_is_asked_of_what_was_done():
    condition = (
        "eligibility:\n  - {name: far, if: km >= least_km, meaning: Five kilometres.,"
        " source: book, grade: official}\n"
    )
    document = of_kilometres(limit()).replace("limits:", condition + "limits:")
    document = document.replace(
        "parameters:\n",
        "parameters:\n  least_km:\n    unit: km\n    meaning: m\n    values:\n"
        '      - {value: "5", source: book, grade: official}\n',
    )
    version = a_version(document, example={"km": "10"}, saved_mg="1000000")
    # Nineteen, then one of nineteen: done were nineteen, which is far enough.
    assert saved(*[ride(version, "19")] * 2) == [1_900_000, 100_000]


def test_a_later_version_with_less_room_takes_nothing_back():
    wide, narrow = ruled(limit()), ruled(limit(name="fewer", most='"10"'))
    # By what its use is kept does not hang on the name.
    assert wide.limits[0].code("c") == narrow.limits[0].code("c")
    use = RunningUse()
    (first,) = quantify([ride(wide, "15")], None, [{}])
    use.take(ride(wide, "15"), first.inputs)
    after = ride(narrow, "5")
    (second,) = quantify([after], None, [use.before(after)])
    assert (first.saved_mg, second.saved_mg) == (1_500_000, 0)


def test_what_is_paid_by_quantity_is_paid_by_what_counts():
    version = ruled(limit(), limit(name="rides", of="actions", unit="", most='"2"'))
    done = [ride(version, "15")] * 3
    answers = one_after_another(*done)
    paid = [
        what_earns(version, one.quantities, answer.inputs)["km"]
        for one, answer in zip(done, answers, strict=True)
    ]
    assert paid == [Decimal(15), Decimal(5), Decimal(0)]
    assert [each.used for each in uses_of(version, answers[1].inputs)] == [5_000_000, 1]


def test_the_same_milligrams_come_out_of_what_was_stored():
    version = ruled(limit(), limit(name="mass", of="result", unit="kgCO2e", most='"1.75"'))
    rulebook = Rulebook([version], shipped_factors())
    for reduction in one_after_another(*[ride(version, "12.5")] * 3):
        exported = export_calculation(reduction.record(), rulebook)
        assert exported["agrees"] is True
        verdict = verify_calculation(exported, shipped_factors(), unsigned=True)
        assert verdict.problems == ()
    # The second: 12.5 of which 7.5 count, of whose 0.75 kg half a kilogram is left.
    second = one_after_another(*[ride(version, "12.5")] * 2)[1]
    exported = export_calculation(second.record(), rulebook)
    assert (exported["saved_mg"], exported["rounding"]["saved_mg"]) == ("500000", "750000")
    told = {each["name"]: each for each in exported["limits"]}
    assert (told["a_limit"]["before"], told["a_limit"]["counted"]) == ("12.5", "7.5")
    assert (told["mass"]["before"], told["mass"]["counted"]) == ("1.25", "0.5")
    assert (told["a_limit"]["is_cut"], told["mass"]["is_cut"]) == (True, False)


@pytest.mark.parametrize("member", ["before", "counted"])
def test_a_limit_that_was_written_over_is_found(member: str) -> None:
    version = ruled(limit())
    second = one_after_another(*[ride(version, "12.5")] * 2)[1]
    rulebook = Rulebook([version], shipped_factors())
    for place in ("limits", "record"):
        exported = export_calculation(second.record(), rulebook)
        if place == "limits":
            exported["limits"][0][member] = "1"
        else:
            kept = exported["record"]["inputs"]["limits"]
            exported["record"]["inputs"] = {
                **exported["record"]["inputs"],
                "limits": {"a_limit": {**kept["a_limit"], member: "1"}},
            }
        assert verify_calculation(exported, shipped_factors(), unsigned=True).problems


def test_a_worse_grade_of_a_limit_is_the_results():
    assert ruled(limit()).bound("CN-44", ON, ON).provenance == "official"
    version = ruled(limit(grade="assumption"))
    assert version.bound("CN-44", ON, ON).provenance == "assumption"


def test_an_example_says_what_counted_before():
    document = of_kilometres(limit())
    text = """\
examples:
  - title: Half of it is left
    origin: computed
    region: CN-44
    occurred_on: 2026-03-04
    quantities: {km: "10"}
    evidence: {thing_id: t-1}
    counted_before: {BEFORE}
    saved_mg: "SAVED"
"""

    def tried(before: str, saved_mg: str) -> None:
        examples = text.replace("BEFORE", before).replace("SAVED", saved_mg)
        load_version(document, examples, "test/methodology.yaml")

    tried('a_limit: "15"', "500000")
    with pytest.raises(DocumentError, match="500000"):
        tried('a_limit: "15"', "1000000")
    with pytest.raises(DocumentError, match="b_limit"):
        tried('b_limit: "15"', "500000")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"of": "miles"}, "limit_of_unknown"),
        ({"unit": "m"}, "limit_unit_differs(name='km'"),
        ({"of": "result", "unit": "kg"}, "limit_unit_differs(name='result'"),
        ({"of": "actions"}, "limit_unit_of_actions"),
        ({"of": "actions", "unit": "", "most": '"2.5"'}, "limit_not_whole"),
        ({"most": '"0"'}, "limit_not_whole"),
        ({"most": '"0.0000001"'}, "limit_not_whole"),
        ({"per": "hour"}, "limits[0].per"),
        ({"above": "hold"}, "limits[0].above"),
        ({"unit": ""}, "limits[0]"),
    ],
)
def test_what_cannot_be_kept_is_told(changes: dict[str, str], said: str) -> None:
    assert said in str(error_of(of_kilometres(limit(**changes))))


def test_two_limits_of_the_same_in_one_period_are_told():
    assert "limited_twice" in str(error_of(of_kilometres(limit(), limit(name="other", most='"9"'))))
    assert "declared_twice" in str(error_of(of_kilometres(limit(), limit(per="year"))))


def test_a_rule_of_households_limits_nobody():
    document = of_kilometres(limit()).replace("subject: person", "subject: household")
    assert "limit_subject" in str(error_of(document))


def test_a_quantity_that_is_sent_by_key_is_limited_by_its_total_and_never_cut():
    document = a_document(
        "total(mass) * EF", parameters={"EF": ("2", "kgCO2e/kg")}, extra="limits:\n  - LIMIT"
    ).replace('unit: kg, least: "0"', 'unit: kg, by: [stuffs], least: "0"')
    document = document.replace("parameters:\n", "keys: {stuffs: [a, b]}\nparameters:\n", 1)
    cut = document.replace("LIMIT", limit(of="mass", unit="kg", most='"3"'))
    assert "limit_cuts_keys" in str(error_of(cut))
    refusing = document.replace("LIMIT", limit(of="mass", unit="kg", most='"3"', above="refuse"))
    version = a_version(refusing, example={"mass.a": "1"})
    for b, out in (("1.5", 5_000_000), ("2.5", None)):
        sent = {"mass.a": "1", "mass.b": b}
        if out is None:
            with pytest.raises(LimitReached):
                explain(version, sent, {}, "CN-44", ON)
        else:
            assert explain(version, sent, {}, "CN-44", ON).saved_mg == out

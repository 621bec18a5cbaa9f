"""Policy documents to their edges: what is just allowed, what just not, and what a digest binds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, strategies as st

from behaviours.document import DocumentError
from rewards.points.earning import NoPolicyInForce, Policies
from rewards.points.policy import LOCK_NAME, SHIPPED, read_documents
from rewards.points.policy_reading import MOST_POINTS, BehaviourRule, PolicyDocument
from tests.builders.civil import CHINA
from tests.builders.policies import changed_policy, published, write_policy

[SHIPPED_ONE] = read_documents()
RIDE = "behaviours.metro_ride"


def read(root: Path, changes: dict[str, Any]) -> PolicyDocument:
    [document] = published(write_policy(root, changes))
    return document


def refusal(root: Path, changes: dict[str, Any]) -> tuple[str, str]:
    """Which field is wrong, and under which key it is said."""
    with pytest.raises(DocumentError) as wrong:
        read_documents(write_policy(root, changes))
    return wrong.value.facts["field"], wrong.value.facts["problem"].removeprefix("fault:")


@pytest.mark.parametrize(
    ("field", "most", "least"),
    [
        ("mg_per_point.project", 10**12, 1),
        ("hold_days", 300, 0),
        ("validity_months", 120, 1),
        ("default.points_per_day", MOST_POINTS, 1),
        ("behaviours.second_hand_phone.points_per_event", MOST_POINTS, 1),
        ("behaviours.parcel_box_return.points_per_unit.points", MOST_POINTS, 1),
    ],
)
def test_a_number_goes_to_its_edges_and_no_further(
    tmp_path: Path, field: str, most: int, least: int
) -> None:
    for number in (least, most):
        (tmp_path / LOCK_NAME).unlink(missing_ok=True)
        assert read(tmp_path, {field: number}).digest.startswith("sha256:")
    beyond = [least - 1, -most]
    if field != "hold_days":
        beyond.append(most + 1)
    for number in beyond:
        assert refusal(tmp_path, {field: number})[0] == field


@pytest.mark.parametrize(("months", "longest"), [(1, 27), (2, 55), (12, 335), (13, 363), (14, 366)])
def test_points_are_good_for_a_day_at_least_in_the_shortest_months(
    tmp_path: Path, months: int, longest: int
) -> None:
    assert read(tmp_path, {"validity_months": months, "hold_days": longest}).hold_days == longest
    changes = {"validity_months": months, "hold_days": longest + 1}
    # A year and a day of waiting is refused whatever follows it.
    why = "policy.never_available" if longest < 366 else "not_a_whole_number"
    assert refusal(tmp_path, changes) == ("hold_days", why)


@pytest.mark.parametrize(
    ("changes", "field", "problem"),
    [
        ({"published_on": date(2020, 1, 1)}, None, ""),
        ({"published_on": date(2020, 1, 2)}, "published_on", "policy.published_late"),
        ({"in_force_to": date(2020, 1, 1)}, None, ""),
        ({"in_force_to": date(2019, 12, 31)}, "in_force_to", "ends_before_start"),
        ({"in_force_to": ...}, None, ""),
        ({"policy": "other"}, "policy", "policy.other_place"),
        ({"version": "2021"}, "policy", "policy.other_place"),
    ],
)
def test_dates_and_places_agree_with_one_another(
    tmp_path: Path, changes: dict[str, Any], field: str | None, problem: str
) -> None:
    if field is None:
        read(tmp_path, changes)
    else:
        assert refusal(tmp_path, changes) == (field, problem)


REQUIRED = list(yaml.safe_load((SHIPPED / "demonstration/2020.yaml").read_text("utf-8")))


@pytest.mark.parametrize("name", [each for each in REQUIRED if each != "in_force_to"])
def test_no_field_may_be_missing_or_empty(tmp_path: Path, name: str) -> None:
    for change in (..., None, "", []):
        with pytest.raises(DocumentError) as wrong:
            read_documents(write_policy(tmp_path, {name: change}))
        # A missing field is named by the whole document, an empty one by itself or what it lacks.
        assert wrong.value.facts["field"] in {"", name}


@pytest.mark.parametrize(
    ("rule", "read_as"),
    [
        ({"points_per_day": 5}, BehaviourRule(limits={"day": 5})),
        (
            {"points_per_day": 5, "points_per_event": 3},
            BehaviourRule(points_per_event=3, limits={"day": 5}),
        ),
        (
            {"points_per_day": 5, "points_per_unit": {"quantity": "trips", "points": 2}},
            BehaviourRule(2, "trips", None, {"day": 5}),
        ),
    ],
)
def test_a_rule_pays_by_mass_or_by_the_unit_and_always_has_a_cap_for_the_day(
    tmp_path: Path, rule: dict[str, Any], read_as: BehaviourRule
) -> None:
    assert read(tmp_path, {RIDE: rule}).behaviours["metro_ride"] == read_as
    without = {name: each for name, each in rule.items() if name != "points_per_day"}
    assert refusal(tmp_path, {RIDE: without})[0] == RIDE


def leaves(part: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in part.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{name}.")
        else:
            yield f"{path}{name}", value


def another(value: Any) -> Any:
    """Something else that is allowed in the same place."""
    if value is None:
        return date(2031, 1, 1)
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    return value - timedelta(days=1) if isinstance(value, date) else f"{value}."


# Where it lies says which policy and version it is, so that these two cannot change by themselves.
EVERY_LEAF = [
    (path, value) for path, value in leaves(changed_policy({})) if path not in ("policy", "version")
]


@pytest.mark.parametrize(("path", "value"), EVERY_LEAF, ids=[path for path, _ in EVERY_LEAF])
def test_a_digest_binds_every_single_value(tmp_path: Path, path: str, value: Any) -> None:
    (tmp_path / LOCK_NAME).write_text(f"{SHIPPED_ONE.name} {SHIPPED_ONE.digest}\n", "utf-8")
    assert refusal(tmp_path, {path: another(value)}) == (SHIPPED_ONE.name, "policy.edited")


def test_a_digest_is_of_the_content_and_not_of_its_layout(tmp_path: Path) -> None:
    folder = tmp_path / "demonstration"
    folder.mkdir()
    backwards = dict(reversed(changed_policy({}).items()))
    text = yaml.safe_dump(backwards, allow_unicode=False, sort_keys=False, indent=8)
    (folder / "2020.yaml").write_text(f"# Another layout.\n{text}", "utf-8")
    (tmp_path / LOCK_NAME).write_text(
        f"# A comment.\n\n  {SHIPPED_ONE.name} {SHIPPED_ONE.digest}  \n", "utf-8"
    )
    [document] = read_documents(tmp_path)
    assert document == SHIPPED_ONE


@pytest.mark.parametrize(
    "line", ["demonstration@2020", "demonstration@2020 md5:00", "one two three"]
)
def test_a_line_of_the_lock_is_a_name_and_a_digest(tmp_path: Path, line: str) -> None:
    (tmp_path / LOCK_NAME).write_text(f"# Digests\n{line}\n", "utf-8")
    with pytest.raises(DocumentError) as wrong:
        read_documents(write_policy(tmp_path, {}))
    facts = wrong.value.facts
    assert (facts["file"], facts["line"], facts["problem"]) == (
        LOCK_NAME,
        2,
        "fault:policy.lock_line",
    )


def test_only_yaml_one_folder_down_is_a_policy(tmp_path: Path) -> None:
    write_policy(tmp_path, {})
    for place in ("2021.yaml", "demonstration/2021.yml", "demonstration/2021.yaml.bak"):
        (tmp_path / place).write_text("nonsense", "utf-8")
    assert [each.name for each in published(tmp_path)] == ["demonstration@2020"]


def test_a_folder_in_the_place_of_a_document_is_unreadable(tmp_path: Path) -> None:
    (tmp_path / "demonstration/2020.yaml").mkdir(parents=True)
    with pytest.raises(DocumentError) as wrong:
        read_documents(tmp_path)
    assert wrong.value.facts["problem"] == "fault:policy.unreadable"


def test_the_policies_of_several_programmes_lie_beside_one_another(tmp_path: Path) -> None:
    write_policy(tmp_path, {})
    write_policy(tmp_path, {"policy": "another"}, policy="another")
    assert [each.name for each in published(tmp_path)] == ["another@2020", "demonstration@2020"]


def test_a_gap_between_two_versions_earns_nothing_and_names_the_first_day(tmp_path: Path) -> None:
    write_policy(tmp_path, {"in_force_to": date(2020, 12, 31)})
    write_policy(tmp_path, {"version": "2022", "in_force_from": date(2022, 1, 1)}, name="2022")
    policies = Policies(published(tmp_path), CHINA)
    assert [each.version for each in policies.all()] == ["demonstration@2020", "demonstration@2022"]
    for day, version in (
        (date(2020, 12, 31), "demonstration@2020"),
        (date(2022, 1, 1), "demonstration@2022"),
        (date(2099, 1, 1), "demonstration@2022"),
    ):
        assert policies.for_date(day).version == version
    for day in (date(2019, 12, 31), date(2021, 1, 1), date(2021, 12, 31)):
        with pytest.raises(NoPolicyInForce) as refused:
            policies.for_date(day)
        assert refused.value.facts == {"on": day.isoformat(), "first": "2020-01-01"}


POLICY = Policies([SHIPPED_ONE], CHINA).for_date(date(2026, 3, 10))
BY_UNIT = SHIPPED_ONE.behaviours["parcel_box_return"]


@given(
    st.sampled_from([*SHIPPED_ONE.behaviours, "walking"]),
    st.integers(0, 10**12),
    st.decimals(0, 10**4, places=2),
)
def test_an_award_is_whole_points_rounded_down_and_cut_by_the_single_action_alone(
    behaviour: str, saved_mg: int, boxes: Decimal
) -> None:
    award = POLICY.award(
        behaviour=behaviour,
        scene="travel",
        action_class="scene",
        saved_mg=saved_mg,
        quantities={"boxes": boxes},
        occurred_on=date(2026, 3, 10),
        recorded_at=datetime(2026, 3, 10, 2, tzinfo=UTC),
    )
    rule = SHIPPED_ONE.behaviours.get(behaviour, SHIPPED_ONE.default)
    exact = boxes // 1 * 50 if behaviour == "parcel_box_return" else Decimal(saved_mg // 1000)
    most = rule.points_per_event
    assert award.points == (exact if most is None else min(exact, most))
    assert (award.limited_by is not None) == (most is not None and exact > most)
    stated = [(f"{behaviour}:per_day", rule.limits["day"])]
    assert [(cap.code, cap.limit) for cap in award.caps] == stated


def test_a_quantity_that_its_methodology_lacks_is_a_fault() -> None:
    assert BY_UNIT.quantity == "boxes"
    with pytest.raises(AssertionError, match="pays parcel_box_return by boxes"):
        POLICY.award(
            behaviour="parcel_box_return",
            scene="reuse",
            action_class="scene",
            saved_mg=1,
            quantities={"trips": Decimal(1)},
            occurred_on=date(2026, 3, 10),
            recorded_at=datetime(2026, 3, 10, 2, tzinfo=UTC),
        )

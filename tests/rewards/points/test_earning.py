"""What an action earns: the rate, the caps, the days; and what no policy document may say."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, strategies as st

from app.messages.catalogues import sentence
from behaviours.civil_time import civil_day, month_end, months_later
from behaviours.document import DocumentError
from rewards.points.earning import Award, NoPolicyInForce, Policies, load_policies
from rewards.points.lot_window import GoodFor, lot_window
from rewards.points.policy import LOCK_NAME, SHIPPED, read_documents
from tests.builders.civil import CHINA
from tests.builders.policies import published, write_policy
from tests.builders.refusals import refuses

ON = date(2026, 3, 10)
RECORDED_AT = datetime(2026, 3, 10, 2, 0, tzinfo=UTC)
POLICIES = load_policies(CHINA)


def award(behaviour: str, saved_mg: int, **changes: Any) -> Award:
    given: dict[str, Any] = {
        "scene": "travel",
        "action_class": "scene",
        "quantities": {},
        "occurred_on": ON,
        "recorded_at": RECORDED_AT,
        **changes,
    }
    return POLICIES.for_date(given["occurred_on"]).award(
        behaviour=behaviour, saved_mg=saved_mg, **given
    )


def test_a_metro_ride_of_46_g_earns_46_points_on_the_next_day() -> None:
    earned = award("metro_ride", 46_000)
    assert earned.points == 46
    assert earned.available_at == datetime(2026, 3, 10, 16, 0, tzinfo=UTC)
    assert earned.expires_at == datetime(2027, 3, 31, 16, 0, tzinfo=UTC)
    assert [(cap.code, cap.period_start) for cap in earned.caps] == [("metro_ride:per_day", ON)]


def test_points_are_not_grams() -> None:
    assert award("parcel_box_return", 37_000, quantities={"boxes": Decimal(1)}).points == 50
    assert award("parcel_box_return", 74_000, quantities={"boxes": Decimal(2)}).points == 100


def test_less_than_a_gram_earns_nothing_and_nothing_is_rounded_up() -> None:
    assert award("own_bag", 999).points == 0
    assert award("own_bag", 1_999).points == 1


def test_one_big_appliance_is_capped_by_the_action_and_says_so() -> None:
    earned = award("efficient_air_conditioner", 10**9)
    assert earned.points == 50_000
    assert earned.limited_by == "efficient_air_conditioner:per_event"
    assert award("efficient_air_conditioner", 10**6).limited_by is None


def test_a_behaviour_without_a_rule_of_its_own_earns_by_the_rate() -> None:
    earned = award("something_new", 5_000)
    assert (earned.points, [cap.limit for cap in earned.caps]) == (5, [20_000])


def test_the_cap_is_of_the_day_of_the_action_and_the_dates_are_of_the_recording() -> None:
    earned = award("metro_ride", 46_000, recorded_at=RECORDED_AT + timedelta(days=40))
    assert [cap.period_start for cap in earned.caps] == [ON]
    assert earned.available_at == datetime(2026, 4, 19, 16, 0, tzinfo=UTC)


def test_no_points_were_promised_before_the_first_policy() -> None:
    with pytest.raises(NoPolicyInForce) as refusal:
        POLICIES.for_date(date(2019, 12, 31))
    assert refusal.value.facts == {"on": "2019-12-31", "first": "2020-01-01"}


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 3, 31), 12, date(2027, 3, 31)),
        (date(2028, 2, 29), 12, date(2029, 2, 28)),
    ],
)
def test_months_end_where_the_calendar_ends_them(day: date, months: int, expected: date) -> None:
    assert months_later(day, months) == expected


@given(
    st.dates(date(2020, 1, 1), date(2100, 1, 1)),
    st.integers(0, 27),
    st.integers(1, 119),
    st.booleans(),
)
def test_a_window_opens_before_it_closes_and_both_are_midnights(
    day: date, hold_days: int, months: int, to_month_end: bool
) -> None:
    available_at, expires_at = lot_window(
        day, CHINA, hold_days, GoodFor(months, end_of="month" if to_month_end else None)
    )
    assert available_at < expires_at
    for moment in (available_at, expires_at):
        local = moment.astimezone(CHINA)
        assert (local.hour, local.minute, local.second) == (0, 0, 0)
    last_good = civil_day(expires_at - timedelta(microseconds=1), CHINA)
    if to_month_end:
        assert last_good == month_end(last_good)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"mg_per_point.scene": 0}, "mg_per_point.scene"),
        ({"mg_per_point.scene": "1000"}, "mg_per_point.scene"),
        ({"mg_per_point.scene": ...}, "mg_per_point"),
        ({"mg_per_point.other": 1}, "mg_per_point.other"),
        ({"mg_per_point": 1000}, "mg_per_point"),
        ({"validity_months": 121}, "validity_months"),
        ({"validity_months": True}, "validity_months"),
        ({"hold_days": -1}, "hold_days"),
        ({"hold_days": 366, "validity_months": 1}, "hold_days"),
        ({"expires_at_month_end": "yes"}, "expires_at_month_end"),
        ({"default": {}}, "default"),
        ({"behaviours.metro_ride": 5}, "behaviours.metro_ride"),
        ({"behaviours.metro_ride.points_per_day": 0}, "behaviours.metro_ride.points_per_day"),
        (
            {"behaviours.metro_ride.points_per_week": 5},
            "behaviours.metro_ride.points_per_week",
        ),
        (
            {"behaviours.parcel_box_return.points_per_unit.points": 1.5},
            "behaviours.parcel_box_return.points_per_unit.points",
        ),
        (
            {"behaviours.parcel_box_return.points_per_unit.quantity": ...},
            "behaviours.parcel_box_return.points_per_unit",
        ),
        ({"decided_by": ""}, "decided_by"),
        ({"rate_source": ...}, ""),
        ({"published_on": date(2020, 1, 2)}, "published_on"),
        ({"in_force_from": "soon"}, "in_force_from"),
        ({"in_force_from": "2020-01-01"}, "in_force_from"),
        ({"in_force_from": datetime(2020, 1, 1, tzinfo=UTC)}, "in_force_from"),
        ({"in_force_to": date(2019, 1, 1)}, "in_force_to"),
        ({"version": "2021"}, "policy"),
        ({"version": 2020}, "version"),
        ({"title_zh": " "}, "title_zh"),
        ({"behaviours": ["metro_ride"]}, "behaviours"),
        ({"behaviours": {5: {"points_per_day": 5}}}, "behaviours.5"),
        (
            {"behaviours.parcel_box_return.points_per_unit": 50},
            "behaviours.parcel_box_return.points_per_unit",
        ),
        ({"default.points_per_event": "5"}, "default.points_per_event"),
        ({"colour": "green"}, "colour"),
    ],
)
def test_nonsense_in_a_policy_is_refused_by_file_and_field(
    tmp_path: Path, changes: dict[str, Any], place: str
) -> None:
    with pytest.raises(DocumentError) as wrong:
        read_documents(write_policy(tmp_path, changes))
    assert (wrong.value.facts["file"], wrong.value.facts["field"]) == ("2020.yaml", place)


def test_what_is_wrong_in_a_policy_is_said_in_both_languages(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as wrong:
        read_documents(write_policy(tmp_path, {"mg_per_point.scene": "1000"}))
    for language, said in (("en", "without quotes"), ("zh-CN", "不加引号")):
        assert said in sentence(wrong.value, language)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"", "fault:no_names"),
        (b"- policy\n- version\n", "fault:no_names"),
        (b"policy: \xff", "fault:policy.unreadable"),
    ],
)
def test_what_is_no_mapping_or_no_text_is_no_policy(
    tmp_path: Path, content: bytes, fault: str
) -> None:
    (tmp_path / "demonstration").mkdir()
    (tmp_path / "demonstration/2020.yaml").write_bytes(content)
    with pytest.raises(DocumentError) as wrong:
        read_documents(tmp_path)
    assert (wrong.value.facts["file"], wrong.value.facts["problem"]) == ("2020.yaml", fault)


def test_a_folder_without_a_policy_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DocumentError) as wrong:
        read_documents(tmp_path)
    assert wrong.value.facts["problem"] == "fault:policy.none_here"


@pytest.mark.parametrize(
    "spoil", [lambda lines: [*lines, lines[-1]], lambda lines: [*lines, "demonstration@2021 f545"]]
)
def test_the_lock_names_each_version_once_with_a_digest(
    tmp_path: Path, spoil: Callable[[list[str]], list[str]]
) -> None:
    root = tmp_path / "policies"
    shutil.copytree(SHIPPED, root)
    lines = spoil((root / LOCK_NAME).read_text("utf-8").splitlines())
    (root / LOCK_NAME).write_text("\n".join(lines), "utf-8")
    with pytest.raises(DocumentError) as wrong:
        read_documents(root)
    facts = wrong.value.facts
    assert (facts["file"], facts["line"], facts["problem"]) == (
        LOCK_NAME,
        len(lines),
        "fault:policy.lock_line",
    )


def test_a_key_that_is_written_twice_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "demonstration"
    folder.mkdir()
    text = (SHIPPED / "demonstration/2020.yaml").read_text("utf-8")
    (folder / "2020.yaml").write_text(text + "\nhold_days: 2\n", "utf-8")
    with refuses(DocumentError, match=r"2020\.yaml:\d+: .*hold_days is doubled"):
        read_documents(tmp_path)


def test_a_published_policy_cannot_be_edited(tmp_path: Path) -> None:
    root = tmp_path / "policies"
    shutil.copytree(SHIPPED, root)
    assert load_policies(CHINA, root).for_date(ON).version == "demonstration@2020"
    document = root / "demonstration/2020.yaml"
    text = document.read_text("utf-8")
    document.write_text("# Comments may be improved.\n" + text, "utf-8")
    assert read_documents(root)
    document.write_text(text.replace("points: 50", "points: 60"), "utf-8")
    with refuses(DocumentError, match="edited after publication"):
        read_documents(root)
    (root / LOCK_NAME).unlink()
    with refuses(DocumentError, match="no digest of demonstration@2020 is published"):
        read_documents(root)


def test_a_later_version_takes_over_on_its_first_day(tmp_path: Path) -> None:
    root = _two_versions(tmp_path, date(2026, 3, 1), None)
    policies = load_policies(CHINA, root)
    assert policies.for_date(date(2026, 2, 28)).version == "demonstration@2020"
    assert policies.for_date(date(2026, 3, 1)).version == "demonstration@2026"


def test_two_versions_are_never_in_force_on_one_day(tmp_path: Path) -> None:
    root = _two_versions(tmp_path, date(2026, 3, 1), date(2026, 3, 1))
    with refuses(DocumentError, match="in force on the same day"):
        load_policies(CHINA, root)


def test_two_versions_never_begin_on_one_day(tmp_path: Path) -> None:
    root = _two_versions(tmp_path, date(2020, 1, 1), None)
    with refuses(DocumentError, match="begin on the same day"):
        load_policies(CHINA, root)


def _two_versions(tmp_path: Path, later_from: date, earlier_to: date | None) -> Path:
    write_policy(tmp_path, {"in_force_to": earlier_to})
    root = write_policy(tmp_path, {"version": "2026", "in_force_from": later_from}, name="2026")
    published(root)
    return root


def test_all_shipped_policies_can_be_asked_for() -> None:
    assert isinstance(POLICIES, Policies)
    assert [policy.version for policy in POLICIES.all()] == ["demonstration@2020"]

"""The programme's document: read whole or refused by line, dated, kept once published."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.messages.catalogues import in_words, sentence
from behaviours.programme import (
    SHIPPED,
    InvalidProgramme,
    Programme,
    ProgrammeChanged,
    Programmes,
    check_follows,
    check_publishable,
    load_programmes,
    read_programmes,
    restated,
)

TEXT = SHIPPED.read_text(encoding="utf-8")
FIRST = TEXT[TEXT.index("  - version") :]
TODAY = date(2026, 6, 1)


def document(*changes: tuple[str, str]) -> str:
    """The shipped document with texts in it replaced."""
    text = TEXT
    for was, now in changes:
        assert was in text, was
        text = text.replace(was, now)
    return text


def later(*changes: tuple[str, str], on: str = "2027-01-01") -> str:
    """The shipped document with a second version after the first."""
    second = FIRST.replace('version: "1"', 'version: "2"').replace("2020-01-01", on)
    for was, now in changes:
        assert was in second, was
        second = second.replace(was, now)
    return TEXT + second


BIKES = '{behaviour: bike_ride, people: "3"}'
TWICE = f'{{provider: org_{"a" * 32}, actions_per_day: "5"}}'


def refused(text: str) -> InvalidProgramme:
    with pytest.raises(InvalidProgramme) as caught:
        read_programmes(text, "programme.yaml")
    return caught.value


def test_the_shipped_programme_is_what_the_code_did_by_itself() -> None:
    (shipped,) = load_programmes().versions
    assert (shipped.zone.key, shipped.currency, shipped.serial_prefix) == (
        "Asia/Shanghai",
        "CNY",
        "TPH",
    )
    assert shipped.reserve_per_mille == 50
    assert shipped.pay_within == timedelta(minutes=30)
    assert shipped.code_lifetime == timedelta(seconds=60)
    assert (shipped.notice.working_days, shipped.notice.calendar.name) == (5, "cn")
    # Whatever a document states, a plan promises this or better.
    assert shipped.sampling.least_confidence == Decimal("0.90")
    assert shipped.sampling.widest_precision == Decimal("0.10")
    assert shipped.points_policy == "demonstration"
    assert shipped.locales == ("zh-CN", "en")


def test_the_version_of_a_day_is_the_newest_that_has_begun() -> None:
    programmes = read_programmes(later(('"50"', '"80"')), "p")
    shares = [
        programmes.on(day).reserve_per_mille
        for day in (date(1999, 1, 1), date(2026, 12, 31), date(2027, 1, 1), date(2040, 1, 1))
    ]
    assert shares == [50, 50, 80, 80]
    assert [each.version for each in programmes.announced(TODAY)] == ["2"]
    assert programmes.announced(date(2027, 1, 1)) == []


def test_comments_and_layout_do_not_change_the_digest() -> None:
    (plain,) = read_programmes(TEXT, "p").versions
    (other,) = read_programmes("# of ours\n" + TEXT.replace("CNY", '"CNY"'), "p").versions
    assert plain.digest == other.digest
    (changed,) = read_programmes(document(('"50"', '"51"')), "p").versions
    assert changed.digest != plain.digest


def test_a_version_is_the_same_again_from_its_kept_content() -> None:
    (shipped,) = load_programmes().versions
    assert restated(shipped.tree) == shipped


@pytest.mark.parametrize(
    ("change", "field", "remedy"),
    [
        (("Asia/Shanghai", "Asia/Atlantis"), "versions[0].zone", "IANA"),
        (("CNY", "yuan"), "versions[0].currency", "ISO 4217"),
        (("TPH", "tph-"), "versions[0].serial_prefix", "capitals"),
        (('"50"', '"5.5"'), "versions[0].reserve_per_mille", "0 to 500"),
        (('"30"', '"0"'), "versions[0].pay_within_minutes", "1 to"),
        (('"60"', '"6000"'), "versions[0].code_lifetime_seconds", "10 to 600"),
        (("calendar: cn", "calendar: us"), "versions[0].notice.calendar", "cn, weekdays"),
        (("holidays: []", "holidays: [1 May]"), "versions[0].notice.holidays[0]", "2024-10-01"),
        (("holidays: []", "holidays: none"), "versions[0].notice.holidays", "dashes"),
        (("0.80", "80"), "versions[0].sampling.least_confidence", "at most 1"),
        (("[zh-CN, en]", "[zh-CN, fr]"), "versions[0].locales[1]", "zh-CN, en"),
        (("[zh-CN, en]", "[]"), "versions[0].locales", "zh-CN"),
        (("    currency: CNY\n", ""), "versions[0]", "Add currency"),
        (("    currency:", "    curency: x\n    currency:"), "versions[0].curency", "currency"),
        (("2020-01-01", "1 January 2020"), "versions[0].effective_from", "2024-10-01"),
    ],
)
def test_a_fault_is_named_with_file_line_field_and_remedy(
    change: tuple[str, str], field: str, remedy: str
) -> None:
    fault = refused(document(change))
    assert (fault.facts["file"], fault.facts["field"]) == ("programme.yaml", field)
    assert remedy in in_words(fault.facts["remedy"])
    line = TEXT.splitlines()[fault.facts["line"] - 1]
    assert (
        field.rpartition(".")[2].partition("[")[0] in line
        or field == "versions[0]"
        or ("currency" in line)
    )
    assert sentence(fault).startswith(f"programme.yaml:{fault.facts['line']}: {field}: ")


def test_a_day_is_not_a_holiday_and_a_working_day() -> None:
    both = document(
        ("holidays: []", "holidays: [2027-05-04]"), ("workdays: []", "workdays: [2027-05-04]")
    )
    assert "2027-05-04 is a holiday too" in in_words(refused(both).facts["problem"])


@pytest.mark.parametrize("field", [("Asia/Shanghai", "Asia/Urumqi"), ("CNY", "HKD"), ("TPH", "GD")])
def test_zone_currency_and_prefix_never_change_from_version_to_version(
    field: tuple[str, str],
) -> None:
    fault = refused(later(field))
    assert field[0] in in_words(fault.facts["problem"])
    assert "database of its own" in in_words(fault.facts["remedy"])


def test_versions_stand_in_order_and_once() -> None:
    assert "later day" in in_words(refused(later(on="2019-01-01")).facts["remedy"])
    assert "stands twice" in in_words(refused(later(('"2"', '"1"'))).facts["problem"])
    assert "at least one" in in_words(refused("versions: []").facts["remedy"])


def test_a_document_that_is_not_there_is_said(tmp_path) -> None:
    with pytest.raises(InvalidProgramme) as caught:
        load_programmes(tmp_path / "none.yaml")
    assert caught.value.facts["field"] == "document"


# What was published stays


def kept(text: str = TEXT) -> list[Programme]:
    return list(read_programmes(text, "p").versions)


def stated(text: str) -> Programmes:
    return read_programmes(text, "p")


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (("Asia/Shanghai", "America/New_York"), "zone"),
        (("CNY", "HKD"), "currency"),
        (("TPH", "GD"), "serial_prefix"),
    ],
)
def test_what_the_books_were_made_by_cannot_become_another(
    change: tuple[str, str], field: str
) -> None:
    with pytest.raises(ProgrammeChanged) as refusal:
        check_follows(kept(), stated(document(change)))
    assert refusal.value.case == "fixed"
    assert refusal.value.facts == {"field": field, "was": change[0], "stated": change[1]}
    assert change[0] in sentence(refusal.value, "zh-CN")


def test_a_published_version_cannot_say_something_else() -> None:
    with pytest.raises(ProgrammeChanged) as refusal:
        check_follows(kept(), stated(document(('"50"', '"10"'))))
    assert refusal.value.case == "content"


def test_a_published_version_cannot_be_left_out() -> None:
    with pytest.raises(ProgrammeChanged) as refusal:
        check_follows(kept(later()), stated(TEXT))
    assert (refusal.value.case, refusal.value.facts["version"]) == ("missing", "2")


def test_what_is_new_is_told_apart() -> None:
    assert check_follows(kept(), stated(TEXT)) == []
    assert [each.version for each in check_follows(kept(), stated(later()))] == ["2"]
    assert [each.version for each in check_follows([], stated(later()))] == ["1", "2"]


def test_a_change_is_published_before_it_holds() -> None:
    assert check_publishable([], stated(TEXT), TODAY)
    assert check_publishable(kept(), stated(later()), TODAY)
    for on in (TODAY, date(2026, 5, 1)):
        with pytest.raises(ProgrammeChanged) as refusal:
            check_publishable(kept(), stated(later(on=on.isoformat())), TODAY)
        assert refusal.value.case == "past"


@pytest.mark.parametrize(
    ("stated", "field", "remedy"),
    [
        ("{providers: [{provider: acme}]}", "providers[0].provider", "org_"),
        ('{actions_per_day: "0"}', "actions_per_day", "1 to"),
        ('{kg_per_day: "0.5"}', "kg_per_day", "1 to"),
        (f"{{providers: [{{provider: org_{'a' * 32}}}]}}", "providers[0]", "actions_per_day"),
        ('{alarm_at_per_mille: "1001"}', "alarm_at_per_mille", "1 to 1000"),
        (f"{{providers: [{TWICE}, {TWICE}]}}", "providers[1].provider", "once"),
    ],
)
def test_a_quota_that_means_nothing_is_named(stated: str, field: str, remedy: str) -> None:
    fault = refused(document(("    locales", f"    quotas: {stated}\n    locales")))
    assert fault.facts["field"] == f"versions[0].quotas.{field}"
    assert remedy in in_words(fault.facts["remedy"])


def test_without_quotas_nobody_has_one() -> None:
    (shipped,) = load_programmes().versions
    assert not shipped.quotas.are_stated
    assert shipped.quotas.of("a" * 32) is None


def test_a_programme_says_how_long_one_persons_word_stands() -> None:
    assert load_programmes().versions[0].signed_for.days == 30
    stated = '    signatures: {lapse_after_days: "7"}\n    locales'
    (week,) = read_programmes(document(("    locales", stated)), "p").versions
    assert week.signed_for.days == 7
    fault = refused(document(("    locales", stated.replace("7", "0"))))
    assert fault.facts["field"] == "versions[0].signatures.lapse_after_days"


def test_a_programme_says_how_long_a_session_of_staff_lives() -> None:
    usual = load_programmes().versions[0].sessions
    assert usual == (timedelta(hours=12), timedelta(minutes=30))
    stated = '    sessions: {hours: "8", idle_minutes: "10"}\n    locales'
    (own,) = read_programmes(document(("    locales", stated)), "p").versions
    assert own.sessions == (timedelta(hours=8), timedelta(minutes=10))
    assert own.sessions.access_lifetime == timedelta(minutes=5)
    (half,) = read_programmes(
        document(("    locales", '    sessions: {hours: "1"}\n    locales')), "p"
    ).versions
    assert half.sessions == (timedelta(hours=1), timedelta(minutes=30))


@pytest.mark.parametrize(
    ("stated", "field"),
    [
        ('{hours: "0"}', "hours"),
        ('{hours: "169"}', "hours"),
        ('{idle_minutes: "3"}', "idle_minutes"),
        ('{idle_minutes: "1441"}', "idle_minutes"),
        ('{days: "1"}', "days"),
    ],
)
def test_a_session_life_that_is_none_is_named(stated: str, field: str) -> None:
    fault = refused(document(("    locales", f"    sessions: {stated}\n    locales")))
    assert fault.facts["field"] == f"versions[0].sessions.{field}"


@pytest.mark.parametrize(
    ("stated", "field", "remedy"),
    [
        ("{same_face: {}}", "same_face", "same_device"),
        ("{same_device: {}}", "same_device", "people"),
        ('{same_device: {people: "0"}}', "same_device.people", "1 to"),
        ("{same_evidence: {}}", "same_evidence", "people"),
        (
            f"{{same_evidence: {{behaviours: [{BIKES}, {BIKES}]}}}}",
            "same_evidence.behaviours[1].behaviour",
            "once",
        ),
        ('{enrolled_together: {people: "9"}}', "enrolled_together", "minutes"),
        (
            '{enrolled_together: {people: "9", minutes: "1441"}}',
            "enrolled_together.minutes",
            "1 to 1440",
        ),
        ('{impossible_speed: {km_per_hour: "fast"}}', "impossible_speed.km_per_hour", "digits"),
    ],
)
def test_a_check_that_means_nothing_is_named(stated: str, field: str, remedy: str) -> None:
    fault = refused(document(("    locales", f"    checks: {stated}\n    locales")))
    assert fault.facts["field"] == f"versions[0].checks.{field}"
    assert remedy in in_words(fault.facts["remedy"])


def test_without_checks_nothing_is_looked_at() -> None:
    (shipped,) = load_programmes().versions
    assert not shipped.checks.are_stated

"""The log: whose steps stand in it, who reads which part, and what a row may hold of a thing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from behaviours.logbook import (
    LogFilter,
    LoggedSubject,
    LogNotReadable,
    changed,
    has_power,
    network_of,
    seen_part,
)
from behaviours.logged_things import (
    KINDS,
    OF_BEHAVIOURS,
    as_member,
    subject_named,
    subject_of,
    told_as,
)
from behaviours.standing import OrganisationStanding
from behaviours.users import ADMINISTRATOR, MEMBER, User, new_staff
from behaviours.viewer import Viewer
from tests.behaviours.test_organisation_papers import an_application

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
METRO = UUID(int=100)


def of_metro(duty: str) -> User:
    return new_staff(UUID(int=5), "u", "Li", "provider", organisation_id=METRO, duty=duty, now=NOW)


@pytest.mark.parametrize(
    ("role", "as_user", "logged"),
    [
        ("participant", True, False), ("operator", False, True), ("authority", True, True),
        ("verifier", False, True), ("provider", True, True), ("provider", False, False),
        ("merchant", False, False),
    ],
)  # fmt: skip
def test_power_is_over_what_is_not_ones_own(role: str, as_user: bool, logged: bool) -> None:
    assert has_power(role, as_user=as_user) is logged


def test_a_row_holds_what_became_other() -> None:
    assert changed({"state": "a", "name": "x"}, {"state": "b", "name": "x", "duty": "m"}) == {
        "state": {"old": "a", "new": "b"},
        "duty": {"old": None, "new": "m"},
    }


def test_an_administrator_reads_the_part_of_the_organisation() -> None:
    wanted = LogFilter(verb="user.end", organisation_id=UUID(int=9))
    assert seen_part(wanted, Viewer("authority", None), None) is wanted
    own = seen_part(wanted, Viewer("provider", METRO), of_metro(ADMINISTRATOR))
    assert own == wanted._replace(organisation_id=METRO)
    for reader in (None, of_metro(MEMBER)):
        with pytest.raises(LogNotReadable):
            seen_part(wanted, Viewer("provider", METRO), reader)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("somewhere", None), ("", None), (None, None),
    ],
)  # fmt: skip
def test_of_an_address_the_network_is_kept(address: str | None, network: str | None) -> None:
    assert network_of(address) == network


def test_a_thing_is_named_by_its_public_id() -> None:
    for prefix, kind in KINDS.items():
        name = f"{prefix}_{METRO.hex}"
        assert subject_named(name) == subject_of(kind, METRO) == LoggedSubject(kind, name)
    for name in ("usr_7", "xyz_" + METRO.hex, METRO.hex, ""):
        assert subject_named(name) is None
    assert subject_of("weather", METRO).name == METRO.hex


def test_a_row_holds_of_a_thing_what_is_listed_and_nothing_else() -> None:
    subject, members = told_as(OF_BEHAVIOURS[User], of_metro(MEMBER))
    assert subject == LoggedSubject("user", f"usr_{UUID(int=5).hex}")
    assert members == {
        "state": "invited",
        "role": "provider",
        "duty": MEMBER,
        "organisation_id": f"org_{METRO.hex}",
    }
    _, members = told_as(
        OF_BEHAVIOURS[OrganisationStanding],
        OrganisationStanding(METRO, "provider", "Metro", "active", 3, None),
    )
    assert members["revision"] == 3


def test_a_member_of_a_part_that_is_not_there_is_null() -> None:
    application = an_application()
    thing = OF_BEHAVIOURS[type(application)]
    assert told_as(thing, application)[1]["credit_code"] == "91350100M000100Y43"
    assert told_as(thing, an_application(statement=None))[1]["credit_code"] is None


@pytest.mark.parametrize(
    ("name", "value", "form"),
    [
        ("owner_id", METRO, f"org_{METRO.hex}"), ("salt", METRO, METRO.hex),
        ("at", NOW, "2026-06-01T04:00:00Z"), ("on", date(2026, 6, 1), "2026-06-01"),
        ("price", Decimal("1.50"), "1.50"), ("saved_mg", 46_000, "46000"), ("points", 7, 7),
        ("open", True, True), ("nothing", None, None), ("roles", ("a", "b"), ["a", "b"]),
    ],
)  # fmt: skip
def test_values_stand_as_they_do_outside(name: str, value: object, form: object) -> None:
    assert as_member(name, value) == form


def test_what_has_no_form_is_not_guessed() -> None:
    with pytest.raises(AssertionError):
        as_member("secret", b"\0")

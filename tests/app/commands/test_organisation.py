"""tanpuhui organisation: the same steps as at the routes, typed."""

from __future__ import annotations

import secrets

from app.ids import public
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring
from tests.builders.commands import typed
from tests.builders.people import an_organisation


def somebody(wiring: Wiring, role: str) -> list[str]:
    """Who types: a user of this role, by name and password."""
    name, password = f"{role}-{secrets.token_hex(6)}", secrets.token_urlsafe(16)
    wiring.database.transact(create_user, [NewUser(name, password, role)], now=wiring.clock.now())
    return ["--as", name, "--password", password]


def test_an_organisation_is_suspended_let_in_and_closed_by_hand(wiring: Wiring) -> None:
    named = public("org", an_organisation(wiring, "merchant"))
    operator, authority = somebody(wiring, "operator"), somebody(wiring, "authority")

    def type_(step: str, *words: str, code: int = 0) -> str:
        done = typed(wiring, "organisation", step, named, *words)
        assert done.exit_code == code, done.output
        return done.output

    why = ("--reason", "It is so.")
    assert "to be settled" not in type_("show")
    type_("suspend", *why, "--ground", "mood", *operator, code=2)
    assert " suspended " in type_("suspend", *why, "--ground", "unpaid", *operator)
    assert f"{named}  merchant   suspended" in typed(wiring, "organisation", "list").output
    assert "signature of an authority too" in type_("lift", *why, *operator)
    assert " active " in type_("lift", *why, *authority)
    assert "(unpaid)  It is so." in type_("show")
    type_("close", *why, *authority)
    assert " closed " in type_("close", *why, *operator)
    refused = type_("suspend", *why, "--ground", "unpaid", *operator, code=3)
    assert "closed" in refused


def test_only_who_acts_for_the_programme_takes_these_steps(wiring: Wiring) -> None:
    named = public("org", an_organisation(wiring, "merchant"))
    person = somebody(wiring, "operator")
    person[-1] = "another password"
    why = ("--reason", "x", "--ground", "unpaid")
    assert typed(wiring, "organisation", "suspend", named, *why, *person).exit_code == 3
    unknown = typed(wiring, "organisation", "show", "org_nobody")
    assert (unknown.exit_code, "org_…" in unknown.output) == (2, True)

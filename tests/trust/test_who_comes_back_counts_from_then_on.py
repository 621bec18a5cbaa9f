"""Whoever leaves and comes back is not credited anew for what the account before may have had."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from app.ids import parse
from app.store.audit.title import BEFORE_RETURN
from tests.builders.people import an_organisation

# Long enough ago for a test that runs at any hour.
LONG_AGO = timedelta(days=40)


@pytest.fixture
def home(http, token_for, wiring):
    """One identity that a provider enrols; a consent of today reaches back to its beginning."""

    class Home:
        provider = an_organisation(wiring)
        token = token_for("provider", tenant=provider)
        identity = f"person-{secrets.token_hex(8)}"

        def enrol(self):
            scenes = ("metro_ride", "walking")
            given = [{"scene": each, "text_version": "2026-01"} for each in scenes]
            body = {"identity": self.identity, "region": "CN-44", "consents": given}
            answer = http.post("/v1/participants", body, token=self.token)
            assert answer.status_code in (200, 201), answer.text
            return answer.json["id"]

        def leave(self, person):
            own = token_for("participant", tenant=parse("par", person))
            assert http.delete("/v1/me", token=own).status_code == 204

        def report(self, person, behaviour="metro_ride", **changes):
            walks = behaviour == "walking"
            body = {
                "participant_id": person,
                "behaviour": behaviour,
                "external_id": secrets.token_hex(8),
                "occurred_at": datetime.now(UTC).isoformat(),
                "region": "CN-42" if walks else "CN-44",
                "quantities": {"steps": "9000"} if walks else {"trips": "1"},
                "evidence": {"trace_id" if walks else "ride_id": secrets.token_hex(8)},
            } | changes
            answer = http.post("/v1/actions", body, token=self.token)
            return answer.status_code, answer.json.get("code")

    return Home()


def test_what_was_done_before_leaving_stays_with_the_account_that_was_left(home):
    first = home.enrol()
    before = datetime.now(UTC).isoformat()
    assert home.report(first, occurred_at=before) == (201, None)
    home.leave(first)
    second = home.enrol()
    # The same stretch of time, by another number of another ride.
    assert home.report(second, occurred_at=before) == (409, "BEFORE_RETURN")
    assert home.report(second) == (201, None)


def test_a_consent_that_reaches_behind_does_not_help(home, wiring):
    first = home.enrol()
    home.leave(first)
    second = home.enrol()
    with wiring.database.engine.begin() as connection:
        connection.execute(
            text("update consent set granted_at = granted_at - interval '50 days'"
                 " where participant_id = :person"),
            {"person": parse("par", second)},
        )  # fmt: skip
    before = (datetime.now(UTC) - LONG_AGO).isoformat()
    assert home.report(second, occurred_at=before) == (409, "BEFORE_RETURN")
    assert home.report(second) == (201, None)


def test_what_counts_once_a_day_counts_once_on_the_day_of_leaving(home):
    first = home.enrol()
    assert home.report(first, "walking")[0] == 201
    home.leave(first)
    second = home.enrol()
    assert home.report(second, "walking") == (409, "BEFORE_RETURN")


def test_the_audit_names_what_was_credited_from_before(home, wiring):
    assert BEFORE_RETURN.name == "nothing_before_return"
    first = home.enrol()
    home.leave(first)
    second = home.enrol()
    assert home.report(second) == (201, None)
    rows = text(f"select offender from ({BEFORE_RETURN.rows}) c (offender, bad) where bad")
    with wiring.database.engine.connect() as connection, connection.begin() as step:
        before = connection.execute(rows).scalars().all()
        connection.execute(text("set local session_replication_role = replica"))
        connection.execute(
            text("update action set occurred_at = occurred_at - interval '2 days'"
                 " where participant_id = :person"),
            {"person": parse("par", second)},
        )  # fmt: skip
        assert len(connection.execute(rows).scalars().all()) == len(before) + 1
        step.rollback()

"""Two of one household report alone at the same moment: each holds their own account first, and
neither is told of the other's lock."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, text

from app.factory import create_app
from app.store.audit.households import HOUSEHOLD_SHARES
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from tests.app.recording.conftest import Scene
from tests.builders.at_once import at_once
from tests.builders.audit import broken_of
from tests.builders.civil import CHINA
from tests.builders.held import while_held
from tests.builders.households import a_household
from tests.builders.jobs import until
from tests.builders.methodologies import Office, Rule
from tests.builders.people import Http, Tokens, a_participant

_REPORTING = """
reporting:
  by: [provider, participant]
  evidence: [proof]
  evidence_factor: "0.5"
  confirmation: none
  per_day: "50"
  source: text
  grade: official
"""
_STOPPED = text(
    "select count(*) from pg_locks where not granted and relation = 'guardianship'::regclass"
)
_DEADLOCKS = text("select deadlocks from pg_stat_database where datname = current_database()")


class OfTheDwelling(Rule):
    """What somebody of a household may report alone, and all of it share."""

    def body(self) -> dict[str, Any]:
        sent = super().body()
        told = sent["document"].replace(
            "  ride_id: {meaning: The id of the ride.}\n",
            "  ride_id: {meaning: The id of the ride.}\n  proof: {meaning: What shows it.}\n",
        )
        told = told.replace("subject: person\n", "subject: household\n")
        shown = sent["examples"].replace("{ride_id: one}", "{ride_id: one, proof: photo}")
        return {"document": told + _REPORTING.lstrip("\n"), "examples": shown}


@dataclass
class Home:
    """Two who live together, each with a login of their own."""

    wiring: Wiring
    rule: Rule
    people: dict[str, UUID]
    tokens: Tokens

    def __post_init__(self) -> None:
        # Made before any thread: routes are compiled by what threads may not share.
        self.app = create_app(self.wiring)

    def reports(self, name: str, hour: int = 9) -> Any:
        day = civil_day(self.wiring.clock.now(), CHINA) - timedelta(days=1)
        body = {
            "behaviour": self.rule.behaviour,
            "external_id": secrets.token_hex(8),
            "occurred_at": datetime.combine(day, time(hour), CHINA).isoformat(),
            "region": "CN-44",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": secrets.token_hex(8), "proof": "photo", "issuer": "rides"},
        }
        own = self.tokens("participant", tenant=self.people[name])
        return Http(self.app).post("/v1/actions", body, token=own)

    def both(self, hour: int = 9) -> list[Any]:
        return at_once([lambda each=each: self.reports(each, hour) for each in "ab"])

    def assert_shared(self, answers: list[Any]) -> None:
        """Every one was recorded, and both people have their part of each."""
        assert [each.status_code for each in answers] == [201] * len(answers), answers
        mg = [int(Decimal(e.json["household"]["whole_kg"]) * 1_000_000) for e in answers]
        asked = text("select saved_mg from action where participant_id = :who and behaviour = :of")
        with self.wiring.database.engine.connect() as connection:
            for who in self.people.values():
                given = {"who": who, "of": self.rule.behaviour}
                own = list(connection.execute(asked, given).scalars())
                assert (len(own), sum(own)) == (len(answers), sum(mg) // 2)
        ids = [*self.people.values()]
        given_of = {"household_behaviours": [self.rule.behaviour]}
        assert broken_of(self.wiring, HOUSEHOLD_SHARES, ids, given_of) == []


@pytest.fixture
def home(movable: Wiring, make_scene: Callable[..., Scene]) -> Home:
    rule = OfTheDwelling(civil_day(movable.clock.now(), CHINA) + timedelta(days=1))
    Office(movable).published(rule)
    movable.clock.advance(4 * 86_400)
    scene = make_scene()
    other = a_participant(movable, provider_id=scene.provider)
    people = {"a": scene.person, "b": other}
    a_household(movable, dict.fromkeys(people.values(), 5_000))
    return Home(movable, rule, people, Tokens(create_app(movable), movable))


def test_two_who_hold_their_own_accounts_and_want_the_others_are_both_recorded(home: Home) -> None:
    """Each has locked their own account before either asks for the other's: that is a deadlock,
    which the database ends by breaking off one of them. It is run again, and nobody sees it."""

    def count(statement: Any) -> int:
        with home.wiring.database.engine.connect() as connection:
            return int(connection.execute(statement).scalar_one())

    def hold(connection: Connection) -> None:
        connection.exec_driver_sql("lock table guardianship in access exclusive mode")

    before = count(_DEADLOCKS)
    answers = while_held(
        home.wiring.database,
        hold,
        home.both,
        before_letting_go=lambda: until(lambda: count(_STOPPED) == 2, within_s=20),
    )
    home.assert_shared(answers)
    # The server counts it some time after.
    until(lambda: count(_DEADLOCKS) > before, within_s=60)


def test_however_often_they_meet_both_are_recorded(home: Home) -> None:
    answers = [each for hour in range(8, 13) for each in home.both(hour)]
    home.assert_shared(answers)

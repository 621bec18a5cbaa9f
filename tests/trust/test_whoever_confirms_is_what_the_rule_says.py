"""What a person reports alone waits, or does not, as its rule says: required, sampled, none.

Each value is published over the API, reported over the API and followed to the books.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from app.factory import create_app
from app.ids import parse
from app.wiring import Wiring
from behaviours.actions.reporting import is_drawn
from behaviours.actions.shipped import load_rulebook
from behaviours.civil_time import civil_day
from behaviours.rules.trusted import CONFIRMATIONS, NONE, REQUIRED, SAMPLED
from tests.app.recording.conftest import Scene
from tests.builders.civil import CHINA
from tests.builders.methodologies import Office, Rule
from tests.builders.people import Http, Tokens
from tests.builders.programmes import stating

DAYS = 6
PER_DAY = 3
REPORTING = """
reporting:
  by: [provider, participant]
  evidence: [proof]
  evidence_factor: "0.5"
  confirmation: {confirmation}
  per_day: "{per_day}"
  source: text
  grade: official
"""


class SelfReported(Rule):
    """A ride that a person may report alone, with a photograph, at half of its worth."""

    confirmation: str = REQUIRED

    def body(self) -> dict[str, Any]:
        sent = super().body()
        told = sent["document"].replace(
            "  ride_id: {meaning: The id of the ride.}\n",
            "  ride_id: {meaning: The id of the ride.}\n  proof: {meaning: What shows it.}\n",
        )
        shown = sent["examples"].replace("{ride_id: one}", "{ride_id: one, proof: photo}")
        reporting = REPORTING.format(confirmation=self.confirmation, per_day=PER_DAY)
        return {"document": told + reporting.lstrip("\n"), "examples": shown}


@dataclass
class Reported:
    """A scene whose clock stands some days after its rule began."""

    scene: Scene
    rule: SelfReported

    def ride(self, days_ago: int, hour: int, **changes: Any) -> dict[str, Any]:
        day = civil_day(self.scene.wiring.clock.now(), CHINA) - timedelta(days=days_ago)
        mark = secrets.token_hex(8)
        return self.scene.body(
            behaviour=self.rule.behaviour,
            external_id=mark,
            occurred_at=datetime.combine(day, time(hour), CHINA).isoformat(),
            evidence={"ride_id": mark, "proof": "photo", "issuer": "rides"},
            **changes,
        )

    def by_person(self, days_ago: int, hour: int = 9, **options: Any) -> Any:
        body = self.ride(days_ago, hour)
        del body["participant_id"]
        return self.scene.report(body, token=self.scene.person_token, **options)

    def saved_kg(self) -> str:
        return self.scene.http.get("/v1/me", token=self.scene.person_token).json["reduction_kg"]


@pytest.fixture
def under_rule(movable: Wiring, make_scene: Callable[..., Scene]) -> Callable[..., Reported]:
    """Publishes a rule with a confirmation, and lets some days go by."""

    def make(confirmation: str, **programme: str) -> Reported:
        own = replace(movable, programmes=stating(**programme)) if programme else movable
        office = Office(own)
        tomorrow = civil_day(own.clock.now(), CHINA) + timedelta(days=1)
        rule = SelfReported(tomorrow)
        rule.confirmation = confirmation
        office.published(rule)
        own.clock.advance((DAYS + 2) * 86_400)
        made = make_scene()
        app = create_app(own)
        scene = replace(made, http=Http(app), wiring=own)
        tokens = Tokens(app, own)
        scene.provider_token = tokens("provider", tenant=made.provider)
        scene.person_token = tokens("participant", tenant=made.person)
        return Reported(scene, rule)

    return make


def drawing(per_mille: int) -> str:
    """Of a thousand that people report alone so many are drawn."""
    return f'{{lapse_after_days: "30", look_within_days: "7", confirmed_per_mille: "{per_mille}"}}'


def test_required_waits_until_somebody_else_says_that_it_was_done(
    under_rule: Callable[..., Reported],
) -> None:
    told = under_rule(REQUIRED)
    first = told.by_person(1).json
    assert first["state"] == "pending_confirmation"
    assert [each["code"] for each in first["why"]] == ["confirmation_required"]
    assert (first["points"]["awarded"], first["points"]["if_confirmed"]) == (0, 25)
    assert told.saved_kg() == "0.000000"
    said = {"outcome": "confirm", "reason": "The gate has it."}
    confirmed = told.scene.http.post(
        f"/v1/actions/{first['id']}/confirm", said, token=told.scene.provider_token
    ).json
    assert (confirmed["state"], confirmed["points"]["awarded"]) == ("quantified", 25)
    assert told.saved_kg() == "0.025000"


def test_none_is_credited_at_once_at_its_factor_and_no_oftener_than_the_rule_says(
    under_rule: Callable[..., Reported],
) -> None:
    told = under_rule(NONE)
    done = [told.by_person(1, hour) for hour in range(8, 8 + PER_DAY)]
    assert [each.json["state"] for each in done] == ["quantified"] * PER_DAY
    assert {each.json["reduction"]["reduction_kg"] for each in done} == {"0.025000"}
    assert {each.json["points"]["awarded"] for each in done} == {25}
    assert all("why" not in each.json for each in done)
    more = told.by_person(1, 20)
    assert (more.status_code, more.json["code"]) == (409, "TOO_MANY_REPORTS")
    # Another day has room again, and a provider's own reports are not counted.
    assert told.by_person(2).json["state"] == "quantified"
    of_provider = told.scene.report(told.ride(1, 21)).json
    assert of_provider["reduction"]["reduction_kg"] == "0.050000"
    assert told.saved_kg() == "0.150000"


def test_none_too_shows_what_the_rule_asks_for(under_rule: Callable[..., Reported]) -> None:
    told = under_rule(NONE)
    body = told.ride(1, 9)
    del body["participant_id"], body["evidence"]["proof"]
    refused = told.scene.report(body, token=told.scene.person_token)
    assert (refused.status_code, refused.json["code"]) == (422, "INVALID_EVIDENCE")
    assert refused.json["errors"][0]["pointer"] == "/evidence/proof"


@pytest.mark.parametrize(("per_mille", "drawn"), [(1000, PER_DAY * DAYS), (500, None)])
def test_sampled_waits_where_it_is_drawn_and_nowhere_else(
    under_rule: Callable[..., Reported], per_mille: int, drawn: int | None
) -> None:
    told = under_rule(SAMPLED, holds=drawing(per_mille))
    done = [
        told.by_person(days_ago, hour).json
        for days_ago in range(1, DAYS + 1)
        for hour in range(8, 8 + PER_DAY)
    ]
    terms = told.scene.wiring.wait_terms
    waits = [is_drawn(parse("act", each["id"]), terms.drawing) for each in done]
    assert [each["state"] == "pending_confirmation" for each in done] == waits
    assert {each["state"] for each in done} <= {"pending_confirmation", "quantified"}
    assert {why["code"] for each in done for why in each.get("why", [])} == (
        {"drawn_for_confirmation"} if any(waits) else set()
    )
    if drawn is not None:
        assert sum(waits) == drawn
    credited = len(done) - sum(waits)
    assert told.saved_kg() == f"{25 * credited / 1000:.6f}"


def test_a_drawn_one_that_is_refused_frees_its_number(
    under_rule: Callable[..., Reported],
) -> None:
    told = under_rule(SAMPLED, holds=drawing(1000))
    first = told.by_person(1).json
    operator = Tokens(create_app(told.scene.wiring), told.scene.wiring)("operator")
    refused = told.scene.http.post(
        f"/v1/actions/{first['id']}/confirm",
        {"outcome": "refuse", "reason": "No such ride.", "reason_code": "not_done"},
        token=operator,
    ).json
    assert refused["state"] == "refused_after_hold"
    assert told.saved_kg() == "0.000000"


@pytest.mark.parametrize("confirmation", CONFIRMATIONS)
def test_the_catalogue_says_who_may_report_and_who_confirms(
    under_rule: Callable[..., Reported], confirmation: str
) -> None:
    told = under_rule(confirmation)
    shown = told.scene.http.get(told.rule.path).json["reporting"]
    assert shown["by"] == ["provider", "participant"]
    assert shown["confirmation"] == confirmation
    assert shown["per_day"] == PER_DAY
    whole = told.scene.report(told.ride(1, 9)).json
    assert (whole["state"], whole["reduction"]["reduction_kg"]) == ("quantified", "0.050000")


def test_shipped_rules_take_a_person_s_word_where_the_text_does_and_never_unconfirmed() -> None:
    """The texts of the catalogue name who reports: an operator, a shop, a grid company. One lets
    a person show a screenshot, and says nothing of who checks it: somebody has to."""
    book = load_rulebook()
    on = datetime.now(UTC).date() + timedelta(days=1)
    alone = {
        version.code: version.trust.reporting
        for version in book.versions()
        if version.validity.in_force(on) and version.trust.reporting.by_participant
    }
    assert set(alone) == {"hb.proven_transit_ride"}
    (rule,) = alone.values()
    assert (rule.confirmation, rule.evidence, rule.per_day) == (REQUIRED, ("proof",), 10)
    assert rule.grade == "press"

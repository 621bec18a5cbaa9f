"""Values that a programme adds to series, and actions that are counted by them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from app.clock import StandingClock
from app.ids import new_id, public
from app.settings import Settings
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from tests.builders.civil import CHINA
from tests.builders.methodologies import Office
from tests.builders.people import a_participant, an_organisation
from tests.builders.processes import own_wiring

NOW = datetime(2026, 6, 10, 4, tzinfo=UTC)
TODAY = civil_day(NOW, CHINA)
# Data year 2023 is the newest of the release: 0.4419 in Guangdong.
GUANGDONG: dict[str, Any] = {
    "series": "avg_province",
    "area": "CN-44",
    "data_year": 2024,
    "value": "0.4000",
    "unit": "kgCO2/kWh",
    "holds_from": (TODAY - timedelta(days=3)).isoformat(),
    "title": "A notice of this test",
    "source": "https://example.org/notice",
    "copy": "Its table 2",
    "grade": "secondary",
}
# It reads the provincial average of the latest year that was published.
BEHAVIOUR = "ev_charging"


def processes(settings: Settings, database: str) -> Iterator[Callable[..., Wiring]]:
    """What makes processes on one database, whose clocks are set by hand; they end with it."""
    made: list[Wiring] = []

    def make(now: datetime = NOW) -> Wiring:
        own = own_wiring(settings, database)
        made.append(replace(own, clock=StandingClock(now)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def report(office: Office, at: datetime, region: str = "CN-44") -> Any:
    provider = an_organisation(office.wiring, "provider")
    person = a_participant(
        replace(office.wiring, clock=StandingClock(NOW - timedelta(days=30))), provider_id=provider
    )
    mark = new_id().hex
    body = {
        "participant_id": public("par", person),
        "behaviour": BEHAVIOUR,
        "external_id": mark,
        "occurred_at": at.isoformat(),
        "region": region,
        "quantities": {"energy_kwh": "20"},
        "evidence": {"session_id": mark},
    }
    return office.http.post("/v1/actions", body, token=office.tokens("provider", tenant=provider))


def proposed(office: Office, *values: dict[str, Any], by: str = "operator") -> list[Any]:
    answer = office.post("/v1/series/proposals", {"values": list(values)}, by=by)
    assert answer.status_code == 202, answer.text
    return list(answer.json["data"])


def published(office: Office, *values: dict[str, Any]) -> list[str]:
    ids = [each["id"] for each in proposed(office, *values)]
    for value_id in ids:
        done = office.post(f"/v1/series/proposals/{value_id}/publish", by="authority")
        assert (done.status_code, done.json["awaiting"]) == (201, []), done.text
    return ids

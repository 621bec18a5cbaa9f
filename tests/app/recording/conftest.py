"""A provider, a person who agreed to everything, and rides to report."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.factory import create_app
from app.wiring import Wiring
from tests.builders.installations import an_installation
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, a_participant, an_organisation

GRID = ("meter", "electricity_account_day")


@dataclass
class Scene:
    """One provider with one person, and the ways to report for them."""

    http: Http
    wiring: Wiring
    provider: UUID
    person: UUID
    provider_token: str
    person_token: str
    reported: int = 0

    def body(self, **changes: Any) -> dict[str, Any]:
        """A metro ride as the provider sends it; every call is another ride."""
        self.reported += 1
        began = datetime.now(UTC) - timedelta(minutes=10 * self.reported)
        mark = f"{self.person.hex[-12:]}-{self.reported}"
        return {
            "participant_id": f"par_{self.person.hex}",
            "behaviour": "metro_ride",
            "external_id": f"ext-{mark}",
            "occurred_at": began.isoformat(),
            "region": "CN-44",
            "quantities": {"trips": "1"},
            "evidence": {"ride_id": f"ride-{mark}"},
            **changes,
        }

    def plant(self) -> None:
        """The person has a photovoltaic plant, with the meter of ``generation``."""
        an_installation(self.wiring, self.person, self.provider, number=f"M-{self.person.hex}")

    def home(self) -> None:
        """The person has a home, with an electricity meter under the account ``A-…``."""
        number = f"A-{self.person.hex}"
        an_installation(
            self.wiring, self.person, self.provider, number=number, kind="meter", capacity=None
        )

    def generation(self, began: datetime, hours: int = 1) -> dict[str, Any]:
        """What the person's photovoltaic plant fed in, by its meter."""
        return self.body(
            behaviour="distributed_pv",
            occurred_at=began.isoformat(),
            ended_at=(began + timedelta(hours=hours)).isoformat(),
            quantities={"generation_kwh": "2.5"},
            evidence={"meter_id": f"M-{self.person.hex}"},
        )

    def proven_ride(
        self, began: datetime, *, ride_id: str, issuer: str, **more: Any
    ) -> dict[str, Any]:
        """A ride of twenty minutes that the person herself shows, by a picture of it."""
        body = self.body(
            behaviour="proven_transit_ride",
            region="CN-42",
            occurred_at=began.isoformat(),
            ended_at=(began + timedelta(minutes=20)).isoformat(),
            evidence={
                "ride_id": ride_id,
                "mode": "metro",
                "proof": "screenshot",
                "issuer": issuer,
            },
            **more,
        )
        del body["participant_id"]
        return body

    def report(self, body: Any = None, *, query: str = "", **options: Any) -> TestResponse:
        options.setdefault("token", self.provider_token)
        return self.http.post(
            f"/v1/actions{query}", self.body() if body is None else body, **options
        )

    def batch(self, *bodies: Any, query: str = "", **options: Any) -> TestResponse:
        options.setdefault("token", self.provider_token)
        return self.http.post(f"/v1/actions/batch{query}", {"actions": list(bodies)}, **options)

    def rows(self) -> dict[str, int]:
        """How many rows the person has in every table that recording writes."""
        with self.wiring.database.engine.connect() as connection:
            return {
                table: connection.exec_driver_sql(
                    f"select count(*) from {table} where participant_id = %s", (self.person,)
                ).scalar_one()
                for table in (
                    "action", "claim_key", "person_interval", "meter_interval",
                    "exclusion_claim", "points_transfer", "points_lot", "points_lot_use",
                    "points_cap",
                )
            }  # fmt: skip


def a_scene(wiring: Wiring) -> Scene:
    """A provider with a person in books of their own, who agreed long ago."""
    app = create_app(wiring)
    tokens = Tokens(app, wiring)
    provider = an_organisation(wiring)
    person = a_participant(wiring, provider_id=provider)
    return Scene(
        Http(app), wiring, provider, person,
        tokens("provider", tenant=provider), tokens("participant", tenant=person),
    )  # fmt: skip


@pytest.fixture
def make_scene(http: Http, wiring: Wiring, token_for: Tokens) -> Callable[..., Scene]:
    """Makes scenes; ``scenes=()`` for a person who agreed to nothing."""

    def make(provider: UUID | None = None, **person: Any) -> Scene:
        provider = provider or an_organisation(wiring)
        # They all report the rides of one operator and the meters of one grid.
        an_issuer(wiring, "rides", kinds=("ride",), providers=[provider])
        an_issuer(wiring, "grid", kinds=GRID, providers=[provider])
        somebody = a_participant(wiring, provider_id=provider, **person)
        return Scene(
            http,
            wiring,
            provider,
            somebody,
            token_for("provider", tenant=provider),
            token_for("participant", tenant=somebody),
        )

    return make


@pytest.fixture
def scene(make_scene: Callable[..., Scene]) -> Scene:
    return make_scene()

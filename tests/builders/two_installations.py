"""Two installations of the platform with books and keys of their own, and people of both."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from app.factory import create_app
from app.settings import Settings
from app.wiring import Wiring
from tests.builders.actions import a_ride, recording
from tests.builders.issuers import an_issuer
from tests.builders.people import Http, Tokens, a_participant, agreed_long_ago, an_organisation
from tests.builders.processes import own_wiring

# Both know who gives out the numbers of rides and of meters, by one code.
METRO, GRID = "metro_hz", "grid_zj"


class Place:
    """One of the two installations, with a provider that is admitted for both issuers."""

    def __init__(self, name: str, wiring: Wiring) -> None:
        self.name, self.wiring = name, wiring
        self.http = Http(create_app(wiring))
        self.tokens = Tokens(self.http.app, wiring)
        self.provider = an_organisation(wiring)
        an_issuer(wiring, METRO, kinds=("ride",), providers=[self.provider])
        an_issuer(wiring, GRID, kinds=("meter",), providers=[self.provider])

    @property
    def keys(self) -> Any:
        return self.http.get("/v1/registry/keys").json

    @property
    def key_id(self) -> str:
        return str(self.keys["keys"][0]["kid"])

    def person(self, identity: str) -> UUID:
        made = a_participant(self.wiring, provider_id=self.provider, identity=identity)
        return agreed_long_ago(self.wiring, made)

    def own(self, person: UUID) -> str:
        return self.tokens("participant", tenant=person)

    def ride(self, person: UUID, number: str | None = None, **changes: Any) -> Any:
        """What became of a ride, of which the numbers are the metro's."""
        number = number or secrets.token_hex(6)
        return self.done(person, evidence={"ride_id": number, "issuer": METRO}, **changes)

    def done(self, person: UUID, **said: Any) -> Any:
        [outcome] = recording(self.wiring, [a_ride(person, self.provider, **said)])
        return outcome

    def lets_in(self, other: Place) -> str:
        """Two people let the other one's exports in; its id among the origins here."""
        body = {"name": other.name, "keys": other.keys}
        proposed = self.http.post("/v1/origins", body, token=self.tokens("operator"))
        assert proposed.status_code == 202, proposed.text
        at = f"/v1/origins/{proposed.json['id']}"
        admitted = self.http.post(f"{at}/admit", token=self.tokens("authority"))
        assert admitted.status_code == 201, admitted.text
        return at

    def export_to(self, other: Place, person: UUID, identity: str) -> Any:
        """What the person takes along to the other one."""
        body = {"audience": other.key_id, "identity": identity}
        made = self.http.post("/v1/me/moves", body, token=self.own(person))
        assert made.status_code == 201, made.text
        return made.json

    def arrive(self, person: UUID, identity: str, export: Any) -> TestResponse:
        body = {"identity": identity, "export": export}
        return self.http.post("/v1/me/arrivals", body, token=self.own(person))


def _place(name: str, settings: Settings, url: str, folder: Path) -> Place:
    keys = {each: secrets.token_bytes(32) for each in ("identity_key", "signing_key")}
    return Place(name, own_wiring(settings, url, data_dir=folder, **keys))


@pytest.fixture
def here(settings: Settings, fresh_database: str, tmp_path: Path) -> Iterator[Place]:
    """Where people come from."""
    made = _place("Zhejiang", settings, fresh_database, tmp_path / "here")
    yield made
    made.wiring.close()


@pytest.fixture
def there(settings: Settings, other_database: str, tmp_path: Path) -> Iterator[Place]:
    """Where they move to."""
    made = _place("Guangdong", settings, other_database, tmp_path / "there")
    yield made
    made.wiring.close()

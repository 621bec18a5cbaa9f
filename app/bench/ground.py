"""The ground that cases are measured on: databases of their own, people, and a real server."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

from app.factory import create_app
from app.settings import Settings
from app.store.bench.scenes import open_scenes
from app.store.bench.throwaway import throwaway_database
from app.store.people.texts import add_text
from app.tokens import Caller, mint
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.people.enrol import Enrolment, enrol
from app.wiring import Wiring, settle_memory, wire
from behaviours.actions.action import Action
from behaviours.json_value import JsonObject
from behaviours.people import Consenting
from behaviours.texts import CONSENT, AgreedWords, body_of

PEOPLE = 2000
AGREED_BEFORE = timedelta(days=400)
START_SECONDS = 60
SCENES = ("metro_ride", "parcel_box_return")
_TEXT = AgreedWords(
    UUID(int=1),
    CONSENT,
    "bench",
    datetime(2020, 1, 1, tzinfo=UTC),
    {"en": body_of("For measuring only.")},
    datetime(2020, 1, 1, tzinfo=UTC),
)


@dataclass
class Shop:
    """One database with a provider and people, and rides that were not reported yet."""

    wiring: Wiring
    provider_id: UUID
    people: list[UUID] = field(default_factory=list)
    reported: int = 0

    def rides(self, count: int) -> list[Action]:
        """The next rides, spread over the people; nobody is on two at once."""
        now = self.wiring.clock.now().replace(microsecond=0)
        return [self._ride(now) for _ in range(count)]

    def bodies(self, count: int) -> list[JsonObject]:
        """The next rides as a provider sends them."""
        return [
            {
                "participant_id": f"par_{ride.participant_id}",
                "behaviour": ride.behaviour,
                "external_id": ride.external_id,
                "occurred_at": ride.occurred_at.isoformat(),
                "region": ride.region,
                "quantities": ride.quantities,
                "evidence": ride.evidence,
            }
            for ride in self.rides(count)
        ]

    def _ride(self, now: datetime) -> Action:
        number = self.reported
        self.reported += 1
        person = self.people[number % len(self.people)]
        mark = f"{secrets.token_hex(6)}-{number}"
        return Action(
            participant_id=person.hex,
            provider_id=self.provider_id.hex,
            behaviour="metro_ride",
            external_id=f"ride-{mark}",
            # A dozen a day for each person: below the day's cap, and no second twice although the
            # clock goes on between calls.
            occurred_at=now - timedelta(hours=1 + 2 * (number // len(self.people))),
            ended_at=None,
            region="CN-44",
            quantities={"trips": "1"},
            evidence={"ride_id": f"gate-{mark}"},
        )


class Ground:
    """Makes what cases need, once each, and takes it away at the end."""

    def __init__(
        self,
        settings: Settings,
        prepare: Callable[[str], None],
        say: Callable[[str], None],
        *,
        quick: bool,
    ) -> None:
        assert settings.database_url is not None
        self.quick = quick
        self.say = say
        self.rounds = 3 if quick else 5
        self._prepare = prepare
        self._ends = ExitStack()
        folder = Path(self._ends.enter_context(tempfile.TemporaryDirectory(prefix="tanpuhui-")))
        # Secrets and a clock of its own: nothing of the real installation is touched.
        environment = {
            "TANPUHUI_DATA_DIR": str(folder),
            "TANPUHUI_RATE_LIMIT_PER_MINUTE": "10000000",
            "DATABASE_URL": settings.database_url,
            "REDIS_URL": settings.redis_url or "",
        }
        self.settings = replace(
            Settings.from_environment(environment),
            web_workers=settings.web_workers,
            web_threads=settings.web_threads,
        )

    def __enter__(self) -> Ground:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._ends.close()

    def shop(self, people: int = PEOPLE) -> Shop:
        """A fresh database with a provider and people who agreed long ago."""
        assert self.settings.database_url is not None
        url = self._ends.enter_context(throwaway_database(self.settings.database_url))
        self._prepare(url)
        wiring = wire(replace(self.settings, database_url=url))
        self._ends.callback(wiring.close)
        now = wiring.clock.now()
        (client,) = wiring.database.transact(
            create_client, [NewClient("provider", "Bench")], now=now
        )
        wiring.database.transact(add_text, _TEXT, now=_TEXT.in_force_at)
        wiring.database.transact(open_scenes, [None, client.organisation_id])
        shop = Shop(wiring, client.organisation_id)
        for begin in range(0, people, 1000):
            shop.people += self._enrol(shop, min(1000, people - begin), now)
        # As the server does once it stands.
        settle_memory()
        return shop

    def _enrol(self, shop: Shop, count: int, now: datetime) -> list[UUID]:
        consents = tuple(Consenting(scene, "bench", now - AGREED_BEFORE) for scene in SCENES)
        people = [Enrolment(secrets.token_hex(12), "CN-44", consents) for _ in range(count)]
        wiring = shop.wiring
        enrolled = wiring.database.transact(
            enrol,
            people,
            organisation_id=shop.provider_id,
            identity_key=wiring.settings.identity_key,
            scenes=wiring.scenes,
            clock=wiring.clock,
        )
        return [one.participant_id for one in enrolled]

    def token(self, shop: Shop) -> str:
        """A token of the shop's provider."""
        who = Caller("provider", shop.provider_id, shop.provider_id, "bench")
        with create_app(shop.wiring).app_context():
            return mint(who, lifetime_s=7200)

    @contextmanager
    def server(self, shop: Shop) -> Iterator[int]:
        """A real server on the shop's database, as ``tanpuhui serve`` runs it; yields its port."""
        port, settings = _free_port(), shop.wiring.settings
        environment = {
            **os.environ,
            "TANPUHUI_DATA_DIR": str(settings.data_dir),
            "TANPUHUI_RATE_LIMIT_PER_MINUTE": str(settings.rate_limit_per_minute),
            "TANPUHUI_WEB_THREADS": str(settings.web_threads),
            "DATABASE_URL": settings.database_url or "",
            "REDIS_URL": settings.redis_url or "",
        }
        arguments = (
            "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
            "--workers", str(settings.web_workers),
            "--blocking-threads", str(settings.web_threads),
            "--log-level", "error", "app.bench.web:application",
        )  # fmt: skip
        child = subprocess.Popen(
            [sys.executable, "-m", "granian", *arguments],
            env=environment,
            stderr=subprocess.DEVNULL,
        )
        try:
            _await(port, child)
            yield port
        finally:
            child.terminate()
            child.wait(timeout=START_SECONDS)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(port: int, child: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        assert child.poll() is None, "the server of the bench ended at its start"
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1) as probe:
                probe.sendall(b"GET /livez HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
                if probe.recv(16).startswith(b"HTTP/1.1 200"):
                    return
        except OSError:
            time.sleep(0.05)
    raise AssertionError("the server of the bench did not answer in time")

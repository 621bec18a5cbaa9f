"""What another mechanism owns is refused when it is reported, and enters no bundle afterwards."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import pytest

from app.clock import StandingClock
from app.ids import new_id
from app.outbox import names
from app.store.database import Connection
from app.usecases.pooling.select_chunk import select_chunk
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.usecases.recording.read_declaration import read_declaration
from app.usecases.recording.record import Recorded, RecordingRules, record
from app.usecases.recording.withdraw_declaration import withdraw_declaration
from app.wiring import Wiring
from behaviours.actions.declared import DeclaredNumber, RegisteredDeclaration
from behaviours.civil_time import civil_day
from tests.app.recording.conftest import Scene
from tests.builders.audit import assert_books_balance
from tests.builders.civil import CHINA, yesterday_morning
from tests.builders.empty_market import market, shut
from tests.builders.held import while_held
from tests.builders.issuers import an_issuer
from tests.builders.market import (
    NOW,
    a_pv_interval,
    an_entrusting_person,
    bundle,
    recorded,
    rows,
    run,
    sealed,
    selected,
    selecting,
    task,
)
from tests.builders.people import Tokens, an_organisation

__all__ = ["market", "shut"]

Make = Callable[..., Scene]
PATH = "/v1/declared-elsewhere"


class Register:
    """The register over HTTP, and a provider who reports."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.tokens = Tokens(scene.http._client.application, scene.wiring)
        self.operator = self.tokens("operator")
        self.authority = self.tokens("authority")

    def said(self, ride: str, **changes: Any) -> dict[str, Any]:
        return {
            "mechanism": "other_scheme",
            "reference": f"R-{secrets.token_hex(4)}",
            "kind": "ride",
            "issuer": "rides",
            "evidence": {"ride_id": ride},
            "from": (today() - timedelta(days=3)).isoformat(),
            **changes,
        }

    def declare(self, *declarations: dict[str, Any], token: str | None = None) -> Any:
        return self.scene.http.post(
            PATH, {"declarations": list(declarations)}, token=token or self.operator
        )

    def declared(self, *declarations: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.declare(*declarations)
        assert answer.status_code == 201, answer.text
        made: list[dict[str, Any]] = answer.json["data"]
        return made

    def withdraw(self, made: dict[str, Any], *, token: str | None = None) -> Any:
        return self.scene.http.post(
            f"{PATH}/{made['id']}/withdraw",
            {"reason": "It left the scheme."},
            token=token or self.authority,
        )

    def ride(self, number: str, **changes: Any) -> dict[str, Any]:
        return self.scene.body(evidence={"ride_id": number, "issuer": "rides"}, **changes)


def today() -> date:
    return civil_day(datetime.now(UTC), CHINA)


def a_meter() -> str:
    return f"33{secrets.randbelow(10**10):010}"


def a_number() -> str:
    return f"ride-{secrets.token_hex(6)}"


@pytest.fixture
def register(make_scene: Make) -> Register:
    return Register(make_scene())


def test_a_number_that_another_mechanism_owns_is_refused_in_every_spelling(
    register: Register,
) -> None:
    number = a_number()
    (made,) = register.declared(register.said(number))
    for spelled in (number, number.upper(), number.replace("-", " - ")):
        answer = register.scene.report(register.ride(spelled))
        assert (answer.status_code, answer.json["code"]) == (409, "DECLARED_ELSEWHERE"), spelled
        assert made["reference"] in answer.json["detail"]
    batch = register.scene.batch(register.ride(number), register.ride(a_number())).json
    assert [each["status"] for each in batch["results"]] == [409, 201]
    dry = register.scene.report(register.ride(number), query="?dry_run=true")
    assert dry.json["code"] == "DECLARED_ELSEWHERE"


def test_days_beside_those_that_were_declared_are_free(register: Register) -> None:
    number = a_number()
    until = (today() - timedelta(days=30)).isoformat()
    since = (today() - timedelta(days=60)).isoformat()
    register.declared(register.said(number, **{"from": since, "to": until}))
    assert register.scene.report(register.ride(number)).status_code == 201


def test_who_withdraws_is_another_than_who_declared(register: Register) -> None:
    number = a_number()
    (made,) = register.declared(register.said(number))
    assert register.withdraw(made, token=register.operator).json["code"] == "ROLE_NOT_ALLOWED"
    done = register.withdraw(made)
    assert (done.status_code, done.json["state"]) == (200, "withdrawn")
    assert register.scene.report(register.ride(number)).status_code == 201
    assert register.withdraw(made).json["code"] == "DECLARATION_WITHDRAWN_BEFORE"
    own = register.declare(register.said(a_number()), token=register.authority).json["data"][0]
    assert register.withdraw(own).json["code"] == "DECLARATION_IS_YOURS"
    other = register.tokens("authority")
    assert register.withdraw(own, token=other).status_code == 200


def test_the_same_again_is_what_stands_there_and_anything_else_is_told(
    register: Register,
) -> None:
    said = register.said(a_number())
    (made,) = register.declared(said)
    with register.scene.http.nothing_done():
        assert register.declared(said) == [made]
    other = register.declare(register.said(a_number()), {**said, "to": "2030-01-01"})
    assert (other.status_code, other.json["code"]) == (409, "DECLARATION_DIFFERS")
    assert other.json["errors"][0]["pointer"] == "/declarations/1"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"issuer": "nobody"}, "/declarations/0/issuer"),
        ({"evidence": {"ride_id": "--"}}, "/declarations/0/evidence/ride_id"),
        ({"kind": "no_such"}, "/declarations/0/issuer"),
        ({"to": "2020-01-01"}, "/declarations/0/to"),
        ({"mechanism": "covered_emitter"}, "/declarations/0/organisation_id"),
        ({"organisation_id": f"org_{'0' * 32}"}, "/declarations/0/organisation_id"),
        ({"mechanism": "hearsay"}, "/declarations/0/mechanism"),
    ],
)
def test_what_cannot_be_meant_points_at_itself(
    register: Register, changes: dict[str, Any], pointer: str
) -> None:
    answer = register.declare(register.said(a_number(), **changes))
    assert answer.status_code == 422, answer.text
    assert [each["pointer"] for each in answer.json["errors"]] == [pointer]


def test_the_boundary_of_a_covered_emitter_blocks_its_meters(register: Register) -> None:
    owner, meter = (
        an_organisation(register.scene.wiring, "enterprise"),
        a_meter(),
    )
    (made,) = register.declared(
        register.said(
            "-",
            mechanism="covered_emitter",
            kind="meter",
            issuer="grid",
            evidence={"meter_id": meter},
            organisation_id=f"org_{owner.hex}",
        )
    )
    body = register.scene.generation(yesterday_morning())
    answer = register.scene.report({**body, "evidence": {"meter_id": meter, "issuer": "grid"}})
    assert answer.json["code"] == "DECLARED_ELSEWHERE"
    found = register.scene.http.get(
        f"{PATH}?reference={made['reference']}", token=register.authority
    )
    assert found.json["data"] == [made]


def test_others_do_not_read_the_register(register: Register) -> None:
    for token in (register.scene.provider_token, register.scene.person_token):
        assert register.scene.http.get(PATH, token=token).status_code == 403


class Plants:
    """Entrusted generation whose meters have an issuer, in books of their own."""

    def __init__(self, wiring: Wiring, people: int = 3) -> None:
        self.wiring = wiring
        provider = an_organisation(wiring, "provider")
        self.issuer = an_issuer(wiring, kinds=("meter",), providers=[provider])
        self.meters = [a_meter() for _ in range(people)]
        self.actions = [
            a_pv_interval(
                an_entrusting_person(wiring, provider), provider, "10000",
                evidence={"meter_id": meter},
            )
            for meter in self.meters
        ]  # fmt: skip

    def record(self, at: int | None = None) -> list[UUID]:
        return recorded(self.wiring, self.actions if at is None else [self.actions[at]])

    def declaring(
        self, at: int, now: datetime = NOW
    ) -> Callable[[Any], list[RegisteredDeclaration]]:
        said = DeclaredNumber(
            "ccer", f"CCER-{self.meters[at]}", "meter", self.issuer,
            {"meter_id": self.meters[at]}, date(2026, 1, 1),
        )  # fmt: skip
        return partial(
            declare_elsewhere,
            declared=[said],
            rulebook=self.wiring.rulebook,
            declared_by=new_id(),
            clock=StandingClock(now),
        )

    def declare(self, at: int, now: datetime = NOW) -> RegisteredDeclaration:
        (made,) = run(self.wiring, self.declaring(at, now))
        return made

    def places(self, made: RegisteredDeclaration) -> tuple[int, int, int]:
        found = run(self.wiring, read_declaration, made.declaration_id).reductions
        return found.in_pool, found.in_bundles, found.in_units


def recorded_in(connection: Connection, plants: Plants, at: int) -> list[UUID]:
    """Record one in a transaction that goes on."""
    (answer,) = record(
        connection,
        [plants.actions[at]],
        RecordingRules(plants.wiring.rulebook, plants.wiring.policies),
        now=NOW,
    )
    assert isinstance(answer, Recorded)
    assert answer.action_id is not None
    return [answer.action_id]


def selecting_all(wiring: Wiring, bundle_id: UUID) -> Callable[[Connection], Any]:
    return partial(
        select_chunk,
        bundle_id=bundle_id,
        width=timedelta(days=400),
        zone=wiring.zone,
        now=NOW,
    )


def entries(wiring: Wiring) -> set[UUID]:
    return {row["action_id"] for row in rows(wiring, "select action_id from bundle_entry")}


def test_what_was_recorded_before_is_not_selected(market: Wiring) -> None:
    plants = Plants(market)
    actions = plants.record()
    made = plants.declare(0)
    assert plants.places(made) == (1, 0, 0)
    selected(market)
    assert entries(market) == set(actions[1:])
    assert plants.places(made) == (1, 0, 0)


def test_what_is_in_an_open_bundle_leaves_it_and_its_figures_follow(market: Wiring) -> None:
    plants = Plants(market)
    actions = plants.record()
    bundle_id = selected(market)
    before = bundle(market, bundle_id)
    made = plants.declare(0)
    after = bundle(market, bundle_id)
    assert entries(market) == set(actions[1:])
    assert (before.reductions, after.reductions) == (3, 2)
    assert before.selected_mg is not None
    assert after.selected_mg == before.selected_mg * 2 // 3
    assert plants.places(made) == (1, 0, 0)
    assert_books_balance(market)


def test_what_is_in_units_stays_and_is_counted(market: Wiring) -> None:
    plants = Plants(market)
    actions = plants.record()
    sealed(market)
    made = plants.declare(0, NOW + timedelta(days=400))
    assert entries(market) == set(actions)
    assert plants.places(made) == (0, 0, 1)
    assert_books_balance(market)


def test_a_report_beside_a_declaration_is_left_out_of_the_bundle(market: Wiring) -> None:
    """Neither sees the other: the selection looks once more."""
    plants = Plants(market)
    stays = plants.record(1)
    with market.database.engine.connect() as reporting, reporting.begin():
        (gone,) = recorded_in(reporting, plants, 0)
        made = plants.declare(0)
    assert plants.places(made) == (0, 0, 0)
    selected(market)
    assert entries(market) == set(stays)
    assert gone not in entries(market)
    assert plants.places(made) == (1, 0, 0)


def test_a_declaration_waits_for_a_selection_and_takes_out_what_it_put_in(
    market: Wiring,
) -> None:
    plants = Plants(market)
    actions = plants.record()
    bundle_id = selecting(market)
    while_held(market.database, selecting_all(market, bundle_id), lambda: plants.declare(0))
    task(market, names.SELECT_BUNDLE, bundle_id)
    assert entries(market) == set(actions[1:])
    assert bundle(market, bundle_id).reductions == 2
    assert_books_balance(market)


def test_after_a_withdrawal_it_may_enter_the_next_bundle(market: Wiring) -> None:
    plants = Plants(market)
    actions = plants.record()
    made = plants.declare(0)
    run(
        market,
        withdraw_declaration,
        made.declaration_id,
        reason="It left CCER.",
        by=new_id(),
        clock=StandingClock(NOW),
    )
    selected(market)
    assert entries(market) == set(actions)

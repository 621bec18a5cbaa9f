"""Whoever may ask, one of each, and things that belong to somebody, for the matrix of roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from app.ids import new_id, parse, public
from app.store.organisations.users import add_users
from app.tokens import Caller
from app.wiring import Wiring
from behaviours.users import ACTIVE, ADMINISTRATOR, APPLICANT, User, UserCredentials
from tests.app.matrix.things import THINGS, Owners, certified, redeemed, written
from tests.builders.installations import an_installation
from tests.builders.market import entrust
from tests.builders.people import Http, Tokens, a_participant, an_organisation
from tests.builders.projects import a_draft, a_period_of
from tests.builders.selling import an_owner, retirement_of
from tests.builders.till_staff import a_cashier

TENANTS: Final = ("participant", "provider", "merchant", "enterprise", "verifier", APPLICANT)
OF_ORGANISATIONS: Final = TENANTS[1:-1]
# What a member of a path names, and one such thing that somebody has.
ONE_OF: Final[Mapping[str, tuple[str, str]]] = {
    "admission_id": (
        "scn",
        "select admission_id from scene_admission where provider_id = :mine limit 1",
    ),
    "action_id": ("act", "select action_id from bundle_entry limit 1"),
    "block_id": ("blk", "select block_id from unit_block limit 1"),
    "bundle_id": ("bdl", "select bundle_id from bundle limit 1"),
    "consent_id": (
        "con",
        "select consent_id from consent where participant_id = :person limit 1",
    ),
    "contribution_id": (
        "ctb",
        "select contribution_id from contribution where participant_id = :person limit 1",
    ),
    "enterprise_id": (
        "org",
        "select owner_id from unit_block where owner_id is not null limit 1",
    ),
    "event_id": (
        "evt",
        # As ``place_of`` writes it: the moment, and the number.
        """
        select cast(lpad(to_hex(floor(extract(epoch from occurred_at) * 1000)::bigint), 12, '0')
                    || '7000' || '8' || lpad(to_hex(event_no), 15, '0') as uuid)
          from event where tenant_id = :mine and not is_copy limit 1
        """,
    ),
    "household_id": ("hh", "select household_id from household limit 1"),
    "installation_id": (
        "ins",
        "select installation_id from installation where participant_id = :person limit 1",
    ),
    "link_id": ("lnk", "select link_id from link where organisation_id = :mine limit 1"),
    "listing_id": ("lst", "select listing_id from listing limit 1"),
    "offer_id": ("ofr", "select offer_id from offer limit 1"),
    "participant_id": ("par", "select cast(:person as uuid)"),
    "redemption_id": ("rdm", "select redemption_id from redemption limit 1"),
    "retirement_id": ("ret", "select retirement_id from retirement limit 1"),
    "task_id": ("tsk", "select task_id from task limit 1"),
    "trade_id": ("trd", "select trade_id from trade limit 1"),
    "version_id": ("hhv", "select version_id from household_version limit 1"),
}
_SEATED: Final = """
    update monitoring_period set state = 'in_verification', attempt = 1,
           verifier_id = (select verifier_id from bundle where verifier_id is not null limit 1)
     where period_id = :period_id
"""
# Who has the only thing of a kind.
_HAVING: Final = {
    "merchant": "select merchant_id from offer limit 1",
    "verifier": "select verifier_id from bundle where verifier_id is not null limit 1",
}
# Of whom only the programme is let in, so that no tenant has one: asked for what nobody has.
NOT_HERE: Final = {
    "boundary_id": "bnd",
    "calendar_id": "cal",
    "declaration_id": "dec",
    "login_service_id": "lgs",
    "origin_id": "ogn",
    "policy_id": "ppl",
    "service_id": "ids",
    "value_id": "svl",
}
# What is made by itself, and has a prefix like what is listed.
_MADE: Final = ("certificate_id",)
_NAMED: Final = {
    "code": "bj.low_carbon_travel",
    "version": "2024",
    "kind": "consent",
    "year": "2026",
    "day": "2026-01-01",
    "out_request_no": "till-1",
    "paper_no": "1",
    "link": "none",
    "name": "demonstration@2020",
    "since": "demonstration@2020",
}


def an_administrator(wiring: Wiring, role: str, organisation_id: UUID | None = None) -> Caller:
    """An administrator of an organisation, of a fresh one by default."""
    organisation = organisation_id or an_organisation(wiring, role)
    user_id, now = new_id(), wiring.clock.now()
    name = f"boss-{user_id.hex[-12:]}"
    user = User(user_id, name, name, role, organisation, None, ADMINISTRATOR, ACTIVE, 1, now, None)
    wiring.database.transact(add_users, [UserCredentials(user, "no hash")])
    return Caller(role, user_id, organisation, None)


@dataclass
class Tenancy:
    """A programme in which everything belongs to somebody, and callers to whom nothing does."""

    app: Flask
    wiring: Wiring
    things: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tokens = Tokens(self.app, self.wiring)
        self.http = Http(self.app)
        self.provider = an_organisation(self.wiring, "provider")
        owner, block = an_owner(self.wiring, 3)
        self.wiring.database.transact(retirement_of(self.wiring, owner, 1, block))
        person = a_participant(self.wiring, provider_id=self.provider, subject=new_id().hex)
        self.person = person
        entrust(self.wiring, person)
        redeemed(self.wiring, person)
        an_installation(self.wiring, person, self.provider, number="3300000012345678")
        self._household(person)
        boss = an_administrator(self.wiring, "provider", self.provider)
        self.owners = Owners(person, self.provider, boss.user_id, owner)
        self.things = {
            **_NAMED,
            **{name: self._one(*of) for name, of in ONE_OF.items()},
            "organisation_id": public("org", self.provider),
            "user_id": public("usr", boss.user_id),
            "number": self._complaint(person),
            "project_id": (project := public("prj", a_draft(self.wiring, owner).project_id)),
            "period_id": self._period(parse("prj", project)),
            **written(self.wiring, self.owners),
            "certificate_id": certified(self.wiring, person),
            "serial": self._serial(block),
            "client_id": self._first("select client_id from client limit 1"),
            "cashier_id": public("usr", self._cashier()),
        }

    def _cashier(self) -> UUID:
        return a_cashier(self.wiring, self._first(_HAVING["merchant"]), "store-1")

    def _complaint(self, person: UUID) -> str:
        body = {"kind": "other", "text": "I have a question."}
        token = self.tokens("participant", tenant=person)
        answer = self.http.post("/v1/complaints", body, token=token)
        assert answer.status_code == 201, answer.text
        return str(answer.json["number"])

    def _household(self, person: UUID) -> None:
        parts = ((person, 6_000), (a_participant(self.wiring), 4_000))
        members = [{"participant_id": public("par", who), "parts": part} for who, part in parts]
        token = self.tokens("participant", tenant=person)
        body = {"text_version": "1", "members": members}
        answer = self.http.post("/v1/me/households", body, token=token)
        assert answer.status_code == 202, answer.text

    def _one(self, prefix: str, statement: str) -> str:
        return public(prefix, self._first(statement))

    def _first(self, statement: str) -> Any:
        with self.wiring.database.engine.connect() as connection:
            mine = {"mine": self.provider, "person": self.person}
            return connection.execute(text(statement), mine).scalar_one()

    def path(self, template: str, *, unknown: bool) -> str:
        """A path to somebody's thing, or to what nobody has."""
        for name, thing in {**self.things, **NOT_HERE}.items():
            known = name in ONE_OF or name in THINGS or name in _MADE
            prefix = thing.partition("_")[0] if known else NOT_HERE.get(name)
            nobodys = prefix is not None and (unknown or name in NOT_HERE)
            named = public(prefix, new_id()) if nobodys and prefix else thing
            template = template.replace(f"{{{name}}}", named)
        assert "{" not in template, f"{template}: what is this? See tests/app/matrix/tenancy.py"
        return template

    def stranger(self, role: str) -> str:
        """A token of somebody of this role to whom nothing here belongs."""
        if role == APPLICANT:
            applies = new_id()
            boss = an_administrator(self.wiring, "merchant", applies)
            return self.tokens.of(Caller(APPLICANT, boss.user_id, applies, None))
        if role in OF_ORGANISATIONS:
            return self.tokens.of(an_administrator(self.wiring, role))
        return self.tokens(role)

    def _serial(self, block_id: UUID) -> str:
        block = self.http.get(f"/v1/registry/blocks/{public('blk', block_id)}").json
        return str(block["serial"])

    def whose_things_are(self, role: str, member: str = "") -> str:
        """A token of who has the things here of that role, or of somebody of the programme."""
        if role == "provider":
            return self.tokens.of(Caller(role, self.owners.boss, self.provider, None))
        if role in _HAVING:
            return self.tokens.of(an_administrator(self.wiring, role, self._first(_HAVING[role])))
        if role == "enterprise":
            return self.tokens.of(an_administrator(self.wiring, role, self.owners.enterprise))
        if role == "participant":
            acted = "select participant_id from bundle_entry limit 1"
            whose = self._first(acted) if member == "action_id" else self.owners.person
            return self.tokens(role, tenant=whose)
        return self.tokens(role)

    def _period(self, project_id: UUID) -> str:
        """A monitoring period that the verifier of the bundle verifies."""
        period_id = a_period_of(self.wiring, project_id)
        with self.wiring.database.engine.begin() as connection:
            connection.execute(text(_SEATED), {"period_id": period_id})
        return public("mpd", period_id)

    def program(self, role: str) -> str:
        """A token of a program of an organisation."""
        return self.tokens(role)

    def by_word(self) -> str:
        """A token of a person who came in by a provider's word."""
        who = self.tokens.caller("participant")
        return self.tokens.of(
            Caller(who.role, who.user_id, who.tenant_id, None, through=self.provider)
        )

    def ended(self) -> str:
        """A token of an operator whom two people have ended since."""
        gone = self.tokens.caller("operator")
        token = self.tokens.of(gone)
        path, why = f"/v1/users/{public('usr', gone.user_id)}/end", {"reason": "Left."}
        for role in ("operator", "authority"):
            answer = self.http.post(path, why, token=self.tokens(role))
        assert answer.json["state"] == "ended", answer.text
        return token

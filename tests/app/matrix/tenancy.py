"""Whoever may ask, one of each, and things that belong to somebody, for the matrix of roles."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from flask import Flask
from sqlalchemy import text

from app.ids import new_id, public
from app.store.organisations.users import add_users
from app.tokens import Caller
from app.wiring import Wiring
from behaviours.users import ACTIVE, ADMINISTRATOR, APPLICANT, User, UserCredentials
from tests.builders.installations import an_installation
from tests.builders.people import Http, Tokens, a_participant, an_organisation
from tests.builders.redemption import an_offer
from tests.builders.selling import an_owner, retirement_of

TENANTS: Final = ("participant", "provider", "merchant", "enterprise", "verifier", APPLICANT)
OF_ORGANISATIONS: Final = TENANTS[1:-1]
# What a member of a path names, and one such thing that somebody has.
_ONE_OF: Final[Mapping[str, tuple[str, str]]] = {
    "action_id": ("act", "select action_id from action limit 1"),
    "block_id": ("blk", "select block_id from unit_block limit 1"),
    "bundle_id": ("bdl", "select bundle_id from bundle limit 1"),
    "consent_id": ("con", "select consent_id from consent limit 1"),
    "contribution_id": ("ctb", "select contribution_id from contribution limit 1"),
    "household_id": ("hh", "select household_id from household limit 1"),
    "installation_id": ("ins", "select installation_id from installation limit 1"),
    "listing_id": ("lst", "select listing_id from listing limit 1"),
    "offer_id": ("ofr", "select offer_id from offer limit 1"),
    "participant_id": ("par", "select participant_id from action limit 1"),
    "retirement_id": ("ret", "select retirement_id from retirement limit 1"),
    "task_id": ("tsk", "select task_id from task limit 1"),
    "trade_id": ("trd", "select trade_id from trade limit 1"),
    "version_id": ("hhv", "select version_id from household_version limit 1"),
}
# Nothing of the kind is here: its routes are asked for what nobody has.
NOT_HERE: Final = {
    "admission_id": "scn",
    "app_id": "app",
    "boundary_id": "bnd",
    "declaration_id": "dec",
    "document_id": "doc",
    "calendar_id": "cal",
    "value_id": "svl",
    "file_id": "cfl",
    "provider_id": "oip",
    "change_id": "idc",
    "import_id": "imp",
    "link_id": "lnk",
    "login_service_id": "lgs",
    "notice_id": "ntc",
    "origin_id": "ogn",
    "redemption_id": "rdm",
    "replacement_id": "rpl",
    "request_id": "ask",
    "run_id": "tsk",
    "service_id": "ids",
    "session_id": "ses",
}
_NAMED: Final = {
    "code": "bj.low_carbon_travel",
    "version": "2024",
    "kind": "consent",
    "year": "2026",
    "day": "2026-01-01",
    "out_request_no": "till-1",
    "link": "none",
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
        an_offer(self.wiring)
        person = a_participant(self.wiring, provider_id=self.provider)
        an_installation(self.wiring, person, self.provider, number="3300000012345678")
        self._household(person)
        boss = an_administrator(self.wiring, "provider", self.provider)
        self.things = {
            **_NAMED,
            **{name: self._one(*of) for name, of in _ONE_OF.items()},
            "organisation_id": public("org", self.provider),
            "user_id": public("usr", boss.user_id),
            "number": self._complaint(person),
            "client_id": self._first("select client_id from client limit 1"),
        }

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
            return connection.execute(text(statement)).scalar_one()

    def path(self, template: str, *, unknown: bool) -> str:
        """A path to somebody's thing, or to what nobody has."""
        for name, thing in {**self.things, **NOT_HERE}.items():
            prefix = thing.partition("_")[0] if name in _ONE_OF else NOT_HERE.get(name)
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

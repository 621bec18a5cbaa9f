"""A guardian leaves a programme that was opened on an empty database: the child's account waits,
and somebody else takes over by the signatures of two; over HTTP."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from tests.builders.founders import scenes_are_published, text_is_published
from tests.builders.jobs import until
from tests.builders.live_programme import LiveProgramme, TicketService, told
from tests.builders.meals import MEAL, a_meal

FILE = "9f86d081884c7d65" * 4
DECLARED = {"text_version": "2026-01", "evidence_sha256": FILE, "note": "court order"}


@dataclass
class Home:
    """A child and her guardian, and the program that reports her meals."""

    opened: LiveProgramme
    service: TicketService
    provider: str
    reporter: str
    number: str = field(default_factory=lambda: secrets.token_hex(9))
    childs_number: str = field(default_factory=lambda: secrets.token_hex(9))

    def enrol(self) -> None:
        self.own = self.service.comes_in(self.number)[1]
        born_on = datetime.now(UTC).date() - timedelta(days=9 * 365)
        says = {"guardian": self.number, "birthdate": born_on.isoformat()}
        ticket = self.service.ticket(self.childs_number, **says)
        body = {"method": "ticket", "token": ticket, "region": "CN-33", "text_version": "2026-01"}
        made = self.ask("POST", "/v1/me/wards", body, self.own, expected=201)
        self.child = made["participant_id"]
        self.path = f"/v1/me/wards/{self.child}"

    def ask(self, method: str, path: str, body: Any, token: str, *, expected: int) -> Any:
        answer = self.opened.send(method, path, body, token)
        assert answer.status_code == expected, (path, answer.text)
        return answer.json()

    def agreement(self) -> dict[str, str]:
        return {"provider_id": self.provider, "scene": "food", "text_version": "2026-01"}

    def eats(self, by: str = "") -> httpx.Response:
        """What is reported of the child, by the provider or by herself: of now, as the consent."""
        meal = a_meal(self.child, datetime.now(UTC))
        if by:
            del meal["participant_id"]
        return self.opened.send("POST", "/v1/actions", meal, by or self.reporter)


def test_a_guardian_leaves_and_nothing_of_the_child_is_lost(opened: LiveProgramme) -> None:
    for kind in ("consent", "guardian"):
        text_is_published(opened.operator, opened.authority, kind)
    provider, administrator = opened.admitted("provider")
    founders = (opened.operator, opened.second, opened.authority)
    scenes_are_published(*founders, provider, category="food", behaviour=MEAL)
    reporter = opened.token(opened.client(provider, administrator))
    home = Home(opened, opened.identity_service(provider), provider, reporter)
    home.enrol()
    asked = f"{home.path}/consents"
    until(lambda: opened.send("POST", asked, home.agreement(), home.own).status_code in (200, 201))
    assert home.eats().status_code == 201
    the_guardian_leaves(home)
    somebody_takes_over_by_two(home)
    opened.audited()


def the_guardian_leaves(home: Home) -> None:
    _, childs_own = home.service.comes_in(home.childs_number)
    before = home.ask("GET", "/v1/me", None, childs_own, expected=200)
    home.ask("DELETE", "/v1/me", None, home.own, expected=200)
    reported = home.eats()
    assert reported.status_code in (403, 409), reported.text
    told(reported, "CONSENT_WITHDRAWN", "Ask them again before you report more")
    alone = home.eats(by=childs_own)
    assert alone.status_code == 409
    told(alone, "ACCOUNT_PAUSED", "Ask whoever is your guardian now")
    agreeing = home.ask("POST", "/v1/me/consents", home.agreement(), childs_own, expected=403)
    told(agreeing, "GUARDIAN_DECIDES", "Ask whoever is your guardian now to take over")
    assert home.ask("GET", "/v1/me", None, childs_own, expected=200) == before
    gone = home.opened.send("GET", home.path, token=home.own)
    assert gone.status_code == 401
    told(gone, "TOKEN_REVOKED", "Ask for a new one")


def somebody_takes_over_by_two(home: Home) -> None:
    opened = home.opened
    _, other = home.service.comes_in(secrets.token_hex(9))
    declared = {"participant_id": home.child, **DECLARED}
    change = home.ask("POST", "/v1/me/wards/takeovers", declared, other, expected=202)["id"]
    signing = f"/v1/participants/{home.child}/guardian-changes/{change}/sign"
    not_read = opened.operator.post(signing, {"evidence_sha256": "00" * 32}, expected=409)
    told(not_read, "GUARDIAN_EVIDENCE_DIFFERS", "[Rr]ead")
    for _ in range(2):
        once = opened.operator.post(signing, {"evidence_sha256": FILE}, expected=202)
        assert once["awaiting"] == ["authority"], "one person twice is one person"
    early = home.ask("GET", home.path, None, other, expected=404)
    assert early["code"] == "NOT_FOUND"
    opened.authority.post(signing, {"evidence_sha256": FILE})
    over = opened.authority.post(signing, {"evidence_sha256": FILE}, expected=409)
    told(over, "GUARDIAN_CHANGE_ENDED", "[Aa]sk|[Rr]ead|[Bb]egin")
    [asked] = home.ask("GET", f"{home.path}/requests", None, other, expected=200)["data"]
    home.ask("POST", f"{home.path}/requests/{asked['id']}/confirm", None, other, expected=200)
    assert home.eats().status_code == 201

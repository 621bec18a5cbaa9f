"""Organisations that apply: what they state and hand in, and who assesses and admits them."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import TestResponse

from app.wiring import Wiring
from behaviours.credit_codes import ALPHABET, check_character
from behaviours.file_forms import PDF
from behaviours.paper_kinds import DOCUMENT_KINDS
from tests.builders.people import Http, Tokens

CONTRACT = {"number": "ZJ-2026-017", "begins_on": "2020-01-01", "ends_on": "2099-12-31"}


def a_credit_code() -> str:
    """A code that nobody has."""
    body = "91" + "".join(secrets.choice(ALPHABET) for _ in range(15))
    return body + check_character(body)


def a_pdf(words: str = "") -> bytes:
    return b"%PDF-1.7\n" + (words or secrets.token_hex(8)).encode() + b"\n%%EOF\n"


def as_paper(
    kind: str, content: bytes | None = None, media_type: str = PDF, **days: str
) -> dict[str, str]:
    """A document as it is sent."""
    sent = base64.b64encode(a_pdf() if content is None else content).decode()
    return {"kind": kind, "media_type": media_type, "content": sent, **days}


def a_statement(**told: Any) -> dict[str, Any]:
    return {
        "credit_code": a_credit_code(),
        "legal_name": "市民出行有限公司",
        "contact": {"name": "陈洁", "phone": "+86 571 0000 0000", "email": "office@example.cn"},
        "interests": [],
        "of_operator": False,
        **told,
    }


@dataclass
class AdmissionDesk:
    """Who files, who assesses, and the two who admit, over HTTP."""

    app: Flask
    wiring: Wiring
    # What an assessment states of the contract, and documents of kinds of their days.
    contract: dict[str, str] = field(default_factory=lambda: dict(CONTRACT))
    days: dict[str, dict[str, str]] = field(default_factory=dict)
    http: Http = field(init=False)

    def __post_init__(self) -> None:
        self.http, tokens = Http(self.app), Tokens(self.app, self.wiring)
        self.filing, self.assessor, self.operator = (tokens("operator") for _ in range(3))
        self.authority = tokens("authority")

    def do(
        self, organisation_id: str, step: str, body: Any = None, token: str = ""
    ) -> TestResponse:
        path = f"/v1/organisations/{organisation_id}/{step}"
        return self.http.post(path, body, token=token or self.filing)

    def apply(self, kind: str = "provider", **told: Any) -> str:
        body = {"kind": kind, "name": "Lakeside", **told}
        answer = self.http.post("/v1/organisations", body, token=self.filing)
        assert answer.status_code == 202, answer.text
        return str(answer.json["id"])

    def handed_in(self, organisation_id: str, **told: Any) -> None:
        """State and hand in everything."""
        stated = self.do(organisation_id, "statement", a_statement(**told))
        assert stated.status_code == 200, stated.text
        for kind in DOCUMENT_KINDS:
            sent = as_paper(kind, **self.days.get(kind, {}))
            answer = self.do(organisation_id, "documents", sent)
            assert answer.status_code == 200, answer.text

    def read(self, organisation_id: str, token: str = "") -> dict[str, Any]:
        path = f"/v1/organisations/{organisation_id}/application"
        answer = self.http.get(path, token=token or self.authority)
        assert answer.status_code == 200, answer.text
        found: dict[str, Any] = answer.json
        return found

    def judgements(self, organisation_id: str, **refused: str) -> dict[str, Any]:
        """An assessment of what counts now; ``contract="Not signed."`` refuses that."""
        judged = []
        for each in self.read(organisation_id)["documents"]:
            if each["counts"]:
                why = refused.get(each["kind"])
                said = {"accepted": why is None} | ({"reason": why} if why else {})
                judged.append({"document_id": each["id"], **said})
        return {"documents": judged, "contract": self.contract, "finding": "All in order."}

    def assess(self, organisation_id: str, token: str = "", **refused: str) -> TestResponse:
        body = self.judgements(organisation_id, **refused)
        return self.do(organisation_id, "assess", body, token or self.assessor)

    def assessed(self, kind: str = "provider", **told: Any) -> str:
        """An organisation that two people may admit."""
        organisation_id = self.apply(kind)
        self.handed_in(organisation_id, **told)
        answer = self.assess(organisation_id)
        assert (answer.status_code, answer.json["state"]) == (200, "assessed"), answer.text
        return organisation_id

    def admit(self, organisation_id: str, token: str = "") -> TestResponse:
        return self.do(organisation_id, "admit", token=token or self.authority)

    def admitted(self, kind: str = "provider", **told: Any) -> str:
        organisation_id = self.assessed(kind, **told)
        assert self.admit(organisation_id, self.operator).status_code == 202
        answer = self.admit(organisation_id)
        assert (answer.status_code, answer.json["state"]) == (201, "accepted"), answer.text
        return organisation_id

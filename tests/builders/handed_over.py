"""A marsh whose issue is handed over, step by step."""

from __future__ import annotations

import hashlib
import zipfile
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from app.wiring import Wiring
from tests.builders.answers import key
from tests.builders.market import rows
from tests.builders.marsh import Marsh

RECEIVER = {
    "kind": "exchange",
    "name": "广州碳排放权交易中心",
    "account": "GD-0001",
    "beneficiary_code": "91350100M000100Y43",
}
BOTH = ("operator", "authority")
UNITS = """
    select state, sum(upper(numbers) - lower(numbers)) as t from unit_block
     where state not in ('split', 'merged') group by 1 order by 1
"""


class HandingOver:
    """A thousand tonnes of 2025, 150 of them in the reserve, and how they go to an exchange."""

    def __init__(self, wiring: Wiring) -> None:
        self.marsh = Marsh(wiring)
        self.marsh.registered()
        self.period_id = self.marsh.grown("2025-01-01", "2026-01-01", "1000")
        self.marsh.issue(self.period_id)

    @property
    def path(self) -> str:
        return f"/v1/monitoring-periods/mpd_{self.period_id.hex}"

    def units(self) -> dict[str, int]:
        return {each["state"]: each["t"] for each in rows(self.marsh.wiring, UNITS)}

    def prepare(self, token: str = "", **changes: str) -> Any:
        body, token = {**RECEIVER, **changes}, token or self.marsh.applicant.token
        return self.marsh.http.post(f"{self.path}/hand-overs", body, token=token)

    def step(self, step: str, role: str, number: int = 1, **said: Any) -> Any:
        return self.marsh.http.post(
            f"{self.path}/hand-over/{step}",
            {"number": number, **said},
            token=self.marsh.tokens(role),
            key=key(),
        )

    def signing(self, step: str, number: int = 1, **said: Any) -> Any:
        """The last answer of both."""
        for role in BOTH:
            answer = self.step(step, role, number, **said)
        return answer

    def delivered(self, number: int = 1) -> Any:
        """Prepared, locked by two, delivered; the hand-over as it is listed."""
        assert self.prepare().status_code == 201
        locked = self.signing("lock", number)
        assert locked.status_code == 200, locked.text
        assert self.step("deliver", "operator", number).status_code == 200
        return self.listed()[-1]

    def listed(self) -> Any:
        answer = self.marsh.http.get(f"{self.path}/hand-overs", token=self.marsh.applicant.token)
        assert answer.status_code == 200, answer.text
        return answer.json["hand_overs"]

    def package(self) -> Any:
        path = f"{self.path}/hand-over/package.zip"
        return self.marsh.http.get(path, token=self.marsh.applicant.token)

    def rebuilt(self) -> Any:
        """The package as it would be made now."""
        asked = urlencode(RECEIVER)
        path = f"{self.path}/hand-over.zip?{asked}"
        return self.marsh.http.get(path, token=self.marsh.applicant.token)

    def accepting(self, **changes: Any) -> dict[str, Any]:
        """The answer of a receiver that took the last one over."""
        one = self.listed()[-1]
        return {
            "answer": "accept",
            "receiver_number": "GZ-2027-0042",
            "manifest_sha256": one["manifest_sha256"],
            "serials": [
                {"ours": each, "theirs": f"CEX-{at}"} for at, each in enumerate(one["serials"])
            ],
            **changes,
        }

    def rejecting(self, **changes: Any) -> dict[str, Any]:
        one = self.listed()[-1]
        return {
            "answer": "reject",
            "receiver_number": "GZ-2027-0041",
            "manifest_sha256": one["manifest_sha256"],
            "reason": "账户名称不符。",
            **changes,
        }


def manifest_of(content: bytes) -> bytes:
    with zipfile.ZipFile(BytesIO(content)) as packed:
        return packed.read("manifest.json")


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()

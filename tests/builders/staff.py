"""Users with authenticators, who come in by one-time links, and a clock that they can wait by."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyotp
from flask import Flask
from werkzeug.test import TestResponse

from app.clock import Clock
from tests.builders.people import Http

TOKEN = "/v1/auth/token"
STEP_S = 30


class Watch(Clock):
    """A clock that stands still, some days ago, and is moved forward by hand.

    So nobody sleeps until an authenticator shows its next code, no step ends in the middle of a
    test, and no token is of a time that has not come.
    """

    def __init__(self) -> None:
        super().__init__(None)
        self.moment = super().real_now() - timedelta(days=10)

    def real_now(self) -> datetime:
        return self.moment

    def wait(self, **time: float) -> None:
        self.moment += timedelta(**time)


def shown_by(phone: pyotp.TOTP, watch: Watch, steps: int = 0) -> str:
    """What an authenticator shows, so many steps from now."""
    return phone.at(watch.real_now() + timedelta(seconds=STEP_S * steps))


@dataclass
class Staff:
    """Somebody with a password and an authenticator; ``phone`` None: without one."""

    http: Http
    watch: Watch
    username: str
    password: str
    phone: pyotp.TOTP | None
    recovery_codes: list[str]

    def code(self, steps: int = 0) -> str:
        """What the authenticator shows, so many steps from now."""
        assert self.phone is not None
        return shown_by(self.phone, self.watch, steps)

    def fresh_code(self) -> str:
        """A code that was not shown before."""
        self.watch.wait(seconds=STEP_S)
        return self.code()

    def come_in(self, code: str | None = None, **options: Any) -> TestResponse:
        grant = {"grant_type": "password", "username": self.username, "password": self.password}
        if code is not None:
            grant["one_time_code"] = code
        return self.http.post(TOKEN, grant, **options)

    def log_in(self) -> dict[str, Any]:
        """The tokens of a login with a fresh code."""
        answer = self.come_in(self.fresh_code() if self.phone else None)
        assert answer.status_code == 200, answer.text
        return answer.json

    def token(self) -> str:
        return self.log_in()["access_token"]


def a_name(role: str = "user") -> str:
    return f"{role}-{secrets.token_hex(6)}"


def a_password() -> str:
    return secrets.token_urlsafe(16)


def phone_of(http: Http, url: str) -> pyotp.TOTP:
    """The authenticator that a link sets up."""
    opened = http.get(url)
    assert opened.status_code == 200, opened.text
    return pyotp.parse_uri(opened.json["authenticator"]["otpauth_uri"])


def accept(http: Http, url: str, watch: Watch, *, with_phone: bool = True) -> Staff:
    """Come in by a link to join."""
    phone, password = phone_of(http, url) if with_phone else None, a_password()
    body = {"password": password}
    if phone is not None:
        body["code"] = shown_by(phone, watch)
    answer = http.post(url, body)
    assert answer.status_code == 200, answer.text
    told = answer.json
    return Staff(http, watch, told["user"]["username"], password, phone, told["recovery_codes"])


@dataclass
class Office:
    """Who lets others in: tokens of an operator and an authority, over HTTP."""

    app: Flask
    http: Http
    watch: Watch
    operator: str
    authority: str

    def propose(self, role: str) -> str:
        """Somebody proposed by the operator; their id."""
        body = {"username": a_name(role), "display_name": "Li Wei", "role": role}
        answer = self.http.post("/v1/users", body, token=self.operator)
        assert (answer.status_code, answer.json["link"]) == (202, None), answer.text
        return answer.json["id"]

    def invite(self, role: str) -> tuple[str, str]:
        """Somebody whom both roles signed for: their id, and where the link leads."""
        user_id = self.propose(role)
        answer = self.http.post(f"/v1/users/{user_id}/invite", token=self.authority)
        assert answer.status_code == 201, answer.text
        return user_id, answer.json["link"]["url"]

    def hire(self, role: str = "operator") -> tuple[str, Staff]:
        """Somebody who has come in: their id, and themselves."""
        user_id, url = self.invite(role)
        return user_id, accept(self.http, url, self.watch)


def reason(text: str = "It is so.") -> dict[str, str]:
    """Why something is done to a user, as it is sent."""
    return {"reason": text}

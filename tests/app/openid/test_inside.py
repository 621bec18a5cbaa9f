"""In live mode staff comes in by a login service inside, where whoever runs the server allows it:
over TLS, by an authority of certificates of one's own, and by nothing that is not named."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from app.factory import create_app
from app.settings import Settings
from app.wiring import Wiring
from behaviours.open_addresses import read_inside
from tests.app.organisations.test_openid_logins import LOGINS, Desk, registered
from tests.builders.answers import refusal
from tests.builders.certificates import a_certificate
from tests.builders.openid import IdProvider, an_id_provider
from tests.builders.people import Http, Tokens
from tests.builders.processes import own_wiring
from tests.builders.staff import Office, Watch

Live = Callable[[str], Wiring]
UNREACHABLE = (503, "OPENID_PROVIDER_UNREACHABLE")


@pytest.fixture
def idp(watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[IdProvider]:
    """A login service of this machine, whose certificate is of an authority that is trusted."""
    certificate = a_certificate(tmp_path, "localhost")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with an_id_provider(watch, certificate) as provider:
        yield provider


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture
def live(settings: Settings, fresh_database: str, watch: Watch) -> Iterator[Live]:
    """The parts of live mode as they are wired, with what is named by the setting."""
    with ExitStack() as made:

        def with_setting(named: str) -> Wiring:
            inside, refused = read_inside(named)
            assert refused == []
            wiring = own_wiring(settings, fresh_database, mode="live", openid_inside=inside)
            made.callback(wiring.close)
            return replace(wiring, clock=watch)

        yield with_setting


def desk_of(wiring: Wiring, idp: IdProvider) -> Desk:
    app, watch = create_app(wiring), wiring.clock
    assert isinstance(watch, Watch)
    tokens = Tokens(app, wiring)
    office = Office(app, Http(app), watch, tokens("operator"), tokens("authority"))
    return Desk(office, idp, registered(office, idp))


@pytest.mark.parametrize("named", ["localhost", "127.0.0.1, ::1", "127.0.0.0/8,::1/128"])
def test_what_is_named_is_asked_over_tls(live: Live, idp: IdProvider, named: str) -> None:
    desk = desk_of(live(named), idp)
    user_id = desk.join("li-wei")
    again = desk.come_in()
    assert (again.status_code, again.json["scope"]) == (200, "operator"), again.text
    seen = desk.http.get("/v1/users/me", token=again.json["access_token"]).json
    assert seen["id"] == user_id
    assert idp.base.startswith("https://")


def test_what_it_says_of_itself_leads_to_nothing_else_inside(live: Live, idp: IdProvider) -> None:
    desk = desk_of(live("localhost"), idp)
    idp.document = {"jwks_uri": idp.base.replace("localhost", "127.0.0.2") + "/jwks"}
    assert refusal(desk.come_in(link=desk.invite()[1])) == UNREACHABLE
    assert "/jwks" not in idp.asked


@pytest.mark.parametrize("named", ["", "sso.example.cn", "10.0.0.0/8"])
def test_what_is_not_named_is_not_asked(live: Live, idp: IdProvider, named: str) -> None:
    nothing_is_asked(desk_of(live(named), idp))


def test_without_a_certificate_that_is_trusted_nothing_is_told(
    live: Live, idp: IdProvider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    nothing_is_asked(desk_of(live("localhost"), idp))


def nothing_is_asked(desk: Desk) -> None:
    begun = desk.http.post(LOGINS, {"openid_provider_id": desk.provider_id})
    assert refusal(begun) == UNREACHABLE
    assert desk.idp.asked == []

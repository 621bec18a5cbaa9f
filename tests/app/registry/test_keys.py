"""The registry's keys change, and what an earlier one signed is verified as before."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import psycopg
import pytest

from app.factory import create_app
from app.secrecy.signatures import public_key_of
from app.usecases.registry.publish_key import publish_key
from app.wiring import Wiring
from behaviours.signed_document import check_signature, key_id, read_keys
from tests.builders.answers import RETIREMENT, key
from tests.builders.at_once import at_once
from tests.builders.market import rows, run
from tests.builders.people import Http, Tokens
from tests.builders.selling import an_owner, retirement_of

SECOND, THIRD = b"\x02" * 32, b"\x03" * 32
NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)


def by_another_key(wiring: Wiring, signing_key: bytes) -> Wiring:
    """The same books after a restart with another key."""
    return replace(wiring, settings=replace(wiring.settings, signing_key=signing_key))


def test_after_a_change_of_key_every_certificate_is_verified_by_what_is_published(
    market: Wiring, http: Http, token_for: Tokens
) -> None:
    owner, _ = an_owner(market, 2)
    token = token_for("enterprise", tenant=owner)
    first = http.post("/v1/retirements", RETIREMENT, token=token, key=key()).json["certificate"]
    later = by_another_key(market, SECOND)
    second = run(later, retirement_of(later, owner, 1)).certificate
    assert first["signature"]["key_id"] != second["signature"]["key_id"]
    for wiring, in_use in ((market, market.settings.signing_key), (later, SECOND)):
        told = Http(create_app(wiring)).get("/v1/registry/keys").json
        assert told["keys"][0]["kid"] == key_id(public_key_of(in_use))
        assert len(told["keys"]) == 2
        assert all(each["published_at"] for each in told["keys"])
        keys = read_keys(told)
        assert check_signature(first, keys=keys).holds
        assert check_signature(second, keys=keys).holds
    with pytest.raises(ValueError, match="no Ed25519"):
        read_keys({"keys": []})


def test_a_key_that_signed_nothing_yet_is_published_with_no_day(market: Wiring) -> None:
    told = Http(create_app(by_another_key(market, THIRD))).get("/v1/registry/keys").json["keys"]
    assert (told[0]["kid"], told[0]["published_at"]) == (key_id(public_key_of(THIRD)), None)


def test_processes_that_begin_at_once_publish_one_key_once(market: Wiring) -> None:
    outcomes = at_once([lambda: run(market, publish_key, SECOND, now=NOW)] * 6)
    assert outcomes == [None] * 6
    name = key_id(public_key_of(SECOND))
    (kept,) = rows(market, "select published_at from registry_key where key_id = :id", id=name)
    run(market, publish_key, SECOND, now=NOW.replace(year=2030))
    (still,) = rows(market, "select published_at from registry_key where key_id = :id", id=name)
    assert still == kept


@pytest.mark.parametrize(
    "statement",
    [
        "delete from registry_key",
        "update registry_key set published_at = now()",
        "insert into registry_key values ('another', sha256('x'), now())",
    ],
)
def test_a_published_key_stays_and_is_named_by_its_bytes(market: Wiring, statement: str) -> None:
    run(market, publish_key, SECOND, now=NOW)
    with (
        psycopg.connect(market.settings.database_url or "") as connection,
        pytest.raises(psycopg.IntegrityError),
    ):
        connection.execute(statement)

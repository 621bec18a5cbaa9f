"""Merchants state their stores: from a day on, by body or file, read by everybody."""

from __future__ import annotations

import secrets
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.files.register_file import FORMATS, YAML, read_register, write_register
from app.http.registers import MEDIA
from app.ids import public
from app.wiring import Wiring
from behaviours.civil_time import civil_day
from tests.builders.answers import refusal
from tests.builders.at_once import at_once
from tests.builders.commands import signed_in, typed
from tests.builders.people import Http, Tokens, an_organisation
from tests.builders.standing import suspended

OWN, LIST = "/v1/merchant/stores", "/v1/stores"
COLUMNS = ("merchant_id", "store_id", "name", "address", "region", "hours", "phone", "open", "from")


class Shop:
    """A merchant with stores, and somebody who looks for one."""

    def __init__(self, http: Http, tokens: Tokens, wiring: Wiring) -> None:
        self.http, self.wiring, self.tokens = http, wiring, tokens
        self.merchant = an_organisation(wiring, "merchant")
        self.id, self.token = public("org", self.merchant), tokens("merchant", tenant=self.merchant)
        self.today = civil_day(wiring.clock.now(), wiring.zone)

    def day(self, after: int) -> str:
        return (self.today + timedelta(days=after)).isoformat()

    def state(self, *stores: dict[str, Any]) -> Any:
        return self.http.post(OWN, {"stores": list(stores)}, token=self.token)

    def stated(self, *stores: dict[str, Any]) -> list[dict[str, Any]]:
        answer = self.state(*stores)
        assert answer.status_code == 201, answer.text
        made: list[dict[str, Any]] = answer.json["data"]
        return made

    def open(self, **wanted: str) -> list[tuple[str, str]]:
        asked = {"merchant_id": self.id, **wanted}
        found = self.http.get(LIST, query_string=asked).json["data"]
        return sorted((each["store_id"], each["name"]) for each in found)

    def history(self) -> list[tuple[str, str, str]]:
        found = self.http.get(OWN, token=self.token).json["data"]
        return [(each["store_id"], each["name"], each["from"]) for each in found]

    def sent(self, raw: bytes, form: str, token: str | None = None, query: str = "") -> Any:
        return self.http.send(
            "POST", f"{LIST}/import{query}", data=raw, content_type=MEDIA[form],
            token=token or self.token,
        )  # fmt: skip


def a_store(number: str = "S1", **changes: Any) -> dict[str, Any]:
    return {
        "store_id": number,
        "name": "湖滨店",
        "address": "杭州市上城区湖滨路 1 号",
        "region": "CN-330100",
        "hours": "09:00-21:00",
        "phone": "0571-00000000",
        **changes,
    }


@pytest.fixture
def shop(http: Http, token_for: Tokens, wiring: Wiring) -> Shop:
    return Shop(http, token_for, wiring)


def test_everybody_reads_where_points_are_taken(shop: Shop) -> None:
    made = shop.stated(a_store("S1"), a_store("S2", region="CN-ZJ", name="全省"))
    assert [each["region"] for each in made] == ["CN-330100", "CN-33"]
    assert made[0]["from"] == shop.today.isoformat()
    assert shop.open() == [("S1", "湖滨店"), ("S2", "全省")]
    assert shop.open(region="CN-33") == shop.open(), "a province with its cities"
    assert shop.open(region="CN-330100") == [("S1", "湖滨店")]
    assert shop.open(region="CN-44") == []


def test_a_change_holds_from_its_day_on_and_what_was_said_stays(shop: Shop) -> None:
    shop.stated(a_store(**{"from": shop.day(-30)}))
    shop.stated(a_store(name="新店", **{"from": shop.day(7)}))
    assert shop.open() == [("S1", "湖滨店")], "not yet"
    shop.stated(a_store(name="今日"))
    assert shop.open() == [("S1", "今日")]
    assert shop.history() == [
        ("S1", "今日", shop.day(0)), ("S1", "新店", shop.day(7)), ("S1", "湖滨店", shop.day(-30)),
    ]  # fmt: skip
    late = shop.state(a_store(name="从前", **{"from": shop.day(-1)}))
    assert refusal(late) == (422, "STORE_WRONG")
    assert late.json["errors"][0]["pointer"] == "/stores/0/from"
    shop.stated(a_store(name="今日", open=False))
    assert shop.open() == []


def test_the_same_again_changes_nothing_and_all_or_none_is_kept(shop: Shop) -> None:
    made = shop.stated(a_store())
    with shop.http.nothing_done():
        assert shop.stated(a_store()) == made
    for odd, code in (
        ({"region": "CN-339900"}, "UNKNOWN_REGION"),
        ({"store_id": "S2"}, "STORE_WRONG"),
    ):
        answer = shop.state(a_store("S2"), a_store("S3", **odd))
        assert refusal(answer) == (422, code)
        assert answer.json["errors"][0]["pointer"].startswith("/stores/1")
    assert len(shop.history()) == 1


def test_stores_of_who_is_suspended_are_not_told(shop: Shop) -> None:
    shop.stated(a_store())
    suspended(shop.wiring, shop.merchant)
    assert shop.open() == []
    raw = b"".join(write_register([{**a_store("S2"), "merchant_id": shop.id}], (), YAML))
    answer = shop.sent(raw, YAML, shop.tokens("operator"))
    assert refusal(answer) == (409, "ORGANISATION_SUSPENDED")


def test_two_who_state_one_store_at_once_state_it_once(shop: Shop) -> None:
    asking = [Http(shop.http.app) for _ in range(4)]
    body = {"stores": [a_store()]}

    def one(each: Http) -> Any:
        with each.nothing_done():
            return each.post(OWN, body, token=shop.token)

    answers = at_once([lambda each=each: one(each) for each in asking])
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.json["data"][0]["id"] for answer in answers}) == 1
    assert len(shop.history()) == 1


@pytest.mark.parametrize("form", FORMATS)
def test_stores_come_in_by_file_and_go_out_as_they_were(shop: Shop, form: str) -> None:
    rows = [a_store("=S1"), a_store("S2", hours="", phone="")]
    rows = [{name: value for name, value in each.items() if value} for each in rows]
    raw = b"".join(write_register(rows, COLUMNS, form))
    assert shop.sent(raw, form, query="?dry_run=true").json == {"rows": 2}
    assert shop.history() == []
    taken = shop.sent(raw, form)
    assert (taken.status_code, taken.json) == (201, {"rows": 2}), taken.text
    out = shop.http.get(f"{LIST}/export?format={form}")
    mine = [
        each.said for each in read_register(out.data, form) if each.said["merchant_id"] == shop.id
    ]
    assert sorted(str(each["store_id"]) for each in mine) == ["=S1", "S2"]
    again = b"".join(write_register(mine, (*COLUMNS, "id", "stated_at"), form))
    with shop.http.nothing_done():
        assert shop.sent(again, form).json == {"rows": 2}
        assert shop.sent(again, form, shop.tokens("operator")).json == {"rows": 2}
    assert len(shop.history()) == 2


def test_a_merchant_states_its_own_stores_alone(shop: Shop) -> None:
    other = public("org", an_organisation(shop.wiring, "merchant"))
    raw = b"".join(write_register([{**a_store(), "merchant_id": other}], (), YAML))
    answer = shop.sent(raw, YAML)
    assert refusal(answer) == (422, "STORE_WRONG")
    assert answer.json["errors"][0]["pointer"] == "/rows/0/merchant_id"
    nobody = public("org", an_organisation(shop.wiring, "provider"))
    raw = b"".join(write_register([{**a_store(), "merchant_id": nobody}], (), YAML))
    answer = shop.sent(raw, YAML, shop.tokens("operator"))
    assert refusal(answer) == (404, "UNKNOWN_MERCHANT")


def test_the_command_line_takes_and_gives_them(shop: Shop, tmp_path: Path) -> None:
    number, file = f"S-{secrets.token_hex(4)}", tmp_path / "stores.yaml"
    file.write_bytes(
        b"".join(write_register([{**a_store(number), "merchant_id": shop.id}], (), YAML))
    )
    who = signed_in(shop.wiring, "operator")
    taken = typed(shop.wiring, "register", "import", "stores", str(file), *who)
    assert taken.output == "1 rows stand in the register.\n", taken.output
    assert shop.open() == [(number, "湖滨店")]
    assert number in typed(shop.wiring, "register", "export", "stores").output

"""A record that moves: it is read strictly, it goes to one installation, and not for long."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable
from copy import deepcopy
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, strategies as st

from behaviours.exports.moving import (
    LEEWAY,
    MOST_MOVED,
    MOVE_LIFETIME,
    ExportUnreadable,
    MoveNotValid,
    MoveStays,
    new_move,
    read_moving_export,
)
from behaviours.exports.origins import (
    MOST_ORIGIN_KEYS,
    OriginKeysWrong,
    OriginStands,
    RecordOrigin,
    check_origin_keys,
    origin_of_key,
)
from behaviours.exports.shape import (
    DAY,
    DOCUMENT,
    FORMAT,
    ID,
    ExportedColumn,
    UnknownSchema,
    check_version,
    export_schema,
)
from behaviours.identity_services import ADMIT, END, ENDED, PROPOSED, TRUSTED
from behaviours.signed_document import canonical, key_id

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
ORIGIN, OWN, THIRD = "a" * 16, "b" * 16, "c" * 16
RAW_KEY = bytes(range(32))
JWK = {"kty": "OKP", "crv": "Ed25519", "x": "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}


def a_row(number: int = 1, **changes: Any) -> dict[str, Any]:
    """A row of an action, as an export has it."""
    return {
        "action_id": f"{number:032x}", "behaviour": "metro_ride", "region": "CN-44",
        "occurred_at": "2026-05-01T00:00:00+00:00", "ended_at": None,
        "recorded_at": "2026-05-01T01:00:00+00:00", "methodology": "bj.low_carbon_travel",
        "version": "2024", "digest": "0f" * 32, "provenance": "official", "vintage": 2026,
        "saved_mg": 46_000, "evidence": {"ride_id": "m-1"}, "issuers": {"ride": "metro"}, **changes,
    }  # fmt: skip


def an_export(*rows: dict[str, Any], **tables: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "id": f"par_{7:032x}",
        "move": {
            "id": f"{9:032x}", "audience": OWN, "asked_at": NOW.isoformat(),
            "expires_at": (NOW + MOVE_LIFETIME).isoformat(), "identity_proof": "1c" * 32,
        },
        "rows": {"action": list(rows or [a_row()]), "reversal": [], **tables},
    }  # fmt: skip


def case_of(document: dict[str, Any]) -> str:
    with pytest.raises(ExportUnreadable) as caught:
        read_moving_export(document, ORIGIN, OWN)
    return caught.value.case


def test_a_move_is_to_another_installation_and_ends_by_itself() -> None:
    move = new_move(UUID(int=9), OWN, own_key_id=ORIGIN, now=NOW)
    assert move.expires_at == NOW + MOVE_LIFETIME
    with pytest.raises(MoveStays):
        new_move(UUID(int=9), OWN, own_key_id=OWN, now=NOW)
    move.check_audience(OWN)
    with pytest.raises(MoveNotValid) as caught:
        move.check_audience(THIRD)
    assert caught.value.case == "audience"


@pytest.mark.parametrize(
    ("after", "is_good"),
    [
        (-LEEWAY - timedelta(seconds=1), False),
        (-LEEWAY, True),
        (MOVE_LIFETIME - timedelta(seconds=1), True),
        (MOVE_LIFETIME, False),
    ],
)
def test_a_move_is_good_for_its_time_whatever_the_origin_says(
    after: timedelta, is_good: bool
) -> None:
    move = new_move(UUID(int=9), OWN, own_key_id=ORIGIN, now=NOW)
    endless = move._replace(expires_at=NOW + timedelta(days=999))
    for each in (move, endless):
        if is_good:
            each.check_time(NOW + after)
        else:
            with pytest.raises(MoveNotValid):
                each.check_time(NOW + after)


def test_an_export_is_read_as_its_origin_signed_it() -> None:
    document = an_export(a_row(1), a_row(2, ended_at="2026-05-01T00:20:00+00:00", saved_mg="99"))
    found = read_moving_export(document, ORIGIN, OWN)
    assert found.person == UUID(int=7)
    assert found.document_digest == hashlib.sha256(canonical(document)).digest()
    assert (found.asked.move.move_id, found.asked.proof) == (UUID(int=9), b"\x1c" * 32)
    assert [(each.action_id.int, each.saved_mg) for each in found.actions] == [(1, 46_000), (2, 99)]
    assert {each.recorded_by for each in found.actions} == {ORIGIN}
    assert found.reports[0].action.evidence == {"ride_id": "m-1"}
    assert found.reports[0].issuers == {"ride": "metro"}
    assert found.reports[1].action.ended_at is not None


def test_what_was_taken_back_stays_and_what_came_from_elsewhere_comes_along_as_that() -> None:
    document = an_export(
        a_row(1), a_row(2), a_row(3, evidence=None),
        reversal=[{"action_id": a_row(2)["action_id"]}],
        moved_action=[a_row(4, recorded_by=THIRD), a_row(5, recorded_by=OWN)],
    )  # fmt: skip
    found = read_moving_export(document, ORIGIN, OWN)
    assert {each.action_id.int: each.recorded_by for each in found.actions} == {
        1: ORIGIN, 3: ORIGIN, 4: THIRD,
    }  # fmt: skip
    assert [each.action.evidence for each in found.reports] == [{"ride_id": "m-1"}, {}]


def test_what_cannot_be_taken_in_is_told_apart() -> None:
    assert case_of(an_export() | {"format": "tanpuhui.export/9"}) == "format"
    stays = an_export()
    del stays["move"]
    assert case_of(stays) == "stays"
    many = an_export()
    many["rows"]["action"] = [{}] * (MOST_MOVED + 1)
    assert case_of(many) == "many"


@pytest.mark.parametrize(
    "change",
    [
        {"saved_mg": -1}, {"saved_mg": True}, {"saved_mg": 1.5}, {"saved_mg": 1 << 62},
        {"vintage": "2026"}, {"vintage": 3000}, {"action_id": "7"}, {"action_id": "0F" * 16},
        {"digest": "0f"}, {"digest": "zz" * 32}, {"behaviour": 5}, {"behaviour": "a\nb"},
        {"region": "x" * 201}, {"occurred_at": "2026-05-01T00:00:00"},
        {"occurred_at": "1066-05-01T00:00:00+00:00"}, {"recorded_at": "yesterday"},
        {"evidence": []}, {"evidence": {"ride_id": 5}}, {"issuers": [1]},
    ],
)  # fmt: skip
def test_a_row_that_is_not_as_the_schema_says_is_none(change: dict[str, Any]) -> None:
    assert case_of(an_export(a_row(**change))) == "shape"


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(id="org_" + "0" * 32),
        lambda document: document.update(rows=[]),
        lambda document: document["rows"].update(action={}),
        lambda document: document["rows"].update(action=[5]),
        lambda document: document["rows"].update(moved_action=[a_row(recorded_by="A" * 16)]),
        lambda document: document["rows"].pop("reversal"),
        lambda document: document["move"].update(audience="B" * 16),
        lambda document: document["move"].update(identity_proof="1c"),
        lambda document: document["move"].pop("expires_at"),
        lambda document: document["rows"].update(
            action=[a_row(each, saved_mg=1 << 61) for each in (1, 2)]
        ),
    ],
)
def test_an_export_that_is_not_as_the_schema_says_is_none(
    change: Callable[[dict[str, Any]], object],
) -> None:
    document = an_export()
    change(document)
    assert case_of(document) == "shape"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@given(st.sampled_from(sorted(a_row())), JSON)
def test_whatever_stands_in_a_row_is_read_or_refused(member: str, value: Any) -> None:
    with contextlib.suppress(ExportUnreadable):
        read_moving_export(an_export(a_row(**{member: value})), ORIGIN, OWN)


def an_origin(number: int = 1, state: str = PROPOSED, kid: str = ORIGIN) -> RecordOrigin:
    keys: dict[str, Any] = {"keys": [{**JWK, "kid": kid}]}
    return RecordOrigin(UUID(int=number), "粤碳普惠", keys, state, NOW)


def test_an_origin_is_admitted_once_and_ended_for_good() -> None:
    trusted = an_origin().move(ADMIT, now=NOW)
    assert (trusted.state, trusted.admitted_at) == (TRUSTED, NOW)
    ended = trusted.move(END, now=NOW)
    assert (ended.state, ended.ended_at, ended.admitted_at) == (ENDED, NOW, NOW)
    for one, step in ((trusted, ADMIT), (ended, END), (ended, ADMIT)):
        with pytest.raises(OriginStands):
            one.move(step, now=NOW)


def test_an_origin_is_known_by_keys_of_its_own() -> None:
    check_origin_keys(an_origin().keys, OWN)
    with pytest.raises(OriginKeysWrong) as caught:
        check_origin_keys(an_origin().keys, ORIGIN)
    assert caught.value.case == "own"
    many = {"keys": [{**JWK, "kid": f"{at:016x}"} for at in range(MOST_ORIGIN_KEYS + 1)]}
    for keys in ({}, {"keys": []}, deepcopy(many)):
        with pytest.raises(OriginKeysWrong) as caught:
            check_origin_keys(keys, OWN)  # type: ignore[arg-type]
        assert caught.value.case == "none"


def test_only_who_is_trusted_signs() -> None:
    waiting, trusted = an_origin(1), an_origin(2, TRUSTED, kid=THIRD)
    assert origin_of_key([waiting, trusted], THIRD) is trusted
    assert origin_of_key([waiting, trusted], ORIGIN) is None
    assert origin_of_key([trusted], None) is None
    assert len(key_id(RAW_KEY)) == 16


def test_the_schema_of_an_export_states_its_columns() -> None:
    columns = [
        ExportedColumn("action_id", ID, nullable=False),
        ExportedColumn("day", DAY, nullable=True, always=False),
        ExportedColumn("quantities", DOCUMENT, nullable=True),
    ]
    schema = export_schema({"action": columns}, place="https://example.cn/schema")
    rows = schema["properties"]["rows"]["properties"]["action"]["items"]  # type: ignore[index,call-overload]
    assert rows["required"] == ["action_id", "quantities"]
    assert rows["properties"]["day"]["anyOf"][1] == {"type": "null"}
    assert "null" in rows["properties"]["quantities"]["type"]
    assert schema["properties"]["format"] == {"const": FORMAT}  # type: ignore[index,call-overload]
    check_version("1")
    with pytest.raises(UnknownSchema):
        check_version("2")

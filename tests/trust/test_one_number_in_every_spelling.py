"""One thing is claimed once, however its number is spelled and whoever reports it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from typing import Any

import pytest

from app.settings import Settings
from app.usecases.recording.record import Recorded
from app.wiring import wire
from behaviours.actions import normal_form
from tests.app.recording.conftest import Scene
from tests.builders.actions import a_ride, recording
from tests.builders.at_once import at_once
from tests.builders.civil import yesterday_morning
from tests.builders.installations import an_installation

_MINUTE = count(1)


def luhn(fourteen: str) -> str:
    """Fifteen digits with their check digit."""
    total = sum(
        sum(divmod(2 * int(digit), 10)) if place % 2 else int(digit)
        for place, digit in enumerate(fourteen)
    )
    return f"{fourteen}{-total % 10}"


def wide(text: str) -> str:
    return "".join(chr(ord(each) + 0xFEE0) if "!" <= each <= "~" else each for each in text)


def phone(scene: Scene, imei: str, **changes: Any) -> dict[str, Any]:
    return scene.body(
        behaviour="second_hand_phone",
        quantities={"items": "1"},
        evidence={"order_id": f"o-{next(_MINUTE)}-{scene.person.hex}", "imei": imei},
        **changes,
    )


def of(scene: Scene, behaviour: str, quantity: str, **evidence: str) -> dict[str, Any]:
    return scene.body(behaviour=behaviour, quantities={quantity: "1"}, evidence=evidence)


def codes(scene: Scene, bodies: list[dict[str, Any]]) -> list[str]:
    answers = [scene.report(body) for body in bodies]
    return ["recorded" if one.status_code == 201 else one.json["code"] for one in answers]


def test_one_device_in_nine_spellings_is_one_device(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene()
    fourteen = f"35{scene.person.int % 10**12:012d}"
    fifteen = luhn(fourteen)
    spellings = [
        fifteen,
        f"{fifteen[:2]}-{fifteen[2:8]}-{fifteen[8:14]}-{fifteen[14]}",
        f"{fifteen[:8]} {fifteen[8:]}",
        fourteen,
        f"{fourteen}01",
        wide(fifteen),
        f"\u200b{fifteen}\u2060".strip(),
        f"{fifteen[:6]}.{fifteen[6:]}",
        f"{fifteen[:6]}\u2013{fifteen[6:]}",
    ]
    # What cannot be printed is refused before: a spelling with it is no spelling.
    printable = [each for each in spellings if each.isprintable()]
    assert codes(scene, [phone(scene, each) for each in printable]) == [
        "recorded",
        *["DUPLICATE_CLAIM"] * (len(printable) - 1),
    ]


@pytest.mark.parametrize("imei", ["356938035643808", "3569380356438", "35693803564380x"])
def test_a_device_whose_digits_do_not_fit_is_told_so(
    make_scene: Callable[..., Scene], imei: str
) -> None:
    refused = make_scene()
    answer = refused.report(phone(refused, imei), headers={"Accept-Language": "zh-CN"})
    assert (answer.status_code, answer.json["code"]) == (422, "UNUSABLE_NUMBER")
    assert answer.json["errors"][0]["pointer"] == "/evidence/imei"
    assert "*#06#" in answer.json["detail"]
    assert "校验" in answer.json["detail"]


SPELLINGS: list[Callable[[str], str]] = [
    str.lower,
    str.swapcase,
    wide,
    lambda text: text.replace("-", "\u2013"),
    lambda text: text.replace("-", " "),
    lambda text: text.replace("-", "."),
    lambda text: text.replace("-", "_"),
    lambda text: text.replace("-", "/"),
    lambda text: text.replace("-", ""),
    lambda text: f"#{text}",
    lambda text: f"\u201c{text}\u201d",
    lambda text: text.replace("-", "\u00b7"),
    lambda text: text.replace("-", "\ufe63"),
    lambda text: text.translate({ord("0") + n: 0x660 + n for n in range(10)}),
    lambda text: text.translate({ord("0") + n: 0x1D7CE + n for n in range(10)}),
    lambda text: f"({text})",
    lambda text: text.replace("-", ":"),
]
NUMBERED = [
    ("metro_ride", "trips", "ride_id"),
    ("clean_plate", "meals", "order_id"),
    ("parcel_box_return", "boxes", "waybill_no"),
    ("own_bag", "times", "receipt_no"),
    ("clothing_recycling", "mass_kg", "weigh_ticket_no"),
]


@pytest.mark.parametrize(("behaviour", "quantity", "name"), NUMBERED)
def test_a_number_is_one_in_every_spelling(
    make_scene: Callable[..., Scene], behaviour: str, quantity: str, name: str
) -> None:
    scene = make_scene()
    number = f"AB-{scene.person.hex[-8:]}-0042-x"
    first, *others = [
        of(scene, behaviour, quantity, **{name: spelled})
        for spelled in (number, *(change(number) for change in SPELLINGS))
    ]
    assert scene.report(first).status_code == 201
    results = scene.batch(*others).json["results"]
    assert {one["problem"]["code"] for one in results} == {"DUPLICATE_CLAIM"}
    assert {one["problem"]["errors"][0]["pointer"].split("/", 3)[3] for one in results} == {
        f"evidence/{name}"
    }


def test_a_letter_that_only_looks_latin_is_refused(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene()
    odd = ["SN-\u0391-1", "\u0410\u0412-7", "x\u043e12", "\u039f-12"]
    bodies = [of(scene, "metro_ride", "trips", ride_id=each) for each in odd]
    assert codes(scene, bodies) == ["UNUSABLE_NUMBER"] * 4


# What printers, keyboards and cameras make of a letter, and what people add to make another number.
MADE_UP: list[Callable[[str], str]] = [
    lambda text: f"{text}\u0301",
    lambda text: f"{text}\u0338",
    lambda text: text.replace("0", "\u24ff"),
    lambda text: text.replace("4", "\u2783"),
    lambda text: text.replace("I", "\u0130"),
    lambda text: text.replace("I", "\u0131"),
    lambda text: text.replace("A", "\u1d00"),
    lambda text: text.replace("A", "\u0251"),
    lambda text: text.replace("A", "\u05e1"),
    lambda text: text.replace("I", "\u2d4f"),
    lambda text: text.replace("A", "\U000102a0"),
    lambda text: text.replace("A", "\U0001f150"),
    lambda text: text.replace("A", "\U0001f1e6"),
    lambda text: f"{text}\u2605",
    lambda text: f"{text}\u00b0",
    lambda text: f"{text}\ufffc",
    lambda text: f"{text}\U0001d159",
    lambda text: f"{text}\U00016fe4",
    lambda text: text.replace("-", "\u30fc"),
]


@pytest.mark.parametrize(("behaviour", "quantity", "name"), NUMBERED)
def test_nothing_that_can_be_added_makes_it_another_number(
    make_scene: Callable[..., Scene], behaviour: str, quantity: str, name: str
) -> None:
    scene = make_scene()
    number = f"AI-{scene.person.hex[-8:]}-0042"
    first, *others = [
        of(scene, behaviour, quantity, **{name: spelled})
        for spelled in (number, *(change(number) for change in MADE_UP))
    ]
    assert scene.report(first).status_code == 201
    results = scene.batch(*others).json["results"]
    assert {one["problem"]["code"] for one in results} == {"UNUSABLE_NUMBER"}
    assert scene.rows()["action"] == 1


def test_what_was_recorded_before_it_was_refused_stays_claimed_and_is_freed(
    make_scene: Callable[..., Scene], monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = make_scene()
    body = of(scene, "metro_ride", "trips", ride_id=f"\u00c9-{scene.person.hex[-8:]}\u2605")
    with monkeypatch.context() as earlier:
        earlier.setattr(normal_form, "_check_characters", lambda _text: None)
        action = scene.report(body).json["id"]
    path = f"/v1/actions/{action}/reversals"
    answer = scene.http.post(path, {"reason": "test ride"}, token=scene.provider_token)
    assert answer.status_code in (200, 201), answer.text
    # Of its claims its event alone is left.
    assert scene.rows()["claim_key"] == 1


def test_a_number_of_nothing_but_dashes_is_refused(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene()
    assert codes(scene, [of(scene, "metro_ride", "trips", ride_id="--.--")]) == ["UNUSABLE_NUMBER"]


def test_a_meter_is_one_with_and_without_its_zeros(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene()
    digits = str(scene.person.int % 10**9 + 10**9)
    an_installation(scene.wiring, scene.person, scene.provider, number=digits)
    began = yesterday_morning()
    bodies = []
    for hour, meter in enumerate(
        (f"000{digits}", digits, wide(digits), f"{digits[:4]} {digits[4:]}")
    ):
        body = scene.generation(began + timedelta(minutes=10 * hour))
        body["evidence"] = {"meter_id": meter}
        bodies.append(body)
    assert codes(scene, bodies) == ["recorded", *["OVERLAPPING_METER_INTERVAL"] * 3]


def test_two_spellings_at_one_moment_give_one_reduction(
    settings: Settings, make_scene: Callable[..., Scene]
) -> None:
    scenes = [make_scene(), make_scene()]
    began = datetime.now(UTC) - timedelta(hours=6)
    with closing(wire(settings)) as left, closing(wire(settings)) as right:
        for turn in range(12):
            mark = f"ab-{turn}-{scenes[0].person.hex}"
            at = began + timedelta(minutes=10 * turn)
            calls = [
                partial(
                    recording,
                    wiring,
                    [a_ride(who.person, who.provider, occurred_at=at, evidence={"ride_id": said})],
                )
                for wiring, who, said in zip(
                    (left, right), scenes, (mark, wide(mark.upper())), strict=True
                )
            ]
            answers = [answer for (answer,) in at_once(calls)]
            refused = [one for one in answers if not isinstance(one, Recorded)]
            assert [one.code for one in refused] == ["DUPLICATE_CLAIM"]


def test_nobody_is_in_six_rides_within_six_seconds(make_scene: Callable[..., Scene]) -> None:
    scene = make_scene()
    began = datetime.now(UTC) - timedelta(hours=3)
    bodies = [
        scene.body(occurred_at=(began + timedelta(seconds=second)).isoformat())
        for second in range(6)
    ]
    assert codes(scene, bodies) == ["recorded", *["OVERLAPPING_RIDE"] * 5]
    later = scene.body(occurred_at=(began + timedelta(seconds=60)).isoformat())
    assert scene.report(later).status_code == 201


def test_the_table_of_forms_is_public_and_its_examples_come_out(
    make_scene: Callable[..., Scene],
) -> None:
    scene = make_scene()
    answer = scene.http.get("/v1/normal-forms", headers={"Accept-Language": "zh-CN"})
    forms = {one["kind"]: one for one in answer.json["data"]}
    assert forms["imei"]["example"] == {"sent": "35-693803-564380-9", "form": "35693803564380"}
    assert forms["meter"]["evidence"] == ["meter_id"]
    assert not forms["imei"]["issuer_counts"]
    assert "软件版本" in forms["imei"]["rule"]

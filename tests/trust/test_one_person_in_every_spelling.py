"""One person has one account, however the number is spelled by which they are told from others."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import text

from app.secrecy.identities import identity_digests, plain_identity
from app.usecases.people.enrol import Enrolment, enrol as enrol_people
from app.wiring import Wiring
from tests.builders.at_once import at_once
from tests.builders.people import Http, Tokens, an_organisation

PATH = "/v1/participants"
Enrol = Callable[[str], tuple[int, str]]


@pytest.fixture
def enrol(http: Http, token_for: Tokens) -> Enrol:
    token = token_for("provider")

    def send(identity: str) -> tuple[int, str]:
        answer = http.post(PATH, {"identity": identity, "region": "CN-33"}, token=token)
        told: str = answer.json["id"] if answer.status_code < 300 else answer.json["code"]
        return answer.status_code, told

    return send


def a_mobile() -> str:
    return f"138{secrets.randbelow(10**8):08d}"


def a_card() -> str:
    """A grown person's resident identity card, with its check character (GB 11643)."""
    born_on = date(1950, 1, 1) + timedelta(days=secrets.randbelow(18_000))
    first = f"110105{born_on:%Y%m%d}{secrets.randbelow(1000):03d}"
    total = sum(int(each) * pow(2, 17 - at, 11) for at, each in enumerate(first))
    return first + "10X98765432"[total % 11]


def digits(text: str, nought: int) -> str:
    return text.translate({ord("0") + each: nought + each for each in range(10)})


MOBILE: list[Callable[[str], str]] = [
    lambda number: f"{number[:3]} {number[3:7]} {number[7:]}",
    lambda number: f"{number[:3]}-{number[3:7]}-{number[7:]}",
    lambda number: f"{number[:3]}\u2013{number[3:]}",
    lambda number: f"{number[:3]}.{number[3:]}.",
    lambda number: f"+86 {number}",
    lambda number: f"(+86){number}",
    lambda number: f"0086{number}",
    lambda number: f"86-{number}",
    lambda number: digits(number, 0xFF10),
    lambda number: digits(number, 0x660),
    lambda number: digits(number, 0x1D7CE),
    lambda number: number.replace("8", "\u2787"),
    lambda number: f"{number}\ufe0f",
    lambda number: f"{number}\u3164",
    lambda number: f"{number}\u2800",
    lambda number: f"{number}\u034f",
    lambda number: f"{number}\u0301",
]
CARD: list[Callable[[str], str]] = [
    str.lower,
    lambda number: f"{number[:6]} {number[6:14]} {number[14:]}",
    lambda number: f"{number[:6]}-{number[6:14]}-{number[14:]}",
    lambda number: digits(number, 0xFF10),
    lambda number: f"{number[:17]}\uff58" if number.endswith("X") else number,
]


@pytest.mark.parametrize(("made", "spellings"), [(a_mobile, MOBILE), (a_card, CARD)])
def test_a_number_in_every_spelling_is_one_person(
    enrol: Enrol, made: Callable[[], str], spellings: list[Callable[[str], str]]
) -> None:
    number = made()
    status, person = enrol(number)
    assert status == 201
    for spell in spellings:
        assert enrol(spell(number)) == (200, person), ascii(spell(number))


def test_names_of_other_shapes_stay_apart(enrol: Enrol) -> None:
    mark = secrets.token_hex(4)
    names = [f"{mark}-1-11", f"{mark}-11-1", f"{mark}.111", f"{mark}+111", f"{mark}111"]
    # A card's number whose check character is wrong is no such number.
    card = a_card()
    wrong = card[:17] + ("1" if card[17] != "1" else "2")
    names += [wrong, f"{wrong[:6]}-{wrong[6:]}"]
    assert len({enrol(each)[1] for each in names}) == len(names)
    assert enrol(f"{mark.upper()} -1-11") == (200, enrol(names[0])[1])


@pytest.mark.parametrize("nobody", ["\u3164", "\u2800\ufe0f", "\u034f"])
def test_what_nobody_sees_is_nobody(enrol: Enrol, nobody: str) -> None:
    assert enrol(nobody) == (422, "IDENTITY_EMPTY")


def test_who_was_enrolled_in_another_spelling_before_is_found_and_leaves_whole(
    enrol: Enrol, http: Http, wiring: Wiring, token_for: Tokens
) -> None:
    number = a_mobile()
    spelled = f"+86 {number}"
    plain, of_old = identity_digests(spelled, wiring.settings.identity_key)
    _, person = enrol(spelled)
    with wiring.database.engine.begin() as connection:
        change = text("update identity set identity_digest = :new where identity_digest = :old")
        assert connection.execute(change, {"new": of_old, "old": plain}).rowcount == 1
        owing = text("update points_account set debt = 70 where participant_id = :person")
        assert connection.execute(owing, {"person": person[4:]}).rowcount == 1
    assert enrol(spelled) == (200, person)
    token = token_for("participant", tenant=UUID(hex=person[4:]))
    assert http.delete("/v1/me", token=token).status_code == 200
    status, again = enrol(spelled)
    assert status == 201
    shown = http.get("/v1/me", token=token_for("participant", tenant=UUID(hex=again[4:])))
    assert shown.json["points"]["debt"] == 70


def test_of_many_spellings_at_once_one_account_is_made(enrol: Enrol) -> None:
    number = a_mobile()
    answers = at_once([partial(enrol, spell(number)) for spell in MOBILE[:8]])
    assert sorted(status for status, _ in answers) == [200] * 7 + [201]
    assert len({person for _, person in answers}) == 1


def test_a_list_with_many_spellings_is_one_person(wiring: Wiring) -> None:
    number, key = a_mobile(), wiring.settings.identity_key
    said = [Enrolment(spell(number), "CN-33") for spell in MOBILE]
    answers = wiring.database.transact(
        enrol_people,
        [*said, Enrolment(number, "CN-33")],
        organisation_id=an_organisation(wiring),
        identity_key=key,
        scenes=wiring.rulebook.scenes,
        clock=wiring.clock,
    )
    assert [one.is_new for one in answers] == [True] + [False] * len(said)
    assert len({one.participant_id for one in answers}) == 1
    assert plain_identity("+86 138-0013-8000") == "13800138000"

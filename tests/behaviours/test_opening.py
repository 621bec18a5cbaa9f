"""The opening of a programme: who its first people are, and what may be answered beforehand."""

from __future__ import annotations

from itertools import permutations, product

import pytest

from behaviours.document import DocumentError
from behaviours.opening import (
    AUTHORITY,
    FIRST,
    OPERATOR,
    Founder,
    FoundersIncomplete,
    OpeningDocument,
    OwnTerms,
    UsernameMalformed,
    check_founders,
    check_username,
    read_opening,
)

WHOLE = """\
programme: {name_zh: 杭州碳普惠, name_en: Hangzhou, zone: Asia/Shanghai, serial_prefix: HZ}
operators:
  - {username: li.wei, display_name: 李伟}
  - {username: wang.fang, display_name: 王芳}
authority: {username: zhao-min, display_name: 赵敏}
base_url: https://tph.example.cn
"""


def founders(*roles: str) -> list[Founder]:
    return [Founder(f"user-{at}", "Somebody", role) for at, role in enumerate(roles)]


def test_two_operators_and_an_authority_open_a_programme_in_any_order() -> None:
    for roles in permutations(FIRST):
        check_founders(founders(*roles))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4])
def test_every_other_company_is_incomplete(size: int) -> None:
    for roles in product((OPERATOR, AUTHORITY, "verifier"), repeat=size):
        if sorted(roles) != sorted(FIRST):
            with pytest.raises(FoundersIncomplete):
                check_founders(founders(*roles))


@pytest.mark.parametrize("twins", [(0, 1), (0, 2), (1, 2)])
def test_three_people_have_three_names(twins: tuple[int, int]) -> None:
    people = founders(*FIRST)
    people[twins[1]] = people[twins[1]]._replace(username=people[twins[0]].username)
    with pytest.raises(FoundersIncomplete):
        check_founders(people)


@pytest.mark.parametrize("username", ["", "Li", "李伟", "a b", "a\n", " a", "a/b"])
def test_a_name_to_log_in_with_is_plain(username: str) -> None:
    check_username("li.wei")
    with pytest.raises(UsernameMalformed) as refused:
        check_username(username)
    assert refused.value.facts == {"username": username}
    # A name that nobody could log in with is told before that somebody is missing.
    with pytest.raises(UsernameMalformed):
        check_founders([Founder(username, "Somebody", OPERATOR)])


def test_a_whole_document_answers_everything() -> None:
    read = read_opening(WHOLE, "opening.yaml")
    assert OwnTerms(**read.terms) == OwnTerms("杭州碳普惠", "Hangzhou", "Asia/Shanghai", "HZ")
    assert read.lacking(has_document=False) == []
    assert [each.role for each in read.founders] == list(FIRST)
    assert read.founders[2] == Founder("zhao-min", "赵敏", AUTHORITY)
    assert read.base_url == "https://tph.example.cn"
    check_founders(read.founders)


def test_what_is_not_answered_is_asked_for() -> None:
    assert read_opening("{}", "opening.yaml") == OpeningDocument()
    only_url = read_opening("base_url: https://tph.example.cn", "opening.yaml")
    assert only_url == OpeningDocument(base_url="https://tph.example.cn")
    one = read_opening("authority: {username: zhao-min, display_name: 赵敏}", "opening.yaml")
    assert [each.role for each in one.founders] == [AUTHORITY]
    assert one.missing_roles == (OPERATOR, OPERATOR)
    assert one.lacking(has_document=True) == ["operators"]
    partial = read_opening("programme: {name_zh: 杭州, serial_prefix: HZ}", "opening.yaml")
    assert partial.terms == {"name_zh": "杭州", "serial_prefix": "HZ"}
    left_out = ["programme.name_en", "programme.zone", "operators", "authority"]
    assert partial.lacking(has_document=False) == left_out


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("colour: green", "colour"),
        ("programme: {name: 杭州}", "programme.name"),
        ("programme: {zone: ''}", "programme.zone"),
        ("operators: {username: a, display_name: b}", "operators"),
        ("operators: [{username: a}]", "operators[0]"),
        ("operators: [{username: a, display_name: b, role: operator}]", "operators[0].role"),
        ("authority: zhao-min", "authority"),
        ("base_url: ''", "base_url"),
        ("- operators", ""),
    ],
)
def test_a_fault_is_named_by_its_place(text: str, field: str) -> None:
    with pytest.raises(DocumentError) as wrong:
        read_opening(text, "opening.yaml")
    assert (wrong.value.facts["file"], wrong.value.facts["field"]) == ("opening.yaml", field)

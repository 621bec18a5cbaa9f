"""What an organisation says of itself, sent over the API and typed into the page alike."""

from __future__ import annotations

from typing import NotRequired, TypedDict
from uuid import UUID

from behaviours.admission import OrganisationStatement
from behaviours.credit_codes import read_credit_code


class SaidOfItself(TypedDict):
    """What is said besides how to reach somebody there."""

    credit_code: str
    legal_name: str
    interests: list[UUID]
    of_operator: bool
    group: NotRequired[str]
    scenes: NotRequired[list[str]]
    reports: NotRequired[str]
    issuers: NotRequired[list[str]]


def statement_from(
    said: SaidOfItself, *, name: str, phone: str, email: str
) -> OrganisationStatement:
    """The statement, with whom to reach; raises CreditCodeWrong."""
    return OrganisationStatement(
        read_credit_code(said["credit_code"], pointer="/credit_code"),
        said["legal_name"],
        name,
        phone,
        email,
        frozenset(said["interests"]),
        said["of_operator"],
        said.get("group"),
        tuple(dict.fromkeys(said.get("scenes", ()))),
        said.get("reports"),
        tuple(dict.fromkeys(said.get("issuers", ()))),
    )

"""Ties between organisations: what is declared of them, and who is tied to whom.

A group stands together: an interest of one of its members, or in one of them, ties all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.json_value import Json, JsonObject

INTEREST: Final = "interest"
GROUP: Final = "group"


class ToldTies(NamedTuple):
    """What is said of an organisation's ties: by itself, or by the authority of it.

    ``group`` is a name or number under which the group is known, compared without regard to blanks
    and signs.
    """

    interests: frozenset[UUID] = frozenset()
    of_operator: bool = False
    group: str | None = None

    def as_terms(self) -> JsonObject:
        """As it is proposed and signed: ids as outside, in one order."""
        interests: list[Json] = [f"org_{each.hex}" for each in sorted(self.interests)]
        return {"interests": interests, "of_operator": self.of_operator, "group": self.group}


class TiesDeclaration(NamedTuple):
    """What an organisation says of its ties, or the authority of them; the newest of each counts.

    ``group`` is the name or number under which its group is known, in the form of ``group_key``.
    """

    organisation_id: UUID
    by_itself: bool
    interests: frozenset[UUID]
    of_operator: bool
    group: str | None


@dataclass(frozen=True, slots=True)
class KnownTies:
    """What is known of an organisation's ties, whoever said it."""

    declared: bool = False
    interests: frozenset[UUID] = frozenset()
    of_operator: bool = False
    groups: frozenset[str] = frozenset()


NO_TIES: Final = KnownTies()


@dataclass(frozen=True)
class OrganisationTies:
    """The ties of everybody of whom anything was said."""

    known: Mapping[UUID, KnownTies] = field(default_factory=dict)

    def of(self, organisation_id: UUID) -> KnownTies:
        return self.known.get(organisation_id, NO_TIES)

    def house(self, organisation_id: UUID) -> frozenset[UUID]:
        """The organisation and every other one of its groups."""
        return self._houses.get(organisation_id, frozenset({organisation_id}))

    def of_operator(self, organisation_id: UUID) -> bool:
        """Whether it, or one of its group, is tied to who operates the programme."""
        return any(self.of(each).of_operator for each in self.house(organisation_id))

    def between(self, one: UUID, other: UUID) -> list[str]:
        """How two organisations are tied: ``interest``, ``group``, both, or not at all."""
        ours, theirs = self.house(one), self.house(other)
        found = []
        if self._interests(ours) & theirs or self._interests(theirs) & ours:
            found.append(INTEREST)
        if ours & theirs:
            found.append(GROUP)
        return found

    def tied_to(self, one: UUID) -> frozenset[UUID]:
        """Everybody who is tied to it, it and its group among them."""
        ours = self.house(one)
        named = {each for each in self.known if self.of(each).interests & ours}
        return frozenset().union(*map(self.house, ours | self._interests(ours) | named))

    def _interests(self, house: frozenset[UUID]) -> frozenset[UUID]:
        return frozenset().union(*(self.of(each).interests for each in house))

    @cached_property
    def _houses(self) -> dict[UUID, frozenset[UUID]]:
        """Of everybody with a group; one with two names of groups makes them one."""
        groups: list[tuple[set[str], set[UUID]]] = []
        for organisation_id, known in self.known.items():
            if not known.groups:
                continue
            names, members, apart = set(known.groups), {organisation_id}, []
            for each in groups:
                if names & each[0]:
                    names |= each[0]
                    members |= each[1]
                else:
                    apart.append(each)
            groups = [*apart, (names, members)]
        return {member: frozenset(members) for _, members in groups for member in members}


def of_credit_code(organisation_id: UUID, code: str) -> TiesDeclaration:
    """What the credit code says that organisations share: they are one house.

    No name of a group is like it, as those are kept without signs.
    """
    return TiesDeclaration(organisation_id, False, frozenset(), of_operator=False, group=f"={code}")


def ties_of(declarations: Iterable[TiesDeclaration]) -> OrganisationTies:
    """What the newest declarations come to: ties that anybody stated count."""
    found: dict[UUID, KnownTies] = {}
    for said in declarations:
        before = found.get(said.organisation_id, NO_TIES)
        found[said.organisation_id] = KnownTies(
            before.declared or said.by_itself,
            before.interests | said.interests,
            before.of_operator or said.of_operator,
            before.groups | ({said.group} if said.group else frozenset()),
        )
    return OrganisationTies(found)

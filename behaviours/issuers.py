"""Issuers: who gives out the numbers by which an action is counted once.

Two shops both have a receipt 0001, and each has another one tomorrow: a number says which thing is
meant only together with its issuer and, where numbers begin anew, the period.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from typing import Final, NamedTuple
from uuid import UUID, uuid5

from behaviours.refusal import Conflict, Invalid, UnknownId

# What is signed, and which verbs: that it is registered as it is, that a provider reports for it.
ISSUER: Final = "issuer"
REGISTER: Final = "register"
ADMIT: Final = "admit"
_NAMED: Final = UUID("6f1d7b0e-2f0c-4d0e-8a52-6b2c7f3a9e41")

NEVER = "never"
# How often an issuer's numbers begin anew; the finest first.
PERIODS = ("day", "month", "year", NEVER)
CODE = re.compile(r"[a-z][a-z0-9_.-]{1,31}")
KIND = re.compile(r"[a-z][a-z0-9_]{1,63}")


class IssuerNotAdmitted(Invalid):
    """The issuer that the evidence names is not one whose numbers the sender may report.

    ``unknown``: there is none of that code; ``other_kind``: it gives out other numbers;
    ``not_admitted``: the provider was not admitted for it.
    """

    cases = ("unknown", "other_kind", "not_admitted")


class IssuerNotNamed(Invalid):
    """Whose number it is cannot be told: the evidence has to name the issuer.

    ``several``: the provider is admitted for more than one; ``person``: a person reports.
    """

    cases = ("several", "person")


class NumberNotOfIssuer(Invalid):
    """The issuer has said what its numbers are like, and this cannot be one of them.

    ``length``: it has too few or too many characters; ``digits``: it has something beside digits.
    """

    cases = ("length", "digits")


class NumberShapeWrong(Invalid):
    """What is said of an issuer's numbers is of none of its kinds, twice of one, or backwards."""

    cases = ("other_kind", "twice", "backwards")


class UnknownIssuer(UnknownId):
    """There is no issuer of this code."""

    cases = ("issuer",)


class IssuerExists(Conflict):
    """The code stands for another issuer, or for this one with other terms."""


class UnknownNumberKind(Invalid):
    """No rule makes a claim of numbers of this kind."""


class NumberShape(NamedTuple):
    """What an issuer's numbers of a kind are like, in their normal form: so without blanks and
    dashes, those of meters and accounts without leading zeros."""

    kind: str
    least: int
    most: int
    digits_only: bool

    def check(self, number: str, issuer: str, *, pointer: str = "") -> None:
        """Raises NumberNotOfIssuer for a number, in its normal form, that cannot be one."""
        if self.digits_only and not (number.isascii() and number.isdigit()):
            raise NumberNotOfIssuer("digits", pointer=pointer, issuer=issuer)
        if not self.least <= len(number) <= self.most:
            raise NumberNotOfIssuer(
                "length",
                pointer=pointer,
                issuer=issuer,
                least=self.least,
                most=self.most,
                count=len(number),
            )


# From here on holds what was said without a day.
SINCE_EVER: Final = date.min


class DatedNumbers(NamedTuple):
    """What an issuer said of its numbers, from a day on until what it said next."""

    since: date
    numbers: tuple[NumberShape, ...]

    def shape_of(self, kind: str) -> NumberShape | None:
        """What numbers of a kind are like; None where nothing is said of them."""
        return next((each for each in self.numbers if each.kind == kind), None)


# What numbers of one kind are like, by the day from which that holds, in their order.
DatedShapes = tuple[tuple[date, NumberShape | None], ...]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Somebody who gives out numbers of some ``kinds``, as the rules name their claims.

    ``per`` says how often the numbers begin anew; it never changes, because claims are made by it.
    ``numbers`` says what they are like, where that is known, and can be said better later, from a
    day on: ``stated`` has all that was said, by its days, and ``numbers`` is the last of it. It is
    empty where nothing was said but with the registration, which holds for every day.
    """

    code: str
    name_zh: str
    name_en: str
    kinds: tuple[str, ...]
    per: str
    numbers: tuple[NumberShape, ...] = ()
    # No part of what it is: who registers it again says what holds now.
    stated: tuple[DatedNumbers, ...] = field(default=(), compare=False)

    @property
    def history(self) -> tuple[DatedNumbers, ...]:
        """What was said of its numbers, the first day first."""
        return self.stated or (DatedNumbers(SINCE_EVER, self.numbers),)

    @property
    def matter_id(self) -> UUID:
        """By what signatures know it: of its code alone."""
        return uuid5(_NAMED, self.code)

    @property
    def register_verb(self) -> str:
        """What is signed to register it: with every term, so that nobody signs another's."""
        terms = (self.name_zh, self.name_en, self.kinds, self.per, self.numbers)
        return f"{REGISTER}:{sha256(repr(terms).encode()).hexdigest()[:32]}"

    def says(self, said: DatedNumbers) -> bool:
        """Whether that holds from that day on already, and nothing else is said of a later one."""
        held = [each for each in self.history if each.since <= said.since]
        return held[-1].numbers == said.numbers and held == [*self.history]

    def shapes_of(self, kind: str) -> DatedShapes:
        """What its numbers of a kind are like, day by day; nothing where it never said so."""
        shapes = tuple((each.since, each.shape_of(kind)) for each in self.history)
        return shapes if any(shape for _, shape in shapes) else ()

    def check_numbers(self) -> None:
        """Raises NumberShapeWrong unless what is said of its numbers can be meant."""
        said = [each.kind for each in self.numbers]
        for at, each in enumerate(self.numbers):
            facts = {"pointer": f"/numbers/{at}", "number_kind": each.kind}
            if each.kind not in self.kinds:
                raise NumberShapeWrong("other_kind", kinds=", ".join(self.kinds), **facts)
            if each.kind in said[:at]:
                raise NumberShapeWrong("twice", **facts)
            if each.least > each.most:
                raise NumberShapeWrong("backwards", **facts)


def admit_verb(provider_id: UUID) -> str:
    """What is signed of an issuer to let a provider report its numbers."""
    return f"{ADMIT}:{provider_id.hex}"


def proposed_provider(verb: str) -> UUID | None:
    """The provider that a signature of this verb admits; None for another verb."""
    named, _, whose = verb.partition(":")
    return UUID(whose) if named == ADMIT else None


def check_terms(issuers: Iterable[Issuer], kinds: Collection[str]) -> None:
    """Raises NumberShapeWrong, UnknownNumberKind, and IssuerExists where a code is two issuers'.

    ``kinds`` are those that rules claim by.
    """
    stated: dict[str, Issuer] = {}
    for each in issuers:
        each.check_numbers()
        if stated.setdefault(each.code, each) != each:
            raise IssuerExists(pointer="/code", issuer=each.code)
        if unknown := sorted(set(each.kinds) - set(kinds)):
            raise UnknownNumberKind(
                pointer="/kinds", number_kind=unknown[0], kinds=", ".join(sorted(kinds))
            )


class Naming(NamedTuple):
    """Whose a number is: the issuer's code, how often its numbers begin anew, and under which
    codes the same number may have been claimed before there was an issuer to name."""

    code: str
    per: str = NEVER
    former: tuple[str, ...] = ()
    shapes: DatedShapes = ()

    def check(self, number: str, *, on: date, pointer: str = "") -> None:
        """Raises NumberNotOfIssuer for a number, in its normal form, that was none on that day."""
        held = [shape for since, shape in self.shapes if since <= on]
        if held and held[-1] is not None:
            held[-1].check(number, self.code, pointer=pointer)


# What needs no issuer: numbers that are given out once for everybody, and a person's own day.
UNIQUE = Naming("")


class IssuerRegister:
    """The issuers of a programme, and which of them each provider is admitted for."""

    def __init__(
        self,
        issuers: Iterable[Issuer] = (),
        admitted: Mapping[str, Iterable[str]] | None = None,
        reported_before: Mapping[str, Iterable[str]] | None = None,
    ) -> None:
        """``admitted`` has codes by the 32 hexadecimal digits of a provider's id.

        ``reported_before`` has, by code, the providers that may have reported the issuer's numbers
        as numbers of their own, before they were admitted.
        """
        self._reported_before = {
            code: tuple(sorted(each)) for code, each in (reported_before or {}).items()
        }
        self.issuers = {each.code: each for each in issuers}
        self.admitted = {one: frozenset(codes) for one, codes in (admitted or {}).items()}
        self._by_default: dict[tuple[str, str], Naming] = {}

    def of_provider(self, provider_id: str) -> list[Issuer]:
        """The issuers that a provider is admitted for, by code."""
        return [self.issuers[code] for code in sorted(self.admitted.get(provider_id, ()))]

    def naming(self, provider_id: str, kind: str, named: str | None = None) -> Naming:
        """Whose a number of a kind is, as the provider (``""``: a person) reports it.

        The issuer that is named, else the only one that the sender can mean, else the provider's
        own numbers. Raises IssuerNotAdmitted and IssuerNotNamed.
        """
        if named is not None and kind in self._named(provider_id, named).kinds:
            return self._of_issuer(self.issuers[named], kind)
        key = provider_id, kind
        found = self._by_default.get(key)
        if found is None:
            found = self._by_default[key] = self._default(provider_id, kind)
        return found

    def check_named(self, provider_id: str, kinds: Iterable[str], named: str) -> None:
        """Raises IssuerNotAdmitted unless the issuer gives out numbers of one of the kinds."""
        issuer = self._named(provider_id, named)
        if not set(kinds) & set(issuer.kinds):
            raise IssuerNotAdmitted(
                "other_kind", pointer="/evidence/issuer", issuer=named, kinds=sorted(kinds)
            )

    def kept(self, provider_id: str, kind: str, issuers: Mapping[str, str] | None) -> Naming:
        """Whose a number was when its action was recorded: ``issuers`` has codes by kind."""
        code = (issuers or {}).get(kind)
        if code is None:
            return Naming(own_code(provider_id))
        return Naming(code, self.issuers[code].per)

    def _named(self, provider_id: str, named: str) -> Issuer:
        issuer = self.issuers.get(named)
        if issuer is None:
            raise IssuerNotAdmitted("unknown", pointer="/evidence/issuer", issuer=named)
        if provider_id and named not in self.admitted.get(provider_id, ()):
            raise IssuerNotAdmitted("not_admitted", pointer="/evidence/issuer", issuer=named)
        return issuer

    def _default(self, provider_id: str, kind: str) -> Naming:
        known = self.of_provider(provider_id) if provider_id else self.issuers.values()
        giving = [each for each in known if kind in each.kinds]
        if len(giving) == 1:
            return self._of_issuer(giving[0], kind)
        if provider_id and not giving:
            return Naming(own_code(provider_id))
        raise IssuerNotNamed(
            "several" if provider_id else "person",
            pointer="/evidence/issuer",
            collides_on=kind,
            issuers=", ".join(sorted(each.code for each in giving)) or "-",
        )

    def _of_issuer(self, issuer: Issuer, kind: str) -> Naming:
        """The issuer's number; before it was registered its providers had numbers of their own.

        Where numbers begin anew, those of before say nothing about today's.
        """
        senders = self._reported_before.get(issuer.code, ())
        if issuer.per != NEVER or not senders:
            return Naming(issuer.code, issuer.per, (), issuer.shapes_of(kind))
        # And people who reported alone.
        former = tuple(own_code(one) for one in (*senders, ""))
        return Naming(issuer.code, NEVER, former, issuer.shapes_of(kind))


def own_code(provider_id: str) -> str:
    """What stands for the issuer of a provider's own numbers; no registered code has a colon."""
    return f"own:{provider_id}"


@dataclass(frozen=True, slots=True)
class Claiming:
    """By which register and by which secret key claims are made."""

    register: IssuerRegister = field(default_factory=IssuerRegister)
    # Without it the digest of a short number could be found by trying them all.
    key: bytes = field(default=b"", repr=False)

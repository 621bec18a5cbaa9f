"""Opening a programme: who is its first operators and its authority, and that it is opened once.

Nobody can let in the first, so they are invited at the server, all at the same time: with fewer
than two operators and an authority nothing could be signed by two, and nobody could help another.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from behaviours.document import DocumentError, Part
from behaviours.refusal import Conflict, Invalid
from behaviours.users import USERNAME
from behaviours.yaml_text import read_tree

OPERATOR, AUTHORITY = "operator", "authority"
FIRST: Final = (OPERATOR, OPERATOR, AUTHORITY)
# Where a document names them.
_KEYS: Final[Mapping[str, str]] = {OPERATOR: "operators", AUTHORITY: "authority"}


class FoundersIncomplete(Invalid):
    """A programme begins with two operators and one authority, three people by three names."""


class UsernameMalformed(Invalid):
    """A name to log in with is of small letters, digits and a few signs."""


class InstallationInUse(Conflict):
    """A live programme begins empty.

    ``demo``: the demonstration was seeded here; ``others``: there are users, organisations or
    people whom test mode let in.
    """

    cases = ("demo", "others")


class Founder(NamedTuple):
    """One of the first three: a name to log in with, one to be shown by, and the role."""

    username: str
    display_name: str
    role: str


class OwnTerms(NamedTuple):
    """What a programme says of itself where it has no document of its own yet."""

    name_zh: str
    name_en: str
    zone: str
    serial_prefix: str


@dataclass(frozen=True, slots=True)
class OpeningDocument:
    """What is answered beforehand; the rest is asked for. ``terms`` are by names of OwnTerms."""

    terms: Mapping[str, str] = field(default_factory=dict)
    founders: tuple[Founder, ...] = ()
    base_url: str | None = None

    @property
    def missing_roles(self) -> tuple[str, ...]:
        """Of whose people nobody is named; one who is named alone is not completed."""
        named = {each.role for each in self.founders}
        return tuple(role for role in FIRST if role not in named)

    def lacking(self, *, has_document: bool) -> list[str]:
        """What it leaves out and is needed, as its keys are called."""
        terms = () if has_document else OwnTerms._fields
        missing = self.missing_roles
        return [
            *(f"programme.{name}" for name in terms if name not in self.terms),
            *(key for role, key in _KEYS.items() if role in missing),
        ]


def check_founders(founders: Sequence[Founder]) -> None:
    """Raises UsernameMalformed and FoundersIncomplete."""
    for each in founders:
        check_username(each.username)
    roles = sorted(each.role for each in founders)
    if roles != sorted(FIRST) or len({each.username for each in founders}) < len(FIRST):
        raise FoundersIncomplete


def check_username(username: str) -> None:
    """Raises UsernameMalformed."""
    if USERNAME.fullmatch(username) is None:
        raise UsernameMalformed(username=username)


def read_opening(text: str, source: str) -> OpeningDocument:
    """The answers of a document; raises DocumentError, at the first fault."""
    root = read_tree(text, source, DocumentError)
    root.only("programme", "operators", "authority", "base_url")
    stated, url = root.maybe("programme"), root.maybe("base_url")
    operators, authority = root.maybe("operators"), root.maybe("authority")
    founders = [_founder(each, OPERATOR) for each in operators.each()] if operators else []
    if authority:
        founders.append(_founder(authority, AUTHORITY))
    return OpeningDocument(
        _terms(stated) if stated else {}, tuple(founders), url.text() if url else None
    )


def _terms(part: Part) -> dict[str, str]:
    part.only(*OwnTerms._fields)
    told = ((name, part.maybe(name)) for name in OwnTerms._fields)
    return {name: value.text() for name, value in told if value is not None}


def _founder(part: Part, role: str) -> Founder:
    part.only("username", "display_name")
    return Founder(part.at("username").text(), part.at("display_name").text(), role)

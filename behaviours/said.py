"""What is put in words later, when the reader's language is known: keys of messages and facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class Said(str):
    """A message that is put in words when the reader's language is known: its key and facts.

    A fact of another message may be one, too.
    """

    __slots__ = ("facts",)
    facts: Mapping[str, object]

    def __new__(cls, key: str, facts: Mapping[str, object] | None = None) -> Said:
        said = super().__new__(cls, key)
        said.facts = facts or {}
        return said

    def __repr__(self) -> str:
        """For logs and the stand-alone verifier, which has no catalogues: the key and the facts."""
        facts = ", ".join(f"{name}={value!r}" for name, value in self.facts.items())
        return f"{self!s}({facts})"


class DocumentFault(NamedTuple):
    """What is wrong in something that people write, and what to do about it."""

    problem: Said
    remedy: Said


def fault(case: str, *, mend: str = "", **facts: object) -> DocumentFault:
    """The fault of a case: the messages ``fault:CASE`` and ``mend:CASE``, or ``mend:MEND``."""
    return DocumentFault(Said(f"fault:{case}", facts), Said(f"mend:{mend or case}", facts))


class Faulty(ValueError):
    """A piece of text inside a document that cannot be used; the document's reader knows where."""

    def __init__(self, case: str, *, mend: str = "", **facts: object) -> None:
        self.fault = fault(case, mend=mend, **facts)
        super().__init__(repr(self.fault.problem))

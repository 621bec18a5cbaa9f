"""What the programme states of use for compliance: how many tonnes of a year, by whom.

National rules let a key emitter offset a share of its obligation, and some programmes set a total
for a year; both are tonnes of a year here, and an emitter of another size is named with its own. A
version that states none sets no limit.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from behaviours.document import Part

MOST_TONNES: Final = 10**9
_PARTS: Final = ("buyer_tonnes_per_year", "programme_tonnes_per_year", "buyers")
_ENTERPRISE: Final = re.compile(r"org_[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class ComplianceTerms:
    """Tonnes that may be retired for compliance in one civil year; None is without limit.

    ``of_buyers`` by the 32 hexadecimal digits of the enterprise's id; ``by_buyer`` is everybody
    else's, and ``by_programme`` all of them together.
    """

    by_buyer: int | None = None
    by_programme: int | None = None
    of_buyers: Mapping[str, int] = field(default_factory=dict)

    @property
    def are_stated(self) -> bool:
        return self != UNCAPPED

    def of(self, buyer: str) -> int | None:
        """What one enterprise may retire in a year; None: without limit."""
        return self.of_buyers.get(buyer, self.by_buyer)


UNCAPPED: Final = ComplianceTerms()


def read_compliance_terms(part: Part | None) -> ComplianceTerms:
    """The caps of a version; raises DocumentError."""
    if part is None:
        return UNCAPPED
    part.only(*_PARTS)
    buyer, programme, buyers = (part.maybe(name) for name in _PARTS)
    return ComplianceTerms(
        buyer.whole(MOST_TONNES, least=0) if buyer else None,
        programme.whole(MOST_TONNES, least=0) if programme else None,
        _of_buyers(buyers) if buyers else {},
    )


def _of_buyers(part: Part) -> dict[str, int]:
    found: dict[str, int] = {}
    for each in part.each():
        each.only("enterprise", "tonnes_per_year")
        name = each.at("enterprise").text()
        if _ENTERPRISE.fullmatch(name) is None:
            raise each.at("enterprise").wrong("other_shape", value=name, shape="enterprise")
        buyer = name.removeprefix("org_")
        if buyer in found:
            raise each.at("enterprise").wrong("buyer_twice", name=name)
        found[buyer] = each.at("tonnes_per_year").whole(MOST_TONNES, least=0)
    return found

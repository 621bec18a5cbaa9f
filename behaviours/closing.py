"""What an organisation has open: what must be settled before it is closed, and what ends with it.

Nothing of anybody else ends with an organisation: points that are held at a merchant, a sale that
can still be undone, actions that wait to be credited, a bundle that is not sealed, a trade that is
not over, units that somebody paid for and points that it promised are settled first, each by its
own step. What is only the organisation's own ends with it: its users and clients, its offers, its
files that wait, and the links by which its word opens people's accounts.

``MATTERS`` is the whole of it: each kind of matter with the organisations that can have it and with
whoever can settle it. ``TIME`` settles what ends by itself after its days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from behaviours.organisations import ORGANISATION_KINDS, PROVIDER
from behaviours.refusal import Conflict

TIME: Final = "time"
# Whoever is suspended settles nothing by itself: that is lifted first.
ITSELF: Final = "organisation"
OPERATOR: Final = "operator"
PARTICIPANT: Final = "participant"
BUYER: Final = "buyer"

MERCHANT: Final = "merchant"
VERIFIER: Final = "verifier"
HOLDERS: Final = ("enterprise", "exchange")


class OrganisationHasMatters(Conflict):
    """Something of other people's is open with the organisation: it is settled first."""

    cases = (
        "held_redemptions",
        "reversible_redemptions",
        "waiting_actions",
        "open_bundles",
        "verifications",
        "open_trades",
        "open_listings",
        "held_units_t",
        "open_budgets",
    )


@dataclass(frozen=True, slots=True)
class OpenMatter:
    """A kind of thing that can be open with an organisation.

    ``of_kinds`` are the organisations that can have it, ``settled_by`` who can settle it; nobody
    does what ends with the organisation.
    """

    name: str
    of_kinds: tuple[str, ...]
    settled_by: tuple[str, ...] = ()

    @property
    def blocks(self) -> bool:
        """Whether it is settled before the organisation is closed."""
        return bool(self.settled_by)


# What is settled first, in the order in which it is told.
BLOCKING_MATTERS: Final = (
    # Vouchers that people paid for and have not fetched: the till, or they, or their time is over.
    OpenMatter("held_redemptions", (MERCHANT,), (ITSELF, PARTICIPANT, TIME)),
    # Sales whose window is open: while it is, somebody may still want the points back.
    OpenMatter("reversible_redemptions", (MERCHANT,), (ITSELF, OPERATOR, TIME)),
    # Reported, and not credited: the person waits for points.
    OpenMatter("waiting_actions", (PROVIDER,), (ITSELF, OPERATOR, TIME)),
    # Up to the seal its reports can be taken back out of a bundle, and then nobody could.
    OpenMatter("open_bundles", (PROVIDER,), (OPERATOR,)),
    # Given to it to verify: an opinion, or another verifier.
    OpenMatter("verifications", (VERIFIER,), (ITSELF, OPERATOR, TIME)),
    # Reserved or paid, and not delivered, on either side.
    OpenMatter("open_trades", HOLDERS, (ITSELF, BUYER, TIME)),
    # Offered to everybody: what is listed belongs to it until it is sold.
    OpenMatter("open_listings", HOLDERS, (ITSELF,)),
    # Tonnes that it paid for: sold, transferred or retired, never lost.
    OpenMatter("held_units_t", HOLDERS, (ITSELF,)),
    # Points that it put up for actions: promised before they are done, until the budget closes.
    OpenMatter("open_budgets", ORGANISATION_KINDS, (OPERATOR, TIME)),
)
# What is its own, and ends with it.
ENDING_MATTERS: Final = (
    OpenMatter("offers", (MERCHANT,)),
    OpenMatter("imports", (PROVIDER,)),
    OpenMatter("links", (PROVIDER,)),
    OpenMatter("clients", ORGANISATION_KINDS),
    OpenMatter("users", ORGANISATION_KINDS),
)
MATTERS: Final = (*BLOCKING_MATTERS, *ENDING_MATTERS)
BY_NAME: Final[Mapping[str, OpenMatter]] = {each.name: each for each in MATTERS}
BLOCKING: Final = tuple(each.name for each in BLOCKING_MATTERS)
# Of these what takes long to count, and is counted for a closing alone.
OPEN_BUNDLES: Final = "open_bundles"

assert OrganisationHasMatters.cases == BLOCKING, "each that blocks has its sentence"


@dataclass(frozen=True, slots=True)
class OpenMatters:
    """How much of each kind of matter an organisation of ``kind`` has open, by its name."""

    kind: str
    counts: Mapping[str, int]

    @property
    def shown(self) -> dict[str, int]:
        """What organisations of its kind can have, nought included, and what there is besides."""
        return {
            each.name: self.counts[each.name]
            for each in MATTERS
            if each.name in self.counts
            and (self.kind in each.of_kinds or self.counts[each.name] > 0)
        }

    @property
    def blocking(self) -> dict[str, int]:
        """What is there to be settled first, in its order."""
        return _there(self.counts, BLOCKING_MATTERS)

    @property
    def ending(self) -> dict[str, int]:
        """What is there that ends with it, in its order."""
        return _there(self.counts, ENDING_MATTERS)

    @property
    def settled_by(self) -> dict[str, list[str]]:
        """Who can settle each of what is to be settled."""
        return {name: list(BY_NAME[name].settled_by) for name in self.blocking}

    @property
    def told(self) -> list[tuple[int, str, str]]:
        """What is there, as a person reads it: how much, of what, and what becomes of it."""
        first = [
            (
                count,
                name.replace("_", " "),
                f"to be settled by {' or '.join(self.settled_by[name])}",
            )
            for name, count in self.blocking.items()
        ]
        last = [
            (count, name.replace("_", " "), "ends with it") for name, count in self.ending.items()
        ]
        return first + last

    def with_counted(self, name: str, count: int) -> OpenMatters:
        """The same with one more kind counted."""
        assert name in BY_NAME, f"no matter is called {name}"
        return OpenMatters(self.kind, {**self.counts, name: count})

    def check_settled(self) -> None:
        """Whether nothing is open that must be settled first; raises OrganisationHasMatters."""
        for name, count in self.blocking.items():
            raise OrganisationHasMatters(
                name, count=count, matters=self.blocking, settled_by=self.settled_by
            )


def _there(counts: Mapping[str, int], matters: Iterable[OpenMatter]) -> dict[str, int]:
    return {each.name: counts[each.name] for each in matters if counts.get(each.name)}

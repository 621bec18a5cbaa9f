"""The standing of an organisation that was admitted.

``STEPS`` is the whole life of it::

    active ─suspend─▶ suspended ─lift─▶ active        any but closed ─close─▶ closed
    active ─expire_papers─▶ papers_expired ─renew_papers─▶ active
    papers_expired ─suspend─▶ suspended

One person of the programme suspends, at once; it takes two of two roles to lift that, and to close.
Time itself takes the step to ``papers_expired``, once a paper that the organisation needs ran out
and the grace for it is over (``behaviours.paper_validity``); the paper that takes its place brings
it back, with the assessment of it. Meanwhile nothing new begins with it, as while it is suspended,
but its tokens live, its people and programs come in, and what they did is read: whoever is to hand
in a paper has to come in for it.

While an organisation is suspended, from the moment of it on:

* every token of its clients and users is revoked, and so is every token that opens somebody's
  account by its word; nobody comes in for it, by a secret, a password or a renewal;
* nobody is believed by its word: it enrols nobody, its identity services open no account, and
  nobody links it, agrees to it or confirms what it asked for; all of that can still be ended;
* as a provider it reports and confirms nothing: a batch that is on its way is recorded whole or
  not at all, and a file that is being read stops between two batches and waits, with what it
  recorded counted;
* as a merchant it sells nothing and hands nothing over: its offers are not shown, a voucher of it
  is not fetched, and is cancelled by its person or ends in its time, with the points returned;
  what it sold is taken back inside the window, by an operator in its place;
* as a holder of units it buys and sells nothing, nothing is transferred to it, nobody pays it, its
  listings are not shown, and a reservation with it ends in its time;
* as a verifier it is not drawn and gives no opinion; what it was given and has not accepted goes to
  another, and what it accepted ends with its days.

What was done before stands: reductions, points, sales, trades, opinions and units. A lifting brings
everything back but the tokens, which are asked for anew. A closing does not come back: what is open
of other people's is settled before it (``behaviours.closing``), and the name stays in the books.

Whatever begins with an organisation holds its standing shared until it is done, and whoever changes
the standing holds it alone: so each comes before the other or after it, and nothing between.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from behaviours.refusal import Conflict
from behaviours.steps import Step

ACTIVE, PAPERS_EXPIRED, SUSPENDED, CLOSED = STANDINGS = (
    "active",
    "papers_expired",
    "suspended",
    "closed",
)

SUSPEND: Final = "suspend"
LIFT: Final = "lift"
CLOSE: Final = "close"
# Time takes it, or whoever accepts a paper.
EXPIRE_PAPERS: Final = "expire_papers"
RENEW_PAPERS: Final = "renew_papers"
# Nothing moves yet: one of two has signed.
SIGN_LIFT: Final = "sign_lift"
SIGN_CLOSE: Final = "sign_close"

_BOTH: Final = ("authority", "operator")
STEPS: Final[Mapping[str, Step]] = {
    SUSPEND: Step((ACTIVE, PAPERS_EXPIRED), SUSPENDED, _BOTH),
    LIFT: Step((SUSPENDED,), ACTIVE, _BOTH),
    CLOSE: Step((ACTIVE, PAPERS_EXPIRED, SUSPENDED), CLOSED, _BOTH),
    EXPIRE_PAPERS: Step((ACTIVE,), PAPERS_EXPIRED),
    RENEW_PAPERS: Step((PAPERS_EXPIRED,), ACTIVE, ("operator",)),
}
SIGNS: Final[Mapping[str, str]] = {LIFT: SIGN_LIFT, CLOSE: SIGN_CLOSE}
ALL_STEPS: Final = (*STEPS, *SIGNS.values())

# Why somebody is suspended; the words beside it say what happened.
GROUNDS: Final = (
    # A court or an authority outside of the programme says so.
    "authority_order",
    # The contract with the programme has ended, and no other is signed yet.
    "contract_over",
    # People's data came into other hands by way of the organisation.
    "data_breach",
    # It reported what nobody did, or by numbers that are not its own.
    "false_reports",
    # Its business licence, or its accreditation as a verifier, is not good any more.
    "licence_over",
    # It asks for it itself: while it moves, is sold, or sorts something out.
    "own_request",
    # Somebody else has a secret or an authenticator of it.
    "stolen_secret",
    # It owes what it was to pay.
    "unpaid",
)


class OrganisationSuspended(Conflict):
    """The organisation was suspended: nothing new begins with it until that is lifted."""


class OrganisationClosed(Conflict):
    """The organisation does not take part any more."""


class OrganisationStateConflict(Conflict):
    """What is to be done with an organisation cannot be done in its state."""


class OrganisationPapersExpired(Conflict):
    """A paper of the organisation ran out, and the grace for it: nothing new begins with it until
    another one was accepted in its place."""


# Whatever ends what an organisation does at this moment.
STOPS: Final = (OrganisationSuspended, OrganisationPapersExpired, OrganisationClosed)
# Of these, what comes back: what the organisation had begun waits for that.
PAUSES: Final = (OrganisationSuspended, OrganisationPapersExpired)


@dataclass(frozen=True, slots=True)
class OrganisationStanding:
    """An organisation as it stands. ``revision`` grows with every step, so that a signature for
    one suspension counts for no other."""

    organisation_id: UUID
    kind: str
    name: str
    state: str
    revision: int
    changed_at: datetime | None

    @property
    def takes_part(self) -> bool:
        return self.state == ACTIVE

    def move(self, step: str, *, now: datetime) -> OrganisationStanding:
        """The organisation after ``step``; raises OrganisationStateConflict."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise OrganisationStateConflict(state=self.state, step=step, needs=list(needs))
        return replace(self, state=leads_to, revision=self.revision + 1, changed_at=now)

    @property
    def tokens(self) -> str:
        """The name under which every token is revoked that its clients and users hold, and every
        one that opens somebody's account by its word."""
        return f"org:{self.organisation_id.hex}"

    def suspend(
        self, ground: str, reason: str, *, by: UUID, role: str, now: datetime
    ) -> tuple[OrganisationStanding, StandingStep]:
        """The organisation as suspended, and what is told of it, which names the ground and says in
        words what happened. Raises OrganisationStateConflict."""
        assert ground in GROUNDS, f"no ground is called {ground}"
        told = StandingStep(SUSPEND, ground, reason, by, role, now)
        return self.move(SUSPEND, now=now), told

    def check_takes_part(self) -> None:
        """Raises OrganisationSuspended, OrganisationPapersExpired and OrganisationClosed."""
        self.check_comes_in()
        if self.state == PAPERS_EXPIRED:
            raise OrganisationPapersExpired(**self._told)

    def check_comes_in(self) -> None:
        """Whether its people and programs may come in. Raises OrganisationSuspended and
        OrganisationClosed."""
        if self.state == SUSPENDED:
            raise OrganisationSuspended(**self._told)
        if self.state == CLOSED:
            raise OrganisationClosed(**self._told)

    @property
    def _told(self) -> dict[str, str]:
        return {"organisation_id": f"org_{self.organisation_id.hex}", "name": self.name}


class StandingStep(NamedTuple):
    """What was done to an organisation, by whom, in which role, and why; what time itself took has
    neither."""

    step: str
    ground: str | None
    reason: str | None
    taken_by: UUID | None
    role: str | None
    taken_at: datetime


def check_take_part(standings: Iterable[OrganisationStanding]) -> None:
    """Whether everybody named takes part. Raises OrganisationSuspended, OrganisationPapersExpired
    and OrganisationClosed."""
    for each in standings:
        each.check_takes_part()

"""Guardians: who is too young decides by a guardian, who has an account of her own.

A child under the programme's age (PIPL art. 31: 14) is enrolled by the guardian, who gives and
withdraws consents, sees and exports what is kept, and leaves for the child. The child's points are
the child's. On the day of age the guardianship is over by itself, and the young person confirms
what the guardian had agreed to. A guardian who leaves takes her consents along: the account is
paused until two people have read the evidence of who is the guardian now::

    stands ─of_age─▶ over        stands ─guardian_left─▶ paused ─(two people)─▶ stands
    stands ─replaced─▶ over      stands ─child_left─▶ over

No date of birth is kept: only the first day of a month on which the person decides alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import MAXYEAR, date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from behaviours.civil_time import start_of_day, utc_text
from behaviours.peoples_terms import GUARDIAN_UNTIL_AGE
from behaviours.refusal import Conflict, Forbidden, Invalid

# How it came to be: an identity service said it, or two people read the evidence.
BY_SERVICE, BY_EVIDENCE = WAYS = ("service", "evidence")
OF_AGE: Final = "of_age"
GUARDIAN_LEFT: Final = "guardian_left"
CHILD_LEFT: Final = "child_left"
REPLACED: Final = "replaced"
GUARDIAN_ENDS: Final = (OF_AGE, GUARDIAN_LEFT, CHILD_LEFT, REPLACED)
# What is signed by two when somebody takes over.
CHANGE, TAKE_OVER = "guardian_change", "take_over"
_CARD = re.compile(r"[0-9]{6}([0-9]{4})([0-9]{2})([0-9]{2})[0-9]{3}[0-9x]")


class GuardianNeeded(Conflict):
    """Who is that young is enrolled by a guardian."""


class GuardianDecides(Forbidden):
    """The person is too young to decide this alone; paused: nobody else can at the moment."""

    cases = ("guarded", "paused")


class GuardianNotNamed(Invalid):
    """The identity service does not say that this person is the child's guardian."""


class BirthdateMissing(Invalid):
    """Nothing says how old the child is."""


class DecidesAlone(Conflict):
    """Who is that old has no guardian here."""


class HasGuardian(Conflict):
    """Somebody else is the child's guardian, or was and has left: then two people look."""

    cases = ("other", "left")


class GuardianCannotRedeem(Forbidden):
    """The child's points are the child's: the programme lets no guardian show codes for them."""


class AccountPaused(Conflict):
    """The child's guardian has left; until another one stands in, nothing is credited."""


class GuardianEvidenceDiffers(Conflict):
    """The second person read another file than the guardian named, or than the first."""


class GuardianChangeEnded(Conflict):
    """It was carried out, or nobody signed it in time."""


class Childhood(NamedTuple):
    """Until which age somebody has a guardian, by the civil days of which zone."""

    age: int
    zone: ZoneInfo

    def ends(self, born_on: date) -> datetime:
        """The moment from which whoever was born on a day decides alone."""
        return start_of_day(decides_from(born_on, self.age), self.zone)


# What the law says, where a programme says nothing else.
USUAL_CHILDHOOD: Final = Childhood(GUARDIAN_UNTIL_AGE, ZoneInfo("Asia/Shanghai"))


@dataclass(frozen=True, slots=True)
class Guardianship:
    """Who decides for a child, to which text she agreed, and until when."""

    guardianship_id: UUID
    guardian_id: UUID
    text_version: str
    how: str
    began_at: datetime
    decides_from: datetime
    ended_at: datetime | None = None
    ended_because: str | None = None

    def stands(self, now: datetime) -> bool:
        """Whether the guardian decides at this moment; the job that ends it may come later."""
        return self.ended_at is None and now < self.decides_from

    def is_paused(self, now: datetime) -> bool:
        """Whether nobody decides at this moment."""
        return self.ended_because == GUARDIAN_LEFT and now < self.decides_from


class GuardianChange(NamedTuple):
    """What somebody who is to be a child's guardian asked; the names are those of the table.

    ``note`` is None once the child has left. ``decides_from`` is stated where the child's date of
    birth was registered wrong: who asks may be the guardian already.
    """

    participant_id: UUID
    change_id: UUID
    guardian_id: UUID
    text_version: str
    evidence_sha256: bytes
    note: str | None
    asked_at: datetime
    decides_from: datetime | None = None

    @property
    def verb(self) -> str:
        """What is signed: a corrected age stands in it."""
        corrected = self.decides_from
        return TAKE_OVER if corrected is None else f"{TAKE_OVER}:{utc_text(corrected)}"

    def applies(self, last: Guardianship, now: datetime) -> bool:
        """Whether there is a childhood for it: one that is not over, or by its date is not."""
        if self.decides_from is not None:
            return now < self.decides_from or last.stands(now)
        return last.stands(now) or last.is_paused(now)


class Ward(NamedTuple):
    """A child, and how somebody is, or was, the guardian."""

    participant_id: UUID
    guardianship: Guardianship


class SignedChange(NamedTuple):
    """What was asked, and which roles have signed it."""

    change: GuardianChange
    signed: tuple[str, ...]


def decides_from(born_on: date, age: int) -> date:
    """The first day of a month on which somebody is of age: at most a month after the birthday,
    so that what is kept does not tell it. Whoever says a day beyond all calendars stays a child."""
    of_age = min(born_on.year + age, MAXYEAR - 1), born_on.month
    if born_on.day == 1:
        return date(*of_age, 1)
    year, month = of_age
    return date(year + month // 12, month % 12 + 1, 1)


def born_on_of(plain_identity: str) -> date | None:
    """The day of birth in the number of a resident identity card (GB 11643); None: no such number.

    ``plain_identity`` is the identity in its one spelling.
    """
    found = _CARD.fullmatch(plain_identity)
    try:
        return date(*map(int, found.groups())) if found else None
    except ValueError:
        return None


def check_decider(found: Guardianship | None, by: UUID | None, now: datetime) -> bool:
    """Whether somebody may decide for a person: ``by`` is the guardian, None the person.

    False: it is not known that ``by`` has anything to do with them. Raises GuardianDecides.
    """
    if by is not None:
        return found is not None and found.stands(now) and found.guardian_id == by
    if found is not None and found.stands(now):
        raise GuardianDecides("guarded")
    if found is not None and found.is_paused(now):
        raise GuardianDecides("paused")
    return True

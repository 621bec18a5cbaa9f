"""Certificates of people: what somebody saved in some days, signed, for whoever is shown it.

A certificate is a record. It says what stood in the books when it was made; it is no unit, can be
neither sold nor retired, passes to nobody, and gives its holder nothing. It proves itself offline
as every signed document does (``behaviours.signed_document``). Its number can be looked up by
anybody, who is told how it stands and nothing of its person::

    valid ─(an action in it is taken back)─▶ superseded      valid, superseded ─▶ revoked

It is revoked by its person, and with the account of who leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from behaviours.civil_time import civil_day, start_of_day, utc_text
from behaviours.engagement import LiveSum
from behaviours.json_value import JsonObject
from behaviours.people import PeriodBackwards
from behaviours.refusal import Conflict, Invalid, UnknownId
from behaviours.rules.units import kg

PERSONAL_TYPE: Final = "tanpuhui-personal-certificate-v1"
VALID, SUPERSEDED, REVOKED = "valid", "superseded", "revoked"
CERTIFICATE_STATES: Final = (VALID, SUPERSEDED, REVOKED)
# What it is and is not, in the signed text and on paper.
STATEMENT: Final = {
    "zh": "本证明记录持有人在所列日期内的减排行为，不是减排量单位，不可转让、买卖、抵销或兑换。",
    "en": "This is a record of low-carbon actions on the days named. It is not a tradeable unit: it"
    " cannot be transferred, sold, used as an offset or exchanged for anything.",
}


class UnknownCertificate(UnknownId):
    """Nothing was certified under this number, or not for who is asking."""

    cases = ("certificate",)


class NothingToCertify(Conflict):
    """No action of these days stands in the books."""


class CertifiedTooEarly(Invalid):
    """The last day is not over yet, or has not come."""


class CertifiedDays(NamedTuple):
    """Civil days, both included, and the moments at which they begin and are over."""

    first_day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime


class CertifiedLine(NamedTuple):
    """What was done of one behaviour."""

    behaviour: str
    done: LiveSum


class CertificateMade(NamedTuple):
    """A certificate as it is kept; the names are those of the table."""

    participant_id: UUID
    certificate_id: UUID
    first_day: date
    last_day: date
    starts_at: datetime
    ends_at: datetime
    issued_at: datetime
    actions: int
    saved_mg: int


class CertificateSeen(NamedTuple):
    """How a certificate stands; its person alone is told the days and the sums."""

    certificate_id: UUID
    state: str
    issued_at: datetime
    first_day: date
    last_day: date
    done: LiveSum


def certified_days(first: date, last: date, now: datetime, zone: ZoneInfo) -> CertifiedDays:
    """Days that are over. Raises PeriodBackwards or CertifiedTooEarly."""
    if last < first:
        raise PeriodBackwards(pointer="/to")
    if last >= civil_day(now, zone):
        raise CertifiedTooEarly(pointer="/to")
    day_after = date.fromordinal(last.toordinal() + 1)
    return CertifiedDays(first, last, start_of_day(first, zone), start_of_day(day_after, zone))


def certificate_state(*, is_reversed: bool, is_revoked: bool) -> str:
    """How a certificate stands."""
    if is_revoked:
        return REVOKED
    return SUPERSEDED if is_reversed else VALID


def personal_certificate_of(
    made: CertificateMade,
    lines: Sequence[CertifiedLine],
    *,
    programme: tuple[str, str],
    zone: ZoneInfo,
) -> JsonObject:
    """What a certificate states, ready to be signed; ``programme`` is its Chinese and English name.

    It names no person: whoever shows it says whose it is.
    """
    return {
        "type": PERSONAL_TYPE,
        "number": certificate_number(made.certificate_id),
        "issued_at": utc_text(made.issued_at),
        "programme": {"zh": programme[0], "en": programme[1]},
        "period": {
            "from": made.first_day.isoformat(),
            "to": made.last_day.isoformat(),
            "zone": zone.key,
        },
        "reduction_kg": kg(made.saved_mg),
        "actions": str(made.actions),
        "unit": "kg CO2e",
        "lines": [
            {
                "behaviour": each.behaviour,
                "actions": str(each.done.actions),
                "reduction_kg": kg(each.done.saved_mg),
            }
            for each in lines
        ],
        "statement": dict(STATEMENT),
    }


def certificate_number(certificate_id: UUID) -> str:
    """As it is printed and looked up."""
    return f"pct_{certificate_id.hex}"

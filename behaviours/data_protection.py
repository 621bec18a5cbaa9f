"""Data protection: which personal data are processed for what, on which basis, and for how long.

Every purpose has a basis of article 13 of the Personal Information Protection Law (个人信息保护法,
PIPL). What is sensitive (articles 28 and 31: traces of where somebody was, children under
fourteen) needs a separate consent, without which no place is taken from anybody who reports
(``behaviours.actions.consent``) and no child is enrolled, and an impact assessment (articles 55 and
56), whose day the programme states. What is here is the product's usual; a
programme that rests a purpose on another basis says so, and is answerable for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Final, NamedTuple

from behaviours.document import Part
from behaviours.retention import (
    ACCOUNT,
    APPLICATION_FILES,
    BOOKS,
    CODES,
    COMPLAINANTS,
    COMPLAINT_FILES,
    EVENTS,
    FORMER_REGIONS,
    IMPORT_FILES,
    IMPORTS,
    KEPT_ANSWERS,
    LINKS,
    OFFICE,
    ORGANISATION_FILES,
    PLACES,
    QUOTA_DAYS,
    RECORD,
    REFUSAL_FILES,
    REQUESTS,
    SIGHTINGS,
    TOKENS,
    TOMBSTONES,
    WEBHOOK_ATTEMPTS,
)

# Article 13, items 1 to 3: a consent, a contract with the person, a duty by law.
CONSENT, CONTRACT, DUTY = BASES = ("consent", "contract", "duty")


class Purpose(NamedTuple):
    """Why data are processed: the usual basis, and the lines of the schedule that say how long.

    ``sensitive``: with a separate consent, and an impact assessment.
    """

    basis: str
    kept: tuple[str, ...]
    sensitive: bool = False


PROCESSED_FOR: Final[Mapping[str, Purpose]] = {
    # That somebody takes part once, whoever enrols them.
    "identity": Purpose(CONTRACT, (ACCOUNT, FORMER_REGIONS, TOMBSTONES)),
    # What providers and people report, and what it saved.
    "actions": Purpose(
        CONSENT,
        (ACCOUNT, BOOKS, EVENTS, WEBHOOK_ATTEMPTS, IMPORT_FILES, REFUSAL_FILES, IMPORTS),
    ),
    "installations": Purpose(CONSENT, (ACCOUNT, BOOKS)),
    "places": Purpose(CONSENT, (PLACES,), sensitive=True),
    "children": Purpose(CONSENT, (ACCOUNT,), sensitive=True),
    "households": Purpose(CONSENT, (ACCOUNT, RECORD)),
    "points": Purpose(CONTRACT, (BOOKS, CODES)),
    # What enters bundles; each person's proof of it, and their share.
    "pooling": Purpose(CONSENT, (ACCOUNT, BOOKS)),
    # Teams, rankings and certificates, for who asks for them.
    "engagement": Purpose(CONSENT, (ACCOUNT,)),
    # Whether what is reported can be so: limits, holds, the same number twice.
    "checks": Purpose(CONTRACT, (SIGHTINGS, QUOTA_DAYS, RECORD, TOMBSTONES)),
    # What people ask for by right, and what they complain of (articles 44 to 50).
    "rights": Purpose(DUTY, (REQUESTS, COMPLAINANTS, COMPLAINT_FILES, ACCOUNT)),
    "logins": Purpose(CONTRACT, (TOKENS, LINKS, KEPT_ANSWERS, OFFICE)),
    # Who acts for organisations and for the programme, and what they did.
    "staff": Purpose(CONTRACT, (OFFICE, APPLICATION_FILES, ORGANISATION_FILES)),
    "log": Purpose(DUTY, (RECORD,)),
}
# What is said of how data are guarded, in words of its own each.
GUARDS: Final = ("keys", "digests", "access", "log", "abroad", "breach")
SENSITIVE: Final = tuple(name for name, each in PROCESSED_FOR.items() if each.sensitive)


class DataProtectionTerms(NamedTuple):
    """What a programme states: bases by purpose, and days of impact assessments.

    ``contact`` is whom people write to, ``stored_in`` where the servers stand; None: not stated.
    """

    bases: Mapping[str, str]
    assessed_on: Mapping[str, date]
    contact: str | None = None
    stored_in: str | None = None


class PurposeLine(NamedTuple):
    """A purpose as it is published; ``assessed_on`` None: not stated, or not sensitive."""

    purpose: str
    basis: str
    sensitive: bool
    assessed_on: date | None
    kept: tuple[str, ...]


def read_data_protection(part: Part | None) -> DataProtectionTerms:
    """The terms of a version; what it leaves out is the usual. Raises DocumentError."""
    bases = {name: each.basis for name, each in PROCESSED_FOR.items()}
    if part is None:
        return DataProtectionTerms(bases, {})
    part.only("bases", "assessed_on", "contact", "stored_in")
    if (stated := part.maybe("bases")) is not None:
        stated.only(*PROCESSED_FOR)
        bases |= {name: each.one_of(*BASES) for name, each in stated.items()}
    assessed: dict[str, date] = {}
    if (days := part.maybe("assessed_on")) is not None:
        days.only(*SENSITIVE)
        assessed = {name: each.day() for name, each in days.items()}
    contact, stored_in = (part.maybe(name) for name in ("contact", "stored_in"))
    return DataProtectionTerms(
        bases,
        assessed,
        contact.text() if contact else None,
        stored_in.text() if stored_in else None,
    )


def purposes_of(terms: DataProtectionTerms) -> list[PurposeLine]:
    """Every purpose, as anybody may read it."""
    return [
        PurposeLine(name, terms.bases[name], each.sensitive, terms.assessed_on.get(name), each.kept)
        for name, each in PROCESSED_FOR.items()
    ]

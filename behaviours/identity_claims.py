"""What a document of an identity service says, and by what it is good once.

An ID token of OpenID Connect is good for a nonce of ours, a ticket by its own ``jti`` and for five
minutes at most. Whatever is wrong is one refusal: who tries does not learn how near it was.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from behaviours.identity_services import (
    DIGEST_CLAIM,
    SUBJECT_CLAIM,
    VERIFIED_BESIDE,
    IdentityNotProven,
    NamedPerson,
    ServiceTerms,
)
from behaviours.json_value import JsonObject

LONGEST_TICKET: Final = timedelta(minutes=5)
# Two clocks that are both kept differ by less.
LEEWAY: Final = timedelta(seconds=30)
LONGEST_NAME: Final = 256
DIGEST_BYTES: Final = 32


def check_authorised(claims: JsonObject, audience: str) -> None:
    """Whether an ID token was made for us (OpenID Connect Core 1.0, section 3.1.3.7): one that is
    for several says to which of them it was given. Raises IdentityNotProven."""
    stated = claims["aud"]
    several = isinstance(stated, list) and len(stated) > 1
    if claims.get("azp", None if several else audience) != audience:
        raise IdentityNotProven


def nonce_of(claims: JsonObject) -> str:
    """The nonce that an ID token repeats; raises IdentityNotProven."""
    return text_of(claims, "nonce")


def ticket_once(claims: JsonObject, now: datetime) -> tuple[str, datetime]:
    """By what a ticket is good once, and until when that has to be remembered.

    Raises IdentityNotProven, also when it would live too long.
    """
    name, ends = text_of(claims, "jti"), claims["exp"]
    if not isinstance(ends, int):
        raise IdentityNotProven
    until = datetime.fromtimestamp(ends, UTC)
    if until > now + LONGEST_TICKET + LEEWAY:
        raise IdentityNotProven
    return f"jti\0{claims['iss']}\0{name}", until + LEEWAY


def person_in(claims: JsonObject, claim: str, terms: ServiceTerms) -> NamedPerson:
    """Who stands in a claim, as the service says who anybody is; raises IdentityNotProven."""
    stated, how = text_of(claims, claim), terms.identity_claim
    if how == DIGEST_CLAIM:
        digest = bytes.fromhex(stated)
        if len(digest) != DIGEST_BYTES:
            raise IdentityNotProven
        return NamedPerson("", digest)
    if claim in VERIFIED_BESIDE and claims.get(f"{claim}_verified") is not True:
        raise IdentityNotProven
    # What only this issuer tells apart must not be taken for what another one says.
    return NamedPerson(f"{terms.issuer} {stated}" if how == SUBJECT_CLAIM else stated)


def guardian_in(claims: JsonObject, terms: ServiceTerms) -> NamedPerson | None:
    """Whom the service calls the person's guardian; raises IdentityNotProven."""
    return person_in(claims, "guardian", terms) if "guardian" in claims else None


def born_on_in(claims: JsonObject) -> date | None:
    """The day of birth, where the service states it (``birthdate``); raises ValueError."""
    return date.fromisoformat(text_of(claims, "birthdate")) if "birthdate" in claims else None


def text_of(claims: JsonObject, name: str) -> str:
    """A claim that is a name on one line; raises IdentityNotProven, or KeyError without it."""
    value = claims[name]
    if not isinstance(value, str) or not 0 < len(value) <= LONGEST_NAME or not value.isprintable():
        raise IdentityNotProven
    return value

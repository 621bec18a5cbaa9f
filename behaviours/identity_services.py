"""Identity services: whose signed word opens an account of one's own.

A city's login, a bank, a card issuer: it knows who somebody is, and says so in a document that it
signs. That is more than a provider's word in a token exchange, which opens what was linked and no
more: whoever is proven here comes in as the person. So a service is let in by two people of two
roles, and ended by either of them at once::

    proposed ─admit─▶ trusted
    any but ended ─end─▶ ended

What it says is read by one of the ``METHODS``. Whatever a document is wrong in, the answer is the
same: who tries does not learn how near it was.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final, NamedTuple, Protocol, Required, TypedDict
from uuid import UUID

from behaviours.json_value import JsonObject
from behaviours.refusal import Conflict, Invalid, Malformed, Unavailable, UnknownId
from behaviours.steps import Step

# An ID token of OpenID Connect, for a nonce of ours; a short-lived ticket that is good once; the
# same ticket without a signature, where there is nobody real to be taken for somebody else.
OIDC: Final = "oidc"
TICKET: Final = "ticket"
UNSIGNED: Final = "test"
METHODS: Final = (OIDC, TICKET, UNSIGNED)

PROPOSED, TRUSTED, ENDED = STATES = ("proposed", "trusted", "ended")
ADMIT: Final = "admit"
END: Final = "end"
STEPS: Final[Mapping[str, Step]] = {
    ADMIT: Step((PROPOSED,), TRUSTED),
    END: Step((PROPOSED, TRUSTED), ENDED),
}
# What is signed.
SERVICE: Final = "identity_service"

# The claim whose value only the issuer can tell apart from that of another issuer.
SUBJECT_CLAIM: Final = "sub"
# The claim of a service that hashes identities itself, by this installation's own key.
DIGEST_CLAIM: Final = "identity_digest"
# What a service says of these it may not have looked at; a claim beside them says that it did.
VERIFIED_BESIDE: Final = ("phone_number", "email")


class IdentityNotProven(Malformed):
    """What was shown does not prove who somebody is."""


class UnknownIdentityService(UnknownId):
    """There is no such service."""

    cases = ("identity_service",)


class IdentityServiceSilent(Unavailable):
    """The keys of a service cannot be read at the moment."""


class UnusableKeys(Invalid):
    """How a service's signatures are to be checked is not said, or not by public keys.

    ``one``: neither or both of the keys and their address; ``address``: not one that is safe to
    ask; ``none``: no key of the set can be used; ``unsigned``: there is nothing to check.
    """

    cases = ("one", "address", "none", "unsigned")


class MethodNotHere(Invalid):
    """Documents without a signature prove nothing to an installation that is not for trying."""


class IdentityServiceState(Conflict):
    """The service is admitted, or ended, already."""


class AdmittedByTwo(Protocol):
    """What two people let in, and one may end."""

    @property
    def state(self) -> str: ...


def is_trusted(one: AdmittedByTwo) -> bool:
    """Whether its word opens anything."""
    return one.state == TRUSTED


class Stage(TypedDict, total=False):
    """What a step changes of a service, or of what has the same life."""

    state: Required[str]
    admitted_at: datetime
    ended_at: datetime


def stage_after(step: str, state: str, wrong: type[Conflict], *, now: datetime) -> Stage:
    """What ``step`` leads to; raises ``wrong`` from a state that it does not start in."""
    needs, leads_to, _ = STEPS[step]
    if state not in needs:
        raise wrong(state=state)
    if leads_to == ENDED:
        return {"state": ENDED, "ended_at": now}
    return {"state": TRUSTED, "admitted_at": now}


class ServiceTerms(NamedTuple):
    """What is said of a service when it is proposed, and never changes.

    Its documents are made for ``audience`` (of OpenID Connect: the client id that it gave us), and
    say who somebody is in ``identity_claim``. Its public keys are ``keys`` (RFC 7517), or stand at
    ``keys_url``.
    """

    issuer: str
    method: str
    organisation_id: UUID
    audience: str
    identity_claim: str
    keys: JsonObject | None
    keys_url: str | None


@dataclass(frozen=True, slots=True)
class IdentityService:
    """A service as it stands."""

    service_id: UUID
    terms: ServiceTerms
    state: str
    proposed_at: datetime
    admitted_at: datetime | None
    ended_at: datetime | None

    def move(self, step: str, *, now: datetime) -> IdentityService:
        """The service after ``step``; raises IdentityServiceState."""
        return replace(self, **stage_after(step, self.state, IdentityServiceState, now=now))


class NamedPerson(NamedTuple):
    """What tells somebody apart: an identity, or of a service that hashes itself its digest."""

    identity: str
    digest: bytes | None = None


class ProvenIdentity(NamedTuple):
    """What a document of a service says, once it is proven: who somebody is, and of a child who is
    the guardian.

    ``once`` names the document among those that are good once, until it is over by itself.
    """

    person: NamedPerson
    born_on: date | None
    guardian: NamedPerson | None
    once: str
    until: datetime


def check_terms(terms: ServiceTerms, *, is_test_mode: bool) -> None:
    """Refuse a service whose documents could not be checked; raises UnusableKeys, MethodNotHere."""
    if terms.method == UNSIGNED:
        if not is_test_mode:
            raise MethodNotHere(pointer="/method", method=UNSIGNED)
        if terms.keys is not None or terms.keys_url is not None:
            raise UnusableKeys("unsigned", pointer="/keys", method=UNSIGNED)
        return
    if (terms.keys is None) == (terms.keys_url is None):
        raise UnusableKeys("one", pointer="/keys")
    if terms.keys_url is not None and not _is_safe(terms.keys_url, is_test_mode=is_test_mode):
        raise UnusableKeys("address", pointer="/keys_url")


def _is_safe(url: str, *, is_test_mode: bool) -> bool:
    own = ("http://127.0.0.1:", "http://localhost:") if is_test_mode else ()
    return url.startswith(("https://", *own)) and "@" not in url

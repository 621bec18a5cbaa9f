"""OpenID providers: where staff proves who they are, if not by a password here (OpenID Connect).

``STEPS`` is the whole life of a registration::

    proposed ─approve─▶ active       proposed, active ─end─▶ ended

One belongs to an organisation, or to the programme for its own staff, and proves nobody else's
users. It takes two people of two roles of the programme, whoever proposes it: with the issuer they
sign by which statements of it they believe that a second factor was shown there.

A provider says who somebody is, never what they may do: it opens the account of a user here who
was linked to its subject, by a one-time link or by the user, and no other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, NamedTuple
from urllib.parse import urlsplit
from uuid import UUID

from behaviours.refusal import Conflict, Invalid, Unavailable, UnknownId
from behaviours.steps import Step
from behaviours.users import ADMINISTRATOR, NotAdministrator, User
from behaviours.viewer import Viewer

PROPOSED, ACTIVE, ENDED = STATES = ("proposed", "active", "ended")

APPROVE: Final = "approve"
END: Final = "end"

STEPS: Final[Mapping[str, Step]] = {
    APPROVE: Step((PROPOSED,), ACTIVE, ("authority", "operator")),
    END: Step((PROPOSED, ACTIVE), ENDED),
}
# Where a provider sends people back to, below the address of the installation.
CALLBACK: Final = "/login/callback"


class UnknownOpenidProvider(UnknownId):
    """There is no such OpenID provider, or it is not the asker's to see or to come in by."""

    cases = ("openid_provider",)


class OpenidProviderMoved(Conflict):
    """What is to be done with the registration cannot be done in its state."""


class OpenidProviderTaken(Conflict):
    """This issuer is registered for the organisation, or the programme, already."""


class OpenidAddressUnfit(Invalid):
    """The address of the issuer, or the one to come back to, is not what the standard asks for."""

    cases = ("issuer", "redirect")


class OpenidProviderUnreachable(Unavailable):
    """The provider does not answer, or not as OpenID Connect says."""

    cases = ("silent", "unfit")


@dataclass(frozen=True, slots=True)
class OpenidProvider:
    """One registration; ``organisation_id`` None: of the programme's own staff.

    ``trusted_amr`` and ``trusted_acr`` are the values of these claims by which it is believed that
    a second factor was shown; none: it is always shown here.
    """

    provider_id: UUID
    organisation_id: UUID | None
    name: str
    issuer: str
    client_id: str
    redirect_uri: str
    trusted_amr: tuple[str, ...]
    trusted_acr: tuple[str, ...]
    state: str
    proposed_at: datetime
    ended_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether users come in by it."""
        return self.state == ACTIVE

    def move(self, step: str, *, now: datetime) -> OpenidProvider:
        """The registration after ``step``; raises OpenidProviderMoved."""
        needs, leads_to, _ = STEPS[step]
        if self.state not in needs:
            raise OpenidProviderMoved(state=self.state, step=step)
        return replace(self, state=leads_to, ended_at=now if leads_to == ENDED else None)

    def shows_second_factor(self, acr: str | None, amr: Collection[str]) -> bool:
        """Whether what it states of a login is believed to mean two factors."""
        return acr in self.trusted_acr or not set(amr).isdisjoint(self.trusted_amr)

    def check_opens(self, user: User) -> None:
        """Whether a user may come in by it; raises UnknownOpenidProvider."""
        if not (self.is_active and user.is_staff and user.organisation_id == self.organisation_id):
            raise UnknownOpenidProvider("openid_provider")

    def check_seen_by(self, by: Viewer) -> None:
        """Whether the asker may know of it; raises UnknownOpenidProvider."""
        own = self.organisation_id is not None and by.tenant_id == self.organisation_id
        if not (by.sees_all or own):
            raise UnknownOpenidProvider("openid_provider")


class NewOpenidProvider(NamedTuple):
    """A provider to be; ``organisation_id`` None: for the programme's own staff."""

    organisation_id: UUID | None
    name: str
    issuer: str
    client_id: str
    client_secret: str | None
    redirect_uri: str
    trusted_amr: tuple[str, ...]
    trusted_acr: tuple[str, ...]


class AwaitedOpenidProvider(NamedTuple):
    """A provider, and the roles that have yet to sign."""

    provider: OpenidProvider
    awaiting: list[str]


class EndedOpenidProvider(NamedTuple):
    """A provider that ended, and the names of tokens that ended with it."""

    provider: OpenidProvider
    revoked: list[str]


def propose(provider_id: UUID, new: NewOpenidProvider, *, now: datetime) -> OpenidProvider:
    """What somebody proposes, as it is looked at by two people; of the secret nothing is in it."""
    return OpenidProvider(
        provider_id,
        new.organisation_id,
        new.name,
        new.issuer,
        new.client_id,
        new.redirect_uri,
        new.trusted_amr,
        new.trusted_acr,
        PROPOSED,
        now,
    )


def check_may_propose(actor: User, organisation_id: UUID | None) -> None:
    """Whether somebody may propose a provider, or end one: for an organisation its administrator,
    or who acts for the programme. Raises NotAdministrator.
    """
    own = organisation_id is not None and actor.organisation_id == organisation_id
    if not actor.acts_for_programme and not (own and actor.duty == ADMINISTRATOR):
        raise NotAdministrator


def check_addresses(issuer: str, redirect_uri: str, *, tls_only: bool) -> None:
    """Whether both are absolute addresses without query and fragment; the second one ours.

    Raises OpenidAddressUnfit.
    """
    if not _is_plain(issuer, tls_only=tls_only):
        raise OpenidAddressUnfit("issuer", pointer="/issuer")
    if not (_is_plain(redirect_uri, tls_only=tls_only) and urlsplit(redirect_uri).path == CALLBACK):
        raise OpenidAddressUnfit("redirect", pointer="/redirect_uri", path=CALLBACK)


def _is_plain(url: str, *, tls_only: bool) -> bool:
    try:
        parts = urlsplit(url)
        schemes = ("https",) if tls_only else ("https", "http")
        is_absolute = parts.scheme in schemes and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
    bare = not parts.username and not parts.password and not {"?", "#", "\\", " "} & set(url)
    return is_absolute and bare and url.isascii() and url.isprintable()

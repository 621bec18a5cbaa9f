"""Propose OpenID providers by which users of an organisation, or of the programme, come in."""

from __future__ import annotations

from collections.abc import Sequence

from app.clock import Clock
from app.ids import new_ids
from app.secrecy.openid_secrets import seal_client_secret
from app.store.database import Connection
from app.store.organisations.openid_providers import OpenidRegistration, add_openid_provider
from app.store.organisations.organisations import organisation
from app.store.signing import sign
from app.usecases.organisations.find_actor import find_actor
from behaviours.openid_providers import (
    APPROVE,
    AwaitedOpenidProvider,
    NewOpenidProvider,
    OpenidProviderTaken,
    check_addresses,
    check_may_propose,
    propose,
)
from behaviours.organisations import UnknownOrganisation
from behaviours.viewer import Viewer
from rewards.signing import Matter, missing_roles, signature_of

# What is signed.
OPENID_PROVIDER = "openid_provider"


def propose_openid_providers(
    connection: Connection,
    proposed: Sequence[NewOpenidProvider],
    *,
    tls_only: bool,
    identity_key: bytes,
    by: Viewer,
    clock: Clock,
) -> list[AwaitedOpenidProvider]:
    """The providers, in order; who acts for the programme has signed with that.

    Raises UsersOnly, NotAdministrator, UnknownOrganisation, OpenidAddressUnfit and
    OpenidProviderTaken.
    """
    actor, now = find_actor(connection, by), clock.now()
    made = []
    for provider_id, new in zip(new_ids(len(proposed)), proposed, strict=True):
        check_may_propose(actor, new.organisation_id)
        if new.organisation_id and organisation(connection, new.organisation_id) is None:
            raise UnknownOrganisation("organisation", pointer="/organisation_id")
        check_addresses(new.issuer, new.redirect_uri, tls_only=tls_only)
        sealed, provider = None, propose(provider_id, new, now=now)
        if new.client_secret is not None:
            sealed = seal_client_secret(new.client_secret, provider_id, identity_key)
        registration = OpenidRegistration(provider, sealed)
        if not add_openid_provider(connection, registration, by=actor.user_id):
            raise OpenidProviderTaken(pointer="/issuer")
        signed = []
        if actor.acts_for_programme:
            matter = Matter(OPENID_PROVIDER, provider_id, APPROVE)
            signed = sign(connection, matter, signature_of(by, now))
        made.append(AwaitedOpenidProvider(provider, missing_roles(signed)))
    return made

"""SQL of OpenID providers, and of who is known to them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, text

from app.ids import new_id
from app.store.events.gathering import moved
from app.store.paging import newest_first
from behaviours.openid_providers import ACTIVE, OpenidProvider

_COLUMNS = """provider_id, organisation_id, name, issuer, client_id, redirect_uri, trusted_amr,
    trusted_acr, state, proposed_at, ended_at"""
_ADD = text(
    """
    insert into openid_provider (provider_id, organisation_id, name, issuer, client_id,
                                 redirect_uri, client_secret, trusted_amr, trusted_acr, state,
                                 proposed_by, proposed_at)
    values (:provider_id, :organisation_id, :name, :issuer, :client_id, :redirect_uri,
            :client_secret, :trusted_amr, :trusted_acr, :state, :by, :proposed_at)
        on conflict (organisation_id, issuer) where ended_at is null do nothing
    """
)
_HOLD = text(
    f"select {_COLUMNS} from openid_provider where provider_id = :provider_id for update"  # noqa: S608
)
_SHARE = text(
    f"""
    select {_COLUMNS}, client_secret from openid_provider
     where provider_id = :provider_id for share
    """  # noqa: S608
)
_WRITE = text(
    """
    update openid_provider
       set state = :state, ended_at = :ended_at, ended_by = :ended_by, end_reason = :reason,
           client_secret = case when cast(:ended_at as timestamptz) is null then client_secret end
     where provider_id = :provider_id
    """
)
_LIST = newest_first(
    f"""
    select {_COLUMNS} from openid_provider
     where (:all or organisation_id = cast(:organisation_id as uuid))
       and (cast(:state as text) is null or state = :state)
    """,  # noqa: S608
    by="provider_id",
)
_OPEN = text(
    f"""
    select {_COLUMNS} from openid_provider
     where organisation_id is not distinct from cast(:organisation_id as uuid) and state = :active
     order by name, provider_id
    """  # noqa: S608
)
_LINK = text(
    """
    insert into openid_identity (identity_id, provider_id, user_id, subject_digest, linked_at)
    values (:identity_id, :provider_id, :user_id, :subject_digest, :now)
        on conflict do nothing
    """
)
_LINKED = text(
    """
    select user_id from openid_identity
     where provider_id = :provider_id and subject_digest = :subject_digest and ended_at is null
    """
)
_LINKED_TO = text(
    """
    select provider_id from openid_identity
     where user_id = :user_id and ended_at is null order by identity_id
    """
)
_UNLINK = text(
    "update openid_identity set ended_at = :now where user_id = :user_id and ended_at is null"
    " and (cast(:provider_id as uuid) is null or provider_id = :provider_id)"
)


class OpenidRegistration(NamedTuple):
    """A provider, and our secret there as it is kept; None: we have none."""

    provider: OpenidProvider
    client_secret: bytes | None


def add_openid_provider(
    connection: Connection, registration: OpenidRegistration, *, by: UUID
) -> bool:
    """Keep what is proposed; False when the issuer is registered there already."""
    each = registration.provider
    asked = {
        "provider_id": each.provider_id,
        "organisation_id": each.organisation_id,
        "name": each.name,
        "issuer": each.issuer,
        "client_id": each.client_id,
        "redirect_uri": each.redirect_uri,
        "client_secret": registration.client_secret,
        "trusted_amr": list(each.trusted_amr),
        "trusted_acr": list(each.trusted_acr),
        "state": each.state,
        "proposed_at": each.proposed_at,
        "by": by,
    }
    added = connection.execute(_ADD, asked).rowcount == 1
    if added:
        moved(each)
    return added


def hold_openid_provider(connection: Connection, provider_id: UUID) -> OpenidProvider | None:
    """The provider, which nobody else moves until the transaction ends."""
    row = connection.execute(_HOLD, {"provider_id": provider_id}).one_or_none()
    return _provider(row) if row else None


def share_openid_provider(connection: Connection, provider_id: UUID) -> OpenidRegistration | None:
    """The provider, which stays as it is until the transaction ends."""
    row = connection.execute(_SHARE, {"provider_id": provider_id}).one_or_none()
    if row is None:
        return None
    sealed = row.client_secret
    return OpenidRegistration(_provider(row), None if sealed is None else bytes(sealed))


def write_openid_provider(
    connection: Connection,
    provider: OpenidProvider,
    *,
    by: UUID | None = None,
    reason: str | None = None,
) -> None:
    """Keep the provider as it is now; ``by`` and ``reason`` of one that ended. Its secret goes."""
    asked = {
        "provider_id": provider.provider_id,
        "state": provider.state,
        "ended_at": provider.ended_at,
        "ended_by": by,
        "reason": reason,
    }
    connection.execute(_WRITE, asked)
    moved(provider)


def list_openid_providers(
    connection: Connection,
    *,
    organisation_id: UUID | None,
    state: str | None,
    before: UUID | None,
    most: int,
) -> list[OpenidProvider]:
    """Those of an organisation, or all, newest first."""
    asked = {
        "all": organisation_id is None,
        "organisation_id": organisation_id,
        "state": state,
        "before": before,
        "most": most,
    }
    return [_provider(row) for row in connection.execute(_LIST, asked)]


def open_openid_providers(
    connection: Connection, organisation_id: UUID | None
) -> list[OpenidProvider]:
    """Those by which users of an organisation, or of the programme itself, come in, by name."""
    asked = {"organisation_id": organisation_id, "active": ACTIVE}
    return [_provider(row) for row in connection.execute(_OPEN, asked)]


def add_identity(
    connection: Connection,
    provider_id: UUID,
    user_id: UUID,
    subject_digest: bytes,
    *,
    now: datetime,
) -> bool:
    """Link a user to a subject; False when either is linked at this provider already."""
    asked = {
        "identity_id": new_id(),
        "provider_id": provider_id,
        "user_id": user_id,
        "subject_digest": subject_digest,
        "now": now,
    }
    return connection.execute(_LINK, asked).rowcount == 1


def user_of_subject(
    connection: Connection, provider_id: UUID, subject_digest: bytes
) -> UUID | None:
    """The user who is linked to this subject."""
    asked = {"provider_id": provider_id, "subject_digest": subject_digest}
    found: UUID | None = connection.execute(_LINKED, asked).scalar_one_or_none()
    return found


def linked_providers(connection: Connection, user_id: UUID) -> list[UUID]:
    """Where a user is known, in the order of the linking."""
    return list(connection.execute(_LINKED_TO, {"user_id": user_id}).scalars())


def end_identities(connection: Connection, user_id: UUID, *, now: datetime) -> None:
    """Nobody is this user any more by what a provider says."""
    connection.execute(_UNLINK, {"user_id": user_id, "provider_id": None, "now": now})


def end_identity(
    connection: Connection, user_id: UUID, provider_id: UUID, *, now: datetime
) -> bool:
    """The same at one provider; False where the user is not linked to it."""
    asked = {"user_id": user_id, "provider_id": provider_id, "now": now}
    return connection.execute(_UNLINK, asked).rowcount == 1


def _provider(row: Row[Any]) -> OpenidProvider:
    told = row._asdict()
    told.pop("client_secret", None)
    for name in ("trusted_amr", "trusted_acr"):
        told[name] = tuple(told[name])
    return OpenidProvider(**told)

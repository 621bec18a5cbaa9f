"""SQL of sandboxes: which organisation of the sandbox's books is whose, and what is taken over.

In the books of a sandbox the one who applied for an organisation is the provider whose sandbox it
is, by its id in the live books. Nothing else there is of the live books but what they publish.
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_id
from app.store.methodologies.versions import raise_epoch, withdrawals
from app.store.organisations.scenes import (
    AdmissionFilter,
    add_admissions,
    hold_scenes,
    list_admissions,
    write_admissions,
)
from app.store.people.texts import add_text, all_texts
from behaviours.rules.lifecycle import PUBLISHED
from behaviours.sandbox import Catalogue, PublishedRule, Sandbox, SandboxClient, SandboxOwner
from behaviours.standing import ACTIVE

_ALONE = text(
    "select pg_advisory_xact_lock(hashtextextended('sandbox ' || cast(:owner_id as text), 0))"
)
_PRESENT = text(
    """
    select a.organisation_id, a.applied_at
      from organisation_application a join organisation o using (organisation_id)
     where a.applied_by = :owner_id and o.state = :active
     order by a.organisation_id desc limit 1
    """
)
_OWNER_OF = text(
    "select applied_by from organisation_application where organisation_id = :organisation_id"
)
_SINCE = text(
    """
    select count(*) from organisation_application
     where applied_by = :owner_id and applied_at > :since
    """
)
_CLIENTS = text(
    """
    select client_id, name from client
     where organisation_id = :organisation_id and disabled_at is null order by client_id
    """
)
_OWNER = text(
    """
    select organisation_id, kind, name from organisation where organisation_id = :organisation_id
     union all
    select organisation_id, kind, name from organisation_application
     where organisation_id = :organisation_id
     limit 1
    """
)
_MOST_SCENES = 10_000
_RULES = text(
    """
    select code, version, behaviour, document, examples, digest, revision
      from methodology_version where state = :published order by published_at, code, version
    """
)
_TAKE_RULE = text(
    """
    insert into methodology_version (code, version, behaviour, document, examples, digest, state,
                                     revision, drafted_by, drafted_at, published_at)
    values (:code, :version, :behaviour, :document, :examples, :digest, :published, :revision,
            :nobody, :now, :now)
        on conflict do nothing
    """
)
_TAKE_WITHDRAWAL = text(
    """
    insert into methodology_withdrawal (code, version, withdrawn_from, reason, decided_at)
    values (:code, :version, :withdrawn_from, '', :now)
        on conflict do nothing
    """
)


def find_owner(connection: Connection, organisation_id: UUID) -> SandboxOwner | None:
    """Of the live books: an organisation that takes part or has applied."""
    row = connection.execute(_OWNER, {"organisation_id": organisation_id}).one_or_none()
    return SandboxOwner(*row) if row else None


def hold_sandbox(connection: Connection, owner_id: UUID) -> Sandbox | None:
    """The provider's sandbox; nobody else opens one for it until the transaction ends."""
    connection.execute(_ALONE, {"owner_id": owner_id})
    return find_sandbox(connection, owner_id)


def find_sandbox(connection: Connection, owner_id: UUID) -> Sandbox | None:
    row = connection.execute(_PRESENT, {"owner_id": owner_id, "active": ACTIVE}).one_or_none()
    return Sandbox(*row) if row else None


def owner_of_sandbox(connection: Connection, organisation_id: UUID) -> UUID:
    """Whose it is; the books of a sandbox have no organisation that nobody opened."""
    owner_id: UUID = connection.execute(
        _OWNER_OF, {"organisation_id": organisation_id}
    ).scalar_one()
    return owner_id


def count_sandboxes(connection: Connection, owner_id: UUID, *, since: datetime) -> int:
    """How many the provider opened since then."""
    asked = {"owner_id": owner_id, "since": since}
    return int(connection.execute(_SINCE, asked).scalar_one())


def clients_of(connection: Connection, sandbox: Sandbox) -> tuple[SandboxClient, ...]:
    rows = connection.execute(_CLIENTS, {"organisation_id": sandbox.organisation_id})
    return tuple(SandboxClient(*row) for row in rows)


def read_catalogue(connection: Connection) -> Catalogue:
    """Of the live books."""
    rules = connection.execute(_RULES, {"published": PUBLISHED})
    scenes = list_admissions(connection, AdmissionFilter(), before=None, most=_MOST_SCENES)
    return Catalogue(
        tuple(all_texts(connection)),
        tuple(PublishedRule(*row) for row in rules),
        withdrawals(connection),
        tuple(scenes),
    )


def take_catalogue(connection: Connection, catalogue: Catalogue, *, now: datetime) -> None:
    """Bring what the books of the sandbox publish to what the live ones do.

    Call it while nobody else does (``hold_sandbox`` of nobody in particular).
    """
    for each in catalogue.new_texts(all_texts(connection), new_id=new_id, now=now):
        add_text(connection, each, now=now)
    more = {"published": PUBLISHED, "nobody": UUID(int=0), "now": now}
    if catalogue.rules:
        connection.execute(_TAKE_RULE, [{**each._asdict(), **more} for each in catalogue.rules])
    if withdrawn := catalogue.withdrawn():
        connection.execute(_TAKE_WITHDRAWAL, [{**each._asdict(), "now": now} for each in withdrawn])
    held = hold_scenes(connection, [(None, each.scene) for each in catalogue.scenes])
    known = {scene: each for (_, scene), each in held.items()}
    add_admissions(connection, catalogue.new_scenes(known, new_id=new_id))
    write_admissions(connection, catalogue.changed_scenes(known))
    raise_epoch(connection)

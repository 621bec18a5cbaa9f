"""Verifiers: the pool's rows, what is declared of ties, seats, and what surrounds a bundle."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.ids import new_id, public
from app.store.log.acting import tell
from app.store.organisations.standing import stopped
from behaviours.admission import WAS_ADMITTED
from rewards.pooling.bundle import CANCELLED
from rewards.pooling.verifiers import UNFREE, BundleSurroundings
from rewards.registry.ties import OrganisationTies, TiesDeclaration, of_credit_code, ties_of

# One after the other: who is given a bundle depends on who was given the last ones, who is in the
# pool and what is declared. All of it is rare.
_ALONE = text("select pg_advisory_xact_lock(hashtextextended('verifiers', 0))")
_POOL_STEP = text(
    """
    insert into verifier_pool_step (step_id, organisation_id, admitted, behaviours, reason,
                                    decided_by, decided_at)
    values (:step_id, :organisation_id, :admitted, :behaviours, :reason, :by, :now)
    """
)
_POOL_STEPS = text(
    """
    select p.organisation_id, o.name, p.admitted, p.behaviours, p.reason, p.decided_at
      from verifier_pool_step p join organisation o using (organisation_id)
     order by p.decided_at, p.step_id
    """
)
_POOL = text(
    f"""
    select organisation_id, behaviours
      from (select distinct on (organisation_id) organisation_id, admitted, behaviours
              from verifier_pool_step
             order by organisation_id, decided_at desc, step_id desc) newest
     where admitted and not {stopped("newest.organisation_id")}
    """  # noqa: S608 - only names of this code
)
_DECLARE = text(
    """
    insert into independence_declaration (declaration_id, organisation_id, by_itself, interests,
                                          of_operator, group_name, group_key, declared_by,
                                          declared_at)
    values (:declaration_id, :organisation_id, :by_itself, :interests, :of_operator, :group_name,
            :group_key, :by, :now)
    """
)
_DECLARED = text(
    """
    select distinct on (organisation_id, by_itself)
           organisation_id, by_itself, interests, of_operator, group_key
      from independence_declaration
     order by organisation_id, by_itself, declared_at desc, declaration_id desc
    """
)
# Whoever takes part or took part as several is one house, whatever it says of its group.
_ONE_CODE = text(
    f"""
    select organisation_id, credit_code from organisation_application a
     where state in {WAS_ADMITTED} and exists (
        select from organisation_application o
         where o.credit_code = a.credit_code and o.organisation_id <> a.organisation_id
           and o.state in {WAS_ADMITTED})
    """  # noqa: S608 - words of the domain
)
_DECLARATIONS = text(
    """
    select d.organisation_id, o.name, d.by_itself, d.interests, d.of_operator, d.group_name,
           d.declared_at
      from independence_declaration d join organisation o using (organisation_id)
     order by d.declared_at, d.declaration_id
    """
)
_KNOWN = text("select organisation_id from organisation where organisation_id = any(:ids)")
_APPROVE = text(
    """
    insert into verifier_approval (approval_id, bundle_id, verifier_id, reason, approved_by,
                                   approved_at)
    values (:approval_id, :bundle_id, :verifier_id, :reason, :by, :now)
    """
)
_APPROVED = text(
    """
    select verifier_id from verifier_approval
     where bundle_id = :bundle_id order by approved_at desc, approval_id desc limit 1
    """
)
_SEAT = text(
    """
    insert into verifier_seat (seat_id, bundle_id, attempt, verifier_id, how, seated_at)
    select :seat_id, :bundle_id, count(*) + 1, :verifier_id, :how, :now
      from verifier_seat where bundle_id = :bundle_id
    """
)
_SEATS = text(
    """
    select verifier_id, how from verifier_seat where bundle_id = :bundle_id order by attempt
    """
)
_DECLINE = text(
    """
    insert into verifier_refusal (bundle_id, verifier_id, reason, declined_at)
    values (:bundle_id, :verifier_id, :reason, :now)
    """
)
_DECLINED = text("select verifier_id from verifier_refusal where bundle_id = :bundle_id")
# Whoever let its days pass is not asked again for the same bundle.
_LAPSED = text(
    f"select verifier_id from seat_end where bundle_id = :bundle_id and why <> '{UNFREE}'"  # noqa: S608
)
_PROVIDERS = text(
    """
    select distinct a.behaviour, a.provider_id
      from bundle_entry e
      join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
     where e.bundle_id = :bundle_id
    """
)
_BUYERS = text("select organisation_id from organisation where kind in ('enterprise', 'exchange')")
# Those of some organisations that reported into a bundle or may buy of it; nobody else is read.
_PARTIES_AMONG = text(
    """
    select o.organisation_id, o.kind in ('enterprise', 'exchange') as buys
      from organisation o
     where o.organisation_id = any(:among)
       and (o.kind in ('enterprise', 'exchange')
            or exists (select from bundle_entry e
                         join action a on a.participant_id = e.participant_id
                                      and a.action_id = e.action_id
                        where e.bundle_id = :bundle_id and a.provider_id = o.organisation_id))
    """
)
# Who still has its seat: whoever declined has another one after it, or none.
_LATELY = text(
    f"""
    select s.verifier_id from verifier_seat s
      join bundle b on b.bundle_id = s.bundle_id and b.verifier_id = s.verifier_id
     where s.bundle_id <> :bundle_id and b.state <> '{CANCELLED}'
     order by s.seat_id desc limit :rotation
    """  # noqa: S608 - a word of the domain
)
# Those who had been given some of the same actions when the operator cancelled.
_EARLIER = text(
    f"""
    select b.verifier_id
      from bundle b
     where b.state = '{CANCELLED}' and b.verifier_id is not null and b.bundle_id = any(:bundle_ids)
     order by b.bundle_id desc
    """  # noqa: S608 - a word of the domain
)


class PoolStep(NamedTuple):
    """An organisation came into the pool, or out of it, and why."""

    organisation_id: UUID
    name: str
    admitted: bool
    behaviours: Sequence[str] | None
    reason: str
    decided_at: datetime


class StatedTies(NamedTuple):
    """A declaration as it was made."""

    organisation_id: UUID
    name: str
    by_itself: bool
    interests: Sequence[UUID]
    of_operator: bool
    group_name: str | None
    declared_at: datetime


class Seat(NamedTuple):
    """Somebody who was given a bundle, and how it came to that."""

    verifier_id: UUID
    how: str


def lock_verifiers(connection: Connection) -> None:
    """From here on nobody is admitted, removed, declared, drawn or approved beside us."""
    connection.execute(_ALONE)


def add_pool_step(
    connection: Connection,
    organisation_id: UUID,
    *,
    admitted: bool,
    behaviours: Collection[str] | None,
    reason: str,
    by: UUID,
    now: datetime,
) -> None:
    connection.execute(
        _POOL_STEP,
        {
            "step_id": new_id(),
            "organisation_id": organisation_id,
            "admitted": admitted,
            "behaviours": None if behaviours is None else sorted(behaviours),
            "reason": reason,
            "by": by,
            "now": now,
        },
    )
    limits = None if behaviours is None else sorted(behaviours)
    in_pool = {"in_pool": admitted, "behaviours": limits}
    tell("organisation", public("org", organisation_id), in_pool)


def pool_steps(connection: Connection) -> list[PoolStep]:
    """Every admission and removal, in their order."""
    return [PoolStep(*row) for row in connection.execute(_POOL_STEPS)]


def pool_now(connection: Connection) -> dict[UUID, frozenset[str] | None]:
    """Who is in the pool, and for which behaviours; None is every one."""
    return {
        row.organisation_id: None if row.behaviours is None else frozenset(row.behaviours)
        for row in connection.execute(_POOL)
    }


def add_declaration(
    connection: Connection,
    said: TiesDeclaration,
    *,
    group_name: str | None,
    by: UUID,
    now: datetime,
) -> None:
    """Keep a declaration; ``group_name`` is the group as it was written."""
    connection.execute(
        _DECLARE,
        {
            "declaration_id": new_id(),
            "organisation_id": said.organisation_id,
            "by_itself": said.by_itself,
            "interests": sorted(said.interests),
            "of_operator": said.of_operator,
            "group_name": group_name,
            "group_key": said.group,
            "by": by,
            "now": now,
        },
    )
    tell(
        "organisation",
        public("org", said.organisation_id),
        {
            "interests": [public("org", each) for each in sorted(said.interests)],
            "of_operator": said.of_operator,
            "by_itself": said.by_itself,
        },
    )


def declarations(connection: Connection) -> list[StatedTies]:
    """Every declaration that was ever made, in their order."""
    return [StatedTies(*row) for row in connection.execute(_DECLARATIONS)]


def ties_now(connection: Connection) -> OrganisationTies:
    """What the newest declarations of everybody come to, and who is known by one credit code."""
    said = [
        TiesDeclaration(organisation_id, by_itself, frozenset(interests), of_operator, group)
        for organisation_id, by_itself, interests, of_operator, group in connection.execute(
            _DECLARED
        )
    ]
    one_code = connection.execute(_ONE_CODE)
    return ties_of([*said, *(of_credit_code(each, code) for each, code in one_code)])


def unknown_organisations(connection: Connection, wanted: Collection[UUID]) -> set[UUID]:
    """Those of ``wanted`` that are not registered."""
    return set(wanted) - set(connection.execute(_KNOWN, {"ids": list(wanted)}).scalars())


def add_approval(
    connection: Connection,
    bundle_id: UUID,
    verifier_id: UUID,
    *,
    reason: str,
    by: UUID,
    now: datetime,
) -> None:
    connection.execute(
        _APPROVE,
        {
            "approval_id": new_id(),
            "bundle_id": bundle_id,
            "verifier_id": verifier_id,
            "reason": reason,
            "by": by,
            "now": now,
        },
    )
    approved = {"approved_verifier_id": public("org", verifier_id)}
    tell("bundle", public("bdl", bundle_id), approved)


def approved_verifier(connection: Connection, bundle_id: UUID) -> UUID | None:
    """Whom the authority approved last for the bundle."""
    found: UUID | None = connection.execute(_APPROVED, {"bundle_id": bundle_id}).scalar()
    return found


def add_seat(
    connection: Connection, bundle_id: UUID, verifier_id: UUID, how: str, *, now: datetime
) -> None:
    """Give a held bundle to a verifier."""
    given = {"bundle_id": bundle_id, "verifier_id": verifier_id, "how": how, "now": now}
    connection.execute(_SEAT, {"seat_id": new_id(), **given})


def seats_of(connection: Connection, bundle_id: UUID) -> list[Seat]:
    """Everybody who was given the bundle, in their order."""
    return [Seat(*row) for row in connection.execute(_SEATS, {"bundle_id": bundle_id})]


def add_refusal(
    connection: Connection, bundle_id: UUID, verifier_id: UUID, reason: str, *, now: datetime
) -> None:
    given = {"bundle_id": bundle_id, "verifier_id": verifier_id, "reason": reason, "now": now}
    connection.execute(_DECLINE, given)


def surroundings_of(
    connection: Connection,
    bundle_id: UUID,
    *,
    rotation: int,
    overlapping: Sequence[UUID] = (),
) -> BundleSurroundings:
    """What it is decided by who may verify a bundle, which the caller has locked with the pool.

    ``overlapping`` are bundles that were submitted with some of the same actions.
    """
    given = {"bundle_id": bundle_id}
    reported = connection.execute(_PROVIDERS, given).all()
    lately = connection.execute(_LATELY, {**given, "rotation": rotation}).scalars()
    earlier = connection.execute(_EARLIER, {"bundle_ids": list(overlapping)}).scalars()
    return BundleSurroundings(
        providers=frozenset(row.provider_id for row in reported if row.provider_id),
        buyers=frozenset(connection.execute(_BUYERS).scalars()),
        behaviours=frozenset(row.behaviour for row in reported),
        pool=pool_now(connection),
        ties=ties_now(connection),
        declined=frozenset(connection.execute(_DECLINED, given).scalars()),
        lapsed=frozenset(connection.execute(_LAPSED, given).scalars()),
        lately=frozenset(lately),
        earlier=tuple(dict.fromkeys(earlier)),
    )


def surroundings_of_one(
    connection: Connection, bundle_id: UUID, verifier_id: UUID
) -> BundleSurroundings:
    """As far as they tie one verifier: what it costs does not grow with the bundle if none does."""
    ties = ties_now(connection)
    given = {"bundle_id": bundle_id, "among": sorted(ties.tied_to(verifier_id))}
    parties = {row.organisation_id: row.buys for row in connection.execute(_PARTIES_AMONG, given)}
    return BundleSurroundings(
        providers=frozenset(each for each, buys in parties.items() if not buys),
        buyers=frozenset(each for each, buys in parties.items() if buys),
        behaviours=frozenset(),
        pool={},
        ties=ties,
    )

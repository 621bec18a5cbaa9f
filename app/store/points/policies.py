"""SQL of points policies: as they were proposed, and which of them two signed."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import Connection, text

from app.store.log.acting import tell
from app.store.methodologies.versions import raise_epoch
from app.store.signing import sign_by
from behaviours.document import DocumentError
from behaviours.json_value import JsonObject
from behaviours.logged_things import subject_of
from behaviours.viewer import Viewer
from behaviours.yaml_text import text_of
from rewards.points.plain_document import read_sent_tree
from rewards.points.policy_reading import PolicyDocument, read_policy
from rewards.points.proposed_policy import DOCUMENT, POINTS_POLICY, ProposedPolicy
from rewards.signing import Matter

_ALONE = text("select pg_advisory_xact_lock(hashtextextended('points_policies', 0))")
_ADD = text(
    """
    insert into points_policy (policy_id, content, digest, in_force_from, proposed_at)
    values (:id, cast(:content as jsonb), :digest, :first, :now)
    """
)
# Published is what both roles signed, from the moment of the second signature.
_ALL = text(
    f"""
    select p.policy_id, p.content, p.digest, p.proposed_at,
           case when count(distinct s.role) = 2 then max(s.signed_at) end as published_at
      from points_policy p
      left join signature s on s.subject_kind = '{POINTS_POLICY}' and s.subject_id = p.policy_id
     group by p.policy_id order by p.policy_id
    """  # noqa: S608 - a word of the domain
)


def lock_policies(connection: Connection) -> None:
    """Until the transaction ends nobody else proposes or publishes a policy."""
    connection.execute(_ALONE)


def add_policy(connection: Connection, one: ProposedPolicy) -> None:
    """Keep a proposal."""
    document = one.document
    connection.execute(
        _ADD,
        {
            "id": one.policy_id,
            "content": orjson.dumps(document.content).decode(),
            "digest": bytes.fromhex(document.digest.removeprefix("sha256:")),
            "first": document.in_force_from,
            "now": one.proposed_at,
        },
    )
    told: JsonObject = {
        "name": document.name,
        "digest": document.digest,
        "in_force_from": document.in_force_from.isoformat(),
        "published": False,
    }
    named = subject_of(POINTS_POLICY, one.policy_id)
    tell(named.kind, named.name, told)


def sign_policy_by(
    connection: Connection, one: ProposedPolicy, *, by: Viewer, now: datetime
) -> tuple[ProposedPolicy, list[str]]:
    """Sign what waits, and say which roles have yet to; the second signature publishes it.

    Whoever calls holds the lock of policies. Raises SamePersonTwice.
    """
    named = subject_of(POINTS_POLICY, one.policy_id)
    matter = Matter(POINTS_POLICY, one.policy_id, one.verb)
    missing = sign_by(connection, matter, by, now, subject=named)
    if missing:
        return one, missing
    raise_epoch(connection)
    tell(named.kind, named.name, {"published": True}, old={"published": False})
    return replace(one, published_at=now), []


def all_policies(connection: Connection) -> list[ProposedPolicy]:
    """Every proposal, in order; there are a few a year."""
    return [_policy(*row) for row in connection.execute(_ALL)]


def published_policies(connection: Connection) -> list[PolicyDocument]:
    """Those that two have signed."""
    return [each.document for each in all_policies(connection) if each.published_at is not None]


def _policy(
    policy_id: UUID,
    content: Any,
    digest: bytes,
    proposed_at: datetime,
    published_at: datetime | None,
) -> ProposedPolicy:
    root = read_sent_tree(text_of(content), DOCUMENT, DocumentError)
    document = read_policy(root)
    # Two people signed this content; anything else must not pay a single point.
    assert document.digest == f"sha256:{digest.hex()}", f"{document.name} is not what was proposed"
    return ProposedPolicy(policy_id, document, proposed_at, published_at)

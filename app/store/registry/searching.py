"""SQL of the search by name: enterprises that the register names, and projects on notice."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import Connection, text

from rewards.registry.searching import ENTERPRISE, PROJECT, NamedThing

# Only who holds or held units stands in the register; there are few of them beside the units.
_NAMED = text(
    """
    select :enterprise, o.organisation_id, o.name from organisation o
     where position(lower(:words) in lower(o.name)) > 0
       and (exists (select 1 from unit_block b where b.owner_id = o.organisation_id)
            or exists (select 1 from unit_transfer t where t.to_id = o.organisation_id)
            or exists (select 1 from retirement r where r.enterprise_id = o.organisation_id))
     union all
    select :project, p.project_id, p.name from project p
     where p.noticed_design is not null
       and (p.number = :words or position(lower(:words) in lower(p.name)) > 0)
     order by 3, 2 limit :most
    """
)
_ENTERPRISE = text(
    """
    select o.name from organisation o
     where o.organisation_id = :organisation_id
       and (exists (select 1 from unit_block b where b.owner_id = o.organisation_id)
            or exists (select 1 from unit_transfer t where t.to_id = o.organisation_id)
            or exists (select 1 from retirement r where r.enterprise_id = o.organisation_id))
    """
)


def named_like(connection: Connection, words: str, *, most: int) -> list[NamedThing]:
    """Enterprises and projects in whose names the words stand, or whose number they are."""
    given = {"words": words, "most": most, "enterprise": ENTERPRISE, "project": PROJECT}
    return [NamedThing(*row) for row in connection.execute(_NAMED, given)]


def name_in_register(connection: Connection, organisation_id: UUID) -> str | None:
    """The name of an organisation that holds, held or retired units; None of any other."""
    given = {"organisation_id": organisation_id}
    found: str | None = connection.execute(_ENTERPRISE, given).scalar_one_or_none()
    return found

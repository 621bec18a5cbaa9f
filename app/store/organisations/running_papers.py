"""SQL of papers that run out: of each organisation and kind the newest that was accepted."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, text

from behaviours.paper_terms import PaperTerms
from behaviours.paper_validity import ListedPaper, PaperPlace, RunningPaper
from behaviours.standing import ACTIVE, CLOSED, PAPERS_EXPIRED

_COLUMNS = "p.organisation_id, p.kind, p.document_id, p.runs_out_on, p.counts_from"
_WRITE = text(
    """
    with ended as (
        delete from organisation_paper
         where organisation_id = :organisation_id and kind <> all(cast(:kinds as text[]))
    )
    insert into organisation_paper as p (organisation_id, kind, document_id, runs_out_on,
                                         counts_from)
    select :organisation_id, n.kind, n.document_id, n.runs_out_on, n.runs_out_on
      from unnest(cast(:kinds as text[]), cast(:document_ids as uuid[]), cast(:days as date[]))
           as n (kind, document_id, runs_out_on)
    on conflict (organisation_id, kind) do update
       set document_id = excluded.document_id, runs_out_on = excluded.runs_out_on,
           counts_from = excluded.counts_from
     where p.document_id <> excluded.document_id
    """
)
_RUNNING = text(
    f"""
    select {_COLUMNS} from organisation_paper p
     where p.organisation_id = any(cast(:ids as uuid[]))
    """  # noqa: S608 - only names of this code
)
# As ``paper_validity.run_out`` says it of one; a test holds the two together.
_RAN_OUT = """
    select p.organisation_id from organisation_paper p
      join unnest(cast(:of as text[]), cast(:needed as text[])) as needs (of, kind)
        on needs.kind = p.kind
      join organisation o on o.organisation_id = p.organisation_id and o.kind = needs.of
     where p.counts_from <= :counted_from
"""
_DUE = text(
    f"""
    select organisation_id from (
        select organisation_id from ({_RAN_OUT} and o.state = '{ACTIVE}') ran_out
        union
        select organisation_id from organisation
         where state = '{PAPERS_EXPIRED}' and organisation_id not in ({_RAN_OUT})
    ) due
     order by organisation_id limit :most
    """  # noqa: S608 - only names and words of this code
)
_LIST = text(
    f"""
    select {_COLUMNS}, o.kind as organisation_kind, o.name, o.state,
           (select d.document_id from organisation_document d
             where d.organisation_id = p.organisation_id and d.kind = p.kind and d.renewal
               and d.document_id > p.document_id
               and not exists (select from organisation_renewal r
                                where r.document_id = d.document_id)
             order by d.document_id desc limit 1) as renewal_id
      from organisation_paper p join organisation o on o.organisation_id = p.organisation_id
     where p.runs_out_on <= :until and o.state <> '{CLOSED}'
       and (cast(:organisation_id as uuid) is null or p.organisation_id = :organisation_id)
       and (cast(:after_day as date) is null
            or (p.runs_out_on, p.organisation_id, p.kind)
               > (cast(:after_day as date), cast(:after_id as uuid), cast(:after_kind as text)))
     order by p.runs_out_on, p.organisation_id, p.kind limit :most
    """  # noqa: S608 - only names and words of this code
)


def write_running(
    connection: Connection, organisation_id: UUID, papers: Sequence[RunningPaper]
) -> None:
    """Keep which papers of an organisation run out; one that stands already keeps its days."""
    asked = {
        "organisation_id": organisation_id,
        "kinds": [each.kind for each in papers],
        "document_ids": [each.document_id for each in papers],
        "days": [each.runs_out_on for each in papers],
    }
    connection.execute(_WRITE, asked)


def running_of(
    connection: Connection, organisation_ids: Collection[UUID]
) -> dict[UUID, list[RunningPaper]]:
    """Papers that run out, by organisation; one without any has none."""
    found: dict[UUID, list[RunningPaper]] = {each: [] for each in organisation_ids}
    for row in connection.execute(_RUNNING, {"ids": list(organisation_ids)}):
        found[row.organisation_id].append(RunningPaper(*row))
    return found


def due_by_papers(
    connection: Connection, terms: PaperTerms, *, today: date, most: int
) -> list[UUID]:
    """Organisations that stand otherwise than their papers say, at most so many."""
    needed = [(of, kind) for of, kinds in terms.needed.items() for kind in kinds]
    asked = {
        "of": [of for of, _ in needed],
        "needed": [kind for _, kind in needed],
        "counted_from": today - timedelta(days=terms.grace_days + 1),
        "most": most,
    }
    return list(connection.execute(_DUE, asked).scalars())


def list_running(
    connection: Connection,
    organisation_id: UUID | None,
    *,
    until: date,
    after: PaperPlace | None,
    most: int,
) -> list[ListedPaper]:
    """Papers that run out on ``until`` or before, the first one first; of one organisation or all
    that are not closed."""
    asked = {
        "organisation_id": organisation_id,
        "until": until,
        "after_day": after.runs_out_on if after else None,
        "after_id": after.organisation_id if after else None,
        "after_kind": after.kind if after else None,
        "most": most,
    }
    return [_listed(row) for row in connection.execute(_LIST, asked)]


def _listed(row: Any) -> ListedPaper:
    *of_paper, organisation_kind, name, state, renewal_id = row
    return ListedPaper(RunningPaper(*of_paper), organisation_kind, name, state, renewal_id)

"""Admitting: whoever takes part was assessed, by somebody who neither handed in nor admitted; and
what runs out of their papers is kept as the newest of them that were accepted say."""

from app.store.audit.invariant import Invariant
from behaviours.admission import WAS_ADMITTED
from behaviours.paper_kinds import CONTRACT

# The documents that counted when an assessment was made, and whether it accepted them.
_ACCEPTED = """(
    select count(distinct d.kind) from organisation_document d
      join jsonb_array_elements(a.judgements) j on d.document_id = cast(j ->> 'document_id' as uuid)
     where d.organisation_id = a.organisation_id and not d.renewal
       and cast(j ->> 'accepted' as boolean)
       and d.handed_in_by <> a.assessed_by
       and not exists (select from organisation_document n
                        where n.organisation_id = d.organisation_id and n.kind = d.kind
                          and n.document_id > d.document_id and not n.renewal))
"""
_SIGNED = """(
    select count(distinct g.user_id) from signature g
     where g.subject_kind = 'organisation' and g.subject_id = p.organisation_id
       and g.verb = 'admit:' || p.revision and g.user_id <> a.assessed_by)
"""

ADMITTED = Invariant(
    "organisations_assessed",
    "each organisation that was admitted: its documents accepted by who neither handed in nor"
    " admitted",
    f"""
    select 'org_' || replace(p.organisation_id::text, '-', ''),
           coalesce({_ACCEPTED}, 0) <> 3 or coalesce({_SIGNED}, 0) <> 2
               or p.stated_by is null or a.assessed_by = p.stated_by or not a.passed
      from organisation_application p
      left join organisation_assessment a
        on a.organisation_id = p.organisation_id and a.revision = p.revision
     where p.state in {WAS_ADMITTED} and not p.before_assessment
    """,  # noqa: S608 - of constants of this file only
)

# Of each kind the newest document that was accepted, by whom another handed it in.
_COUNTED = f"""
    select distinct on (d.organisation_id, d.kind)
           d.organisation_id, d.kind, d.document_id, d.handed_in_by = r.judged_by as by_itself,
           case d.kind when '{CONTRACT}' then coalesce(r.ends_on, a.ends_on)
                       else d.valid_until end as runs_out_on
      from organisation_document d
      join organisation_application p
        on p.organisation_id = d.organisation_id and p.state in {WAS_ADMITTED}
      left join organisation_renewal r on r.document_id = d.document_id and r.accepted
      left join lateral (
          select n.ends_on, n.judgements from organisation_assessment n
           where n.organisation_id = d.organisation_id and n.passed
           order by n.assessment_id desc limit 1) a on true
     where r.document_id is not null
        or exists (select from jsonb_array_elements(a.judgements) j
                    where cast(j ->> 'document_id' as uuid) = d.document_id)
     order by d.organisation_id, d.kind, d.document_id desc
"""  # noqa: S608 - of words of the domain only
RUNNING = Invariant(
    "papers_kept",
    "each paper of an organisation: the newest that another than who handed it in accepted, with"
    " its last day",
    f"""
    select coalesce(k.document_id, c.document_id),
           k.document_id is distinct from c.document_id or coalesce(c.by_itself, false)
               or k.runs_out_on is distinct from c.runs_out_on or k.counts_from < k.runs_out_on
      from organisation_paper k
      full join ({_COUNTED}) c on c.organisation_id = k.organisation_id and c.kind = k.kind
     where k.document_id is not null or c.runs_out_on is not null or c.by_itself
    """,  # noqa: S608 - of constants of this file only
)

INVARIANTS = (ADMITTED, RUNNING)

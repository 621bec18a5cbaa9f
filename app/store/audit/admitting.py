"""Admitting: whoever takes part was assessed, by somebody who neither handed in nor admitted."""

from app.store.audit.invariant import Invariant
from behaviours.admission import WAS_ADMITTED

# The documents that counted when an assessment was made, and whether it accepted them.
_ACCEPTED = """(
    select count(distinct d.kind) from organisation_document d
      join jsonb_array_elements(a.judgements) j on d.document_id = cast(j ->> 'document_id' as uuid)
     where d.organisation_id = a.organisation_id and cast(j ->> 'accepted' as boolean)
       and d.handed_in_by <> a.assessed_by
       and not exists (select from organisation_document n
                        where n.organisation_id = d.organisation_id and n.kind = d.kind
                          and n.document_id > d.document_id))
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

INVARIANTS = (ADMITTED,)

"""What two people proposed and signed: nothing of it stands in the books by one alone."""

from app.store.audit.invariant import Invariant

# Whether a proposal has the signatures of two people of two roles.
_SIGNED = """
    (select count(distinct g.user_id) = 2 and count(distinct g.role) = 2 from signature g
      where g.subject_kind = 'proposal' and g.subject_id = p.proposal_id and g.verb = 'sign')
"""


def _carried_out(step: str, at: str) -> str:
    """Whether the step with the organisation ``s`` was proposed, and carried out at that moment."""
    return f"""
    exists (select from proposal p
             where p.subject_kind = 'organisation' and p.step = {step} and p.carried_out
               and p.subject = 'org_' || replace(s.organisation_id::text, '-', '')
               and p.ended_at = {at} and {_SIGNED})
    """


_POOLED = _carried_out(
    "case when s.admitted then 'verifier.admit' else 'verifier.remove' end", "s.decided_at"
)
_TIED = _carried_out("'organisation.state_ties'", "s.declared_at")

# What stood in an application was signed with the admission: the first that is stated of anybody.
_ADMITTED_WITH = """
    exists (select from organisation_application a
             where a.organisation_id = s.organisation_id and a.stated_by = s.declared_by
               and (select count(distinct g.user_id) = 2 and count(distinct g.role) = 2
                      from signature g
                     where g.subject_kind = 'organisation' and g.subject_id = a.organisation_id
                       and g.verb = 'admit:' || a.revision))
        and not exists (select from independence_declaration d
                         where d.organisation_id = s.organisation_id and not d.by_itself
                           and d.declaration_id < s.declaration_id)
"""
# What one person decided before two had to is marked so.
TWICE_SIGNED = Invariant(
    "proposals_signed",
    "each proposal that was carried out, step of the pool and stated tie ↔ two signatures, of two"
    " people of two roles",
    f"""
    select 'prp_' || replace(p.proposal_id::text, '-', ''), not {_SIGNED}
      from proposal p where p.carried_out
    union all
    select 'verifier_pool_step ' || s.step_id, not {_POOLED}
      from verifier_pool_step s where s.by_two
    union all
    select 'independence_declaration ' || s.declaration_id,
           not {_TIED} and not ({_ADMITTED_WITH})
      from independence_declaration s where s.by_two and not s.by_itself
    """,  # noqa: S608 - of constants of this file only
)

INVARIANTS = (TWICE_SIGNED,)

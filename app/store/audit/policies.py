"""Points policies: whoever earned by one that was published here did so after two had signed it."""

from app.store.audit.invariant import Invariant
from rewards.points.proposed_policy import POINTS_POLICY, PUBLISH

PUBLISHED_BEFORE = Invariant(
    "points_policies",
    "each points policy that was published here: two people of two roles signed this document"
    " before its first day, and before the first award of what was done since",
    f"""
    select 'ppl_' || replace(p.policy_id::text, '-', ''),
           s.signers <> 2
               or not s.of_this
               or (s.published_at at time zone :zone)::date >= p.in_force_from
               or (p.content ->> 'in_force_from')::date <> p.in_force_from
               or exists (select from action a
                           where a.recorded_at < s.published_at and a.points > 0
                             and (a.occurred_at at time zone :zone)::date >= p.in_force_from)
      from points_policy p
      join lateral (
           select count(distinct g.user_id) as signers, max(g.signed_at) as published_at,
                  bool_and(g.verb = '{PUBLISH}:' || encode(p.digest, 'hex')) as of_this
             from signature g
            where g.subject_kind = '{POINTS_POLICY}' and g.subject_id = p.policy_id
           having count(distinct g.role) = 2) s on true
    """,  # noqa: S608 - words of the domain
)
FIRST_TIMES = Invariant(
    "points_bonuses",
    "each bonus for a first time ↔ its action, with the points that the policy of the action's day"
    " gives for that",
    """
    select 'par_' || replace(n.participant_id::text, '-', '') || ' ' || n.code,
           n.points is distinct from f.points
      from points_bonus n
      left join action a using (participant_id, action_id)
      left join unnest(cast(:first_behaviours as text[]), cast(:first_codes as text[]),
                       cast(:first_from as date[]), cast(:first_to as date[]),
                       cast(:first_points as int[]))
                as f (behaviour, code, starts_on, ends_on, points)
        on f.behaviour = a.behaviour and f.code = n.code
       and (a.occurred_at at time zone :zone)::date between f.starts_on and f.ends_on
    """,
)
INVARIANTS = (PUBLISHED_BEFORE, FIRST_TIMES)

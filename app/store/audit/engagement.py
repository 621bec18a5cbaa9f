"""Teams, rankings and certificates: kept sums are those of the actions; who left is in none."""

from app.store.audit.invariant import Invariant
from app.store.audit.recording import LIVE_ACTIONS
from behaviours.people import CLOSED
from behaviours.texts import RANKING, TEAM

# ruff: noqa: S608 - these statements are put together from constants of this code only


def _agreed(kind: str, said: str, at: str) -> str:
    """Whether a text of a kind was published and had come into force when ``said`` was agreed."""
    return f"""exists (
               select from published_text t
                where t.kind = '{kind}' and t.published_at is not null
                  and t.version = {said}.text_version and t.in_force_at <= {said}.{at})"""


# A kept sum is held against the actions wherever the account is as it was when it was counted.
TEAMS = Invariant(
    "team_sums",
    "each membership is to a published text, of a team of its kind, and ended with the team or its"
    " person; its kept sum = Σ of the live actions done while it lasted, or it counts no more",
    f"""
    select 'tmm_' || replace(m.membership_id::text, '-', ''),
           t.team_id is null or t.kind is distinct from m.kind
               or (m.left_at is null and t.closed_at is not null)
               or coalesce(m.left_at < m.joined_at, false)
               or (coalesce(p.state, '{CLOSED}') = '{CLOSED}' and m.withdrawn_at is null)
               or not {_agreed(TEAM, "m", "joined_at")}
               or (m.counted_version is not distinct from r.version
                   and (m.saved_mg is distinct from coalesce(s.saved_mg, 0)
                        or m.actions is distinct from coalesce(s.actions, 0)))
      from team_member m
      left join team t using (team_id)
      left join participant p using (participant_id)
      left join reduction_account r using (participant_id)
      left join (
        select k.membership_id, sum(a.saved_mg) as saved_mg, count(*) as actions
          from team_member k
          join (select a.participant_id, a.occurred_at, a.saved_mg from {LIVE_ACTIONS}) a
            on a.participant_id = k.participant_id and a.occurred_at >= k.joined_at
           and (k.left_at is null or a.occurred_at < k.left_at)
         group by 1) s using (membership_id)
    """,
)
RANKINGS = Invariant(
    "rankings",
    "each entry is to a published text, has a name of its own while it stands, and none after; its"
    " kept months = Σ of the live actions of the civil month",
    f"""
    select 'rke_' || replace(e.entry_id::text, '-', ''),
           not {_agreed(RANKING, "e", "agreed_at")}
               or (e.ended_at is null and (coalesce(p.state, '{CLOSED}') = '{CLOSED}'
                                           or n.names is distinct from 1))
      from ranking_entry e
      left join participant p using (participant_id)
      left join (select participant_id, count(*) as names from ranking_name group by 1) n
        using (participant_id)
     union all
    select 'name of par_' || replace(n.participant_id::text, '-', ''),
           not exists (select from ranking_entry e
                        where e.participant_id = n.participant_id and e.ended_at is null)
      from ranking_name n
     union all
    select 'month of par_'
               || replace(coalesce(m.participant_id, d.participant_id)::text, '-', ''),
           e.entry_id is null
               or (e.counted_version is not distinct from r.version
                   and (m.saved_mg is distinct from d.saved_mg
                        or m.actions is distinct from d.actions))
      from ranking_month m
      full join (
        select a.participant_id, a.saved_mg, a.actions, a.month
          from (select participant_id, sum(saved_mg) as saved_mg, count(*) as actions,
                       cast(date_trunc('month', occurred_at at time zone :zone) as date) as month
                  from {LIVE_ACTIONS} group by 1, 4) a
         where exists (select from ranking_entry e
                        where e.participant_id = a.participant_id and e.ended_at is null)) d
        on d.participant_id = m.participant_id and d.month = m.month
      left join ranking_entry e
        on e.participant_id = coalesce(m.participant_id, d.participant_id) and e.ended_at is null
      left join reduction_account r
        on r.participant_id = coalesce(m.participant_id, d.participant_id)
    """,
)
# What was credited or taken back later is in the books and not in the certificate.
CERTIFICATES = Invariant(
    "personal_certificates",
    "no certificate says more than was recorded by then of its days, and one in which nothing was"
    " taken back since says no more than stands",
    """
    select 'pct_' || replace(c.certificate_id::text, '-', ''),
           c.saved_mg > coalesce(a.saved_mg, 0) or c.actions > coalesce(a.actions, 0)
               or (coalesce(a.reversed_since, 0) = 0
                   and (c.saved_mg > coalesce(a.live_mg, 0) or c.actions > coalesce(a.live, 0)))
      from personal_certificate c
      left join (
        select k.certificate_id, sum(a.saved_mg) as saved_mg, count(*) as actions,
               sum(a.saved_mg) filter (where v.action_id is null) as live_mg,
               count(*) filter (where v.action_id is null) as live,
               count(*) filter (where v.reversed_at >= k.issued_at) as reversed_since
          from personal_certificate k
          join action a
            on a.participant_id = k.participant_id and a.occurred_at >= k.starts_at
           and a.occurred_at < k.ends_at and a.recorded_at <= k.issued_at
          left join reversal v
            on v.participant_id = a.participant_id and v.action_id = a.action_id
         group by 1) a using (certificate_id)
    """,
)
INVARIANTS = (TEAMS, RANKINGS, CERTIFICATES)

"""Budgets: what was put in against what was awarded, returned and is left, and who was paid."""

# ruff: noqa: S608 - these statements are put together from constants only

from app.store.audit.invariant import Invariant
from rewards.ledger import points as book
from rewards.points.budget import BUDGET_THING, CLOSED, OPEN, PROPOSED, WITHDRAWN
from rewards.points.budget_addition import ADD, ADDED

_NAMED = "'bgt_' || replace({0}::text, '-', '')"
# Of each budget's account: what came in and went out, by the transfers of people and of sponsors.
_MOVED = f"""
    select account,
           sum(points) filter (where kind = '{book.FUND}') as funded,
           sum(points) filter (where kind = '{book.RETURN}') as returned,
           sum(case kind when '{book.AWARD}' then points when '{book.CLAWBACK}' then -points
                         when '{book.OWE}' then -points end) as awarded
      from (select kind, points, credit_account as account from points_transfer
             where starts_with(credit_account, '{book.BUDGET}')
             union all
            select kind, points, debit_account from points_transfer
             where starts_with(debit_account, '{book.BUDGET}')
             union all
            select kind, points, debit_account from budget_posting
             where starts_with(debit_account, '{book.BUDGET}')
             union all
            select kind, points, credit_account from budget_posting
             where starts_with(credit_account, '{book.BUDGET}')) each
     group by account
"""
BUDGETS = Invariant(
    "budgets",
    "each budget: points put in = awarded and not taken back + returned + left, and none below 0",
    f"""
    select coalesce({_NAMED.format("b.budget_id")}, m.account),
           b.budget_id is null
               or b.state in ('{PROPOSED}', '{WITHDRAWN}') and m.account is not null
               or b.state in ('{OPEN}', '{CLOSED}') and (
                   m.funded is distinct from b.points
                   or coalesce(m.returned, 0) <> b.returned_points
                   or coalesce(m.awarded, 0) < 0
                   or b.points - b.returned_points
                       <> coalesce(m.awarded, 0) + coalesce(s.points_left, 0))
               or b.state <> '{OPEN}' and s.budget_id is not null
      from budget b
      left join (select budget_id, sum(points_left) as points_left
                   from budget_slot group by 1) s using (budget_id)
      full join ({_MOVED}) m
        on m.account = '{book.BUDGET}' || replace(b.budget_id::text, '-', '')
    """,
)
# A border between stages is rounded down, as the domain does.
STAGES = Invariant(
    "budget_stages",
    "what is left of each stage of an open budget ≤ its share, and what it covers is as published",
    f"""
    select {_NAMED.format("b.budget_id")} || ' ' || w.stage,
           s.points_left is null
               or s.points_left > b.points * w.upto / 100 - b.points * (w.upto - w.share) / 100
               or c.scenes is distinct from (select array_agg(x order by x)
                                               from unnest(b.scenes) x)
      from budget b
     cross join lateral (
           select at - 1 as stage, share, sum(share) over (order by at)::bigint as upto
             from unnest(b.shares) with ordinality as each (share, at)) w
      left join (select budget_id, stage, sum(points_left) as points_left
                   from budget_slot group by 1, 2) s
        on s.budget_id = b.budget_id and s.stage = w.stage
      left join lateral (
           select array_agg(v.scene order by v.scene) as scenes from budget_cover v
            where v.budget_id = b.budget_id and v.region = coalesce(b.region, '')
              and (v.starts_on, v.ends_on) = (b.starts_on, b.ends_on)) c on true
     where b.state = '{OPEN}'
    """,
)
AWARDED = Invariant(
    "budget_awards",
    "each award of a budget is for an action of its scenes, region and days, while it was open, and"
    " it was published before the first of them",
    f"""
    select 'act_' || replace(t.transfer_id::text, '-', ''),
           a.action_id is null or not (
               (a.behaviour = any(b.scenes) or k.category = any(b.scenes))
               and (b.region is null or b.region in (a.region, left(a.region, 5)))
               and (a.occurred_at at time zone :zone)::date between b.starts_on and b.ends_on
               and (b.published_at at time zone :zone)::date < b.starts_on
               and (b.closed_at is null or t.posted_at <= b.closed_at))
      from points_transfer t
      join budget b
        on t.credit_account = '{book.BUDGET}' || replace(b.budget_id::text, '-', '')
      left join action a on a.participant_id = t.participant_id and a.action_id = t.transfer_id
      left join unnest(cast(:behaviours as text[]), cast(:categories as text[]))
                as k (behaviour, category) on k.behaviour = a.behaviour
     where t.kind = '{book.AWARD}'
    """,
)
# The first amount is put in with the publication, and each further one is an addition.
ADDITIONS = Invariant(
    "budget_additions",
    "each addition to a budget: signed by two people of two roles, and put in once, of the amount"
    " and at the moment that it says; nothing else is put in but the first amount",
    f"""
    select {_NAMED.format("a.budget_id")} || '/additions/' || a.number,
           case when a.state = '{ADDED}' then
               p.times <> 1 or s.roles <> 2 or s.people <> 2 or a.added_at < a.proposed_at
               or b.published_at is null or a.added_at < b.published_at
               or a.added_at > coalesce(b.closed_at, a.added_at)
           else s.roles > 1 end
      from budget_addition a
      join budget b using (budget_id)
     cross join lateral (
           select count(distinct g.role) as roles, count(distinct g.user_id) as people
             from signature g
            where g.subject_kind = '{BUDGET_THING}' and g.subject_id = a.budget_id
              and g.verb = '{ADD}:' || a.number) s
     cross join lateral (
           select count(*) as times from budget_posting o
            where o.budget_id = a.budget_id and o.kind = '{book.FUND}'
              and o.points = a.points and o.posted_at = a.added_at) p
     union all
    select {_NAMED.format("b.budget_id")},
           f.times <> (b.published_at is not null)::int + (
               select count(*) from budget_addition a
                where a.budget_id = b.budget_id and a.state = '{ADDED}')
      from budget b
     cross join lateral (
           select count(*) as times from budget_posting o
            where o.budget_id = b.budget_id and o.kind = '{book.FUND}') f
    """,
)

INVARIANTS = (BUDGETS, STAGES, AWARDED, ADDITIONS)

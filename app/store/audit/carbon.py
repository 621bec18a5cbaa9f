"""The carbon book: every recorded milligram has one place, in the entries and in the postings."""

from app.store.audit.invariant import Invariant

PLACES = Invariant(
    "carbon_places",
    "per vintage: recorded and credited to projects"
    " = pool + bundled + carried + reserve + withdrawn + reversed, in mg",
    """
    select vintage::text, coalesce(recorded, 0) + coalesce(credited, 0) is distinct from
               coalesce(pool, 0) + coalesce(reversed, 0) + coalesce(booked, 0)
      from (select a.vintage, sum(a.saved_mg) as recorded,
                   sum(a.saved_mg) filter (where f.bundle_id is null and r.action_id is null)
                       as pool,
                   sum(a.saved_mg) filter (where f.bundle_id is null and r.action_id is not null)
                       as reversed
              from action a
              left join reversal r using (participant_id, action_id)
              left join (bundle_entry e join bundle f
                           on f.bundle_id = e.bundle_id and f.frozen_at is not null)
                on e.participant_id = a.participant_id and e.action_id = a.action_id
             group by a.vintage) actions
      full join (select vintage, sum(mg) as booked
                   from (select vintage, debit_account as account, mg from carbon_posting
                         union all
                         select vintage, credit_account, -mg from carbon_posting) legs
                  where account in ('units', 'reserve', 'withdrawn', 'reversed_after_issue')
                     or account like 'bundle:%' or account like 'carry:%'
                  group by vintage) postings using (vintage)
      full join (select vintage, sum(selected_mg) as credited from bundle
                  where period_id is not null group by vintage) of_projects using (vintage)
    """,
)
POOL = Invariant(
    "carbon_sealing",
    "per bundle and family: mg posted out of the pool = Σ the frozen entries of that methodology",
    """
    select concat_ws(' ', 'bdl_' || replace(bundle_id::text, '-', ''), family),
           posted is distinct from saved_mg
      from (select bundle_id, family, sum(mg) as posted from carbon_posting
             where credit_account = 'pool' group by 1, 2) p
      full join (select e.bundle_id, a.methodology as family, sum(e.saved_mg) as saved_mg
                   from bundle_entry e
                   join bundle b on b.bundle_id = e.bundle_id and b.frozen_at is not null
                   left join action a
                     on a.participant_id = e.participant_id and a.action_id = e.action_id
                  group by 1, 2) f using (bundle_id, family)
    """,
)
ACCOUNTS = Invariant(
    "carbon_accounts",
    "per family, vintage and account: nothing is below zero; an issued bundle's account is empty",
    """
    select concat_ws(' ', place, l.vintage, account),
           account not in ('pool', 'projects')
               and (sum(mg) < 0 or (bool_or(b.issued_at is not null) and sum(mg) <> 0))
      from (select vintage, account, mg,
                   -- Several families may flow into one bundle, and leave it as its own.
                   case when account like 'bundle:%' then null else family end as place
              from (select vintage, family, debit_account as account, mg from carbon_posting
                    union all
                    select vintage, family, credit_account, -mg from carbon_posting) legs) l
      left join bundle b on account = 'bundle:' || replace(b.bundle_id::text, '-', '')
     group by place, l.vintage, account
    """,
)
ENTRIES = Invariant(
    "bundle_entries",
    "each entry's mg = its action's mg, of its bundle's vintage, and its leaf = its content",
    r"""
    select 'act_' || replace(e.action_id::text, '-', ''),
           e.saved_mg is distinct from a.saved_mg or b.vintage is distinct from a.vintage
               or (b.methodology is not null and b.methodology is distinct from a.methodology)
               or (e.salt is not null and e.leaf is distinct from
                   sha256('\x00'::bytea || uuid_send(e.salt) || uuid_send(e.action_id)
                          || int8send(e.saved_mg)))
      from bundle_entry e
      left join bundle b using (bundle_id)
      left join action a
        on a.participant_id = e.participant_id and a.action_id = e.action_id
    """,
)
TOTALS = Invariant(
    "bundle_totals",
    "each frozen bundle's count and mg = its entries; once issued, every mg has gone somewhere",
    """
    select 'bdl_' || replace(b.bundle_id::text, '-', ''),
           coalesce(b.reductions, 0) is distinct from coalesce(e.reductions, 0)
               or (b.period_id is null
                   and coalesce(b.selected_mg, 0) is distinct from coalesce(e.saved_mg, 0))
               or (b.issued_at is not null
                   and b.selected_mg + b.carried_in_mg is distinct from
                       b.deducted_mg + b.reserve_mg + b.issued_t * 1000000000 + b.carried_out_mg)
      from bundle b
      left join (select bundle_id, count(*) as reductions, sum(saved_mg) as saved_mg
                   from bundle_entry group by 1) e using (bundle_id)
     where b.frozen_at is not null
    """,
)

POPULATION = Invariant(
    "bundle_population",
    "each bundle before the freeze: count, mg, report and plan = its entries, all of them live",
    """
    select 'bdl_' || replace(b.bundle_id::text, '-', ''),
           coalesce(b.reductions, 0) is distinct from coalesce(e.reductions, 0)
               or coalesce(b.selected_mg, 0) is distinct from coalesce(e.saved_mg, 0)
               or coalesce(e.reversed, 0) > 0
               or (b.report is not null
                   and ((b.report ->> 'reductions')::bigint is distinct from b.reductions
                        or (b.report ->> 'saved_mg')::bigint is distinct from b.selected_mg))
               or (b.sampling_plan is not null
                   and (b.sampling_plan ->> 'population')::bigint is distinct from b.reductions)
      from bundle b
      left join (select e.bundle_id, count(*) as reductions, sum(e.saved_mg) as saved_mg,
                        count(r.action_id) as reversed
                   from bundle_entry e
                   left join reversal r
                     on r.participant_id = e.participant_id and r.action_id = e.action_id
                  group by 1) e using (bundle_id)
     where b.frozen_at is null and b.state not in ('rejected', 'cancelled')
    """,
)

INVARIANTS = (PLACES, POOL, ACCOUNTS, ENTRIES, TOTALS, POPULATION)

"""Owners of projects: who owns each was handed it by who did, and units went to whose days."""

from app.store.audit.invariant import Invariant

OWNERS = Invariant(
    "project_owners",
    "each project is its last next owner's, and each change hands over what the one before took"
    " over, from a later day; what counts was signed by two people of two roles, word by word, and"
    " rests on documents of the project",
    """
    select 'prj_' || replace(p.project_id::text, '-', ''),
           p.applicant_id is distinct from c.last_id
           or c.broken
           or c.numbers <> c.highest
           or c.unsigned
           or c.unfounded
      from project p
      join lateral (
           select max(c.number) as highest, count(*) as numbers,
                  coalesce((array_agg(c.next_id order by c.number desc)
                                filter (where c.state = 'confirmed'))[1], p.applicant_id)
                      as last_id,
                  coalesce(bool_or(c.state = 'confirmed' and not c.handed_on), false) as broken,
                  coalesce(bool_or(c.state = 'confirmed' and (
                      select count(distinct s.role) < 2 or count(distinct s.user_id) < 2
                        from signature s
                       where s.subject_kind = 'project' and s.subject_id = p.project_id
                         and s.role in ('operator', 'authority')
                         and s.verb = 'change_owner:' || encode(sha256(convert_to(concat_ws(
                                 chr(10), 'prj_' || replace(c.project_id::text, '-', ''), c.number,
                                 'org_' || replace(c.former_id::text, '-', ''),
                                 'org_' || replace(c.next_id::text, '-', ''),
                                 c.effective_on, c.running,
                                 array_to_string(c.papers, chr(10))), 'UTF8')), 'hex'))), false)
                      as unsigned,
                  coalesce(bool_or(exists (
                      select from unnest(c.papers) as w (paper)
                       where not exists (select from project_proof f
                                          where f.project_id = p.project_id
                                            and f.kind in ('transfer_act', 'benefit_consent')
                                            and encode(f.sha256, 'hex') = w.paper))), false)
                      as unfounded
             from (select o.*, coalesce(
                              o.former_id = lag(o.next_id) over counting
                              and o.effective_on > lag(o.effective_on) over counting, true)
                              as handed_on
                     from owner_change o
                    where o.project_id = p.project_id
                   window counting as (partition by o.state = 'confirmed' order by o.number)) c
           ) c on c.numbers > 0
    """,
)
# Of each issued period: from which day on each owner has it, and up to which day. The owner before
# the first change is whoever handed over first, and of no change the applicant.
_OWNED = """
    select m.period_id, m.owner_id, m.begins,
           least(m.ends_before, min(m.begins) over (
               partition by m.period_id order by m.number
                rows between 1 following and unbounded following)) as until
      from (select q.period_id, q.ends_before, 0 as number, q.starts_on as begins,
                   coalesce((select c.former_id from owner_change c
                              where c.project_id = q.project_id and c.state = 'confirmed'
                              order by c.number limit 1), p.applicant_id) as owner_id
              from monitoring_period q join project p on p.project_id = q.project_id
             where q.state = 'issued'
             union all
            select q.period_id, q.ends_before, c.number,
                   case when c.effective_on <= q.starts_on then q.starts_on
                        when c.effective_on >= q.ends_before then q.ends_before
                        when c.running = 'next' then q.starts_on
                        when c.running = 'former' then q.ends_before
                        else c.effective_on end,
                   c.next_id
              from monitoring_period q
              join owner_change c on c.project_id = q.project_id and c.state = 'confirmed'
             where q.state = 'issued') m
"""
SHARES = Invariant(
    "project_shares",
    "each issued civil year of a period: its whole tonnes are its owners', to each by the days that"
    " the period was its own, to less than a tonne",
    f"""
    select 'mpd_' || replace(b.period_id::text, '-', ''),
           sum(coalesce(s.quantity_t, 0)) is distinct from b.issued_t
           or bool_or(abs(coalesce(s.quantity_t, 0) * b.days
                          - b.issued_t * coalesce(o.days, 0)) >= b.days)
           or bool_or(o.days is null)
      from (select i.period_id, i.vintage, i.issued_t,
                   least(q.ends_before, make_date(i.vintage + 1, 1, 1))
                   - greatest(q.starts_on, make_date(i.vintage, 1, 1)) as days
              from bundle i join monitoring_period q on q.period_id = i.period_id) b
      left join lateral (
           select coalesce(o.owner_id, s.owner_id) as owner_id, o.days
             from (select o.owner_id,
                          sum(greatest(0, least(o.until, make_date(b.vintage + 1, 1, 1))
                                          - greatest(o.begins, make_date(b.vintage, 1, 1))))
                              as days
                     from ({_OWNED}) o where o.period_id = b.period_id group by 1) o
             full join (select owner_id from issuance_share
                         where period_id = b.period_id and vintage = b.vintage) s
               on s.owner_id = o.owner_id) o on true
      left join issuance_share s on s.period_id = b.period_id and s.vintage = b.vintage
                                and s.owner_id = o.owner_id
     group by b.period_id, b.vintage, b.issued_t
    """,  # noqa: S608 - words of this file
)
INVARIANTS = (OWNERS, SHARES)

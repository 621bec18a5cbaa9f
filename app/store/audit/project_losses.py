"""Losses of projects: what was settled was signed, laid on the project's issues, counted once."""

from app.store.audit.invariant import Invariant

LOSSES = Invariant(
    "project_losses",
    "each loss: settled if and only if two people of two roles signed it, laid on issues of its"
    " project up to what was lost or credited; the report that has it once more gives back as much",
    """
    select 'prj_' || replace(l.project_id::text, '-', '') || ' ' || l.number,
           (l.state = 'settled') is distinct from (s.signed = 2)
           or (l.kind = 'unverified') is distinct from (l.reported_by is null)
           or (l.state <> 'settled' and coalesce(p.parts, 0) > 0)
           or coalesce(p.mg, 0) > l.lost_mg
           or (l.state = 'settled' and coalesce(p.mg, 0) < l.lost_mg and exists (
                   select from bundle b join monitoring_period m on m.period_id = b.period_id
                     left join lateral (select sum(mg) as mg from loss_part
                                         where bundle_id = b.bundle_id) t on true
                    where m.project_id = l.project_id and b.issued_at < l.state_at
                      and not exists (select from hand_over h where h.period_id = m.period_id
                                         and h.state = 'accepted' and h.state_at <= l.state_at)
                      and b.selected_mg > coalesce(t.mg, 0)))
           or coalesce(p.beyond, false)
           or (l.counted_in is not null and i.remeasured_mg is distinct from (
                   select coalesce(sum(o.mg), 0) from project_loss e
                     join loss_part o on o.project_id = e.project_id and o.number = e.number
                    where e.counted_in = l.counted_in))
      from project_loss l
      left join lateral (
           select sum(o.mg) as mg, count(*) as parts,
                  bool_or(m.project_id is distinct from l.project_id
                          or (select sum(a.mg) from loss_part a where a.bundle_id = o.bundle_id)
                              > b.selected_mg) as beyond
             from loss_part o
             left join bundle b on b.bundle_id = o.bundle_id
             left join monitoring_period m on m.period_id = b.period_id
            where o.project_id = l.project_id and o.number = l.number) p on true
      left join project_issuance i on i.period_id = l.counted_in
      left join lateral (
           select count(distinct (g.role, g.user_id)) as signed from signature g
            where g.subject_kind = 'project' and g.subject_id = l.project_id
              and g.role in ('operator', 'authority')
              and g.verb = 'settle_loss:' || encode(sha256(convert_to(concat_ws(
                      chr(10), 'prj_' || replace(l.project_id::text, '-', ''), l.number, l.kind,
                      l.occurred_on, encode(l.evidence, 'hex'),
                      'mpd_' || replace(l.base_period_id::text, '-', ''),
                      encode(l.inputs_digest, 'hex'), l.lost_mg), 'UTF8')), 'hex')) s on true
     union all
    select 'mpd_' || replace(i.period_id::text, '-', ''), true
      from project_issuance i
     where i.remeasured_mg > 0
       and not exists (select from project_loss l where l.counted_in = i.period_id)
    """,
)
INVARIANTS = (LOSSES,)

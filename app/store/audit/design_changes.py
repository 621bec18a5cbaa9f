"""Changes of designs: what counts was asked for, validated and signed, from one day on."""

from app.store.audit.invariant import Invariant

# Written here a second time, apart from the table of kinds that the verbs go by.
CHANGES = Invariant(
    "design_changes",
    "each change of a design: what counts was signed by two people of two roles over its digests,"
    " validated with a report of the project where its kind needs that, is a design with its table,"
    " and counts from a later day than the one before; crediting ends with the last one",
    """
    select 'prj_' || replace(c.project_id::text, '-', '') || ' ' || c.number,
           (c.state = 'accepted') is distinct from coalesce(s.signed, false)
           or (c.state = 'accepted' and (
                   d.digest is distinct from c.digest
                   or d.content is distinct from c.content
                   or t.digest is distinct from c.expected_digest
                   or t.content is distinct from c.expected
                   or (c.kind <> 'monitoring_plan' and f.document_id is null)
                   or coalesce(c.former_day >= c.effective_on, false)
                   or coalesce(c.former_design >= c.design_number, false)
                   or c.design_number <= p.noticed_design
                   or (c.newest and p.ends_before is distinct from
                           (c.content #>> '{crediting_period,to}')::date)))
      from (select e.*,
                   lag(e.effective_on) over counting as former_day,
                   lag(e.design_number) over counting as former_design,
                   row_number() over (partition by e.project_id, e.state = 'accepted'
                                      order by e.number desc) = 1 as newest
              from design_change e
            window counting as (partition by e.project_id, e.state = 'accepted'
                                order by e.number)) c
      join project p on p.project_id = c.project_id
      left join project_design d
        on d.project_id = c.project_id and d.number = c.design_number
      left join ex_ante t
        on t.project_id = c.project_id and t.design_number = c.design_number
      left join lateral (select document_id from project_proof
                          where project_id = c.project_id and kind = 'validation_report'
                            and sha256 = c.report limit 1) f on true
      left join lateral (
           select count(distinct g.role) = 2 and count(distinct g.user_id) = 2 as signed
             from signature g
            where g.subject_kind = 'project' and g.subject_id = c.project_id
              and g.role in ('operator', 'authority')
              and g.verb = 'change_design:' || encode(sha256(convert_to(concat_ws(
                      chr(10), 'prj_' || replace(c.project_id::text, '-', ''), c.number, c.kind,
                      c.effective_on, encode(c.digest, 'hex'), encode(c.expected_digest, 'hex'),
                      c.rule_digest, coalesce(encode(c.report, 'hex'), '')), 'UTF8')), 'hex')
           ) s on true
    """,
)
COUNTING = Invariant(
    "period_designs",
    "each period past its measuring was computed by the design, and the version of the rule, that"
    " count on its days; what stands in the register was designed before, or by a change",
    """
    select 'mpd_' || replace(m.period_id::text, '-', ''),
           c.design_number is distinct from coalesce(e.design_number, p.noticed_design)
           or c.rule_digest is distinct from coalesce(e.rule_digest, p.methodology_digest)
      from monitoring_period m
      join project p on p.project_id = m.project_id
      join lateral (select design_number, rule_digest from period_calculation
                     where period_id = m.period_id order by number desc limit 1) c on true
      left join lateral (select design_number, rule_digest from design_change
                          where project_id = m.project_id and state = 'accepted'
                            and effective_on < m.ends_before
                          order by number desc limit 1) e on true
     where m.state not in ('open', 'returned', 'void', 'negative')
     union all
    select 'prj_' || replace(d.project_id::text, '-', '') || ' ' || d.number,
           not exists (select from design_change c
                        where c.project_id = d.project_id and c.design_number = d.number)
      from project_design d join project p on p.project_id = d.project_id
     where p.number is not null and d.number > p.noticed_design
    """,
)
INVARIANTS = (CHANGES, COUNTING)

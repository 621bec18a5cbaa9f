"""Projects' steps: what stands is what was noticed, judged and signed, in that order."""

# ruff: noqa: S608 - the statements are put together from constants of this file only

from app.store.audit.invariant import Invariant

# Written here a second time, apart from the table of steps that the verbs go by.
_PAST_NOTICE = (
    "('notice_closed', 'in_validation', 'returned', 'validated', 'registration_requested',"
    " 'registered', 'suspended', 'completed')"
)
_PAST_VALIDATION = (
    "('validated', 'registration_requested', 'registered', 'suspended', 'completed',"
    " 'deregistered')"
)
NOTICES = Invariant(
    "project_notices",
    "each project stands by its newest notice, which is of a design that it stated; what is past"
    " its notice has one, and no objection to it is open; during it no newer design was stated",
    f"""
    select 'prj_' || replace(p.project_id::text, '-', ''),
           (p.noticed_design, p.notice_until) is distinct from (n.design_number, n.last_day)
           or (n.number is not null and n.digest is distinct from d.digest)
           or (n.number is null
               and (p.state in ('on_notice', 'deregistered') or p.state in {_PAST_NOTICE}))
           or (p.state = 'on_notice'
               and exists (select from project_design e where e.project_id = p.project_id
                              and e.number > p.noticed_design))
           or (p.state in {_PAST_NOTICE}
               and exists (select from complaint c
                            where c.project_id = p.project_id and c.kind = 'objection'
                              and c.ended_at is null))
      from project p
      left join lateral (select * from project_notice where project_id = p.project_id
                          order by number desc limit 1) n on true
      left join project_design d on d.project_id = p.project_id and d.number = p.noticed_design
     where p.state not in ('draft', 'submitted')
    """,
)
VALIDATIONS = Invariant(
    "project_validations",
    "each project past its validation has a positive opinion of the design that was noticed, its"
    " report among the documents, and no open finding; who validates is no applicant, has a seat"
    " without an opinion, and every earlier attempt ended",
    f"""
    select 'prj_' || replace(p.project_id::text, '-', ''),
           (p.state = 'in_validation'
            and (v.attempt is null or o.attempt is not null
                 or v.validator_id is distinct from p.validator_id))
           or (p.state = 'returned' and o.verdict is distinct from 'returned')
           or (p.state in {_PAST_VALIDATION}
               and (o.verdict is distinct from 'positive'
                    or v.design_number is distinct from p.noticed_design
                    or exists (
                        select from validation_finding f
                          left join lateral (
                              select reply from validation_reply where finding_id = f.finding_id
                               order by number desc limit 1) r on true
                         where f.project_id = p.project_id
                           and coalesce(r.reply, 'raised') not in ('closed', 'kept'))))
           or (v.attempt is not null and v.digest is distinct from (
                   select digest from project_design
                    where project_id = p.project_id and number = v.design_number))
           or (o.report_id is not null and o.sha256 is distinct from (
                   select sha256 from project_proof
                    where project_id = p.project_id and document_id = o.report_id
                      and kind = 'validation_report'))
           or exists (select from project_validation e
                       where e.project_id = p.project_id and e.validator_id = p.applicant_id)
           or exists (select from project_validation e
                       where e.project_id = p.project_id and e.attempt < v.attempt
                         and not exists (select from validation_opinion b
                                          where b.project_id = e.project_id
                                            and b.attempt = e.attempt))
      from project p
      left join lateral (select * from project_validation where project_id = p.project_id
                          order by attempt desc limit 1) v on true
      left join validation_opinion o on o.project_id = p.project_id and o.attempt = v.attempt
     where p.state not in ('draft', 'submitted', 'designed', 'on_notice')
    """,
)
REGISTRATIONS = Invariant(
    "project_registrations",
    "each project stands where its last decision led; what has a number was signed by two people of"
    " two roles over the dossier that was asked for, of the design that was noticed, and its meters"
    " are declared as its own while it is on the register; off it, none of its units is somebody's",
    """
    select 'prj_' || replace(p.project_id::text, '-', ''),
           (p.number is not null) is distinct from
               (p.state in ('registered', 'suspended', 'completed', 'deregistered'))
           or coalesce(case p.state
                  when 'registration_requested' then last.step <> 'ask'
                  when 'registered' then last.step not in ('register', 'resume')
                  when 'suspended' then last.step <> 'suspend'
                  when 'completed' then last.step not in ('register', 'resume')
                  when 'deregistered' then last.step <> 'deregister'
                  else last.step is not null and last.step not in ('ask', 'refuse') end, true)
           or exists (select from project_decision e
                       where e.project_id = p.project_id and e.digest <> asked.digest)
           or (asked.step is not null and asked.dossier -> 'design' ->> 'digest' is distinct from (
                   select encode(digest, 'hex') from project_design
                    where project_id = p.project_id and number = p.noticed_design))
           or (p.number is not null and (
                   select count(distinct s.role) < 2 or count(distinct s.user_id) < 2
                     from signature s
                    where s.subject_kind = 'project' and s.subject_id = p.project_id
                      and s.role in ('operator', 'authority')
                      and s.verb = 'register:' || encode(asked.digest, 'hex')))
           or (p.state = 'deregistered' and exists (
                   select from monitoring_period d
                     join bundle b on b.period_id = d.period_id
                     join unit_block u on u.bundle_id = b.bundle_id
                    where d.project_id = p.project_id
                      and u.state in ('active', 'reserved', 'suspended', 'locked')))
           or (p.state in ('registered', 'suspended', 'completed') and exists (
                   select from project_meter m
                    where m.project_id = p.project_id
                      and not exists (select from declared_elsewhere e
                                       where e.mechanism = 'project' and e.reference = p.number
                                         and e.number_digest = m.number_digest
                                         and e.state = 'declared')))
      from project p
      left join lateral (select * from project_decision where project_id = p.project_id
                          order by number desc limit 1) last on true
      left join lateral (select * from project_decision
                          where project_id = p.project_id and step = 'ask'
                          order by number desc limit 1) asked on true
     where p.number is not null or last.step is not null
    """,
)
INVARIANTS = (NOTICES, VALIDATIONS, REGISTRATIONS)

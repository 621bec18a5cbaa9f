"""Monitoring periods: what was computed is what was measured, and what was issued was verified."""

from __future__ import annotations

from collections.abc import Generator
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Connection, text

from app.store.audit.invariant import Invariant
from behaviours.json_value import JsonObject

# Of a period that is not being measured: the newest run, and the values that count.
PERIODS = Invariant(
    "project_periods",
    "each locked period: inside the crediting period, and its newest run is over the values that"
    " count; no two periods of a project share a day",
    """
    select 'mpd_' || replace(p.period_id::text, '-', ''),
           c.inputs is null
               or p.starts_on < (d.content #>> '{crediting_period,from}')::date
               or p.ends_before > (d.content #>> '{crediting_period,to}')::date
               or m.differing is distinct from 0
               or m.cells is distinct from q.cells
               or exists (select from monitoring_period o
                           where o.project_id = p.project_id and o.period_id <> p.period_id
                             and o.state not in ('void', 'negative')
                             and daterange(o.starts_on, o.ends_before)
                                 && daterange(p.starts_on, p.ends_before))
      from monitoring_period p
      left join lateral (select * from period_calculation c where c.period_id = p.period_id
                          order by number desc limit 1) c on true
      left join project_design d
        on d.project_id = p.project_id and d.number = c.design_number
      left join lateral (
           select count(*) as cells,
                  count(*) filter (where m.value is distinct from case m.key
                      when '' then c.inputs #>> array['quantities', m.parameter]
                      else c.inputs #>> array['quantities', m.parameter, m.key] end) as differing
             from measurement m
            where m.period_id = p.period_id
              and not exists (select from measurement s where s.supersedes = m.measurement_id)
           ) m on true
      left join lateral (
           select sum(case jsonb_typeof(t.value) when 'object'
                      then (select count(*) from jsonb_object_keys(t.value)) else 1 end) as cells
             from jsonb_each(c.inputs -> 'quantities') t) q on true
     where p.state not in ('open', 'void', 'negative')
    """,
)
ISSUANCES = Invariant(
    "project_issuances",
    "each issued period: reported as computed, less the opinion's deduction, = credited by year"
    " + set off - owed; signed by two, verified by a body that never validated the project",
    """
    select 'mpd_' || replace(p.period_id::text, '-', ''),
           i.period_id is null
               or i.reported_mg is distinct from c.mg
               or o.verdict is distinct from 'positive'
               or i.deducted_mg is distinct from o.deduction_mg
               or i.credited_mg is distinct from coalesce(b.mg, 0)
               or coalesce(b.verifiers, array[o.verifier_id]) <> array[o.verifier_id]
               or coalesce(b.kept, true) is false
               or w.owed_mg < 0
               or s.signed is distinct from 2
               or exists (select from project_body x
                           where x.project_id = p.project_id and x.organisation_id = o.verifier_id
                             and x.role <> 'verifier')
      from monitoring_period p
      left join project_issuance i using (period_id)
      left join lateral (select mg from period_calculation c where c.period_id = p.period_id
                          order by number desc limit 1) c on true
      left join lateral (select * from verification_opinion o where o.period_id = p.period_id
                          order by attempt desc limit 1) o on true
      left join (select period_id, sum(selected_mg) as mg,
                        array_agg(distinct verifier_id) as verifiers,
                        bool_and(selected_mg + carried_in_mg
                                 = reserve_mg + issued_t * 1000000000 + carried_out_mg
                                 and carried_out_mg between 0 and 999999999) as kept
                   from bundle where period_id is not null group by 1) b
        on b.period_id = p.period_id
      left join lateral (select sum(e.deficit_mg - e.set_off_mg) as owed_mg
                           from project_issuance e
                          where e.project_id = p.project_id
                            and e.issued_at <= i.issued_at) w on true
      left join lateral (select count(distinct (g.role, g.user_id)) as signed from signature g
                          where g.subject_kind = 'monitoring_period'
                            and g.subject_id = p.period_id and g.verb = 'issue') s on true
     where p.state = 'issued' or i.period_id is not null
    """,
)
INVARIANTS = (PERIODS, ISSUANCES)
_STREAM = {"stream_results": True, "yield_per": 50}
_CALCULATIONS = text(
    """
    select period_id, rule_digest, inputs, inputs_digest, mg from period_calculation
     union all
    select l.base_period_id, c.rule_digest, l.inputs, l.inputs_digest, c.mg - l.lost_mg
      from project_loss l
      join lateral (select rule_digest, mg from period_calculation
                     where period_id = l.base_period_id order by number desc limit 1) c on true
     where l.kind <> 'unverified'
    """
)
_DOCUMENTS = text(
    """
    select project_id, content, digest from ex_ante
     union all
    select period_id, content, digest from period_report
    """
)


class KeptCalculation(NamedTuple):
    """A run as it is kept, to be made again."""

    period_id: UUID
    rule_digest: str
    inputs: JsonObject
    inputs_digest: bytes
    mg: int


class KeptDocument(NamedTuple):
    """An ex-ante table or a report, and the digest beside it."""

    subject_id: UUID
    content: JsonObject
    digest: bytes


def kept_calculations(connection: Connection) -> Generator[KeptCalculation, None, None]:
    """Every run, through a cursor on the server: close it."""
    with connection.execute(_CALCULATIONS, execution_options=_STREAM) as rows:
        for period_id, rule_digest, inputs, digest, mg in rows:
            yield KeptCalculation(period_id, rule_digest, inputs, bytes(digest), mg)


def kept_documents(connection: Connection) -> Generator[KeptDocument, None, None]:
    """Every ex-ante table and report; likewise."""
    with connection.execute(_DOCUMENTS, execution_options=_STREAM) as rows:
        for subject_id, content, digest in rows:
            yield KeptDocument(subject_id, content, bytes(digest))

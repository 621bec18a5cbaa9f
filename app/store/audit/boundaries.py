"""Boundaries of covered emitters: the register owns what two people signed, and nothing beside."""

from app.store.audit.invariant import Invariant
from behaviours.actions.boundaries import BOUNDARY
from behaviours.actions.declared import COVERED_EMITTER, DECLARED

# Year by year, up to the one after the last that any boundary names: then nothing changes any more.
_SAID = f"""
    published as (
        select b.*, s.signed_at
          from emitter_boundary b
         cross join lateral (
            select max(signed_at) as signed_at, count(distinct role) as roles from signature
             where subject_kind = '{BOUNDARY}' and subject_id = b.boundary_id) s
         where s.roles = 2),
    last as (
        select max(greatest(first_year, last_year)) + 1 as year from published),
    held as (
        select distinct on (p.organisation_id, p.market, y.year)
               p.boundary_id, p.organisation_id, p.numbers, y.year
          from published p cross join last
         cross join generate_series(
             p.first_year, least(coalesce(p.last_year, last.year), last.year)) as y (year)
         order by p.organisation_id, p.market, y.year, p.signed_at desc, p.boundary_id desc),
    said as (
        select h.boundary_id, h.organisation_id, h.year, n.number ->> 2 as kind,
               n.number ->> 3 as issuer, n.number -> 4 as evidence,
               greatest(make_date(h.year, 1, 1), (n.number ->> 5)::date) as since,
               least(make_date(h.year, 12, 31), (n.number ->> 6)::date) as until
          from held h cross join lateral jsonb_array_elements(h.numbers) as n (number)),
    owned as (
        select d.*, coalesce(d.to_day, 'infinity'::date) as until from declared_elsewhere d
         where d.boundary_id is not null and d.state = '{DECLARED}')
"""  # noqa: S608 - words of the domain
_SAME = """s.boundary_id = o.boundary_id and s.organisation_id = o.organisation_id
    and s.kind = o.kind and s.issuer is not distinct from o.issuer and s.evidence = o.evidence
    and s.since >= o.from_day and s.until <= o.until"""
BOUNDARIES = Invariant(
    "boundaries",
    "what lies inside a covered emitter's boundary, in the years in which it holds, is owned in the"
    " register, and nothing else is by a boundary",
    f"""
    with {_SAID}
    select 'bnd_' || replace(s.boundary_id::text, '-', ''), not exists (
               select from owned o join declared_claim using (declaration_id) where {_SAME})
      from said s where s.since <= s.until
    union all
    select 'bnd_' || replace(o.boundary_id::text, '-', ''),
           o.mechanism <> '{COVERED_EMITTER}' or exists (
               select from generate_series(
                   extract(year from o.from_day)::int,
                   extract(year from least(o.until, make_date(last.year, 12, 31)))::int) as y (year)
                where not exists (select from said s where {_SAME} and s.year = y.year))
      from owned o cross join last
    """,  # noqa: S608
)
INVARIANTS = (BOUNDARIES,)

"""Verifying: whoever verifies a bundle was seated on record and is tied to nobody in it."""

from app.store.audit.invariant import Invariant

# Each declaration that stood when somebody was seated: the newest of each side.
_STOOD = """
    select distinct on (s.seat_id, d.by_itself)
           s.seat_id, d.by_itself, d.interests, d.of_operator
      from verifier_seat s
      join independence_declaration d
        on d.organisation_id = s.verifier_id and d.declared_at <= s.seated_at
     order by s.seat_id, d.by_itself, d.declared_at desc, d.declaration_id desc
"""
# The same when two people had signed the seal: a tie that was declared before voids the opinion.
_STOOD_AT_THE_SEAL = """
    select distinct on (v.bundle_id, d.by_itself)
           v.bundle_id, d.by_itself, d.interests, d.of_operator
      from bundle v
     cross join lateral (select max(g.signed_at) as signed_at from signature g
                          where g.subject_kind = 'bundle' and g.subject_id = v.bundle_id
                            and g.verb like 'seal%') g
      join independence_declaration d
        on d.organisation_id = v.verifier_id and d.declared_at < g.signed_at
     where v.frozen_at is not null
     order by v.bundle_id, d.by_itself, d.declared_at desc, d.declaration_id desc
"""
_REPORTED_BY = """
    exists (select from bundle_entry e join action a using (participant_id, action_id)
             where e.bundle_id = b.bundle_id and a.provider_id = any(d.interests))
"""
# Whether somebody stood in the pool at the moment of a seat.
_IN_POOL = """
    coalesce((select p.admitted from verifier_pool_step p
               where p.organisation_id = s.verifier_id and p.decided_at <= s.seated_at
               order by p.decided_at desc, p.step_id desc limit 1), false)
"""

SEATED = Invariant(
    "verifiers_seated",
    "each bundle's verifier: seated last and still, declared, in the pool or approved, not tied",
    f"""
    select 'bdl_' || replace(b.bundle_id::text, '-', ''),
           s.verifier_id is distinct from b.verifier_id
               or exists (select from verifier_refusal r
                           where r.bundle_id = b.bundle_id and r.verifier_id = b.verifier_id)
               or exists (select from seat_end x
                           where x.bundle_id = b.bundle_id and x.attempt = s.attempt)
               or exists (select from bundle_entry e join action a using (participant_id, action_id)
                           where e.bundle_id = b.bundle_id and a.provider_id = b.verifier_id)
               or (s.how in ('drawn', 'kept') and not {_IN_POOL})
               or (s.how = 'approved'
                   and not exists (select from verifier_approval v
                                    where v.bundle_id = b.bundle_id
                                      and v.verifier_id = b.verifier_id))
               or (s.how <> 'named' and (not coalesce(t.declared, false) or t.tied))
               or exists (select from ({_STOOD_AT_THE_SEAL}) d
                           where d.bundle_id = b.bundle_id
                             and (d.of_operator or {_REPORTED_BY}))
      from bundle b
      left join (select distinct on (bundle_id) * from verifier_seat
                  order by bundle_id, attempt desc) s using (bundle_id)
      left join lateral (
           select bool_or(d.by_itself) as declared,
                  bool_or(d.of_operator or {_REPORTED_BY}) as tied
             from ({_STOOD}) d where d.seat_id = s.seat_id) t on true
     where b.verifier_id is not null and b.period_id is null
    """,  # noqa: S608 - of constants of this file only
)

INVARIANTS = (SEATED,)

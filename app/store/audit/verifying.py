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
# Whether somebody stood in the pool at the moment of a seat.
_IN_POOL = """
    coalesce((select p.admitted from verifier_pool_step p
               where p.organisation_id = s.verifier_id and p.decided_at <= s.seated_at
               order by p.decided_at desc, p.step_id desc limit 1), false)
"""

SEATED = Invariant(
    "verifiers_seated",
    "each bundle's verifier: seated last, declared, in the pool or approved, and tied to nobody",
    f"""
    select 'bdl_' || replace(b.bundle_id::text, '-', ''),
           s.verifier_id is distinct from b.verifier_id
               or exists (select from verifier_refusal r
                           where r.bundle_id = b.bundle_id and r.verifier_id = b.verifier_id)
               or exists (select from bundle_entry e join action a using (participant_id, action_id)
                           where e.bundle_id = b.bundle_id and a.provider_id = b.verifier_id)
               or (s.how in ('drawn', 'kept') and not {_IN_POOL})
               or (s.how = 'approved'
                   and not exists (select from verifier_approval v
                                    where v.bundle_id = b.bundle_id
                                      and v.verifier_id = b.verifier_id))
               or (s.how <> 'named' and (not coalesce(t.declared, false) or t.tied))
      from bundle b
      left join (select distinct on (bundle_id) * from verifier_seat
                  order by bundle_id, attempt desc) s using (bundle_id)
      left join lateral (
           select bool_or(d.by_itself) as declared,
                  bool_or(d.of_operator
                          or exists (select from bundle_entry e
                                       join action a using (participant_id, action_id)
                                      where e.bundle_id = b.bundle_id
                                        and a.provider_id = any(d.interests))) as tied
             from ({_STOOD}) d where d.seat_id = s.seat_id) t on true
     where b.verifier_id is not null
    """,  # noqa: S608 - of constants of this file only
)

INVARIANTS = (SEATED,)

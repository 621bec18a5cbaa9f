"""What is counted of many actions together: each counter is what it counts."""

from app.store.audit.invariant import Invariant

SIGHTINGS = Invariant(
    "sightings",
    "each mark's people of a day = who was seen by it",
    """
    select day::text || ' ' || encode(mark_digest, 'hex'),
           t.people is distinct from s.people
      from sighting_day t
      full join (select day, mark_digest, count(*) as people from sighting group by 1, 2) s
     using (day, mark_digest)
    """,
)

INVARIANTS = (SIGHTINGS,)

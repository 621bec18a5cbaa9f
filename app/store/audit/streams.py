"""What is counted of many actions together: each counter is what it counts."""

from app.store.audit.invariant import Invariant
from app.store.tables.metadata import in_words
from behaviours.actions.waiting import OPEN
from behaviours.scenes import PLACES

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

# A day that is counted is counted whole: programmes change at its begin.
PROVIDER_DAYS = Invariant(
    "provider_days",
    "what counts against a provider's quota of a day = the actions reported on it and not held for"
    " want of room, taken back or not; a household's is one",
    """
    select 'org_' || replace(d.provider_id::text, '-', '') || ' ' || d.day::text,
           d.actions is distinct from coalesce(a.actions, 0)
               or d.saved_mg is distinct from coalesce(a.saved_mg, 0)
      from (select provider_id, day, sum(actions) as actions, sum(saved_mg) as saved_mg
              from provider_day group by 1, 2) d
      left join (
          select r.provider_id, (r.recorded_at at time zone :zone)::date as day,
                 count(*) as actions, sum(coalesce(s.whole_mg, r.saved_mg)) as saved_mg
            from (select participant_id, action_id, provider_id, recorded_at, saved_mg from action
                   union all
                  select participant_id, action_id, provider_id, recorded_at, saved_mg
                    from waiting_action) r
            left join household_share s on s.action_id = r.action_id
           where r.provider_id in (select provider_id from provider_day)
             and (s.action_id is null or s.action_id = s.whole_action_id)
             and not exists (
                 select from action_hold h
                  where h.participant_id = r.participant_id and h.action_id = r.action_id
                    and (h.reasons @> '[{"code": "quota"}]'
                         or h.reasons @> '[{"code": "mass_quota"}]'))
           group by 1, 2
      ) a using (provider_id, day)
    """,
)

PLACES_KEPT = Invariant(
    "places_kept",
    "where people were is kept only of who takes part, and of what counts, waits or was sold",
    f"""
    select 'act_' || replace(p.action_id::text, '-', ''),
           not exists (select from person_key k where k.participant_id = p.participant_id)
               or not (
                   exists (select from action_hold h
                            where h.participant_id = p.participant_id
                              and h.action_id = p.action_id and {in_words("h.state", *OPEN)})
                   or exists (select from action a
                              left join reversal r using (participant_id, action_id)
                              left join bundle_entry e using (participant_id, action_id)
                              left join bundle b using (bundle_id)
                               where a.participant_id = p.participant_id
                                 and a.action_id = p.action_id
                                 and (r.action_id is null or b.frozen_at is not null)))
      from person_place p
    """,  # noqa: S608 - only words of this code
)

PLACES_AGREED = Invariant(
    "places_agreed",
    "where somebody was is kept of a provider's report only under a separate consent that stands",
    f"""
    select 'act_' || replace(p.action_id::text, '-', ''), not exists (
               select from consent c
                where c.participant_id = p.participant_id
                  and c.organisation_id = r.provider_id
                  and c.scene = '{PLACES}' and c.withdrawn_at is null
                  and (c.granted_at at time zone :zone)::date
                      <= (r.occurred_at at time zone :zone)::date)
      from person_place p
      join (select participant_id, action_id, provider_id, occurred_at from action
             union all
            select participant_id, action_id, provider_id, occurred_at from waiting_action) r
           using (participant_id, action_id)
     where r.provider_id is not null
    """,  # noqa: S608 - only words of this code
)

INVARIANTS = (SIGHTINGS, PROVIDER_DAYS, PLACES_KEPT, PLACES_AGREED)

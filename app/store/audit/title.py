"""The right to count and to sell: consent for each report, entrustment and gate for each leaf."""

from app.store.audit.invariant import Invariant
from behaviours.actions.inherited import AGREED, RIDE, SIDE
from behaviours.guardians import BY_EVIDENCE, CHANGE
from behaviours.identity_change import DONE, REPLACED
from behaviours.people import BY_API, BY_FILE, BY_GUARDIAN, CLOSED
from behaviours.scenes import PLACES
from behaviours.texts import OF_PLACES

CONSENTS = Invariant(
    "consents",
    "each provider's report was covered by a consent on the day of the action",
    """
    select 'act_' || replace(a.action_id::text, '-', ''), not exists (
               select from consent c
                where c.participant_id = a.participant_id
                  and c.organisation_id = a.provider_id
                  and c.scene in (a.behaviour, s.category)
                  and (c.granted_at at time zone :zone)::date
                      <= (a.occurred_at at time zone :zone)::date
                  and (c.withdrawn_at is null
                       or c.withdrawn_at > least(a.occurred_at, a.recorded_at)))
      from action a
      left join unnest(cast(:behaviours as text[]), cast(:categories as text[]))
                as s (behaviour, category) using (behaviour)
     where a.provider_id is not null
    """,
)
AFTER_LEAVING = Invariant(
    "consents_after_leaving",
    "no provider's word gave a consent back that its person withdrew in another account, or that"
    " ended when they left it",
    f"""
    select 'con_' || replace(c.consent_id::text, '-', ''),
           (c.granted_at < l.left_at and (l.limits is null or exists (
               select from jsonb_array_elements(l.limits) as t (fact)
                where fact ->> 0 = '{AGREED}' and fact ->> 2 = c.scene
                  and cast(fact ->> 1 as uuid) = c.organisation_id)))
               or w.scene is not null
      from consent c
      join inherited_leaving l using (participant_id)
      left join inherited_withdrawal w using (participant_id, organisation_id, scene)
     where c.channel in ('{BY_API}', '{BY_FILE}')
    """,  # noqa: S608 - constants of this file
)
BEFORE_RETURN = Invariant(
    "nothing_before_return",
    "whoever came back after leaving has no action from before the day of it in the new account, is"
    " in no ride that goes on there, and on no other side of a choice that was made there",
    f"""
    select 'act_' || replace(a.action_id::text, '-', ''),
           case when l.limits is null then a.occurred_at < l.left_at
                else (a.occurred_at at time zone :zone)::date
                     < (l.left_at at time zone :zone)::date end
      from inherited_leaving l join action a using (participant_id)
    union all
    select 'act_' || replace(i.action_id::text, '-', ''),
           cast(fact ->> 1 as timestamptz) < i.ends_at
               and cast(fact ->> 2 as timestamptz) > i.starts_at
      from inherited_leaving l cross join jsonb_array_elements(l.limits) as t (fact)
      join person_interval i using (participant_id)
     where fact ->> 0 = '{RIDE}'
    union all
    select 'par_' || replace(e.participant_id::text, '-', ''),
           e.side <> fact ->> 3
      from inherited_leaving l cross join jsonb_array_elements(l.limits) as t (fact)
      join exclusion_claim e using (participant_id)
     where fact ->> 0 = '{SIDE}' and e.exclusion_group = fact ->> 1
       and e.period_start = cast(fact ->> 2 as date)
    """,  # noqa: S608 - constants of this file
)
ENTRUSTED = Invariant(
    "bundle_title",
    "each frozen entry was entrusted by its person when its bundle was frozen",
    """
    select 'act_' || replace(e.action_id::text, '-', ''), a.action_id is null or not exists (
               select from contribution c
                where c.participant_id = a.participant_id
                  and (c.methodology is null or c.methodology = a.methodology)
                  and (c.bundle_id is null or c.bundle_id = e.bundle_id)
                  and (a.occurred_at at time zone :zone)::date
                      between c.occurred_from and c.occurred_to
                  and c.granted_at <= b.frozen_at
                  and (c.withdrawn_at is null or c.withdrawn_at >= b.frozen_at))
      from bundle_entry e
      join bundle b on b.bundle_id = e.bundle_id and b.frozen_at is not null
      left join action a
        on a.participant_id = e.participant_id and a.action_id = e.action_id
    """,
)
CAPS = Invariant(
    "bundle_caps",
    "a frozen bundle holds no more of a mandate than the caps that stood when it was frozen",
    """
    select 'ctb_' || replace(c.contribution_id::text, '-', '') || ' in bdl_'
               || replace(b.bundle_id::text, '-', ''),
           coalesce(held.bundle_mg > c.most_mg_per_bundle, false)
               or coalesce(held.bundle_mg > 0 and held.year_mg > c.most_mg_per_year, false)
               or coalesce(held.bundle_mg * 100
                           > c.most_percent * (held.bundle_mg + held.left_mg), false)
      from contribution c
      join bundle b
        on c.granted_at <= b.frozen_at and (c.withdrawn_at is null or c.withdrawn_at > b.frozen_at)
     cross join lateral (
        select coalesce(sum(e.saved_mg) filter (where e.bundle_id = b.bundle_id), 0) as bundle_mg,
               coalesce(sum(e.saved_mg) filter (where a.vintage = b.vintage), 0) as year_mg,
               coalesce((select sum(o.saved_mg) from capped_reduction o
                          where o.participant_id = c.participant_id
                            and o.bundle_id = b.bundle_id), 0) as left_mg
          from bundle_entry e
          join bundle f on f.bundle_id = e.bundle_id and f.frozen_at <= b.frozen_at
          join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
         where e.participant_id = c.participant_id
           and (c.methodology is null or c.methodology = a.methodology)
           and (c.bundle_id is null or c.bundle_id = e.bundle_id)
           and (a.occurred_at at time zone :zone)::date
               between c.occurred_from and c.occurred_to) held
     where num_nonnulls(c.most_mg_per_year, c.most_mg_per_bundle, c.most_percent) > 0
    """,
)
GATE = Invariant(
    "bundle_gate",
    "each frozen entry's figures were good enough for its class, or two people had approved them",
    """
    select 'act_' || replace(e.action_id::text, '-', ''),
           a.action_class is distinct from 'project' and a.action_class is distinct from 'scene'
               or not (exists (
                      select from unnest(cast(:open_classes as text[]),
                                         cast(:open_grades as text[])) as open (class, grade)
                       where open.class = b.unit_class and open.grade = a.provenance)
                   or (b.unit_class = any(:approvable_classes) and coalesce(g.opened, false)))
      from bundle_entry e
      join bundle b on b.bundle_id = e.bundle_id and b.frozen_at is not null
      left join action a
        on a.participant_id = e.participant_id and a.action_id = e.action_id
      left join lateral (
          select count(distinct role) = 2 and count(distinct user_id) >= 2 as opened
            from gate_approval
           where methodology = a.methodology and version = a.version
             and role in ('operator', 'authority') and approved_at <= b.frozen_at) g on true
    """,
)
DECLARED = Invariant(
    "declared_elsewhere",
    "nothing in a frozen bundle had been declared to belong to another mechanism before",
    """
    select 'act_' || replace(e.action_id::text, '-', ''), d.declared_at < b.frozen_at
      from declared_elsewhere d
      join declared_claim c using (declaration_id)
     cross join lateral (
        select k.participant_id, k.action_id from claim_key k where k.claim_digest = c.claim_digest
        union all
        select m.participant_id, m.action_id from meter_interval m
         where m.meter_digest = c.claim_digest) held
     cross join lateral (
        select held.participant_id, held.action_id
        union all
        select s.participant_id, s.action_id from household_share s
         where s.whole_action_id = held.action_id and s.action_id <> s.whole_action_id) part
      join bundle_entry e
        on e.participant_id = part.participant_id and e.action_id = part.action_id
      join bundle b on b.bundle_id = e.bundle_id and b.frozen_at is not null
      join action a on a.participant_id = e.participant_id and a.action_id = e.action_id
     where daterange(d.from_day, d.to_day, '[]') && daterange(
        (a.occurred_at at time zone :zone)::date,
        (greatest(a.occurred_at, a.ended_at - interval '1 microsecond') at time zone :zone)::date,
        '[]')
    """,
)

LEFT = Invariant(
    "left_for_good",
    "who has left: no action recorded later, no consent, entrustment, login or identity in force",
    f"""
    select 'par_' || replace(p.participant_id::text, '-', ''),
           exists (select from action a
                    where a.participant_id = p.participant_id and a.recorded_at > p.closed_at)
               or exists (select from consent c
                           where c.participant_id = p.participant_id and c.withdrawn_at is null)
               or exists (select from contribution c
                           where c.participant_id = p.participant_id and c.withdrawn_at is null)
               or u.open or i.known
      from participant p
      cross join lateral (select exists (select from app_user u
                 where u.participant_id = p.participant_id and u.ended_at is null)) u (open)
      cross join lateral (select exists (select from identity i
                 where i.participant_id = p.participant_id)) i (known)
     where p.state = '{CLOSED}'
    """,  # noqa: S608 - only text of this code
)

TEXTS = Invariant(
    "consent_texts",
    "each consent and entrustment is to a published text that had come into force by then",
    f"""
    select id, not exists (
               select from published_text t
                where t.published_at is not null and t.kind = any(kinds)
                  and t.version = said.text_version and t.in_force_at <= said.granted_at)
      from (select 'con_' || replace(consent_id::text, '-', '') as id, text_version, granted_at,
                   case when c.scene = '{PLACES}' then array['{OF_PLACES}']
                        else array['consent', 'consent.' || c.scene, 'consent.' || s.category]
                   end as kinds
              from consent c
              left join unnest(cast(:behaviours as text[]), cast(:categories as text[]))
                        as s (behaviour, category) on s.behaviour = c.scene
            union all
            select 'ctb_' || replace(contribution_id::text, '-', ''), text_version, granted_at,
                   array['entrustment']
              from contribution) said
    """,  # noqa: S608 - only words of this code
)

IDENTITIES = Invariant(
    "identity_changes",
    "an account has one current identity; each change of it was signed by two, after the notice",
    f"""
    select 'par_' || replace(participant_id::text, '-', ''),
           count(*) filter (where former_since is null) <> 1
      from identity group by participant_id
    union all
    select 'par_' || replace(i.participant_id::text, '-', ''), not exists (
               select from identity_change c join identity_change_end e
                           using (participant_id, change_id)
                where c.participant_id = i.participant_id and e.ended = '{DONE}'
                  and e.ended_at = i.former_since and c.reason = '{REPLACED}')
      from identity i where i.former_since is not null
    union all
    select 'idc_' || replace(e.change_id::text, '-', ''),
           c.change_id is null or e.ended_at < c.notice_until
               or (select count(distinct s.role) < 2 or count(distinct s.user_id) < 2
                     from signature s
                    where s.subject_kind = 'identity_change' and s.subject_id = e.change_id
                      and s.signed_at <= e.ended_at)
      from identity_change_end e
      left join identity_change c using (participant_id, change_id)
     where e.ended = '{DONE}'
    """,  # noqa: S608 - only text of this code
)

GUARDIANS = Invariant(
    "guardianships",
    "a child has one guardian, who has an account and, taking over, two signatures; what she agreed"
    " to was agreed while she was it, and stands no longer",
    f"""
    select 'grd_' || replace(g.guardianship_id::text, '-', ''),
           p.participant_id is null
               or g.ended_at is null and p.state = '{CLOSED}'
               or g.how = '{BY_EVIDENCE}' and not exists (
                      select from guardian_change c
                       where c.participant_id = g.participant_id and c.guardian_id = g.guardian_id
                         and c.text_version = g.text_version and c.asked_at <= g.began_at
                         and 2 <= (select least(count(distinct s.role), count(distinct s.user_id))
                                     from signature s
                                    where s.subject_kind = '{CHANGE}'
                                      and s.subject_id = c.change_id
                                      and s.signed_at <= g.began_at))
      from guardianship g
      left join participant p on p.participant_id = g.guardian_id
    union all
    select 'con_' || replace(c.consent_id::text, '-', ''), not exists (
               select from guardianship g
                where g.participant_id = c.participant_id and c.granted_at >= g.began_at
                  and c.granted_at < g.decides_from
                  and (g.ended_at is null or c.granted_at <= g.ended_at
                                         and c.withdrawn_at <= g.ended_at))
      from consent c where c.channel = '{BY_GUARDIAN}'
    """,  # noqa: S608 - only text of this code
)

INVARIANTS = (
    CONSENTS,
    AFTER_LEAVING,
    BEFORE_RETURN,
    ENTRUSTED,
    CAPS,
    GATE,
    DECLARED,
    LEFT,
    IDENTITIES,
    GUARDIANS,
    TEXTS,
)

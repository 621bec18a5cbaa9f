"""Rules that several statements of pooling share; each stands here once.

``a`` is an action and ``:zone`` the programme's zone. The domain says the same in
``rewards.pooling.eligibility`` and ``rewards.pooling.sum_tree``, and tests hold the two together.
"""

# What an entrustment is of: the action's methodology and civil day.
OF_ITS_ACTIONS = """c.participant_id = a.participant_id
                          and (c.methodology is null or c.methodology = a.methodology)
                          and cast(a.occurred_at at time zone :zone as date)
                              between c.occurred_from and c.occurred_to"""
# It stands, and is for this bundle.
COVERS = f"""{OF_ITS_ACTIONS}
                          and c.withdrawn_at is null
                          and (c.bundle_id is null or c.bundle_id = :bundle_id)"""
ENTRUSTED = f"exists (select from contribution c where {COVERS})"
# As the index of them has it: how much of it goes in is weighed (see ``store.pooling.mandates``).
HAS_CAPS = "num_nonnulls(c.most_mg_per_year, c.most_mg_per_bundle, c.most_percent) > 0"

# Another mechanism owns the reduction ({0} has its key): see ``store.pooling.declared``.
DECLARED = """exists (select from declared_reduction x
                        where x.participant_id = {0}.participant_id
                          and x.action_id = {0}.action_id)"""

# Good enough for units of the class: see ``eligibility.good_enough``.
GOOD_ENOUGH = """(a.provenance = any(:open_grades)
                or (:by_approval and (a.methodology, a.version) in (
                    select g.methodology, g.version from gate_approval g
                     where g.role = any(:roles)
                     group by g.methodology, g.version
                    having count(distinct g.role) = cardinality(cast(:roles as text[]))
                       and count(distinct g.user_id) > 1)))"""

# It was taken back, is in a bundle, or was reported by who is a covered emitter.
IS_REVERSED = """exists (select from reversal r
                          where r.participant_id = a.participant_id
                            and r.action_id = a.action_id)"""
IS_BUNDLED = """exists (select from bundle_entry e
                         where e.participant_id = a.participant_id
                           and e.action_id = a.action_id)"""
OF_EMITTER = """exists (select from organisation o
                         where o.organisation_id = a.provider_id and o.covered_emitter)"""

# The leaf of a reduction: of columns salt, action_id and saved_mg.
LEAF = r"sha256('\x00'::bytea || uuid_send(salt) || uuid_send(action_id) || int8send(saved_mg))"

# The advisory lock that keeps selections and reversals apart, by its name.
SELECTION_LOCK = "hashtextextended('selection beside reversals', 0)"

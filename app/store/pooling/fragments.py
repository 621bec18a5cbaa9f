"""Rules that several statements of pooling share; each stands here once.

``a`` is an action and ``:zone`` the programme's zone. The domain says the same in
``rewards.pooling.eligibility`` and ``rewards.pooling.sum_tree``, and tests hold the two together.
"""

# A live entrustment covers the action's methodology and civil day.
ENTRUSTED = """exists (select from contribution c
                        where c.participant_id = a.participant_id
                          and c.withdrawn_at is null
                          and (c.methodology is null or c.methodology = a.methodology)
                          and cast(a.occurred_at at time zone :zone as date)
                              between c.occurred_from and c.occurred_to)"""

# Another mechanism owns the reduction ({0} has its key): see ``store.pooling.declared``.
DECLARED = """exists (select from declared_reduction x
                        where x.participant_id = {0}.participant_id
                          and x.action_id = {0}.action_id)"""

# The leaf of a reduction: of columns salt, action_id and saved_mg.
LEAF = r"sha256('\x00'::bytea || uuid_send(salt) || uuid_send(action_id) || int8send(saved_mg))"

# The advisory lock that keeps selections and reversals apart, by its name.
SELECTION_LOCK = "hashtextextended('selection beside reversals', 0)"

"""Evidence and external ids are sealed under a key of each person, which goes when the person goes.

What was recorded before is sealed by ``tanpuhui migrate`` after the last step, in parts that can be
stopped at any time: the keys are the program's, and a step has none. Until then the clear columns
hold it; afterwards they are empty.
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

FILLED = """
insert into data_step (name, last_id, done) values
  ('data_keys', null, not exists (select from participant)),
  ('sealed_actions', null, not exists (select from action)),
  ('sealed_waiting', null, not exists (select from waiting_action)),
  ('sealed_contests', null, not exists (select from hold_contest))
"""
FORGET = """
delete from data_step
 where name in ('data_keys', 'sealed_actions', 'sealed_waiting', 'sealed_contests')
"""
# The reason of a correction named the external id of what took its place.
REASONS = """
update reversal set reason = '由更正的记录取代 Superseded by the corrected report'
 where reason like '由更正的记录取代 Superseded by the corrected report %'
"""
SEALED = """
select exists (select from action where seal is not null)
    or exists (select from waiting_action where seal is not null)
    or exists (select from hold_contest where seal is not null)
"""


def upgrade() -> None:
    op.create_table(
        "person_key",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("key_id", BYTEA(), nullable=False),
        sa.Column("wrapped", BYTEA(), nullable=False),
        sa.CheckConstraint("length(wrapped) = 32", name=op.f("ck_person_key_wrapped")),
        sa.PrimaryKeyConstraint("participant_id", name=op.f("pk_person_key")),
    )
    op.create_table(
        "kept_claim",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("claims", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f("pk_kept_claim")),
    )
    op.create_index("ix_kept_claim_action_id", "kept_claim", ["action_id"])
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on kept_claim"
        " for each statement execute function rows_are_final()"
    )
    for table, clear in (
        ("action", ("external_id", "evidence")),
        ("waiting_action", ("external_id", "evidence")),
        ("hold_contest", ("words", "evidence")),
    ):
        op.add_column(table, sa.Column("seal", BYTEA(), nullable=True))
        for column in clear:
            op.alter_column(table, column, nullable=True)
        op.create_check_constraint(
            op.f(f"ck_{table}_seal"), table, f"num_nonnulls({clear[0]}, seal) = 1"
        )
    op.execute("alter table reversal disable trigger rows_are_final")
    op.execute(REASONS)
    op.execute("alter table reversal enable trigger rows_are_final")
    op.execute(FILLED)


def downgrade() -> None:
    if op.get_bind().execute(sa.text(SEALED)).scalar_one():
        raise RuntimeError(
            "Evidence is sealed under people's keys, which a step backwards does not have: go on"
            " with this release, or go back to a copy from before it."
        )
    op.execute(FORGET)
    for table, clear in (
        ("hold_contest", ("words", "evidence")),
        ("waiting_action", ("external_id", "evidence")),
        ("action", ("external_id", "evidence")),
    ):
        op.drop_constraint(op.f(f"ck_{table}_seal"), table)
        for column in clear:
            op.alter_column(table, column, nullable=False)
        op.drop_column(table, "seal")
    op.drop_table("kept_claim")
    op.drop_table("person_key")

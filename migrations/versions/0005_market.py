"""The market: bundles, their leaves, unit blocks, trades; a used unit stays used."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# As it was on the day of this step: what stands in the program may change, history does not.
FINAL_UNITS = """
create or replace function unit_block_is_final() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a unit block is never deleted: ' || old.block_id::text;
    end if;
    if old.state in ('retired', 'cancelled', 'split') then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'a ' || old.state || ' unit block is final: ' || old.block_id::text;
    end if;
    if (new.block_id, new.bundle_id, new.numbers, new.unit_class, new.vintage, new.created_at)
        is distinct from
       (old.block_id, old.bundle_id, old.numbers, old.unit_class, old.vintage, old.created_at)
    then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'the numbers and origin of a unit block never change: '
                || old.block_id::text;
    end if;
    return new;
end $$;
create trigger unit_block_is_final before update or delete on unit_block
    for each row execute function unit_block_is_final();
"""
FINAL_RETIREMENTS = """
create or replace function retirement_is_final() returns trigger language plpgsql as $$
begin
    raise exception using errcode = 'integrity_constraint_violation',
        message = 'a retirement is final: ' || old.retirement_id::text;
end $$;
create trigger retirement_is_final before update or delete on retirement
    for each row execute function retirement_is_final();
"""
NO_FINAL_UNITS = """
drop trigger if exists unit_block_is_final on unit_block;
drop function if exists unit_block_is_final();
"""
NO_FINAL_RETIREMENTS = """
drop trigger if exists retirement_is_final on retirement;
drop function if exists retirement_is_final();
"""


def _bundle() -> None:
    op.create_table(
        "bundle",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("methodology", sa.Text(), nullable=True),
        sa.Column("vintage", sa.SmallInteger(), nullable=False),
        sa.Column("region", sa.Text(), nullable=True),
        sa.Column("occurred_from", sa.Date(), nullable=False),
        sa.Column("occurred_to", sa.Date(), nullable=False),
        sa.Column("unit_class", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_by", sa.Uuid(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reductions", sa.BigInteger(), nullable=True),
        sa.Column("selected_mg", sa.BigInteger(), nullable=True),
        sa.Column("carried_in_mg", sa.BigInteger(), nullable=True),
        sa.Column("deducted_mg", sa.BigInteger(), nullable=True),
        sa.Column("reserve_mg", sa.BigInteger(), nullable=True),
        sa.Column("issued_t", sa.BigInteger(), nullable=True),
        sa.Column("carried_out_mg", sa.BigInteger(), nullable=True),
        sa.Column("root", postgresql.BYTEA(), nullable=True),
        sa.Column("reserve_per_mille", sa.SmallInteger(), nullable=False),
        sa.Column("selected_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("task_id", sa.Uuid(), nullable=True),
        sa.Column("verifier_id", sa.Uuid(), nullable=True),
        sa.Column("sampling_plan", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("report", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("opinion", postgresql.JSONB(astext_type=sa.Text()), nullable=True),
        sa.Column("noticed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("notice_until", sa.Date(), nullable=True),
        sa.Column("sealed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('draft', 'selecting', 'selected', 'reported', 'submitted', 'verified',"
            " 'noticed', 'sealing', 'sealed', 'issued', 'rejected', 'cancelled')",
            name=op.f("ck_bundle_state"),
        ),
        sa.PrimaryKeyConstraint("bundle_id", name=op.f("pk_bundle")),
    )


def _bundle_chunk() -> None:
    op.create_table(
        "bundle_chunk",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("chunk_no", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("first_action_id", sa.Uuid(), nullable=False),
        sa.Column("leaves", sa.Integer(), nullable=False),
        sa.Column("node", postgresql.BYTEA(), nullable=False),
        sa.Column("sum_mg", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("bundle_id", "chunk_no", name=op.f("pk_bundle_chunk")),
    )


def _bundle_entry() -> None:
    op.create_table(
        "bundle_entry",
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("salt", sa.Uuid(), nullable=True),
        sa.Column("leaf", postgresql.BYTEA(), nullable=False),
        sa.PrimaryKeyConstraint("participant_id", "action_id", name=op.f("pk_bundle_entry")),
    )
    op.create_index(
        "ix_bundle_entry_bundle_id_action_id",
        "bundle_entry",
        ["bundle_id", "action_id"],
        unique=False,
    )


def _bundle_sample() -> None:
    op.create_table(
        "bundle_sample",
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("participant_id", sa.Uuid(), nullable=False),
        sa.Column("saved_mg", sa.BigInteger(), nullable=False),
        sa.Column("found_mg", sa.BigInteger(), nullable=True),
        sa.Column("finding", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.Column("found_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("bundle_id", "action_id", name=op.f("pk_bundle_sample")),
    )


def _carbon_posting() -> None:
    op.create_table(
        "carbon_posting",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("debit_account", sa.Text(), nullable=False),
        sa.Column("credit_account", sa.Text(), nullable=False),
        sa.Column("mg", sa.BigInteger(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=True),
        sa.Column("family", sa.Text(), nullable=False),
        sa.Column("vintage", sa.SmallInteger(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "debit_account <> credit_account", name=op.f("ck_carbon_posting_two_sides")
        ),
        sa.CheckConstraint("mg > 0", name=op.f("ck_carbon_posting_mg")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_carbon_posting")),
    )
    op.create_index("ix_carbon_posting_bundle_id", "carbon_posting", ["bundle_id"], unique=False)
    op.create_index(
        "ix_carbon_posting_family_vintage", "carbon_posting", ["family", "vintage"], unique=False
    )


def _gate_approval() -> None:
    op.create_table(
        "gate_approval",
        sa.Column("methodology", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("methodology", "version", "user_id", name=op.f("pk_gate_approval")),
    )


def _listing() -> None:
    op.create_table(
        "listing",
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.Column("remaining_t", sa.BigInteger(), nullable=False),
        sa.Column("price_fen_per_tonne", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('open', 'closed', 'sold_out')", name=op.f("ck_listing_state")
        ),
        sa.CheckConstraint("price_fen_per_tonne > 0", name=op.f("ck_listing_price")),
        sa.CheckConstraint(
            "remaining_t between 0 and quantity_t", name=op.f("ck_listing_remaining")
        ),
        sa.PrimaryKeyConstraint("listing_id", name=op.f("pk_listing")),
    )


def _money_posting() -> None:
    op.create_table(
        "money_posting",
        sa.Column("posting_id", sa.Uuid(), nullable=False),
        sa.Column("debit_account", sa.Text(), nullable=False),
        sa.Column("credit_account", sa.Text(), nullable=False),
        sa.Column("fen", sa.BigInteger(), nullable=False),
        sa.Column("reference_id", sa.Uuid(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "debit_account <> credit_account", name=op.f("ck_money_posting_two_sides")
        ),
        sa.CheckConstraint("fen > 0", name=op.f("ck_money_posting_fen")),
        sa.PrimaryKeyConstraint("posting_id", name=op.f("pk_money_posting")),
    )


def _retirement() -> None:
    op.create_table(
        "retirement",
        sa.Column("retirement_id", sa.Uuid(), nullable=False),
        sa.Column("enterprise_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.Column("beneficiary", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("period", sa.Text(), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("certificate", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.CheckConstraint("quantity_t > 0", name=op.f("ck_retirement_quantity")),
        sa.PrimaryKeyConstraint("retirement_id", name=op.f("pk_retirement")),
    )
    op.create_index("ix_retirement_enterprise_id", "retirement", ["enterprise_id"], unique=False)


def _retirement_block() -> None:
    op.create_table(
        "retirement_block",
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("retirement_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_retirement_block")),
    )
    op.create_index(
        "ix_retirement_block_retirement_id", "retirement_block", ["retirement_id"], unique=False
    )


def _serial_counter() -> None:
    op.create_table(
        "serial_counter",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("next_number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_serial_counter")),
    )


def _signature() -> None:
    op.create_table(
        "signature",
        sa.Column("subject_kind", sa.Text(), nullable=False),
        sa.Column("subject_id", sa.Uuid(), nullable=False),
        sa.Column("verb", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint(
            "subject_kind", "subject_id", "verb", "role", name=op.f("pk_signature")
        ),
    )


def _trade() -> None:
    op.create_table(
        "trade",
        sa.Column("trade_id", sa.Uuid(), nullable=False),
        sa.Column("listing_id", sa.Uuid(), nullable=False),
        sa.Column("seller_id", sa.Uuid(), nullable=True),
        sa.Column("buyer_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("payment_reference", sa.Text(), nullable=True),
        sa.Column("ordered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pay_until", sa.DateTime(timezone=True), nullable=False),
        sa.Column("paid_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("delivered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint(
            "state in ('reserved', 'paid', 'delivered', 'expired', 'cancelled')",
            name=op.f("ck_trade_state"),
        ),
        sa.PrimaryKeyConstraint("trade_id", name=op.f("pk_trade")),
    )
    op.create_index("ix_trade_buyer_id", "trade", ["buyer_id"], unique=False)
    op.create_index("ix_trade_seller_id", "trade", ["seller_id"], unique=False)
    op.create_index(
        "ix_trade_unpaid",
        "trade",
        ["listing_id", "pay_until"],
        unique=False,
        postgresql_where=sa.text("state = 'reserved'"),
    )


def _unit_block() -> None:
    op.create_table(
        "unit_block",
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("numbers", postgresql.INT8RANGE(), nullable=False),
        sa.Column("owner_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("unit_class", sa.Text(), nullable=False),
        sa.Column("vintage", sa.SmallInteger(), nullable=False),
        sa.Column("parent_id", sa.Uuid(), nullable=True),
        sa.Column("listing_id", sa.Uuid(), nullable=True),
        sa.Column("trade_id", sa.Uuid(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        postgresql.ExcludeConstraint(
            (sa.column("numbers"), "&&"),
            where=sa.text("state <> 'split'"),
            using="gist",
            name="ex_unit_block_numbers",
        ),
        sa.CheckConstraint(
            "state in ('active', 'reserved', 'retired', 'cancelled', 'split', 'buffer')",
            name=op.f("ck_unit_block_state"),
        ),
        sa.CheckConstraint(
            "not isempty(numbers) and lower_inc(numbers)", name=op.f("ck_unit_block_numbers")
        ),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_unit_block")),
    )
    op.create_index("ix_unit_block_bundle_id", "unit_block", ["bundle_id"], unique=False)
    op.create_index(
        "ix_unit_block_listing_id",
        "unit_block",
        ["listing_id"],
        unique=False,
        postgresql_where=sa.text("listing_id is not null"),
    )
    op.create_index("ix_unit_block_owner_id", "unit_block", ["owner_id"], unique=False)
    op.create_index(
        "ix_unit_block_trade_id",
        "unit_block",
        ["trade_id"],
        unique=False,
        postgresql_where=sa.text("trade_id is not null"),
    )


def _unit_transfer() -> None:
    op.create_table(
        "unit_transfer",
        sa.Column("transfer_id", sa.Uuid(), nullable=False),
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Uuid(), nullable=True),
        sa.Column("to_id", sa.Uuid(), nullable=False),
        sa.Column("quantity_t", sa.BigInteger(), nullable=False),
        sa.Column("trade_id", sa.Uuid(), nullable=True),
        sa.Column("transferred_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("quantity_t > 0", name=op.f("ck_unit_transfer_quantity")),
        sa.PrimaryKeyConstraint("transfer_id", name=op.f("pk_unit_transfer")),
    )
    op.create_index("ix_unit_transfer_block_id", "unit_transfer", ["block_id"], unique=False)


def upgrade() -> None:
    _bundle()
    _bundle_chunk()
    _bundle_entry()
    _bundle_sample()
    _carbon_posting()
    _gate_approval()
    _listing()
    _money_posting()
    _retirement()
    _retirement_block()
    _serial_counter()
    _signature()
    _trade()
    _unit_block()
    _unit_transfer()
    op.execute(FINAL_UNITS)
    op.execute(FINAL_RETIREMENTS)


def downgrade() -> None:
    op.execute(NO_FINAL_RETIREMENTS)
    op.execute(NO_FINAL_UNITS)
    for names in (
        ("unit_transfer", "unit_block", "trade", "signature", "serial_counter"),
        ("retirement_block", "retirement", "money_posting", "listing", "gate_approval"),
        ("carbon_posting", "bundle_sample", "bundle_entry", "bundle_chunk", "bundle"),
    ):
        for name in names:
            op.drop_table(name)

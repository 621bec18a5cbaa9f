"""Cover: what was taken back after the freeze is paid by the reserve, or stated as a shortfall.

Bundles from which something was taken back before this step get their posting, their cancelled
reserve tonnes and, for what the reserve lacks, their shortfall and suspended units.
"""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

TONNE_MG = 1_000_000_000
BUNDLE_STATES = (
    "'draft', 'selecting', 'selected', 'reported', 'submitted', 'verified',"
    " 'noticed', 'sealing', 'sealed', 'issued',"
)
BLOCK_STATES = "'active', 'reserved', 'retired', 'cancelled', 'split', 'buffer'"

# As it was when this step was written; the release's own text may change, this one never.
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
    if (new.block_id, new.bundle_id, new.numbers, new.unit_class, new.vintage,
        new.created_at{more_new})
        is distinct from
       (old.block_id, old.bundle_id, old.numbers, old.unit_class, old.vintage,
        old.created_at{more_old})
    then
        raise exception using errcode = 'integrity_constraint_violation',
            message = 'the numbers and origin of a unit block never change: '
                || old.block_id::text;
    end if;
    return new;
end $$;
"""

LOST = """
    select b.bundle_id, b.unit_class, b.vintage, coalesce(b.methodology, 'mixed') as family,
           b.issued_at is not null as issued, cast(sum(r.saved_mg) as bigint) as mg
      from bundle b
      join bundle_entry e on e.bundle_id = b.bundle_id
      join reversal r on r.participant_id = e.participant_id and r.action_id = e.action_id
     where b.frozen_at is not null
     group by b.bundle_id order by b.bundle_id
"""
RESERVE = """
    select cast(coalesce(sum(case when p.debit_account = 'reserve' then p.mg else -p.mg end), 0)
                as bigint)
      from carbon_posting p join bundle b on b.bundle_id = p.bundle_id
     where p.family = :family and p.vintage = :vintage and b.unit_class = :unit_class
       and 'reserve' in (p.debit_account, p.credit_account)
"""
RESERVE_BLOCKS = """
    select u.block_id, lower(u.numbers) as first, upper(u.numbers) as last
      from unit_block u join bundle b on b.bundle_id = u.bundle_id
     where u.state = 'buffer' and u.vintage = :vintage and u.unit_class = :unit_class
       and coalesce(b.methodology, 'mixed') = :family
     order by u.block_id
"""
UNUSED_BLOCKS = """
    select block_id, lower(numbers) as first, upper(numbers) as last from unit_block
     where bundle_id = :bundle_id and state in ('active', 'reserved')
     order by trade_id is not null, owner_id is not null, listing_id is not null,
              lower(numbers) desc
"""
CLOSE = "update unit_block set state = 'split', closed_at = now() where block_id = :block_id"
PART = """
    insert into unit_block (block_id, bundle_id, numbers, owner_id, state, unit_class, vintage,
                            parent_id, listing_id, trade_id, created_at, for_reserve)
    select :part_id, bundle_id, int8range(:first, :last), owner_id, :state, unit_class, vintage,
           block_id, listing_id, trade_id, now(), for_reserve
      from unit_block where block_id = :block_id
"""
TAKE = """
    update unit_block set state = :state,
           closed_at = case when :state = 'cancelled' then now() else closed_at end
     where block_id = :block_id
"""


def upgrade() -> None:
    op.add_column(
        "bundle", sa.Column("shortfall_mg", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column(
        "unit_block",
        sa.Column("for_reserve", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.add_column("reversal", sa.Column("reason_code", sa.Text(), nullable=True))
    _allow("bundle", f"{BUNDLE_STATES} 'suspended', 'rejected', 'cancelled'")
    _allow("unit_block", f"{BLOCK_STATES}, 'suspended'")
    op.create_check_constraint(op.f("ck_bundle_shortfall_mg"), "bundle", "shortfall_mg >= 0")
    op.create_check_constraint(
        op.f("ck_bundle_suspended"),
        "bundle",
        "(state = 'suspended') = (shortfall_mg > 0 and issued_at is not null)",
    )
    _tables()
    op.execute("update unit_block set for_reserve = true where state = 'buffer'")
    op.execute(
        FINAL_UNITS.format(more_new=FOR_RESERVE.format("new"), more_old=FOR_RESERVE.format("old"))
    )
    _carry_over(op.get_bind())


FOR_RESERVE = ", {}.for_reserve"


def _tables() -> None:
    op.create_table(
        "cover",
        sa.Column("cover_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mg", sa.BigInteger(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.Column("cancelled_t", sa.BigInteger(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=True),
        sa.Column("client_reference", sa.Text(), nullable=True),
        sa.Column("covered_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("mg > 0", name=op.f("ck_cover_mg")),
        sa.CheckConstraint(
            "(kind = 'reserve' and posting_id is not null and client_reference is null)"
            " or (kind = 'units' and posting_id is null and client_reference is not null)",
            name=op.f("ck_cover_kind"),
        ),
        sa.PrimaryKeyConstraint("cover_id", name=op.f("pk_cover")),
    )
    op.create_index("ix_cover_bundle_id", "cover", ["bundle_id"])
    op.create_index(
        "uq_cover_client_reference",
        "cover",
        ["organisation_id", "client_reference"],
        unique=True,
        postgresql_where=sa.text("client_reference is not null"),
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "cover_block",
        sa.Column("block_id", sa.Uuid(), nullable=False),
        sa.Column("cover_id", sa.Uuid(), nullable=False),
        sa.PrimaryKeyConstraint("block_id", name=op.f("pk_cover_block")),
    )
    op.create_index("ix_cover_block_cover_id", "cover_block", ["cover_id"])
    op.create_table(
        "holder_notice",
        sa.Column("notice_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("bundle_id", sa.Uuid(), nullable=False),
        sa.Column("posting_id", sa.Uuid(), nullable=True),
        sa.Column("reversed_mg", sa.BigInteger(), nullable=False),
        sa.Column("shortfall_mg", sa.BigInteger(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("notice_id", name=op.f("pk_holder_notice")),
    )
    op.create_index(
        "ix_holder_notice_organisation_id", "holder_notice", ["organisation_id", "notice_id"]
    )
    op.create_table(
        "reversal_signature",
        sa.Column("action_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason_code", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("action_id", "user_id", name=op.f("pk_reversal_signature")),
    )


def _carry_over(books: sa.Connection) -> None:
    for lost in books.execute(sa.text(LOST)).all():
        of = {"family": lost.family, "vintage": lost.vintage, "unit_class": lost.unit_class}
        taken_mg = min(lost.mg, books.execute(sa.text(RESERVE), of).scalar_one())
        if taken_mg:
            _pay(books, lost, of, taken_mg)
        short_mg = lost.mg - taken_mg
        if not short_mg:
            continue
        books.execute(
            sa.text(
                "update bundle set shortfall_mg = :mg,"
                " state = case when issued_at is null then state else 'suspended' end"
                " where bundle_id = :bundle_id"
            ),
            {"mg": short_mg, "bundle_id": lost.bundle_id},
        )
        if lost.issued:
            blocks = books.execute(sa.text(UNUSED_BLOCKS), {"bundle_id": lost.bundle_id}).all()
            _take(books, blocks, _tonnes(short_mg), "suspended")


def _pay(books: sa.Connection, lost: sa.Row, of: dict, taken_mg: int) -> None:
    blocks = books.execute(sa.text(RESERVE_BLOCKS), of).all()
    gone = _take(books, blocks, _tonnes(taken_mg), "cancelled")
    posting_id, cover_id = uuid.uuid4(), uuid.uuid4()
    books.execute(
        sa.text(
            "insert into carbon_posting (posting_id, debit_account, credit_account, mg, bundle_id,"
            " family, vintage, posted_at) values (:posting_id, 'reversed_after_issue', 'reserve',"
            " :mg, :bundle_id, :family, :vintage, now())"
        ),
        {
            "posting_id": posting_id,
            "mg": taken_mg,
            "bundle_id": lost.bundle_id,
            "family": lost.family,
            "vintage": lost.vintage,
        },
    )
    books.execute(
        sa.text(
            "insert into cover (cover_id, bundle_id, kind, mg, posting_id, cancelled_t, covered_at)"
            " values (:cover_id, :bundle_id, 'reserve', :mg, :posting_id, :tonnes, now())"
        ),
        {
            "cover_id": cover_id,
            "bundle_id": lost.bundle_id,
            "mg": taken_mg,
            "posting_id": posting_id,
            "tonnes": sum(tonnes for _, tonnes in gone),
        },
    )
    for block_id, _ in gone:
        books.execute(
            sa.text("insert into cover_block (block_id, cover_id) values (:block_id, :cover_id)"),
            {"block_id": block_id, "cover_id": cover_id},
        )


def _take(books: sa.Connection, blocks: list, tonnes: int, state: str) -> list[tuple]:
    """Bring whole tonnes into a state, the last block in part; which, and how many of each."""
    taken = []
    for block_id, first, last in blocks:
        part = min(tonnes, last - first)
        if part == 0:
            break
        tonnes -= part
        if part < last - first:
            had = books.execute(
                sa.text("select state from unit_block where block_id = :id"), {"id": block_id}
            ).scalar_one()
            books.execute(sa.text(CLOSE), {"block_id": block_id})
            made = uuid.uuid4()
            for part_id, start, end in (
                (made, first, first + part),
                (uuid.uuid4(), first + part, last),
            ):
                given = {"part_id": part_id, "block_id": block_id, "first": start, "last": end}
                books.execute(sa.text(PART), {**given, "state": had})
        else:
            made = block_id
        books.execute(sa.text(TAKE), {"block_id": made, "state": state})
        taken.append((made, part))
    return taken


def _tonnes(mg: int) -> int:
    return -(-mg // TONNE_MG)


def downgrade() -> None:
    _undo_cover()
    op.execute(FINAL_UNITS.format(more_new="", more_old=""))
    op.drop_table("reversal_signature")
    op.drop_table("holder_notice")
    op.drop_table("cover_block")
    op.drop_table("cover")
    op.drop_constraint(op.f("ck_bundle_suspended"), "bundle")
    op.drop_constraint(op.f("ck_bundle_shortfall_mg"), "bundle")
    op.execute("update bundle set state = 'issued' where state = 'suspended'")
    op.execute(
        "update unit_block set state = case when listing_id is null then 'active' else 'reserved'"
        " end where state = 'suspended'"
    )
    _allow("unit_block", BLOCK_STATES)
    _allow("bundle", f"{BUNDLE_STATES} 'rejected', 'cancelled'")
    op.drop_column("reversal", "reason_code")
    op.drop_column("unit_block", "for_reserve")
    op.drop_column("bundle", "shortfall_mg")


# The release before knows no cover: what the reserve paid is in it again, what somebody gave is
# theirs again, and with the reversals that stay, the same shortfall comes out of an upgrade.
UNDO = (
    "alter table unit_block disable trigger user",
    (
        "update unit_block set state = case when for_reserve then 'buffer' else 'active' end,"
        " closed_at = null where block_id in (select block_id from cover_block)"
    ),
    "alter table unit_block enable trigger user",
    "delete from carbon_posting where debit_account = 'reversed_after_issue'",
)


def _undo_cover() -> None:
    for statement in UNDO:
        op.execute(statement)


def _allow(table: str, states: str) -> None:
    op.drop_constraint(op.f(f"ck_{table}_state"), table)
    op.create_check_constraint(op.f(f"ck_{table}_state"), table, f"state in ({states})")

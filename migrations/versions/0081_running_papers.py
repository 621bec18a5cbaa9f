"""Papers of organisations run out, and others take their place.

Contracts that stand get their last day from the assessment that they were accepted by. Of one that
is over already the grace begins with this step: nobody was told before that anything follows.
"""

import sqlalchemy as sa
from alembic import op

revision = "0081"
down_revision = "0080"
branch_labels = None
depends_on = None

KINDS = "kind in ('business_licence', 'contract', 'authorisation')"
STEPS = "step in ('suspend', 'lift', 'close'{}, 'sign_lift', 'sign_close')"


def upgrade() -> None:
    op.add_column("organisation_document", sa.Column("valid_from", sa.Date(), nullable=True))
    op.add_column("organisation_document", sa.Column("valid_until", sa.Date(), nullable=True))
    op.add_column(
        "organisation_document",
        sa.Column("renewal", sa.Boolean(), nullable=False, server_default="false"),
    )
    op.create_check_constraint(
        op.f("ck_organisation_document_valid"), "organisation_document", "valid_until >= valid_from"
    )
    _renewals()
    _papers()
    _restate(
        "organisation_state",
        "organisation",
        "state in ('active', 'papers_expired', 'suspended', 'closed')",
    )
    _restate(
        "organisation_step_step",
        "organisation_step",
        STEPS.format(", 'expire_papers', 'renew_papers'"),
    )
    op.alter_column("organisation_step", "taken_by", nullable=True)
    op.alter_column("organisation_step", "role", nullable=True)
    op.create_check_constraint(
        op.f("ck_organisation_step_taken"),
        "organisation_step",
        "(taken_by is null) = (role is null)",
    )


def _renewals() -> None:
    op.create_table(
        "organisation_renewal",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("accepted", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("contract_number", sa.Text(), nullable=True),
        sa.Column("begins_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("judged_by", sa.Uuid(), nullable=False),
        sa.Column("judged_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "accepted or reason is not null", name=op.f("ck_organisation_renewal_reason")
        ),
        sa.CheckConstraint(
            "(contract_number is null) = (begins_on is null)"
            " and (begins_on is null) = (ends_on is null)",
            name=op.f("ck_organisation_renewal_contract"),
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_organisation_renewal")),
    )
    op.create_index(
        "ix_organisation_renewal_organisation_id", "organisation_renewal", ["organisation_id"]
    )
    op.execute(
        "create trigger rows_are_final before update or delete or truncate on organisation_renewal"
        " for each statement execute function rows_are_final()"
    )


def _papers() -> None:
    op.create_table(
        "organisation_paper",
        sa.Column("organisation_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("runs_out_on", sa.Date(), nullable=False),
        sa.Column("counts_from", sa.Date(), nullable=False),
        sa.CheckConstraint(KINDS, name=op.f("ck_organisation_paper_kind")),
        sa.PrimaryKeyConstraint("organisation_id", "kind", name=op.f("pk_organisation_paper")),
    )
    op.create_index(
        "ix_organisation_paper_runs_out_on_organisation_id_kind",
        "organisation_paper",
        ["runs_out_on", "organisation_id", "kind"],
    )
    op.create_index("ix_organisation_paper_counts_from", "organisation_paper", ["counts_from"])
    op.execute(
        """
        insert into organisation_paper (organisation_id, kind, document_id, runs_out_on,
                                        counts_from)
        select a.organisation_id, 'contract', d.document_id, a.ends_on,
               greatest(a.ends_on, current_date)
          from organisation_assessment a
          join organisation_application p
            on p.organisation_id = a.organisation_id and p.revision = a.revision
          join lateral (select max(document_id::text)::uuid as document_id
                          from organisation_document
                         where organisation_id = a.organisation_id and kind = 'contract') d on true
         where p.state in ('accepted', 'closed') and a.ends_on is not null
           and d.document_id is not null
        """
    )


def downgrade() -> None:
    # An earlier release knows nothing of papers that run out: whom one stopped takes part again.
    op.execute("update organisation set state = 'active' where state = 'papers_expired'")
    op.drop_constraint(op.f("ck_organisation_step_taken"), "organisation_step")
    op.execute("alter table organisation_step disable trigger rows_are_final")
    op.execute("delete from organisation_step where step in ('expire_papers', 'renew_papers')")
    op.execute("alter table organisation_step enable trigger rows_are_final")
    op.alter_column("organisation_step", "taken_by", nullable=False)
    op.alter_column("organisation_step", "role", nullable=False)
    _restate("organisation_step_step", "organisation_step", STEPS.format(""))
    _restate("organisation_state", "organisation", "state in ('active', 'suspended', 'closed')")
    op.drop_table("organisation_paper")
    op.drop_table("organisation_renewal")
    op.execute("alter table organisation_document disable trigger rows_are_final")
    # Of two documents of a kind it takes the newest for the one that counts.
    op.execute(
        "delete from organisation_file f using organisation_document d"
        " where f.document_id = d.document_id and d.renewal"
    )
    op.execute("delete from organisation_document where renewal")
    op.execute("alter table organisation_document enable trigger rows_are_final")
    op.drop_constraint(op.f("ck_organisation_document_valid"), "organisation_document")
    for column in ("renewal", "valid_until", "valid_from"):
        op.drop_column("organisation_document", column)


def _restate(name: str, table: str, rule: str) -> None:
    op.drop_constraint(op.f(f"ck_{name}"), table)
    op.create_check_constraint(op.f(f"ck_{name}"), table, rule)

"""Projects: applications, what is handed in, design documents, land and meters."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0086"
down_revision = "0085"
branch_labels = None
depends_on = None

FINAL = ("project_design", "project_proof")


def upgrade() -> None:
    op.create_table(
        "project",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("applicant_id", sa.Uuid(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("region", sa.Text(), nullable=False),
        sa.Column("methodology", sa.Text(), nullable=False),
        sa.Column("methodology_digest", sa.Text(), nullable=False),
        sa.Column("owner_name", sa.Text(), nullable=True),
        sa.Column("owner_code", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(owner_name is null) = (owner_code is null)", name=op.f("ck_project_owner")
        ),
        sa.CheckConstraint(
            "state in ('draft', 'submitted', 'designed', 'withdrawn')",
            name=op.f("ck_project_state"),
        ),
        sa.PrimaryKeyConstraint("project_id", name=op.f("pk_project")),
    )
    op.create_index("ix_project_applicant_id_project_id", "project", ["applicant_id", "project_id"])
    _proofs()
    op.create_table(
        "project_design",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("content", postgresql.JSONB(), nullable=False),
        sa.Column("digest", postgresql.BYTEA(), nullable=False),
        sa.Column("stated_by", sa.Uuid(), nullable=False),
        sa.Column("stated_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("length(digest) = 32", name=op.f("ck_project_design_digest")),
        sa.CheckConstraint("number > 0", name=op.f("ck_project_design_number")),
        sa.PrimaryKeyConstraint("project_id", "number", name=op.f("pk_project_design")),
    )
    _held()
    for table in FINAL:
        op.execute(
            f"create trigger rows_are_final before update or delete or truncate on {table}"
            " for each statement execute function rows_are_final()"
        )


def _proofs() -> None:
    op.create_table(
        "project_proof",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("media_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", postgresql.BYTEA(), nullable=False),
        sa.Column("handed_in_by", sa.Uuid(), nullable=False),
        sa.Column("handed_in_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind in ('tenure', 'grid_connection', 'entrustment', 'supporting')",
            name=op.f("ck_project_proof_kind"),
        ),
        sa.CheckConstraint(
            "media_type in ('application/pdf', 'image/png', 'image/jpeg')",
            name=op.f("ck_project_proof_media_type"),
        ),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_project_proof")),
    )
    op.create_index(
        "ix_project_proof_project_id_document_id", "project_proof", ["project_id", "document_id"]
    )
    op.create_table(
        "project_file",
        sa.Column("document_id", sa.Uuid(), nullable=False),
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("content", postgresql.BYTEA(), nullable=False),
        sa.PrimaryKeyConstraint("document_id", name=op.f("pk_project_file")),
    )
    op.create_index("ix_project_file_project_id", "project_file", ["project_id"])


def _held() -> None:
    op.create_table(
        "project_parcel",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("parcel_no", sa.Text(), nullable=False),
        sa.Column("tenure_no", sa.Text(), nullable=False),
        sa.Column("shape", postgresql.JSONB(), nullable=False),
        sa.Column("west", sa.Integer(), nullable=False),
        sa.Column("south", sa.Integer(), nullable=False),
        sa.Column("east", sa.Integer(), nullable=False),
        sa.Column("north", sa.Integer(), nullable=False),
        sa.Column("area_m2", sa.BigInteger(), nullable=False),
        sa.Column("stratum", sa.Text(), nullable=True),
        sa.CheckConstraint("west <= east and south <= north", name=op.f("ck_project_parcel_box")),
        sa.CheckConstraint("area_m2 > 0", name=op.f("ck_project_parcel_area_m2")),
        sa.PrimaryKeyConstraint("project_id", "parcel_no", name=op.f("pk_project_parcel")),
    )
    op.create_index(
        "ix_project_parcel_box",
        "project_parcel",
        [sa.text("box(point(west, south), point(east, north))")],
        postgresql_using="gist",
    )
    op.create_table(
        "project_meter",
        sa.Column("project_id", sa.Uuid(), nullable=False),
        sa.Column("number_digest", postgresql.BYTEA(), nullable=False),
        sa.Column("issuer", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("capacity_w", sa.BigInteger(), nullable=False),
        sa.Column("connected_on", sa.Date(), nullable=False),
        sa.CheckConstraint("capacity_w > 0", name=op.f("ck_project_meter_capacity_w")),
        sa.PrimaryKeyConstraint("project_id", "number_digest", name=op.f("pk_project_meter")),
    )
    op.create_index("ix_project_meter_number_digest", "project_meter", ["number_digest"])


def downgrade() -> None:
    # An earlier release knows no projects: what they say of themselves would be lost unseen.
    op.execute(
        """
        do $$ begin
          if exists (select from project) then
            raise exception 'there are projects, which an earlier release does not keep';
          end if;
        end $$
        """
    )
    for table in (
        *("project_meter", "project_parcel", "project_design", "project_file"),
        *("project_proof", "project"),
    ):
        op.drop_table(table)

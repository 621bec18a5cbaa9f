"""By one credit code somebody takes part as several kinds, and applies anew after closing."""

import sqlalchemy as sa
from alembic import op

revision = "0078"
down_revision = "0077"
branch_labels = None
depends_on = None

_TABLE = "organisation_application"
_UNIQUE = "uq_organisation_application_credit_code"
_HOLDING = "state in ('applied', 'assessed', 'accepted')"
_STATES = "'applied', 'assessed', 'accepted', 'declined', 'withdrawn'"


def upgrade() -> None:
    op.drop_index(_UNIQUE, table_name=_TABLE)
    _state(f"{_STATES}, 'closed'")
    op.execute(
        "update organisation_application a set state = 'closed' from organisation o"
        " where o.organisation_id = a.organisation_id and o.state = 'closed'"
        " and a.state = 'accepted'"
    )
    _unique("credit_code", "kind")
    op.create_index("ix_organisation_application_credit_code", _TABLE, ["credit_code"])


def downgrade() -> None:
    op.drop_index("ix_organisation_application_credit_code", table_name=_TABLE)
    op.drop_index(_UNIQUE, table_name=_TABLE)
    op.execute("update organisation_application set state = 'accepted' where state = 'closed'")
    _state(_STATES)
    # Whoever takes part as several kinds stays; an earlier release looks before it lets the next
    # one in, and only the second of two at one moment would pass by it.
    shared = op.get_bind().scalar(
        sa.text(
            f"select exists (select from {_TABLE} where {_HOLDING}"  # noqa: S608
            " group by credit_code having count(credit_code) > 1)"
        )
    )
    if shared:
        op.create_index(_UNIQUE, _TABLE, ["credit_code"], postgresql_where=sa.text(_HOLDING))
    else:
        _unique("credit_code")


def _state(states: str) -> None:
    name = op.f(f"ck_{_TABLE}_state")
    op.drop_constraint(name, _TABLE)
    op.create_check_constraint(name, _TABLE, f"state in ({states})")


def _unique(*columns: str) -> None:
    op.create_index(_UNIQUE, _TABLE, [*columns], unique=True, postgresql_where=sa.text(_HOLDING))

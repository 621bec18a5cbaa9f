"""What every request writes is looked at by domains: PostgreSQL reads a table's CHECK from its text
at every statement, a domain's once a connection.

The values have held all along by the checks that end here. A column becomes of a domain that asks
for nothing yet, which rewrites no row; then the domain asks, which reads the tables once.
"""

from alembic import op

revision = "0070"
down_revision = "0069"
branch_labels = None
depends_on = None

_NOT_NEGATIVE, _POSITIVE = "value >= 0", "value > 0"
_KINDS = (
    "value in ('award', 'hold', 'release', 'spend', 'refund', 'clawback', 'owe', 'recover',"
    " 'expire', 'write_off', 'carry')"
)
_CHANNELS = "value in ('till', 'online')"
_STATES = "value in ('held', 'captured', 'released', 'expired', 'reversed', 'partly_reversed')"
_DOMAINS = (
    ("amount", "bigint", _NOT_NEGATIVE),
    ("small_amount", "integer", _NOT_NEGATIVE),
    ("moved_amount", "bigint", _POSITIVE),
    ("lot_change", "bigint", "value <> 0"),
    ("points_kind", "text", _KINDS),
    ("redemption_channel", "text", _CHANNELS),
    ("redemption_state", "text", _STATES),
)
_COLUMNS = {
    "action": {"saved_mg": "amount", "points": "small_amount"},
    "waiting_action": {"saved_mg": "amount"},
    "points_account": {"balance": "amount", "held": "amount", "debt": "amount"},
    "points_cap": {"granted": "small_amount"},
    "points_lot_use": {"points": "lot_change"},
    "points_transfer": {"kind": "points_kind", "points": "moved_amount"},
    "reduction_account": {"saved_mg": "amount", "actions": "amount"},
    "redemption": {"channel": "redemption_channel", "state": "redemption_state"},
    "carbon_posting": {"mg": "moved_amount"},
    "money_posting": {"fen": "moved_amount"},
}
_BASES = {name: base for name, base, _ in _DOMAINS}
_HOLDS = {name: holds for name, _, holds in _DOMAINS}


def upgrade() -> None:
    for domain, base, _ in _DOMAINS:
        op.execute(f"create domain {domain} as {base}")
    for table, columns in _COLUMNS.items():
        for column, domain in columns.items():
            op.execute(
                f"alter table {table} drop constraint ck_{table}_{column},"
                f" alter column {column} type {domain}"
            )
    for domain, _, holds in _DOMAINS:
        op.execute(f"alter domain {domain} add constraint {domain} check ({holds})")


def downgrade() -> None:
    for table, columns in _COLUMNS.items():
        for column, domain in columns.items():
            holds = _HOLDS[domain].replace("value", column)
            op.execute(
                f"alter table {table} alter column {column} type {_BASES[domain]},"
                f" add constraint ck_{table}_{column} check ({holds})"
            )
    for domain, _, _ in _DOMAINS:
        op.execute(f"drop domain {domain}")

"""Login services from before two people were needed stay; an earlier release gets only those."""

from __future__ import annotations

from collections.abc import Callable

import alembic.command
import psycopg

from app.commands.migrate import alembic_configuration, upgrade
from app.ids import new_id

BEFORE = "0070"
FORMER = (
    "insert into identity_provider (issuer, organisation_id, public_key, created_at, disabled_at)"
    " values (%s, %s, %s, now(), case when %s then now() end)"
)
PROPOSED = (
    "insert into identity_provider (login_service_id, issuer, organisation_id, public_key, state,"
    " created_at) values (%s, %s, %s, %s, 'proposed', now())"
)
KEY = bytes(32)


def test_what_stood_stays_admitted_and_what_waits_is_not_believed_by_an_earlier_release(
    make_database: Callable[[], str],
) -> None:
    url = make_database()
    alembic.command.upgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        for issuer, over in (("stands", False), ("is over", True)):
            connection.execute(FORMER, (issuer, new_id(), KEY, over))
    upgrade(url)
    with psycopg.connect(url) as connection:
        kept = connection.execute(
            "select issuer, state, admitted_at = created_at from identity_provider order by issuer"
        ).fetchall()
        assert kept == [("is over", "ended", True), ("stands", "trusted", True)]
        for issuer in ("waits", "is over"):
            connection.execute(PROPOSED, (new_id(), issuer, new_id(), KEY))
    alembic.command.downgrade(alembic_configuration(url), BEFORE)
    with psycopg.connect(url) as connection:
        left = connection.execute("select issuer, disabled_at from identity_provider").fetchall()
        assert left == [("stands", None)]
    upgrade(url)

"""After everything that may go has gone, every sum, root, proof and recomputation is as it was."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from app.factory import create_app
from app.ids import public
from app.store.tables.all import TABLES
from app.wiring import Wiring
from behaviours.retention import KINDS
from tests.builders.anchors import anchored, close_and_anchor
from tests.builders.audit import audited
from tests.builders.due_rows import write_due
from tests.builders.empty_market import market, shut
from tests.builders.market import PV, issued, pooled_pv
from tests.builders.people import Http, Tokens
from tests.builders.retention import take_kind
from tests.trust.test_proofs_outlive_who_left import checked, proof_of

__all__ = ["market", "shut"]

# After the longest time of the schedule.
LATER = timedelta(days=366 * 12)


def contents(wiring: Wiring) -> dict[str, Any]:
    """How many rows every table has, and a digest of them."""
    asked = "select count(*), md5(string_agg(t::text, '|' order by t::text)) from {} t"
    with wiring.database.engine.connect() as connection:
        return {table: connection.execute(text(asked.format(table))).one() for table in TABLES}


def test_books_proofs_and_anchors_are_what_they_were(market: Wiring, tmp_path: Path) -> None:
    app = create_app(market)
    http, tokens = Http(app), Tokens(app, market)
    pooled = pooled_pv(market, people=5)
    bundle_id = issued(market, methodology=PV)
    for kind in KINDS:
        write_due(market, kind, market.clock.now() - timedelta(days=1))
    now = market.clock.now()
    close_and_anchor(market.database, now + timedelta(days=2), market.zone)
    person, action = pooled[0]
    page = f"/v1/registry/bundles/{public('bdl', bundle_id)}"
    token = tokens("participant", tenant=person)
    published, proof = http.get(page).json, proof_of(http, token, action)
    before, anchors, findings = contents(market), anchored(market.database), audited(market)
    # Of actions that never were: they are there to be taken away.
    made_up = [each.name for each in findings if not each.ok]
    assert made_up == ["provider_days", "places_kept"]

    taken = {kind: take_kind(market, kind, now=now + LATER) for kind in KINDS}
    assert all(taken.values()), taken

    after = contents(market)
    gone = {table for table in TABLES if after[table] != before[table]}
    assert gone <= {
        *("kept_answer", "refresh_token", "revoked_token", "spent_assertion", "user_session"),
        "word_session",
        *("one_time_link", "till_code", "sighting", "sighting_day", "person_place"),
        *("provider_day", "task", "import_part", "import_tally", "personal_request"),
        *("tombstone", "tombstone_cap", "tombstone_limit", "tombstone_withdrawal"),
        "tombstone_rule_limit",
        *("retention_report", "openid_login", "former_region", "organisation_file"),
        *("complainant", "complaint_file_content", "event", "webhook_attempt"),
        # The audit of a test lets in whom it made up.
        "app_user",
    }
    assert anchored(market.database) == anchors
    assert [each.line() for each in audited(market) if not each.ok] == []
    assert http.get(page).json == published
    again = proof_of(http, token, action)
    assert again == proof
    held = checked(tmp_path, http, json.loads(json.dumps(proof)))
    assert held.exit_code == 0, held.output

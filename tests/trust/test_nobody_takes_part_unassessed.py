"""The audit's line ``organisations_assessed``: whoever takes part was assessed, by somebody who
neither handed in nor admitted."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import text

from app.wiring import Wiring
from tests.builders.applications import AdmissionDesk
from tests.builders.audit import audited
from tests.builders.empty_market import app, market, shut

__all__ = ["app", "market", "shut"]
BREAKS = {
    "whom nobody assessed": """
        insert into organisation_application (organisation_id, kind, name, covered_emitter, state,
                                              applied_by, applied_at, decided_at)
        select gen_random_uuid(), 'merchant', 'x', false, 'accepted', :id, now(), now()
    """,
    "who was assessed as another revision": """
        update organisation_application set revision = revision + 1 where organisation_id = :id
    """,
    "whose assessor wrote the statement": """
        update organisation_application p set stated_by = a.assessed_by
          from organisation_assessment a
         where a.organisation_id = p.organisation_id and p.organisation_id = :id
    """,
    "whose document was never judged": """
        insert into organisation_document
        select gen_random_uuid(), organisation_id, kind, media_type, size_bytes, sha256,
               handed_in_by, handed_in_at
          from organisation_document
         where organisation_id = :id and kind = 'contract'
    """,
}


@pytest.mark.parametrize("whom", BREAKS)
def test_nobody_takes_part(app: Flask, market: Wiring, whom: str) -> None:
    one = UUID(AdmissionDesk(app, market).admitted("merchant").removeprefix("org_"))
    assert [each.line() for each in audited(market) if not each.ok] == []
    with market.database.engine.begin() as connection:
        broken = BREAKS[whom].replace("gen_random_uuid()", "'ffffffff-ffff-7fff-bfff-ffffffffffff'")
        connection.execute(text(broken), {"id": one})
    [line] = [each for each in audited(market) if not each.ok]
    assert (line.name, line.broken) == ("organisations_assessed", 1)

"""A reserve is of one mix of methodologies: SQL and domain call it by one name."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from app.store.registry.reserve import MIX
from app.wiring import Wiring
from rewards.registry.serials import mix_of

MIXES = [
    None,
    ["a.b"],
    ["a.b", "c.d"],
    ["gd.distributed_pv", "gd.waste_clothing_reuse"],
    ["a", "é"],
]


@pytest.mark.parametrize("named", MIXES, ids=str)
def test_a_mix_has_one_name(wiring: Wiring, named: list[str] | None) -> None:
    asked = text(f"select {MIX} from (select cast(:named as text[]) as methodologies) u")
    with wiring.database.engine.connect() as connection:
        assert connection.execute(asked, {"named": named}).scalar_one() == mix_of(named)

"""Certificates state who retired which numbers, of which bundle."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from rewards.registry.certificate import certificate_of
from rewards.registry.origin import Origin
from rewards.registry.ranges import Range
from rewards.registry.retirement import Retirement, RetirementTerms, retire
from rewards.registry.serials import parse_serial
from tests.builders.blocks import a_block

NOW = datetime(2026, 7, 1, 4, tzinfo=UTC)
ENTERPRISE, BUNDLE, RETIREMENT = UUID(int=1), UUID(int=2), UUID(int=3)


def a_retirement(*ranges: Range) -> Retirement:
    blocks = [
        a_block(block_id=UUID(int=10 + at), bundle_id=BUNDLE, numbers=numbers, owner_id=ENTERPRISE)
        for at, numbers in enumerate(ranges)
    ]
    terms = RetirementTerms("Hangzhou Tea House", "voluntary_offset", "2026")
    return retire(blocks, terms, retirement_id=RETIREMENT, enterprise_id=ENTERPRISE, now=NOW)


def stated(methodology: str | None, *ranges: Range) -> dict[str, Any]:
    origin = Origin(BUNDLE, methodology, 2026, b"\x01" * 32, 7_000_000_000, None)
    return certificate_of(
        a_retirement(*ranges), {BUNDLE: origin}, enterprise_name="Tea House", serial_prefix="TPH"
    )


def test_a_certificate_states_who_what_and_which_numbers() -> None:
    found = stated("gd.distributed_pv", Range(1, 3), Range(5, 6))
    assert found["retired_at"] == "2026-07-01T04:00:00Z"
    assert found["retired_by"] == {"id": f"org_{ENTERPRISE.hex}", "name": "Tea House"}
    assert found["purpose"]["code"] == "voluntary_offset"
    assert found["quantity_t"] == "3"
    first, second = found["blocks"]
    assert (first["first_number"], first["last_number"]) == ("1", "2")
    assert (second["first_number"], second["last_number"]) == ("5", "5")
    assert first["bundle_root"] == "01" * 32
    assert first["bundle_total_mg"] == "7000000000"
    assert parse_serial(first["serial"], prefix="TPH") == (
        *("gd.distributed_pv", 2026, 1, 3),
        first["unit_class"],
    )


def test_a_bundle_of_several_methodologies_is_named_so_in_its_serials() -> None:
    (line,) = stated(None, Range(1, 2))["blocks"]
    assert parse_serial(line["serial"], prefix="TPH").family == "mixed"

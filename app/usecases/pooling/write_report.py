"""Write the monitoring report: what the bundle holds, by behaviour, month, region and rule."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from app.ids import public
from app.store.database import Connection
from app.store.pooling.bundles import lock_bundle, update_bundle
from app.store.pooling.reporting import factors_used, report_lines


def write_report(connection: Connection, bundle_id: UUID, *, zone: str, now: datetime) -> bool:
    """Count and sum the entries and keep the report; False when the bundle has moved on."""
    bundle = lock_bundle(connection, bundle_id)
    assert bundle is not None, "a report is started for a bundle"
    if bundle["state"] != "selected":
        return False
    lines = report_lines(connection, bundle_id, zone=zone)
    (whole,) = (line for line in lines if not any(line[name] for name in _GROUPS))
    report = {
        "bundle_id": public("bdl", bundle_id),
        "written_at": now.isoformat().replace("+00:00", "Z"),
        "conditions": {
            "methodology_code": bundle["methodology"],
            "vintage": bundle["vintage"],
            "region": bundle["region"],
            "from": bundle["occurred_from"].isoformat(),
            "to": bundle["occurred_to"].isoformat(),
            "unit_class": bundle["unit_class"],
        },
        "reductions": whole["reductions"],
        "saved_mg": str(whole["saved_mg"]),
        "carried_in_mg": str(bundle["carried_in_mg"]),
        "by_behaviour": _grouped(lines, "behaviour"),
        "by_month": _grouped(lines, "month"),
        "by_region": _grouped(lines, "region"),
        "by_version": [
            _amounts(line)
            | {
                "methodology": f"{line['methodology']}@{line['version']}",
                "digest": "sha256:" + bytes(line["digest"]).hex(),
                "provenance": line["provenance"],
                "class": line["action_class"],
            }
            for line in _sorted(lines, "methodology")
        ],
        "factors": factors_used(connection, bundle_id),
    }
    update_bundle(connection, bundle_id, report=report, state="reported")
    return True


_GROUPS = ("behaviour", "month", "region", "methodology")


def _sorted(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    named = [line for line in lines if line[name] is not None]
    return sorted(named, key=lambda line: (line[name], line["version"] or ""))


def _grouped(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [{name: line[name]} | _amounts(line) for line in _sorted(lines, name)]


def _amounts(line: Mapping[str, Any]) -> dict[str, Any]:
    return {"reductions": line["reductions"], "saved_mg": str(line["saved_mg"])}

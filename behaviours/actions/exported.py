"""A stored reduction laid open, with all that a stranger needs to compute it again."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypedDict

from behaviours.actions.calculation import ExportedCalculation, ReductionRecord
from behaviours.actions.quantify import explain_record
from behaviours.rules.methodology import Version
from behaviours.rules.rulebook import Rulebook
from behaviours.rules.series_value import SuppliedShown, supplied_shown


class _Carried(TypedDict, total=False):
    supplied: list[SuppliedShown]


def export_calculation(record: ReductionRecord, rulebook: Rulebook) -> ExportedCalculation:
    """The working of ``Reduction.record()``, the record, and the published document itself.

    ``saved_mg`` is what the books hold, ``recomputed_mg`` what the same code gets now.
    ``tanpuhui verify`` and the stand-alone verifier read nothing else.
    """
    working = explain_record(record, rulebook)
    stored_mg = str(record["saved_mg"])
    version = rulebook.version_by_digest(record["digest"])
    used = _supplied(version, record["factors"].values())
    carried: _Carried = {"supplied": used} if used else {}
    return {
        **working.shown,
        "saved_mg": stored_mg,
        "recomputed_mg": str(working.saved_mg),
        "agrees": working.saved_mg == record["saved_mg"],
        "record": {
            "saved_mg": stored_mg,
            "methodology": record["methodology"],
            "version": record["version"],
            "digest": record["digest"],
            "provenance": record["provenance"],
            "action_class": record["action_class"],
            "vintage": record["vintage"],
            "inputs": record["inputs"],
            "factors": record["factors"],
        },
        "document": version.tree,
        **carried,
    }


def _supplied(version: Version, factor_ids: Collection[str]) -> list[SuppliedShown]:
    """What a programme added to the series and was used: its factors and its potentials."""
    notices = {factor_id.partition("/")[0] for factor_id in factor_ids}
    weighed = {(version.stated.potential_set, gas) for gas in version.stated.gases}
    return [
        supplied_shown(each)
        for each in version.reckoning.book.supplied
        if each.code in notices or (each.said.series, each.said.gas) in weighed
    ]

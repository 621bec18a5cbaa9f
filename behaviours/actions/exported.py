"""A stored reduction laid open, with all that a stranger needs to compute it again."""

from __future__ import annotations

from behaviours.actions.calculation import ExportedCalculation, ReductionRecord
from behaviours.actions.quantify import explain_record
from behaviours.rules.rulebook import Rulebook


def export_calculation(record: ReductionRecord, rulebook: Rulebook) -> ExportedCalculation:
    """The working of ``Reduction.record()``, the record, and the published document itself.

    ``saved_mg`` is what the books hold, ``recomputed_mg`` what the same code gets now.
    ``tanpuhui verify`` and the stand-alone verifier read nothing else.
    """
    working = explain_record(record, rulebook)
    stored_mg = str(record["saved_mg"])
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
        "document": rulebook.version_by_digest(record["digest"]).tree,
    }

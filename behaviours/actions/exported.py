"""A stored reduction laid open, with all that a stranger needs to compute it again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from behaviours.actions.quantify import explain_record
from behaviours.rules.rulebook import Rulebook


def export_calculation(record: Mapping[str, Any], rulebook: Rulebook) -> dict[str, Any]:
    """The working of ``Reduction.record()``, the record, and the published document itself.

    ``saved_mg`` is what the books hold, ``recomputed_mg`` what the same code gets now.
    ``tanpuhui verify`` and the stand-alone verifier read nothing else.
    """
    working = explain_record(record, rulebook)
    stored_mg = int(record["saved_mg"])
    return {
        **working.as_dict(),
        "saved_mg": str(stored_mg),
        "recomputed_mg": str(working.saved_mg),
        "agrees": working.saved_mg == stored_mg,
        "record": {**record, "saved_mg": str(stored_mg)},
        "document": rulebook.version_by_digest(record["digest"]).tree,
    }

"""Check anchors: the rows of every closed day still come to what was signed of it."""

from __future__ import annotations

from datetime import date
from typing import cast

from app.store.audit.finding import AuditFinding
from app.store.database import Connection
from app.store.registry.anchors import anchors_from
from app.usecases.audit.compare_anchors import compare_anchors
from behaviours.signed_document import SIGNATURE_FAULTS, check_signature
from rewards.ledger.anchor import AnchorDocument, chain_faults

_NAMED = 5


def check_anchors(connection: Connection) -> AuditFinding:
    """Reads every row of every closed day once, streamed; an offender is a day and a book."""
    kept = list(anchors_from(connection, date.min))
    documents = cast(list[AnchorDocument], kept)
    faults = [
        f"{document.get('day')}: {SIGNATURE_FAULTS[fault]}"
        for document in kept
        if (fault := check_signature(document).fault)
    ]
    faults += chain_faults(documents)
    if not faults:
        faults += compare_anchors(connection, documents, from_the_first=True)
    return AuditFinding(
        "anchors",
        "each closed day's rows = the count, sum, root and chain that were signed",
        count=len(documents),
        broken=len(faults),
        offenders=tuple(faults[:_NAMED]),
    )

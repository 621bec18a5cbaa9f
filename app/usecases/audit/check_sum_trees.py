"""Check sum trees: every sealed root and every kept subtree comes out again from the leaves."""

from __future__ import annotations

import hashlib
from contextlib import closing
from itertools import zip_longest

from app.ids import public
from app.store.audit.finding import AuditFinding
from app.store.audit.leaves import SealedTree, kept_chunks, leaves, sealed_bundles
from app.store.database import Connection
from rewards.pooling.sum_tree import Builder, Node, chunks_of


def check_sum_trees(connection: Connection) -> AuditFinding:
    """Reads every leaf of every sealed bundle once, in bounded memory."""
    sealed = sealed_bundles(connection)
    bad = [
        public("bdl", bundle.bundle_id) for bundle in sealed if not _comes_out(connection, bundle)
    ]
    return AuditFinding(
        "sum_trees",
        "each sealed root, total and kept subtree = the tree over its leaves",
        count=len(sealed),
        broken=len(bad),
        offenders=tuple(bad[:5]),
    )


def _comes_out(connection: Connection, bundle: SealedTree) -> bool:
    builder = Builder()
    with (
        closing(leaves(connection, bundle.bundle_id)) as from_leaves,
        closing(kept_chunks(connection, bundle.bundle_id)) as kept,
    ):
        for made, stored in zip_longest(chunks_of(from_leaves), kept):
            if made is None or made != stored:
                return False
            builder.add(made[1])
    # Everybody may have left a bundle before it was sealed: then the root is that of nothing.
    root = builder.root() if builder.count else Node(hashlib.sha256().digest(), 0)
    return root == (bundle.root, bundle.total_mg)

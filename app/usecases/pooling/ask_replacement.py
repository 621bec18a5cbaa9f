"""Offer units for what a suspended bundle is short of; they are cancelled once two have signed."""

from __future__ import annotations

from uuid import UUID

from app.clock import Clock
from app.ids import new_id
from app.store.database import Connection
from app.store.platform.references import claim_reference
from app.store.registry.blocks import lock_block, parts_of_split
from app.store.registry.replacing import KIND, insert_replacement
from app.store.signing import sign
from app.usecases.pooling.hold_bundle import hold_bundle
from app.usecases.pooling.read_replacement import read_replacement
from behaviours.viewer import Viewer
from rewards.pooling.bundle import REPLACE
from rewards.reference import PROGRAMME, REPLACING, reference
from rewards.registry.block import free_block
from rewards.registry.replacement import VERB, Replacement, ReplacementAsked, check_fits
from rewards.signing import ROLES, Matter, signature_of


def ask_replacement(
    connection: Connection,
    bundle_id: UUID,
    *,
    block_id: UUID,
    quantity_t: int,
    viewer: Viewer,
    client_reference: str,
    clock: Clock,
) -> Replacement:
    """Offer tonnes of a free block of the viewer's, or of the programme's for who answers for it.

    An operator or an authority who offers has signed with it. Nothing is taken before the last
    signature; until then the holder may do with the block what it likes. The same
    ``client_reference`` again answers the first offer, as it stands.

    Raises UnknownBundle, BundleStateConflict, UnknownUnits, AlreadyRetired, BlockNotAvailable (of a
    block that was split since, with what stands for it now), UnitsNotCovered, UnitsDoNotFit,
    MoreThanIsShort, NotEnoughUnits, ReferenceReused.
    """
    owner_id = viewer.tenant_id
    holder_id = owner_id or PROGRAMME
    asked = reference(REPLACING, holder_id, client_reference, bundle_id, block_id, quantity_t)
    replacement_id = new_id()
    if (known := claim_reference(connection, asked, replacement_id)) != replacement_id:
        return read_replacement(connection, known, viewer=viewer)
    bundle = hold_bundle(connection, bundle_id, by=viewer)
    bundle.check(REPLACE, by=viewer)
    named = lock_block(connection, block_id)
    parts = parts_of_split(connection, named, owner_id)
    block = free_block(named, owner_id, parts=parts)
    check_fits(block, quantity_t, bundle.lack)
    assert viewer.user_id is not None, "somebody asks"
    now = clock.now()
    what = (replacement_id, bundle_id, block_id, quantity_t)
    offered = ReplacementAsked(*what, owner_id, client_reference, viewer.user_id, now)
    insert_replacement(connection, offered)
    if viewer.role in ROLES:
        sign(connection, Matter(KIND, replacement_id, VERB), signature_of(viewer, now))
    return read_replacement(connection, replacement_id, viewer=viewer)

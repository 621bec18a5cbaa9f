"""A proof of inclusion, as it is answered and as it stands in its person's export."""

from __future__ import annotations

from app.ids import public
from app.secrecy.signatures import sign
from app.shown.units import units
from behaviours.json_value import JsonObject
from rewards.pooling.included import Inclusion

HOW = (
    "Hash the leaf; at each sibling, lowest first, hash SHA-256(0x01 | left digest | left sum, 8"
    " bytes big-endian | right digest | right sum) and add the sums. Which side is left follows"
    " from index and leaves as in RFC 9162, section 2.1.3.2. The result must be the root and the"
    " total that /v1/registry/bundles published. `tanpuhui verify` does this offline."
)


def inclusion_shown(found: Inclusion, signing_key: bytes) -> JsonObject:
    """Where the reduction lies, its proof, and the registry's signature over both."""
    return sign(
        {
            "action_id": public("act", found.action_id),
            "bundle_id": public("bdl", found.bundle_id),
            "offset_mg": {
                "from": str(found.offset_mg),
                "to": str(found.offset_mg + found.saved_mg),
            },
            "proof": found.proof,
            "blocks": [
                {"id": public("blk", each.block_id), "state": each.state, **units(each.units)}
                for each in found.blocks
            ],
            "how_to_verify": HOW,
        },
        signing_key,
    )

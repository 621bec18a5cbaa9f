"""What an enterprise holds and has retired, as everybody may see it."""

from __future__ import annotations

from typing import Final, NamedTuple
from uuid import UUID

from app.store.database import Connection
from app.store.registry.blocks import blocks_by_owner
from app.store.registry.reading import named_blocks
from app.store.registry.retiring import list_retirements
from app.store.registry.searching import name_in_register
from behaviours.refusal import found_or
from rewards.registry.refusals import UnknownUnits
from rewards.registry.register import RegisteredBlock, RegisteredRetirement

MOST: Final = 100


class EnterpriseInRegister(NamedTuple):
    """An enterprise; ``more`` when it has more blocks or retirements than the newest hundred."""

    organisation_id: UUID
    name: str
    blocks: list[RegisteredBlock]
    retirements: list[RegisteredRetirement]
    more: bool


def read_enterprise(connection: Connection, organisation_id: UUID) -> EnterpriseInRegister:
    """Only of who holds, held or retired units. Raises UnknownUnits for anybody else."""
    name = found_or(name_in_register(connection, organisation_id), UnknownUnits("holder"))
    held = blocks_by_owner(connection, organisation_id, before=None, most=MOST + 1)
    retired = list_retirements(
        connection, enterprise_id=organisation_id, before=None, most=MOST + 1
    )
    return EnterpriseInRegister(
        organisation_id,
        name,
        named_blocks(connection, [each.block_id for each in held[:MOST]]),
        retired[:MOST],
        max(len(held), len(retired)) > MOST,
    )

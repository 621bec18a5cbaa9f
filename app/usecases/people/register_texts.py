"""Take the texts of a file into the register of what people agree to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from app.clock import Clock
from app.store.database import Connection
from app.store.people.texts import all_texts, lock_texts
from app.usecases.people.propose_text import propose_text
from behaviours.refusal import about_row
from behaviours.scenes import Scenes
from behaviours.texts import AgreedWords
from behaviours.viewer import Viewer


class SaidText(NamedTuple):
    """A text as a row tells it: its words by language, and its first moment."""

    kind: str
    version: str
    bodies: Mapping[str, str]
    in_force_at: datetime


def register_texts(
    connection: Connection,
    said: Sequence[SaidText],
    *,
    by: Viewer,
    scenes: Scenes,
    zone: ZoneInfo,
    clock: Clock,
) -> list[AgreedWords]:
    """The texts as they stand. What stands in the same words is left as it is; what is new is
    proposed, signed with that, and awaits the other role.

    Refuses at its row as ``propose_text`` does: what was published never changes.
    """
    lock_texts(connection)
    stand = {(each.kind, each.version): each for each in all_texts(connection)}
    made = []
    for at, row in enumerate(said):
        known = stand.get((row.kind, row.version))
        if known is None or not known.says(row.bodies, row.in_force_at):
            with about_row(at):
                known, _ = propose_text(
                    connection,
                    row.kind,
                    row.version,
                    row.bodies,
                    in_force_at=row.in_force_at,
                    by=by,
                    scenes=scenes,
                    zone=zone,
                    clock=clock,
                )
            stand[row.kind, row.version] = known
        made.append(known)
    return made

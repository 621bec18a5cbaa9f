"""Add new installations: each that nothing stands against, and of the others what does."""

from __future__ import annotations

from collections.abc import Sequence

from app.store.database import Connection
from app.store.recording.installations import add_installations, installations_of
from behaviours.actions.installation import InstallationExists, RegisteredInstallation
from behaviours.actions.registering import against
from behaviours.refusal import Refusal

# An installation, and what its number may have stood for before.
Registering = tuple[RegisteredInstallation, Sequence[bytes]]


def add_new_installations(
    connection: Connection, new: Sequence[Registering], *, ended_too: bool
) -> list[RegisteredInstallation | Refusal]:
    """The answers in their order, each with those of the list before it.

    Whoever registers the same number at the same moment is waited for.
    """
    known = _known(connection, new)
    answers: list[RegisteredInstallation | Refusal] = []
    of_list: dict[bytes, list[RegisteredInstallation]] = {}
    for one, former in new:
        before = of_list.setdefault(one.digest, [])
        refusal = against(one, [*_of(known, one, former), *before], ended_too=ended_too)
        answers.append(refusal or one)
        if refusal is None:
            before.append(one)
    taken = [each for each in answers if isinstance(each, RegisteredInstallation)]
    written = add_installations(connection, taken)
    lost = {each.digest for each in taken if each.installation_id not in written}
    if lost:
        # A statement of its own: it sees what was committed while it was waited for.
        known = _known(connection, [each for each in new if each[0].digest in lost])
        for at, (one, former) in enumerate(new):
            if one.digest in lost:
                said = against(one, _of(known, one, former), ended_too=ended_too)
                answers[at] = said or InstallationExists("other", pointer="/number")
    return answers


def _known(
    connection: Connection, new: Sequence[Registering]
) -> dict[bytes, list[RegisteredInstallation]]:
    digests = {digest for one, former in new for digest in (one.digest, *former)}
    return installations_of(connection, sorted(digests))


def _of(
    known: dict[bytes, list[RegisteredInstallation]],
    one: RegisteredInstallation,
    former: Sequence[bytes],
) -> list[RegisteredInstallation]:
    return [each for digest in (one.digest, *former) for each in known.get(digest, ())]

"""Ask whoever decides now for what the guardian before had agreed to: it holds no longer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.ids import new_id
from app.store.database import Connection
from app.store.people.consents import consents_of
from app.usecases.people.ask_people import ask_people
from app.usecases.people.end_consents import end_consents
from app.usecases.people.end_engagement import end_engagement
from behaviours.households import BY_GUARDIAN as AGREED_BY_GUARDIAN
from behaviours.people import BY_GUARDIAN
from behaviours.requests import CONSENT, OPEN, PersonalRequest


def ask_again(
    connection: Connection,
    children: Sequence[UUID],
    *,
    of_anybody: bool = False,
    now: datetime,
) -> None:
    """End the consents that a guardian gave for the people of held accounts, and ask for them;
    ``of_anybody``: whoever gave them. Teams and rankings end as well: nobody asks for those but the
    people themselves."""
    whose = None if of_anybody else AGREED_BY_GUARDIAN
    end_engagement(connection, children, agreed_by=whose, now=now)
    asked = []
    for child in children:
        given = [
            each
            for each in consents_of(connection, child)
            if each.withdrawn_at is None and (of_anybody or each.channel == BY_GUARDIAN)
        ]
        ids = [each.consent_id for each in given]
        end_consents(connection, child, ids, now=now)
        asked += [
            (
                child,
                PersonalRequest(
                    new_id(),
                    each.organisation_id,
                    CONSENT,
                    each.scene,
                    each.text_version,
                    None,
                    OPEN,
                    now,
                    None,
                ),
            )
            for each in given
        ]
    ask_people(connection, asked)

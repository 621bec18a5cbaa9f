"""Read what a receipt states: a consent, and the text that it is to."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.people.consents import consents_of
from app.store.people.texts import all_texts
from behaviours.people import Consent, UnknownOfPerson
from behaviours.scenes import Scenes
from behaviours.texts import AgreedWords, Texts, kinds_of_consent
from behaviours.viewer import Viewer


def read_receipt(
    connection: Connection,
    participant_id: UUID,
    consent_id: UUID,
    *,
    viewer: Viewer,
    scenes: Scenes,
) -> tuple[Consent, AgreedWords]:
    """The person's own consent, or one that was given to the provider who looks."""
    for each in consents_of(connection, participant_id):
        may = viewer.tenant_id in (participant_id, each.organisation_id)
        if each.consent_id == consent_id and may:
            kinds = kinds_of_consent(each.scene, scenes)
            text = Texts(all_texts(connection)).find(kinds, each.text_version)
            assert text is not None, f"consent {consent_id} is to no text"
            return each, text
    raise UnknownOfPerson("consent")

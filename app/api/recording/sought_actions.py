"""Actions as the programme looks for them: a provider's, a person's, or of both."""

from __future__ import annotations

from uuid import UUID

from flask import Response

from app.api.recording.own_lists import OwnActionFilter, WantedOwnActions, actions_page
from app.auth import allow
from app.http.blueprint import Blueprint
from app.http.fields import PublicId
from app.shown.actions import ActionAnswer
from rewards.signing import ROLES

blueprint = Blueprint("sought actions", __name__, description="Actions that are looked for.")


class SoughtActionFilter(OwnActionFilter):
    """Whose actions, and which: a person's, a provider's, or what the one reported of the other."""

    participant_id = PublicId("par")
    provider_id = PublicId("org")


class WantedSoughtActions(WantedOwnActions, total=False):
    """As ``SoughtActionFilter`` loads it."""

    participant_id: UUID
    provider_id: UUID


@blueprint.route("/v1/actions")
@allow(*reversed(ROLES))
@blueprint.lists(ActionAnswer, "SoughtActions", narrowed_by=SoughtActionFilter)
def list_sought_actions(wanted: WantedSoughtActions) -> Response:
    """Actions of a person or of a provider, credited or not, the last done first; nothing of who
    left. `external_id` is a provider's own number, so it takes `provider_id`.
    """
    return actions_page(wanted, wanted.get("provider_id"), wanted.get("participant_id"))

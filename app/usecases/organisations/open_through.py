"""Let somebody come in through an app, which nobody revokes until the transaction ends."""

from __future__ import annotations

from uuid import UUID

from app.store.database import Connection
from app.store.organisations.apps import find_app, share_app
from app.usecases.organisations.check_coming_in import check_coming_in
from behaviours.apps import MobileApp
from behaviours.organisations import InvalidGrant
from behaviours.refusal import found_or


def open_through(
    connection: Connection, app_id: UUID, *, by_word_of: UUID | None = None
) -> MobileApp:
    """The app; ``by_word_of`` is the provider by whose word somebody comes in, None: by their own
    login.

    Raises InvalidGrant.
    """
    seen = found_or(find_app(connection, app_id), InvalidGrant("app_unknown"))
    # The organisation before its app, as whoever closes it takes them.
    check_coming_in(connection, seen.organisation_id)
    app = found_or(share_app(connection, app_id), InvalidGrant("app_unknown"))
    app.check_opens(by_word_of)
    return app

"""Return an unsealed bundle: its reductions and the remainder it carried in go back."""

from __future__ import annotations

from datetime import datetime

from app.outbox import names
from app.store.database import Connection
from app.store.pooling.bundles import write_bundle
from app.store.pooling.steps import add_step
from app.store.registry.carbon_book import lock_family, post
from app.usecases.pooling.start_bundle_task import start_bundle_task
from behaviours.viewer import Viewer
from rewards.pooling.bundle import Bundle


def return_bundle(
    connection: Connection, bundle: Bundle, step: str, *, by: Viewer, now: datetime
) -> Bundle:
    """Take ``step`` (cancel or reject) with a held bundle; a task frees its reductions.

    The remainder goes back to where it came from at once. Raises BundleStateConflict.
    """
    bundle.check(step, by=by)
    book = bundle.book
    lock_family(connection, book.family, book.vintage)
    post(connection, book.carry_back(bundle.carried_in_mg or 0), now=now)
    task_id = start_bundle_task(connection, bundle, names.RELEASE_BUNDLE, by=by, now=now)
    returned = bundle.move(step, by=by, task_id=task_id, carried_in_mg=0)
    assert returned.is_returned, "a bundle is returned by being cancelled or rejected"
    write_bundle(connection, returned)
    said = returned.opinion.as_document() if returned.opinion else {}
    add_step(connection, returned.bundle_id, step, {"from": bundle.state, **said}, now=now)
    return returned

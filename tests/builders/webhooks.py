"""Webhooks in tests: registered through the use cases, sent by a real sender, moved in time."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from app.ids import new_id, public
from app.jobs.webhook_sender import WebhookSender
from app.outbound import AnswerLimits
from app.secrecy.sealing import MasterKeys
from app.settings import Settings
from app.store.database import Database
from app.store.events.writing import write_events
from app.usecases.webhooks.keep_round import keep_round
from app.usecases.webhooks.read_deliveries import read_deliveries
from app.usecases.webhooks.read_webhook import read_webhook
from app.usecases.webhooks.register_webhook import register_webhook
from app.wiring import Wiring, wire
from behaviours.events import Event
from behaviours.viewer import Viewer
from behaviours.webhooks import AttemptMade, NewWebhook, WebhookEndpoint
from tests.builders.market import rows, run

# Long enough for a receiver on this machine, and soon over.
SHORT = AnswerLimits(whole_s=0.5, most_bytes=1_000)
USUAL = AnswerLimits(whole_s=20.0, most_bytes=1_000)


def client_of(organisation_id: UUID) -> Viewer:
    """The organisation's own program."""
    return Viewer("merchant", organisation_id, organisation_id)


def a_webhook(wiring: Wiring, by: Viewer, url: str, types: tuple[str, ...] = ()) -> WebhookEndpoint:
    """An endpoint; what its own registration tells of is over."""
    made = run(
        wiring,
        register_webhook,
        NewWebhook(url, "", types),
        tls_only=False,
        by=by,
        clock=wiring.clock,
    )
    catch_up(wiring)
    return made


def catch_up(wiring: Wiring) -> None:
    """Nothing that was written until now is sent any more."""
    change(wiring, "update webhook_endpoint set after = (select max(event_no) from event)")


def told(wiring: Wiring, reader: UUID, *states: str) -> list[str]:
    """Events of so many redemptions of an organisation; their subjects."""
    events = [
        Event(f"redemption.{state}", public("rdm", new_id()), (reader,), None) for state in states
    ]
    run(wiring, write_events, events, now=wiring.clock.now())
    return [each.subject for each in events]


def sender(wiring: Wiring, patience: AnswerLimits = USUAL, **more: Any) -> WebhookSender:
    return WebhookSender(wiring, patience=patience, **more)


def attempts(wiring: Wiring, endpoint: WebhookEndpoint) -> Sequence[AttemptMade]:
    """What was tried, the first first."""
    made = run(
        wiring,
        read_deliveries,
        endpoint.endpoint_id,
        outcome=None,
        message_id=None,
        by=owner_of(endpoint),
        before=None,
        most=1_000,
    )
    return list(reversed(made))


def owner_of(endpoint: WebhookEndpoint) -> Viewer:
    """Somebody who looks after it."""
    whose = endpoint.organisation_id
    return client_of(whose) if whose else Viewer("operator", None, None)


def as_it_stands(wiring: Wiring, endpoint: WebhookEndpoint) -> WebhookEndpoint:
    return run(wiring, read_webhook, endpoint.endpoint_id, by=owner_of(endpoint))


def change(wiring: Wiring, statement: str, **given: Any) -> None:
    run(wiring, lambda connection: connection.execute(text(statement), given))


def later(wiring: Wiring, span: timedelta) -> None:
    """So much time passes by the database's clock, for endpoints and what waits for them."""
    change(wiring, "update webhook_pending set due_at = due_at - :span", span=span)
    change(
        wiring,
        "update webhook_endpoint set paused_until = paused_until - :span,"
        " failing_since = failing_since - :span, claimed_until = claimed_until - :span,"
        " former_until = former_until - :span",
        span=span,
    )


def waiting(wiring: Wiring) -> list[dict[str, Any]]:
    """What waits, and for how long from now."""
    return rows(
        wiring,
        "select event_no, tried, is_replay, due_at - clock_timestamp() as due_in"
        " from webhook_pending order by event_no",
    )


class _DeadlyDatabase(Database):
    """Kills the process when a round is to be kept: everything is sent, and nobody knows."""

    def transact(self, work: Callable[..., Any], *given: Any, **named: Any) -> Any:
        if work is keep_round:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().transact(work, *given, **named)


def _deadly(settings: Settings) -> None:
    wiring = wire(settings)
    assert settings.database_url is not None
    keys = MasterKeys(settings.master_key)
    sender(replace(wiring, database=_DeadlyDatabase(settings.database_url, keys=keys))).send_all()


def killed_sending(settings: Settings) -> None:
    """A process sends what is due, and is killed before it can say so."""
    child = multiprocessing.get_context("spawn").Process(target=_deadly, args=(settings,))
    child.start()
    child.join(60)
    assert child.exitcode == -signal.SIGKILL, child.exitcode

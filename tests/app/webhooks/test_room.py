"""How many endpoints there may be, whoever registers one beside whom."""

from __future__ import annotations

from functools import partial

import pytest

from app.usecases.webhooks.register_webhook import register_webhook
from app.wiring import Wiring
from behaviours.viewer import Viewer
from behaviours.webhooks import MOST_ENDPOINTS, NewWebhook, TooManyWebhooks
from tests.builders.at_once import at_once
from tests.builders.empty_market import shut
from tests.builders.market import rows
from tests.builders.people import a_user, an_organisation
from tests.builders.webhooks import client_of

__all__ = ["shut"]


def registering(wiring: Wiring, by: Viewer) -> partial[object]:
    return partial(
        wiring.database.transact,
        register_webhook,
        NewWebhook("http://127.0.0.1:9/hook", "", ()),
        tls_only=False,
        by=by,
        clock=wiring.clock,
    )


@pytest.mark.parametrize("whose", ["organisation", "programme"])
def test_beside_each_other_no_more_are_registered_than_there_is_room_for(
    shut: Wiring, whose: str
) -> None:
    if whose == "programme":
        by = Viewer("operator", None, a_user(shut, "operator"))
    else:
        by = client_of(an_organisation(shut, "merchant"))
    for _ in range(MOST_ENDPOINTS - 2):
        registering(shut, by)()
    answers = at_once([registering(shut, by)] * 6)
    refused = [each for each in answers if isinstance(each, TooManyWebhooks)]
    assert len(refused) == 4
    (kept,) = rows(shut, "select count(*) as n from webhook_endpoint")
    assert kept["n"] == MOST_ENDPOINTS

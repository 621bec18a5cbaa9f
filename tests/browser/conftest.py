"""A served programme with something to show, and the browser of the machine before it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest
from playwright.sync_api import Browser

from app.ids import public
from app.settings import Settings
from app.wiring import Wiring
from behaviours.actions.waiting import CONFIRM
from tests.builders.browsing import browsing
from tests.builders.found_browser import MISSING, found_browser
from tests.builders.handed_over import HandingOver
from tests.builders.market import rows
from tests.builders.people import Http, Tokens, a_participant, an_organisation
from tests.builders.processes import own_wiring
from tests.builders.selling import retirement_of
from tests.builders.server import serving

RETIRED = """
    select r.retirement_id, b.bundle_id from retirement_block r join unit_block b using (block_id)
"""


def held_action(wiring: Wiring, http: Http) -> str:
    """More than a person brings on one day, by the rule, so that somebody has to look."""
    provider = an_organisation(wiring)
    token = Tokens(http.app, wiring)("provider", tenant=provider)
    body = {
        "participant_id": public("par", a_participant(wiring, provider_id=provider)),
        "behaviour": "clothing_recycling",
        "external_id": f"held-{provider}",
        "occurred_at": wiring.clock.now().isoformat(),
        "region": "CN-44",
        "quantities": {"mass_kg": "80"},
        "evidence": {"weigh_ticket_no": f"W-{provider.hex}"},
    }
    answer = http.post("/v1/actions", body, token=token)
    assert answer.json["state"] == "held", answer.text
    return str(answer.json["id"])


@dataclass
class Site:
    """Where a programme is served, and what of it has a page of its own."""

    base_url: str
    project: str
    retirement: str
    bundle: str
    serial: str
    action: str
    held: str
    # Of somebody of staff, for the pages of the desk.
    operator: str
    block: str
    enterprise: str


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = found_browser()
    if path is None:
        pytest.skip(MISSING)
    with browsing(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def site(
    browser: Browser,
    two_databases: tuple[str, str],
    settings: Settings,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """A project with units, some of which are retired; served in a process of its own."""
    folder = tmp_path_factory.mktemp("site")
    wiring = own_wiring(replace(settings, data_dir=folder / "var"), two_databases[0])
    try:
        issue = HandingOver(wiring)
        owner = issue.marsh.owner.tenant_id
        assert owner is not None
        issue.marsh.run(retirement_of(wiring, owner, 7))
        (retired,) = rows(wiring, RETIRED)
        token_for = Tokens(issue.marsh.http.app, wiring)
        operator = token_for("operator")
        action, held = (held_action(wiring, issue.marsh.http) for _ in range(2))
        said = {"outcome": CONFIRM, "reason": "The weigh ticket was seen."}
        issue.marsh.http.post(f"/v1/actions/{action}/confirm", said, token=operator)
        holdings = issue.marsh.http.get("/v1/holdings", token=issue.marsh.applicant.token)
        with serving(wiring.settings, folder / "server.log") as base_url:
            yield Site(
                base_url,
                issue.marsh.path[1:],
                public("ret", retired["retirement_id"]),
                public("bdl", retired["bundle_id"]),
                holdings.json["data"][0]["serial"],
                action,
                held,
                operator,
                holdings.json["data"][0]["id"],
                public("org", owner),
            )
    finally:
        wiring.close()

"""The contract makes a Python client without a warning, and by that client a person earns points.

``OPENAPI_PYTHON_CLIENT`` names the generator where it is not installed beside the tests.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from app.usecases.organisations.create_client import NewClient, create_client
from app.web.guides.overrides import overrides_yaml
from tests.builders.jobs import until
from tests.builders.scenes import admit_everywhere
from tests.builders.server import Town

GENERATOR: Final = os.environ.get("OPENAPI_PYTHON_CLIENT") or shutil.which(
    "openapi-python-client", path=f"{Path(sys.executable).parent}:{os.environ['PATH']}"
)
MISSING: Final = "No typed client was made: install openapi-python-client to have it tried."
QUICKSTART: Final = """
import json, sys
from datetime import UTC, datetime
from pyclient import AuthenticatedClient, Client
from pyclient.api.methodologies import catalogue_list_methodologies
from pyclient.api.organisations import tokens_issue_token
from pyclient.api.people import people_enrol_participant
from pyclient.api.recording import actions_report_action
from pyclient.models import ActionBody, EnrolmentBody, Problem, TokenRequest

base, client_id, client_secret = sys.argv[1:]
asked = {"client_id": client_id, "client_secret": client_secret, "grant_type": "client_credentials"}
token = tokens_issue_token.sync(client=Client(base_url=base), body=TokenRequest.from_dict(asked))
known = AuthenticatedClient(base_url=base, token=token.access_token)
consent = {"scene": "metro_ride", "text_version": "2026-01", "granted_at": "2026-01-02T00:00:00Z"}
person = people_enrol_participant.sync(client=known, body=EnrolmentBody.from_dict(
    {"identity": "typed-1", "region": "CN-33", "consents": [consent]}))
assert not isinstance(person, Problem), person
said = {"participant_id": person.id, "behaviour": "metro_ride", "external_id": "typed-1",
        "occurred_at": datetime.now(UTC).isoformat(), "region": "CN-33",
        "quantities": {"trips": "1"}, "evidence": {"ride_id": "gate-typed-1"}}
ride = actions_report_action.sync(client=known, body=ActionBody.from_dict(said))
again = actions_report_action.sync(client=known, body=ActionBody.from_dict(said))
assert isinstance(again, Problem) and again.status == 409, again
print(json.dumps([ride.reduction.reduction_kg, ride.points.awarded]))
"""


@pytest.mark.skipif(GENERATOR is None, reason=MISSING)
def test_a_generated_client_reports_a_ride(town: Town, tmp_path: Path) -> None:
    assert GENERATOR is not None
    (tmp_path / "openapi.json").write_text(town.web.get("/openapi.json").text, "utf-8")
    settings = f"{overrides_yaml()}\npost_hooks: []\n"
    (tmp_path / "client.yaml").write_text(settings, "utf-8")
    words = ("generate", "--path", "openapi.json", "--output-path", "pyclient")
    more = ("--meta", "none", "--config", "client.yaml")
    made = subprocess.run(
        [GENERATOR, *words, *more], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert made.returncode == 0, made.stderr
    assert "arning" not in made.stdout + made.stderr, made.stdout + made.stderr
    [client] = town.wiring.database.transact(
        create_client, [NewClient("provider", "A provider")], now=town.wiring.clock.now()
    )
    admit_everywhere(town.wiring, client.organisation_id)
    grant = {"client_id": client.client_id, "client_secret": client.client_secret}
    caller = town._logged_in(grant_type="client_credentials", **grant)
    # The server learns of it within a second.
    until(lambda: caller.get("/v1/provider")["scenes"])
    own = [str(town.web.base_url).rstrip("/"), client.client_id, client.client_secret]
    run = subprocess.run(
        [sys.executable, "-c", QUICKSTART, *own],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == ["0.046000", 46]

"""Every command of every guide, pasted into a shell before a real server.

``WRITE_ANSWERS=1 pytest`` keeps what was answered; else it must be of the form that is kept.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from app.ids import public
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.organisations.create_user import NewUser, create_user
from app.web.guides.texts import ANSWERS, GUIDES, answers_of, blocks_of
from tests.builders.jobs import until
from tests.builders.points import a_person_with
from tests.builders.redemption import a_code, an_offer
from tests.builders.scenes import admit_everywhere
from tests.builders.server import Town

KINDS = {"app": "provider", "till": "merchant", "shop": "merchant"}
# Of programs that are not on every machine.
NEEDED = {"node": "node"}
LONGEST = 1_600


def own_values(town: Town, guide: str) -> dict[str, str]:
    """What the reader fills in: the credentials of this installation, a code, a person's token."""
    kind, now = KINDS.get(guide, guide), town.wiring.clock.now()
    if guide == "operator":
        user = NewUser("guide-operator", secrets.token_urlsafe(16), "operator", None)
        town.wiring.database.transact(create_user, [user], now=now)
        return {"USERNAME": user.username, "PASSWORD": user.password}
    if kind not in ("provider", "merchant", "enterprise", "verifier"):
        return {}
    [made] = town.wiring.database.transact(create_client, [NewClient(kind, f"A {kind}")], now=now)
    own = {"CLIENT_ID": made.client_id, "CLIENT_SECRET": made.client_secret}
    person = a_person_with(town.wiring, 500)
    if guide == "app":
        admit_everywhere(town.wiring, made.organisation_id)
        grant = {"grant_type": "client_credentials"} | {k.lower(): v for k, v in own.items()}
        caller = town._logged_in(**grant)
        # The server learns of it within a second.
        until(lambda: caller.get("/v1/provider")["scenes"])
        token = town.user("participant", public("par", person)).token
        assert token is not None
        own["PERSON"] = token
    if guide == "till":
        an_offer(town.wiring, merchant_id=made.organisation_id)
        own["CODE"] = a_code(town.wiring, person)
    return own


def filled(block: str, own: dict[str, str]) -> str:
    return re.sub(r"\b([A-Z_]+)=…", lambda found: f"{found[1]}='{own[found[1]]}'", block)


def pasted(blocks: list[str], folder: Path) -> list[str]:
    """What each block wrote."""
    end = f"end-{secrets.token_hex(8)}"
    script = "\n".join(f"{each}\necho; echo {end}" for each in blocks)
    done = subprocess.run(
        ["bash", "--norc"],
        input=script,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    written = done.stdout.split(end)[:-1]
    assert len(written) == len(blocks), done.stderr
    assert not done.stderr, done.stderr
    return [each.strip() for each in written]


def shape(told: Any) -> Any:
    """The names in an answer, without what it says under them."""
    if isinstance(told, dict):
        return {name: shape(value) for name, value in told.items()}
    return [shape(told[0])] if isinstance(told, list) and told else None


def shown(written: str) -> str:
    """An answer as a guide shows it: JSON told apart in lines, no token whole."""
    try:
        told = json.loads(written)
    except ValueError:
        return written[:LONGEST]
    return json.dumps(told, ensure_ascii=False, indent=1)[:LONGEST]


@pytest.mark.parametrize("guide", [each for each in GUIDES if blocks_of(each)])
def test_what_a_guide_says_works_when_it_is_pasted(town: Town, guide: str, tmp_path: Path) -> None:
    blocks = blocks_of(guide)
    without = {name for name in NEEDED if any(name in each for each in blocks)} - {
        name for name, program in NEEDED.items() if shutil.which(program)
    }
    base, own = str(town.web.base_url).rstrip("/"), own_values(town, guide)
    run = [filled(each, own).replace("{base}", base) for each in blocks]
    skipped = {at for at, each in enumerate(blocks) if any(name in each for name in without)}
    written = pasted(
        [each if at not in skipped else "true" for at, each in enumerate(run)], tmp_path
    )
    for answer in written:
        assert '"code":"' not in answer or '"request_id"' not in answer, answer
    if os.environ.get("WRITE_ANSWERS"):
        kept = json.loads(ANSWERS.read_text("utf-8")) if ANSWERS.exists() else {}
        kept[guide] = [shown(each) for each in written]
        ANSWERS.write_text(json.dumps(kept, ensure_ascii=False, indent=1) + "\n", "utf-8")
        return
    for at, (answer, before) in enumerate(zip(written, answers_of(guide), strict=True)):
        if at not in skipped and before.startswith("{") and before.endswith("}"):
            assert shape(json.loads(answer)).keys() == shape(json.loads(before)).keys(), at
        assert at in skipped or bool(answer) == bool(before), at

"""The demo's scenes are applied for once, however often the demo is begun."""

from __future__ import annotations

import secrets

import pytest

from app.demo import scenes as demo
from app.usecases.organisations.create_client import NewClient, create_client
from app.usecases.organisations.create_user import NewUser, create_user
from app.usecases.organisations.read_admissions import ListedAdmission, read_admissions
from app.wiring import Wiring
from behaviours.scene_admission import PUBLISHED

STAFF = (("operator", "operator"), ("operator2", "operator"), ("authority", "authority"))


def test_nothing_is_applied_for_again_of_more_than_one_page(
    wiring: Wiring, monkeypatch: pytest.MonkeyPatch
) -> None:
    now, transact = wiring.clock.now(), wiring.database.transact
    [made] = transact(create_client, [NewClient("provider", "Many scenes")], now=now)
    new = [NewUser(f"{each}-{secrets.token_hex(4)}", secrets.token_hex(16), role)
           for each, role in STAFF]  # fmt: skip
    users = dict(
        zip(
            dict(STAFF), (each.user_id for each in transact(create_user, new, now=now)), strict=True
        )
    )
    wanted = {made.organisation_id: sorted(wiring.scenes.can_be_admitted())}

    def stand() -> list[ListedAdmission]:
        return transact(
            read_admissions,
            provider_id=made.organisation_id,
            everything=False,
            state=None,
            before=None,
            most=1000,
        )

    monkeypatch.setattr(demo, "_AT_ONCE", 3)
    transact(demo.open_demo_scenes, wiring, wanted, users, now=now)
    opened = stand()
    assert {each.admission.scene for each in opened} == set(wanted[made.organisation_id])
    assert {each.admission.state for each in opened} == {PUBLISHED}
    assert len(opened) > demo._AT_ONCE
    transact(demo.open_demo_scenes, wiring, wanted, users, now=now)
    assert stand() == opened

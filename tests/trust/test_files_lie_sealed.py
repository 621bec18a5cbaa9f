"""No number of a person lies in clear in what an import keeps, before it runs or after."""

from __future__ import annotations

import secrets
from uuid import UUID

import pytest
from cryptography.exceptions import InvalidTag

from app.ids import public
from app.jobs.run import run
from app.secrecy.files import file_key, open_part, part_name, seal_part
from app.wiring import Wiring
from tests.app.recording.imports.conftest import DAY, RIDES
from tests.builders.files import accepted
from tests.builders.people import Http, Tokens, an_organisation


def kept(wiring: Wiring, import_id: UUID) -> list[bytes]:
    with wiring.database.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "select content from import_part where import_id = %s order by kind, part_no",
            (import_id,),
        ).scalars()
        return [bytes(each) for each in rows]


@pytest.mark.parametrize("size", [1, 40_000])
def test_a_file_and_its_refusals_lie_sealed_and_are_read_as_they_were(
    app, wiring: Wiring, size: int
) -> None:
    provider, card = an_organisation(wiring), secrets.token_hex(16)
    rows = "".join(f"{card},soon,{at}\n" for at in range(size))
    import_id = accepted(
        wiring, provider, f"card,at,gate\n{rows}{card},{DAY} 06:30,7\n".encode(), RIDES
    )
    before = kept(wiring, import_id)
    assert before
    assert not any(card.encode() in part for part in before)
    assert run(wiring, import_id)
    after = kept(wiring, import_id)
    assert after
    assert not any(card.encode() in part for part in after)
    assert not set(before) & set(after)
    http, token = Http(app), Tokens(app, wiring)("provider", tenant=provider)
    path = f"/v1/imports/{public('imp', import_id)}"
    assert http.get(path, token=token).json["counts"]["refused"] == {"UNREADABLE_TIME": size}
    refusals = http.get(f"{path}/refusals.csv", token=token).text
    assert len(refusals.splitlines()) == size + 1


def test_what_an_earlier_release_kept_is_read_as_it_is(app, wiring: Wiring) -> None:
    provider, card = an_organisation(wiring), secrets.token_hex(16)
    import_id = accepted(wiring, provider, b"nothing of it is read", RIDES)
    with wiring.database.engine.begin() as connection:
        connection.exec_driver_sql(
            "update import_part set content = %s, sealed = false where import_id = %s",
            (f"card,at,gate\n{card},{DAY} 06:30,7\n".encode(), import_id),
        )
    assert run(wiring, import_id)
    http, token = Http(app), Tokens(app, wiring)("provider", tenant=provider)
    found = http.get(f"/v1/imports/{public('imp', import_id)}", token=token).json
    assert found["counts"]["recorded"] == 1


def test_a_part_opens_only_as_what_it_is() -> None:
    key, other = file_key(bytes(32)), file_key(b"1" * 32)
    file_id = UUID(int=7)
    sealed = seal_part(key, part_name(file_id, "file", 0), b"card")
    assert open_part(key, part_name(file_id, "file", 0), sealed) == b"card"
    for wrong_key, name in (
        (other, part_name(file_id, "file", 0)),
        (key, part_name(file_id, "file", 1)),
        (key, part_name(file_id, "refusals", 0)),
        (key, part_name(UUID(int=8), "file", 0)),
    ):
        with pytest.raises(InvalidTag):
            open_part(wrong_key, name, sealed)

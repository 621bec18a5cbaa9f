"""Enrolling people: one identity, one account."""

import secrets


def test_a_person_is_enrolled(http, token_for):
    body = {
        "identity": secrets.token_hex(8),
        "region": "CN-33",
        "consents": [{"scene": "metro_ride", "text_version": "1"}],
    }
    first = http.post("/v1/participants", body, token=token_for("provider"))
    second = http.post("/v1/participants", body, token=token_for("provider"))
    assert (first.status_code, second.status_code) == (201, 200), first.text + second.text
    assert first.json["id"].startswith("par_")
    assert first.json == second.json

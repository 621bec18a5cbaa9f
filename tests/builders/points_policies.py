"""Points policies as they are sent to be published."""

from __future__ import annotations

from datetime import date
from typing import Any

from tests.builders.methodologies import Office
from tests.builders.policies import changed_policy

PROPOSALS = "/v1/points-policies/proposals"


def policy(first: date, changes: dict[str, Any] | None = None) -> dict[str, Any]:
    """The shipped policy as one that holds from a day, with changes by path, as JSON."""
    return changed_policy(
        {
            "version": first.isoformat(),
            "in_force_from": first.isoformat(),
            "published_on": ...,
            **(changes or {}),
        }
    )


def proposed(office: Office, document: dict[str, Any], *, by: str = "operator") -> Any:
    answer = office.post(PROPOSALS, {"document": document}, by=by)
    assert answer.status_code == 202, answer.text
    return answer.json


def published(office: Office, document: dict[str, Any]) -> str:
    """Proposed by one and signed by another; its name."""
    policy_id = proposed(office, document)["id"]
    done = office.post(f"{PROPOSALS}/{policy_id}/publish", by="authority")
    assert (done.status_code, done.json["awaiting"]) == (201, []), done.text
    return str(done.json["name"])

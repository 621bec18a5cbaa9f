"""An installation as its holder, its reporter and operators see it."""

from __future__ import annotations

from app.http.fields import moment
from app.ids import public
from behaviours.actions.installation import RegisteredInstallation, Testimony
from behaviours.json_value import JsonObject


def installation_shown(one: RegisteredInstallation) -> JsonObject:
    what, holder = one.installation, one.holder
    return {
        "id": public("ins", one.installation_id),
        "kind": what.kind,
        "issuer": what.issuer if what.issuer and ":" not in what.issuer else None,
        "number": what.number,
        "capacity": None if what.capacity is None else _plain(f"{what.capacity:f}"),
        "capacity_unit": what.unit.text if what.unit else None,
        "commissioned_on": what.commissioned_on.isoformat(),
        "region": what.region,
        "evidence": one.evidence,
        "state": what.state,
        "participant_id": public("par", holder.participant_id) if holder.participant_id else None,
        "organisation_id": public("org", holder.organisation_id)
        if holder.organisation_id
        else None,
        "held_from": moment(what.held_from) if what.held_from else None,
        "follows": public("ins", one.follows) if one.follows else None,
        "reported_at": moment(one.reported.at),
        "confirmed": _word(one.confirmed),
        "ended": _word(one.ended),
    }


def _word(word: Testimony | None) -> JsonObject | None:
    return {"at": moment(word.at), "reason": word.reason} if word else None


def _plain(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text

"""Identity services as everybody reads them: by whose word people open accounts."""

from __future__ import annotations

from marshmallow import fields as plain

from app.ids import public
from app.shown.stages import OpensAnswer, StagesAnswer, stages
from app.shown.standing import stands
from app.usecases.people.read_identity_services import ListedService
from behaviours.identity_services import METHODS, IdentityService
from behaviours.json_value import JsonObject


class ServiceAnswer(StagesAnswer):
    """A service as it stands."""

    id = plain.String(metadata={"example": "ids_0199b2c3d4e57f0080000000000000aa"})
    issuer = plain.String()
    method = plain.String(metadata={"enum": list(METHODS)})
    provider_id = plain.String()
    audience = plain.String()
    identity_claim = plain.String()
    keys = plain.Dict(keys=plain.String(), allow_none=True)
    keys_url = plain.String(allow_none=True)


class ListedServiceAnswer(ServiceAnswer, OpensAnswer):
    """A service in the list of all."""


class AwaitingService(ServiceAnswer):
    """A service, and whose signatures it awaits."""

    awaiting = plain.List(plain.String())


def listed_service(listed: ListedService) -> JsonObject:
    """A service in the list of all."""
    return {
        **service_answer(listed.service),
        "provider": stands(listed.provider),
        "opens_accounts": listed.opens_accounts,
    }


def service_answer(service: IdentityService) -> JsonObject:
    """A service as an answer."""
    terms = service.terms
    return {
        "id": public("ids", service.service_id),
        "issuer": terms.issuer,
        "method": terms.method,
        "provider_id": public("org", terms.organisation_id),
        "audience": terms.audience,
        "identity_claim": terms.identity_claim,
        "keys": terms.keys,
        "keys_url": terms.keys_url,
        **stages(service),
    }

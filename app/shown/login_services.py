"""Login services as everybody reads them: by whose word linked people come in."""

from __future__ import annotations

import base64

from marshmallow import fields as plain

from app.ids import public
from app.shown.stages import OpensAnswer, StagesAnswer, stages
from app.shown.standing import stands
from app.usecases.organisations.read_login_services import ListedLogin
from behaviours.json_value import JsonObject
from behaviours.login_services import LoginService
from rewards.signing import ROLES


class LoginServiceAnswer(StagesAnswer):
    """A login service as it stands."""

    id = plain.String(metadata={"example": "lgs_0199b2c3d4e57f0080000000000000aa"})
    issuer = plain.String(metadata={"description": "`iss` of the tokens by which it says so."})
    provider_id = plain.String()
    public_key = plain.String(metadata={"description": "Ed25519: its 32 bytes in base64."})


class AwaitingLoginService(LoginServiceAnswer):
    """A login service, and whose signatures it awaits."""

    awaiting = plain.List(plain.String(metadata={"enum": list(ROLES)}))


class ListedLoginService(LoginServiceAnswer, OpensAnswer):
    """A login service in the list of all."""


def login_service_answer(service: LoginService) -> JsonObject:
    """A login service as an answer."""
    return {
        "id": public("lgs", service.login_service_id),
        "issuer": service.issuer,
        "provider_id": public("org", service.organisation_id),
        "public_key": base64.b64encode(service.public_key).decode(),
        **stages(service),
    }


def listed_login_service(listed: ListedLogin) -> JsonObject:
    """A login service in the list of all."""
    return {
        **login_service_answer(listed.service),
        "provider": stands(listed.provider),
        "opens_accounts": listed.opens_accounts,
    }

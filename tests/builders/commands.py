"""Commands as an operator types them."""

from __future__ import annotations

import secrets

from click.testing import CliRunner, Result

from app.commands.main import tanpuhui
from app.usecases.organisations.create_user import NewUser, create_user
from app.wiring import Wiring


def environment(wiring: Wiring) -> dict[str, str]:
    """The environment in which a command is on the programme of this wiring."""
    settings = wiring.settings
    return {
        "TANPUHUI_DATA_DIR": str(settings.data_dir),
        "TANPUHUI_MODE": "test",
        "TANPUHUI_SECRET_KEY": settings.secret_key,
        "TANPUHUI_IDENTITY_KEY": settings.identity_key.hex(),
        "TANPUHUI_SIGNING_KEY": settings.signing_key.hex(),
        "TANPUHUI_MASTER_KEY": settings.master_key.hex(),
        "DATABASE_URL": str(settings.database_url),
        "REDIS_URL": str(settings.redis_url),
    }


def typed(wiring: Wiring, *arguments: str) -> Result:
    """``tanpuhui …`` on the programme of this wiring."""
    return CliRunner().invoke(tanpuhui, arguments, env=environment(wiring))


def signed_in(wiring: Wiring, role: str) -> tuple[str, ...]:
    """What somebody of this role types besides, who was let in for it."""
    name, password = f"{role}-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
    new = NewUser(name, password, role)
    wiring.database.transact(create_user, [new], now=wiring.clock.now())
    return ("--as", name, "--password", password)

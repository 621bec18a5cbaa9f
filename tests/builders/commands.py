"""Commands as an operator types them."""

from __future__ import annotations

from click.testing import CliRunner, Result

from app.commands.main import tanpuhui
from app.wiring import Wiring


def typed(wiring: Wiring, *arguments: str) -> Result:
    """``tanpuhui …`` on the programme of this wiring."""
    settings = wiring.settings
    environ = {
        "TANPUHUI_DATA_DIR": str(settings.data_dir),
        "TANPUHUI_MODE": "test",
        "TANPUHUI_SECRET_KEY": settings.secret_key,
        "TANPUHUI_IDENTITY_KEY": settings.identity_key.hex(),
        "TANPUHUI_SIGNING_KEY": settings.signing_key.hex(),
        "TANPUHUI_MASTER_KEY": settings.master_key.hex(),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
    }
    return CliRunner().invoke(tanpuhui, arguments, env=environ)

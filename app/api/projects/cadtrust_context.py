"""The registry of this installation, as rows for CAD Trust name it."""

from __future__ import annotations

from app.http.current import wiring
from app.shown.cadtrust import CadTrustContext


def cadtrust_context() -> CadTrustContext:
    """Whose registry it is, and where it is read."""
    programme = wiring().programme
    base_url = wiring().settings.base_url
    return CadTrustContext(programme.name_en, programme.serial_prefix, base_url, wiring().zone)

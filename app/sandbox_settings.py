"""The settings of the sandbox: those of the installation, with other servers and secrets."""

from __future__ import annotations

import hmac
from dataclasses import replace

from app.settings import Settings

# Requests of one credential: a trial of programs, not of loads.
LIMIT_PER_MINUTE = 600


def sandbox_of(settings: Settings) -> Settings | None:
    """The settings under which the sandbox runs; None: there is none.

    From its secrets nothing follows of the live ones, so that no token, digest, seal or signature
    of one is good in the other. It is as careful as a live installation: it answers whoever that
    one does.
    """
    if settings.sandbox_database_url is None:
        return None
    return replace(
        settings,
        mode="live",
        secret_key=_derived(settings.secret_key.encode()).hex(),
        identity_key=_derived(settings.identity_key),
        signing_key=_derived(settings.signing_key),
        master_key=_derived(settings.master_key),
        other_master_keys=tuple(map(_derived, settings.other_master_keys)),
        rate_limit_per_minute=min(settings.rate_limit_per_minute, LIMIT_PER_MINUTE),
        # A trial never takes the places of those who are in earnest.
        web_threads=max(1, settings.web_threads // 4),
        database_url=settings.sandbox_database_url,
        redis_url=settings.sandbox_redis_url,
        sandbox_database_url=None,
        sandbox_redis_url=None,
        is_sandbox=True,
    )


def _derived(secret: bytes) -> bytes:
    return hmac.digest(secret, b"the sandbox of an installation", "sha256")

"""demo.json: who can come in to the demo programme, and with which secret.

While the demo is still being seeded the same stands in demo-unfinished.json, so that a reader who
finds demo.json finds a programme that is ready.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from app.settings import Settings
from behaviours.json_value import JsonObject

CLIENTS = (
    "provider",
    "provider2",
    "merchant",
    "merchant2",
    "merchant3",
    "enterprise",
    "enterprise2",
    "verifier",
    "exchange",
)
USERS = ("operator", "operator2", "authority", "participant", "participant2")


@dataclass(slots=True)
class Credentials:
    """Names are fixed and readable; secrets are random, made once for each installation."""

    clients: dict[str, dict[str, str]]
    users: dict[str, dict[str, str]]
    participants: list[str] = field(default_factory=list)

    @classmethod
    def fresh(cls) -> Credentials:
        return cls(
            clients={
                name: {"client_id": f"demo-{name}", "client_secret": secrets.token_urlsafe(24)}
                for name in CLIENTS
            },
            users={
                name: {"username": name, "password": secrets.token_urlsafe(12)} for name in USERS
            },
        )

    @classmethod
    def kept(cls, settings: Settings) -> Credentials | None:
        """What an earlier seeding wrote, finished or not, or None."""
        path = path_of(settings)
        if not path.exists():
            path = _unfinished_path_of(settings)
        if not path.exists():
            return None
        document = json.loads(path.read_text())
        return cls(document["clients"], document["users"], document["participants"])

    def keep(self, settings: Settings) -> None:
        """Write the file for its owner only, whole or not at all."""
        document: JsonObject = {
            "base_url": settings.base_url,
            "clients": self.clients,
            "users": self.users,
            "participants": self.participants,
        }
        settings.data_dir.mkdir(parents=True, exist_ok=True)
        # mkstemp opens with mode 0600.
        descriptor, name = tempfile.mkstemp(dir=settings.data_dir, prefix="demo-")
        with os.fdopen(descriptor, "w") as file:
            json.dump(document, file, indent=2)
            file.write("\n")
        if self.participants:
            Path(name).replace(path_of(settings))
            _unfinished_path_of(settings).unlink(missing_ok=True)
        else:
            Path(name).replace(_unfinished_path_of(settings))


def path_of(settings: Settings) -> Path:
    return settings.data_dir / "demo.json"


def _unfinished_path_of(settings: Settings) -> Path:
    return settings.data_dir / "demo-unfinished.json"

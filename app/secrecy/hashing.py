"""How secrets are kept: as Argon2id hashes (RFC 9106), never as themselves."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# A person's password can be guessed, so a guess is made dear: 19 MiB and two passes, the
# least that OWASP's Password Storage Cheat Sheet recommends for Argon2id.
PASSWORDS = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# A client's secret is 256 random bits of ours; no price is needed to keep it from guessing.
CLIENT_SECRETS = PasswordHasher(time_cost=1, memory_cost=1_024, parallelism=1)
# Verified against when there is no such name, so that the answer takes as long.
NOBODYS_PASSWORD = PASSWORDS.hash("nobody has this password")
NOBODYS_SECRET = CLIENT_SECRETS.hash("nobody has this secret")


def new_client_secret() -> str:
    """256 random bits, as a program is given them."""
    return f"sk_{secrets.token_urlsafe(32)}"


def fits(hasher: PasswordHasher, kept: str, given: str) -> bool:
    """Whether ``given`` is the secret behind the hash; compares in constant time."""
    try:
        return hasher.verify(kept, given)
    except (VerificationError, InvalidHashError):
        return False

"""The draw: which actions a verifier looks at, chosen by nobody and repeated by anybody.

When a bundle is opened the platform makes a secret and publishes its SHA-256. When the bundle is
submitted its population stands, and its root is published. The verifier then gives a number of its
own, the secret is revealed, and the seed follows from all three::

    commitment = SHA-256(secret)
    seed       = SHA-256(secret || number, ASCII || root)            in lower hexadecimal
    rank       = SHA-256(seed, ASCII || id of the action, ASCII)     as it is written, act_...

Who verifies is drawn from a pool by the same secret, and anybody repeats it at once: what the draw
goes by is published with it, and the secret that it was made of later::

    draw = SHA-256("verifier" || secret || root || attempt, ASCII)      in lower hexadecimal
    rank = SHA-256(draw, ASCII || id of the organisation, ASCII)        as it is written, org_...

Attempts count from 1; another follows when a verifier declines, and nobody foresees its draw.

The sample of a stratum is the first of it by rank, in the order of the bytes. Whoever opened and
submitted the bundle knew neither the secret nor the number, and whoever gave the number did not
know the secret.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from typing import Final

SECRET_BYTES: Final = 32
# A number that could not be guessed in advance: twelve throws of a ten-sided die or more.
LEAST_DIGITS, MOST_DIGITS = 12, 64
NUMBER: Final = re.compile(rf"[0-9]{{{LEAST_DIGITS},{MOST_DIGITS}}}")


def commitment_of(secret: bytes) -> bytes:
    """What is published of the secret before anybody could choose by it."""
    return hashlib.sha256(secret).digest()


def seed_of(secret: bytes, number: str, root: bytes) -> str:
    """The seed, 64 hexadecimal digits."""
    assert NUMBER.fullmatch(number), "a verifier's number is of so many digits"
    return hashlib.sha256(secret + number.encode("ascii") + root).hexdigest()


def verifier_seed(secret: bytes, root: bytes, attempt: int) -> str:
    """What the draw of a verifier goes by, 64 hexadecimal digits; the secret stays one."""
    assert attempt > 0, "attempts count from 1"
    return hashlib.sha256(b"verifier" + secret + root + str(attempt).encode("ascii")).hexdigest()


def drawn_of(names: Iterable[str], seed: str) -> str:
    """One of several public ids: the first by rank."""
    return min(names, key=lambda name: rank_of(seed, name))


def rank_of(seed: str, name: str) -> bytes:
    """Where an action stands in its stratum, or a verifier in its draw; ``name`` is a public id."""
    return hashlib.sha256(f"{seed}{name}".encode()).digest()


def first_by_rank(actions: Iterable[str], seed: str, size: int) -> list[str]:
    """The sample of one stratum."""
    return sorted(actions, key=lambda action: rank_of(seed, action))[:size]

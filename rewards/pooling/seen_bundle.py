"""A bundle as it is read, with who verifies it; and as it is signed, with who has not."""

from __future__ import annotations

from typing import NamedTuple

from rewards.pooling.bundle import Bundle
from rewards.registry.counterparty import Counterparty


class SeenBundle(NamedTuple):
    """A bundle, and its verifier as it stands; None: it has none yet."""

    bundle: Bundle
    verifier: Counterparty | None


class SignedBundle(NamedTuple):
    """A bundle after a signature, and the roles whose signature is missing."""

    bundle: Bundle
    awaiting: list[str]

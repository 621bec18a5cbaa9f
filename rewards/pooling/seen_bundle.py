"""A bundle as it is read: with who verifies it, as that one stands."""

from __future__ import annotations

from typing import NamedTuple

from rewards.pooling.bundle import Bundle
from rewards.registry.counterparty import Counterparty


class SeenBundle(NamedTuple):
    """A bundle, and its verifier as it stands; None: it has none yet."""

    bundle: Bundle
    verifier: Counterparty | None

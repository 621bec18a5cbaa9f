"""A file lies sealed as it is: it opens for its key, and as itself only."""

from __future__ import annotations

import pytest

from app.secrecy.sealing import SealBroken, new_data_key, seal_bytes, unseal_bytes


def test_a_file_is_sealed_as_it_is_and_opens_as_nothing_else() -> None:
    key, content = new_data_key(), bytes(range(256)) * 3
    sealed = seal_bytes(key, b"this", content)
    assert content[:32] not in sealed
    assert unseal_bytes(key, b"this", sealed) == content
    for other_key, what in ((key, b"that"), (new_data_key(), b"this")):
        with pytest.raises(SealBroken):
            unseal_bytes(other_key, what, sealed)

"""JSON as the domain knows it: no fractions, because figures are texts or whole numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeAlias

Json: TypeAlias = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None
# An object whose members nobody here knows.
JsonObject: TypeAlias = Mapping[str, Json]

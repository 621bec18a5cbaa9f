"""What takes a second person: 202 while somebody has yet to sign."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol


class YetToSign(Protocol):
    """What a signature came to."""

    @property
    def awaiting(self) -> Sequence[str]:
        """The roles that have yet to sign; with none it is done."""


def unless_awaited(done: int) -> Callable[[YetToSign], int]:
    """The status ``done``, or 202 while somebody has yet to sign; for ``once``."""

    def status(signed: YetToSign) -> int:
        return 202 if signed.awaiting else done

    return status

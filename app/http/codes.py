"""Short names that people choose, as fields of a body."""

from __future__ import annotations

import re
from typing import Any

from app.http.fields import Line, refuse


class Code(Line):
    """A short name of small letters, digits and the like."""

    def __init__(self, form: re.Pattern[str], **options: Any) -> None:
        super().__init__(most=64, **options)
        self._form = form

    def read(self, value: Any) -> str:
        text = super().read(value)
        if self._form.fullmatch(text) is None:
            refuse("NOT_A_CODE", pattern=self._form.pattern)
        return text

"""marshmallow's validators, which refuse in every language of the programme."""

from __future__ import annotations

from collections.abc import Sized
from typing import Any

from marshmallow import validate

from app.http.faults import said


class OneOf(validate.OneOf):
    """One of the named words."""

    def _format_error(self, _value: Any) -> str:
        return said("NOT_ONE_OF", choices=[str(each) for each in self.choices])


class Between(validate.Range):
    """A number from ``min`` to ``max``, both included."""

    def _format_error(self, _value: Any, _message: str) -> str:
        return said("OUT_OF_RANGE", "number", least=self.min, most=self.max)


class Count(validate.Length):
    """A list or a mapping of ``min`` to ``max`` members."""

    def _format_error(self, _value: Sized, _message: str) -> str:
        return said("LENGTH", "members", least=self.min or 0, most=self.max)


class Characters(validate.Length):
    """A text of ``min`` to ``max`` characters, of any number of lines."""

    def _format_error(self, _value: Sized, _message: str) -> str:
        return said("LENGTH", "characters", least=self.min or 0, most=self.max)

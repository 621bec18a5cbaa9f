"""Two words that are given as one, by a sign between them."""

from __future__ import annotations

import re
from typing import Any

import click


class Form(click.ParamType[tuple[str, str]]):
    """``shown`` is how it is written, as ``name=value``; the pattern has the two as its groups."""

    def __init__(self, shown: str, pattern: str) -> None:
        self.name = shown.upper()
        self._shown, self._pattern = shown, re.compile(pattern, re.DOTALL)

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        found = self._pattern.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is not of the form {self._shown}", param, ctx)
        return found[1], found[2]


GIVEN = Form("name=value", r"\s*([^=]*[^=\s])\s*=\s*(.*?)\s*")
LABEL = Form("code@version", r"([^@]+)@(.+)")

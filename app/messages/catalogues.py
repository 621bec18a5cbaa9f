"""The message catalogues: gettext files, one for each subject and language, read once.

A message is looked up by its key (``OUT_OF_STOCK``, ``BLOCK_NOT_AVAILABLE.split``) and its
``{placeholders}`` are filled with facts. Keys that begin with ``title:`` hold the short name of a
code; ``<fact>:<value>`` holds the word for a value that a fact may have (``state:sealed``).
A fact that has a text of its own in each language (a title) is a mapping from language to text.
"""

from __future__ import annotations

import string
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from babel.lists import format_list
from babel.messages.pofile import read_po

from behaviours.refusal import Refusal
from behaviours.said import Said

FOLDER = Path(__file__).parent / "locale"
# How readers name the languages, and the folder of each.
LANGUAGES = {"en": "en", "zh-CN": "zh_CN"}
DEFAULT = "en"


def sentence(refusal: Refusal, language: str = DEFAULT) -> str:
    """What a refusal says to a reader of ``language``: what is wrong, and what to do."""
    return text(refusal.key, language, refusal.facts)


def title(code: str, language: str = DEFAULT) -> str:
    """The short name of a code: "Token expired" for ``TOKEN_EXPIRED``."""
    found = messages(language).get(f"title:{code}")
    return found or code.replace("_", " ").capitalize()


def text(key: str, language: str = DEFAULT, facts: Mapping[str, object] | None = None) -> str:
    """The message of a key with its facts filled in."""
    return _Filling(language).vformat(messages(language)[key], (), facts or {})


def in_words(fact: Any, language: str = DEFAULT) -> Any:
    """A public fact as the answer gives it: a message in words, everything else as it is."""
    if isinstance(fact, Said):
        return text(fact, language, fact.facts)
    if isinstance(fact, list | tuple):
        return [in_words(each, language) for each in fact]
    return fact


@cache
def messages(language: str) -> Mapping[str, str]:
    """Every message of a language by its key."""
    found: dict[str, str] = {}
    folder = LANGUAGES[language]
    for path in sorted((FOLDER / folder).glob("*.po")):
        with path.open("rb") as file:
            catalogue = read_po(file, locale=folder, abort_invalid=True)
        for message in catalogue:
            if message.id:
                assert isinstance(message.id, str), f"{path.name}: {message.id!r} has no plurals"
                assert message.id not in found, f"{path.name}: {message.id} stands twice"
                found[message.id] = str(message.string)
    return found


class _Filling(string.Formatter):
    """Fills placeholders; a value that has a word of its own in the language is said in words."""

    def __init__(self, language: str) -> None:
        self.language = language

    def get_field(self, field_name: str, _args: Sequence[Any], kwargs: Mapping[str, object]) -> Any:
        # Whole facts only: a catalogue never reaches into what it is given.
        assert field_name.isidentifier(), f"not the name of a fact: {field_name!r}"
        return self._said(field_name, kwargs[field_name]), field_name

    def _said(self, name: str, value: Any) -> Any:
        if isinstance(value, Said):
            return text(value, self.language, value.facts)
        if isinstance(value, Mapping):
            return value[self.language]
        if isinstance(value, list | tuple | set | frozenset):
            parts = [str(self._said(name, each)) for each in value]
            return format_list(parts, style="or", locale=LANGUAGES[self.language])
        return messages(self.language).get(f"{name}:{value}", value)

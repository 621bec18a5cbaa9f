"""The texts of the guides: words by language, the commands once, and what they answered."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Final

_TEXTS: Final = Path(__file__).with_name("words")
# What a run of the guides really answered; kept by tests/journeys/test_the_guides_run.py.
ANSWERS: Final = _TEXTS / "answers.json"
# In the order in which they are listed.
GUIDES: Final = (
    "app",
    "till",
    "shop",
    "operator",
    "verifier",
    "enterprise",
    "methodologist",
    "webhooks",
    "clients",
    "go-live",
)
LANGUAGES: Final = ("zh-CN", "en")
_BETWEEN: Final = "\n#:\n"
# Where a block of commands stands in the words: its number in brackets, alone on a line.
_PLACE: Final = re.compile(r"^\[\[(\d+)\]\]$", re.MULTILINE)
_ANSWERED: Final = {"zh-CN": "实际返回：", "en": "What it answered:"}


@cache
def blocks_of(guide: str) -> list[str]:
    """The commands of a guide, block by block; `{base}` stands for the address of the server."""
    file = _TEXTS / f"{guide}.sh"
    return file.read_text("utf-8").strip().split(_BETWEEN) if file.exists() else []


@cache
def answers_of(guide: str) -> list[str]:
    """What each block answered when it was run; empty where a block says nothing."""
    kept: dict[str, list[str]] = json.loads(ANSWERS.read_text("utf-8"))
    return kept.get(guide, [])


@cache
def words_of(guide: str, language: str) -> str:
    """The words of a guide, with the places of its blocks."""
    return (_TEXTS / f"{guide}.{language}.md").read_text("utf-8")


def title_of(guide: str, language: str) -> str:
    """The heading of a guide."""
    return words_of(guide, language).partition("\n")[0].removeprefix("# ")


def purpose_of(guide: str, language: str) -> str:
    """The first paragraph of a guide: whom it is for, and how long it takes."""
    return words_of(guide, language).split("\n\n")[1].replace("`", "")


def markdown_of(guide: str, language: str, base: str) -> str:
    """A guide as one text, its commands with the address of this server."""
    blocks, answers = blocks_of(guide), answers_of(guide)

    def put(place: re.Match[str]) -> str:
        at = int(place[1]) - 1
        told = f"```sh\n{blocks[at].replace('{base}', base)}\n```"
        if at < len(answers) and answers[at]:
            told += f"\n\n{_ANSWERED[language]}\n\n```text\n{answers[at]}\n```"
        return told

    return _PLACE.sub(put, words_of(guide, language))

"""How a command says no: the sentence in the user's language, and an exit code by its kind."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import click

from app.messages.catalogues import DEFAULT, sentence, text
from behaviours.document import DocumentError
from behaviours.refusal import Kind, Refusal

REFUSED, NOT_ALLOWED, TRY_LATER = 3, 4, 75

# Scripts decide by it: look at what was asked, sign in as somebody else, or wait (75 is
# EX_TEMPFAIL of sysexits.h). 1 is left for what a command finds broken, 2 for a wrong call.
EXIT_CODES: dict[Kind, int] = {
    Kind.MALFORMED: REFUSED,
    Kind.UNSUPPORTED: REFUSED,
    Kind.INVALID: REFUSED,
    Kind.UNKNOWN: REFUSED,
    Kind.CONFLICT: REFUSED,
    Kind.GONE: REFUSED,
    Kind.STALE: REFUSED,
    Kind.UNAUTHENTICATED: NOT_ALLOWED,
    Kind.FORBIDDEN: NOT_ALLOWED,
    Kind.BUSY: TRY_LATER,
    Kind.UNAVAILABLE: TRY_LATER,
}


def language_of(environ: Mapping[str, str]) -> str:
    """``zh-CN`` when the locale of the terminal is Chinese, else English (POSIX precedence)."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environ.get(name):
            return "zh-CN" if environ[name].lower().startswith("zh") else DEFAULT
    return DEFAULT


def said(refusal: Refusal) -> str:
    """The refusal's sentence in the language of this terminal; of a document one for each fault."""
    language = language_of(os.environ)
    if not isinstance(refusal, DocumentError):
        return sentence(refusal, language)
    lines = [sentence(each, language) for each in refusal.all]
    if refusal.untold:
        lines.append(text("documents:untold", language, {"count": refusal.untold}))
    return "\n".join(lines)


class CommandRefused(click.ClickException):
    """Ends a command with a refusal's sentence and code, and the exit code of its kind."""

    def __init__(self, refusal: Refusal) -> None:
        told = [f"{said(each)} [{each.code}]" for each in (refusal, *refusal.beside)]
        if refusal.beside:
            rows = (refusal, *refusal.beside)
            told = [f"{each.pointer}: {line}" for each, line in zip(rows, told, strict=True)]
        super().__init__("\n".join(told))
        # Click reads it from the instance, whatever its annotation says.
        self.exit_code = EXIT_CODES[refusal.kind]  # type: ignore[misc]


@contextmanager
def refusals_shown() -> Iterator[None]:
    """A refusal inside the block ends the command as CommandRefused."""
    try:
        yield
    except Refusal as refusal:
        raise CommandRefused(refusal) from refusal

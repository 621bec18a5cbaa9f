"""Markdown of ours as HTML: headings, tables, code; no HTML of its own passes through."""

from __future__ import annotations

from typing import Final

from markdown_it import MarkdownIt
from markupsafe import Markup

_READER: Final = MarkdownIt("commonmark", {"html": False}).enable("table")


def rendered(markdown: str) -> Markup:
    """The HTML of a text; what scrolls sideways can be reached by keyboard."""
    made: str = _READER.render(markdown)
    for opened, closed in (("<table>", "</table>"),):
        made = made.replace(opened, f'<div class="scroll" tabindex="0">{opened}')
        made = made.replace(closed, f"{closed}</div>")
    # The reader escapes whatever is no markdown, and the texts are our own.
    return Markup(made)  # noqa: S704

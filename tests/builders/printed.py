"""What somebody copies out of printed pages."""

from __future__ import annotations

import re
from contextlib import closing
from typing import Any

from pypdfium2 import PdfDocument


def pages_of(made: bytes) -> list[str]:
    """What somebody copies of each page, without blanks and ends of lines."""
    with closing(PdfDocument(made)) as document:
        return [re.sub(r"\s+", "", each.get_textpage().get_text_bounded()) for each in document]


def columns_of(made: bytes) -> str:
    """What each column says from above to below, so that the lines of a cell follow each other."""
    read = []
    with closing(PdfDocument(made)) as document:
        for page in document:
            text = page.get_textpage()
            boxes = sorted(text.get_rect(at) for at in range(text.count_rects()))
            columns: list[list[Any]] = []
            for box in boxes:
                if not columns or box[0] - columns[-1][-1][0] > 4:
                    columns.append([])
                columns[-1].append(box)
            for column in columns:
                lines = sorted(column, key=lambda box: -box[1])
                read += [text.get_text_bounded(*each) for each in lines]
    return squeezed("".join(read))


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)

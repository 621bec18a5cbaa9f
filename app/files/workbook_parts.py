"""The parts of a workbook, read with an end: what a stranger packed never decides what we hold.

openpyxl reads small parts whole, as trees, and keeps what it does not know of a sheet. Here small
parts are refused beyond a size, sheets and texts come element by element, and a declaration (DTD),
which XML lets stand for any other text, is refused wherever it stands.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from typing import IO, BinaryIO, Final
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._read_only import ReadOnlyWorksheet
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from behaviours.files.limits import MIB, SHEET_PART_BYTES, SHEET_TEXTS, SHEET_TEXTS_BYTES

ROW: Final = f"{{{SHEET_MAIN_NS}}}row"
_TEXT, _PART, _RUN = (f"{{{SHEET_MAIN_NS}}}{name}" for name in ("si", "t", "r"))
CONTENTS: Final = "[Content_Types].xml"
# Of all parts that are read whole.
_PARTS_BYTES = 4 * SHEET_PART_BYTES
_PART_ELEMENTS = 200_000
_DEEPEST = 64
# Of one row or text: a row has 16,384 cells at most, and a cell three elements.
_ELEMENTS, _CHARACTERS = 100_000, 8 * MIB
# What stands beside rows: columns, merged cells, links.
_BESIDE = 2_000_000
# As much as may stand between two marks of XML.
_BETWEEN = MIB
_CHUNK = 64 * 1024


class OverfullPart(ValueError):
    """A part of a workbook holds more, or other, than a spreadsheet writes."""


class _Elements:
    """What the parser reports to: keeps the elements of one name and of those nothing else."""

    def __init__(self, name: str) -> None:
        self.done: list[Element] = []
        self.marks = 0
        self._name = name
        self._depth = self._since = self._inside = self._held = self._beside = 0
        self._building: TreeBuilder | None = None

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.marks += 1
        self._depth += 1
        if self._building is None and tag == self._name:
            self._building, self._since, self._inside, self._held = TreeBuilder(), self._depth, 0, 0
        if self._building is None:
            self._beside += 1
        else:
            self._inside += 1
            self._held += sum(map(len, attributes.values()))
            self._building.start(tag, attributes)
        if self._depth > _DEEPEST or self._beside > _BESIDE or self._inside > _ELEMENTS:
            raise OverfullPart(tag)

    def end(self, tag: str) -> None:
        self.marks += 1
        if self._building is not None:
            self._building.end(tag)
            if self._depth == self._since:
                self.done.append(self._building.close())
                self._building = None
        self._depth -= 1

    def data(self, text: str) -> None:
        self.marks += 1
        if self._building is not None:
            self._held += len(text)
            if self._held > _CHARACTERS:
                raise OverfullPart(self._name)
            self._building.data(text)

    def doctype(self, name: str, *_where: str | None) -> None:
        """A declaration."""
        raise OverfullPart(name)

    def close(self) -> None:
        """The end of the part."""


def elements(source: IO[bytes], name: str) -> Iterator[Element]:
    """The elements of one name in a part, each as soon as it ends; raises OverfullPart."""
    found = _Elements(name)
    parser = XMLParser(target=found)  # noqa: S314 - declarations are refused, sizes bounded
    silent = marks = 0
    while chunk := source.read(_CHUNK):
        parser.feed(chunk)
        silent = silent + len(chunk) if found.marks == marks else 0
        marks = found.marks
        if silent > _BETWEEN:
            raise OverfullPart(name)
        yield from found.done
        found.done.clear()
    parser.close()
    yield from found.done


class _Plain:
    """For a part that is read whole: only how much there is of it."""

    def __init__(self) -> None:
        self._depth = self._elements = 0

    def start(self, tag: str, _attributes: dict[str, str]) -> None:
        self._depth += 1
        self._elements += 1
        if self._depth > _DEEPEST or self._elements > _PART_ELEMENTS:
            raise OverfullPart(tag)

    def end(self, _tag: str) -> None:
        self._depth -= 1

    def doctype(self, name: str, *_where: str | None) -> None:
        """A declaration."""
        raise OverfullPart(name)

    def close(self) -> None:
        """The end of the part."""


class _Parts(zipfile.ZipFile):
    """The packed parts; what is read of them whole is small and plain."""

    def __init__(self, opened: BinaryIO) -> None:
        super().__init__(opened)
        self._left = _PARTS_BYTES

    def read(self, name: str | zipfile.ZipInfo, pwd: bytes | None = None) -> bytes:
        size = (name if isinstance(name, zipfile.ZipInfo) else self.getinfo(name)).file_size
        self._left -= size
        if size > SHEET_PART_BYTES or self._left < 0:
            raise OverfullPart(str(name))
        raw = super().read(name, pwd)
        parser = XMLParser(target=_Plain())  # noqa: S314 - it only counts
        parser.feed(raw)
        parser.close()
        return raw


class Sheet(ReadOnlyWorksheet):  # type: ignore[misc]  # it states no types
    """A sheet of which nothing is read before its rows are; what size it claims to have is not."""

    def _get_size(self) -> None:
        return


class Book(ExcelReader):  # type: ignore[misc]  # it states no types
    """Sheets, texts and formats of a workbook; nothing else in it is looked at.

    What it links to outside is neither opened nor kept.
    """

    def __init__(self, opened: BinaryIO) -> None:
        self.archive = _Parts(opened)
        self.valid_files = self.archive.namelist()
        self.read_only = self.data_only = True
        self.keep_vba = self.keep_links = self.rich_text = False
        self.shared_strings: list[str] = []
        self.read_manifest()
        self.read_strings()
        self.read_workbook()
        apply_stylesheet(self.archive, self.wb)
        self.sheets = [
            self._sheet(sheet.name, sheet.state, rel.target)
            for sheet, rel in self.parser.find_sheets()
            if rel.target in self.valid_files and "chartsheet" not in rel.Type
        ]

    def read_strings(self) -> None:
        """The table of texts that cells name by their number."""
        part = self.package.find(SHARED_STRINGS)
        if part is None:
            return
        path = part.PartName[1:]
        if self.archive.getinfo(path).file_size > SHEET_TEXTS_BYTES:
            raise OverfullPart(path)
        with self.archive.open(path) as source:
            for element in elements(source, _TEXT):
                self.shared_strings.append(_text(element))
                if len(self.shared_strings) > SHEET_TEXTS:
                    raise OverfullPart(path)

    def _sheet(self, title: str, state: str, path: str) -> Sheet:
        sheet = Sheet(self.wb, title, path, self.shared_strings)
        sheet.sheet_state = state
        return sheet


def _text(element: Element) -> str:
    """A text as it is read: its runs one after the other, without how they are pronounced."""
    runs = [element, *element.findall(_RUN)]
    return "".join(part.text or "" for run in runs for part in run.findall(_PART))

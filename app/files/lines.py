"""The lines of a text file, plain or gzipped: one at a time and in bounded memory."""

from __future__ import annotations

import gzip
import zlib
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from behaviours.file_refusals import UnreadableFile
from behaviours.files.limits import LINE_BYTES, LINES, UNPACKED_BYTES
from behaviours.files.outcome import Counts

_GZIP = b"\x1f\x8b"
_PROBE_BYTES = 1 << 16
_GUESSED = ("utf-8", "gb18030")
_MARK = b"\xef\xbb\xbf"


class Lines:
    """Gives every line with its number from 1; None for the text of one that is too long.

    ``counts`` learns of each line when it is taken, so that nothing can be read and not counted.
    Raises UnreadableFile when the file is no text, is damaged, or passes a limit.
    """

    def __init__(self, opened: BinaryIO, name: str, encoding: str | None, counts: Counts) -> None:
        self._name = name
        self._counts = counts
        opened.seek(0)
        zipped = opened.read(2) == _GZIP
        opened.seek(0)
        self._stream: BinaryIO = gzip.GzipFile(fileobj=opened) if zipped else opened  # type: ignore[assignment]
        start, is_whole = self._probe()
        with self._undamaged():
            self._stream.seek(len(_MARK) if start.startswith(_MARK) else 0)
        if b"\0" in start:
            raise UnreadableFile("no_text", name=name)
        if b"\r" in start and b"\n" not in start:
            # All of it would be one line: the heading, and no row that anybody missed.
            raise UnreadableFile("line_ends", name=name)
        self.encoding = encoding or self._guessed(start, is_whole=is_whole)
        self._unpacked = 0
        self._number = 0
        self._ahead: deque[tuple[int, str | None]] = deque()

    def __iter__(self) -> Iterator[tuple[int, str | None]]:
        while (line := self.next()) is not None:
            yield line

    def next(self) -> tuple[int, str | None] | None:
        """The next line; None at the end of the file."""
        line = self._ahead.popleft() if self._ahead else self._read()
        if line is not None:
            self._counts.lines += 1
        return line

    def put_back(self, lines: list[tuple[int, str | None]]) -> None:
        """Lines that were taken and are to be taken again, in their order."""
        self._counts.lines -= len(lines)
        self._ahead.extendleft(reversed(lines))

    def _read(self) -> tuple[int, str | None] | None:
        with self._undamaged():
            raw = self._stream.readline(LINE_BYTES + 1)
            is_long = len(raw) > LINE_BYTES and not raw.endswith(b"\n")
            rest = raw if is_long else b""
            self._unpacked += len(raw)
            while rest and not rest.endswith(b"\n"):
                rest = self._stream.readline(_PROBE_BYTES)
                self._unpacked += len(rest)
                self._check_size()
        if not raw:
            return None
        self._check_size()
        self._number += 1
        if self._number > LINES:
            raise UnreadableFile("many_lines", name=self._name, most=LINES)
        if is_long:
            return self._number, None
        try:
            return self._number, raw.decode(self.encoding)
        except UnicodeDecodeError as problem:
            raise UnreadableFile(
                "other_encoding",
                name=self._name,
                encoding=self.encoding,
                line=self._number,
                problem=problem.reason,
            ) from None

    def _check_size(self) -> None:
        if self._unpacked > UNPACKED_BYTES:
            raise UnreadableFile("unpacks_large", name=self._name, most=UNPACKED_BYTES)

    @contextmanager
    def _undamaged(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise UnreadableFile("damaged", name=self._name) from None

    def _probe(self) -> tuple[bytes, bool]:
        """How the file begins, and whether that is all of it.

        Where it is damaged the lines before are still to be read: whoever comes there says so.
        """
        start = b""
        try:
            while len(start) < _PROBE_BYTES:
                more = self._stream.read1(_PROBE_BYTES - len(start))  # type: ignore[attr-defined]
                if not more:
                    return start, True
                start += more
        except (EOFError, zlib.error, gzip.BadGzipFile):
            if not start:
                raise UnreadableFile("damaged", name=self._name) from None
        return start, False

    def _guessed(self, start: bytes, *, is_whole: bool) -> str:
        for encoding in _GUESSED:
            # A probe may cut a character in two: an error at its very end says nothing.
            end = len(start) if is_whole else len(start) - 4
            try:
                start.decode(encoding)
            except UnicodeDecodeError as problem:
                if problem.start < end:
                    continue
            return encoding
        raise UnreadableFile("unknown_encoding", name=self._name)

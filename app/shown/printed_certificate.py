"""The signed text in a printed certificate, taken out only where the file is as it was printed.

A reader of PDF shows what the last update in a file says, and repairs what is broken, so that a
file with the right text attached can show something else. What is read here has the one form in
which ``certificate_pdf`` prints: its objects one after the other, each where the table says, one
file attached, nothing after the end. What its pages say is not signed; only the attached text is.
"""

from __future__ import annotations

import re
import zlib
from typing import Final

FIRST: Final = b"%PDF-"
MOST_ATTACHED: Final = 1 << 20

_HEAD: Final = re.compile(rb"%PDF-1\.\d\n%[^\n]{4}\n")
_BEGIN: Final = re.compile(rb"(\d{1,6}) 0 obj\n<<\n")
# What a dictionary is made of ends with its last line; what is in it never begins a line like that.
_MEMBERS: Final = re.compile(rb"(.*?\n)>>\n(stream\n|endobj\n)", re.DOTALL)
_LENGTH: Final = re.compile(rb"^/Length (\d{1,9})\n", re.MULTILINE)
_AFTER: Final = b"\nendstream\nendobj\n"
_TRAILER: Final = re.compile(
    rb"trailer\n<<\n(?P<members>.*?)>>\nstartxref\n(?P<at>\d+)\n%%EOF\n", re.DOTALL
)
_ESCAPED: Final = re.compile(rb"/[^\s/<>\[\]()]*#[^\s/<>\[\]()]*")
# What acts, hides or replaces; none of it is ever printed.
_NEVER: Final = re.compile(
    rb"/(?:ObjStm|XRef|Encrypt|Prev|JavaScript|JS|Launch|AA|Annots|AcroForm|OCProperties)\b"
)


class NotAsPrinted(ValueError):
    """A file that is no certificate as the registry prints it; the text says why and what to do."""


_ANEW: Final = (
    "Do not rely on it: fetch the certificate anew from the registry,"
    " or verify the signed text (certificate.json) by itself."
)
_APPENDED: Final = (
    "Something was appended after its end, which a reader shows in place of what was printed. "
    + _ANEW
)
_REARRANGED: Final = "It was changed or saved anew since the registry printed it. " + _ANEW
_REMOVED: Final = "The signed text, certificate.json, is not attached to it any more. " + _ANEW
_SEVERAL: Final = "More than one file is attached to it, and only one was. " + _ANEW
_UNREADABLE: Final = "The text attached to it cannot be read. " + _ANEW


def attached_text(printed: bytes) -> str:
    """The text attached to a printed certificate; raises NotAsPrinted for any other file."""
    objects = _objects(printed)
    files = [each for each in objects if b"\n/Type /EmbeddedFile\n" in each[0]]
    named = [members for members, _ in objects if b"\n/Type /Filespec\n" in members]
    if not files or not named:
        raise NotAsPrinted(_REMOVED)
    if len(files) > 1 or len(named) > 1:
        raise NotAsPrinted(_SEVERAL)
    return _text(*files[0])


def _objects(printed: bytes) -> list[tuple[bytes, bytes]]:
    """The members and the stream of each object, in the order of their numbers."""
    head = _HEAD.match(printed)
    if head is None:
        raise NotAsPrinted(_REARRANGED)
    at = head.end()
    begins: list[int] = []
    found: list[tuple[bytes, bytes]] = []
    while begin := _BEGIN.match(printed, at):
        members = _MEMBERS.match(printed, begin.end())
        if members is None or int(begin[1]) != len(found) + 1 or _acts(members[1]):
            raise NotAsPrinted(_REARRANGED)
        begins.append(at)
        at, stream = members.end(), b""
        if members[2] == b"stream\n":
            length = _LENGTH.search(members[1])
            end = at + int(length[1]) if length else len(printed)
            stream, after = printed[at:end], printed[end : end + len(_AFTER)]
            if after != _AFTER:
                raise NotAsPrinted(_REARRANGED)
            at = end + len(_AFTER)
        found.append((b"\n" + members[1], stream))
    _require_table(printed, at, begins)
    return found


def _require_table(printed: bytes, at: int, begins: list[int]) -> None:
    """The table of the objects stands at ``at``, is right, and ends the file."""
    first = b"xref\n0 %d\n0000000000 65535 f \n" % (len(begins) + 1)
    rows = b"".join(b"%010d 00000 n \n" % each for each in begins)
    if not printed.startswith(first + rows, at):
        raise NotAsPrinted(_REARRANGED)
    trailer = _TRAILER.match(printed, at + len(first) + len(rows))
    if trailer is None or int(trailer["at"]) != at or _acts(trailer["members"]):
        raise NotAsPrinted(_REARRANGED)
    if trailer.end() != len(printed):
        raise NotAsPrinted(_APPENDED)


def _acts(members: bytes) -> bool:
    """Whether there is something that is never printed, or a name that is not written plainly."""
    escaped = {*_ESCAPED.findall(members)} - {b"/application#2Fjson"}
    return bool(escaped) or _NEVER.search(members) is not None


def _text(members: bytes, stream: bytes) -> str:
    try:
        if b"\n/Filter /FlateDecode\n" in members:
            unpacking = zlib.decompressobj()
            stream = unpacking.decompress(stream, MOST_ATTACHED)
            if not unpacking.eof:
                raise NotAsPrinted(_UNREADABLE)
        return stream.decode()
    except (zlib.error, UnicodeDecodeError):
        raise NotAsPrinted(_UNREADABLE) from None

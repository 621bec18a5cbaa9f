"""The certificate as a page to print: what it says, and a QR code that leads to the signed text.

Written as plain PDF 1.4, because it is one page of text and squares. The characters come from
Adobe's GB1 collection, which readers bring along, so nothing has to be embedded for Chinese names.
The page proves nothing by itself; the signed JSON that it names does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import segno

WIDTH, HEIGHT, MARGIN = 595, 842, 56
QR_SIDE = 120
SMALL, USUAL, LARGE = 8, 11, 20
# Half of the size for Latin letters, the whole of it for Chinese ones.
_LATIN_CIDS = "1 95 500"
MOST_BLOCKS = 8


def certificate_pdf(certificate: Mapping[str, Any], url: str) -> bytes:
    """One A4 page about a signed certificate; ``url`` is where its JSON is read."""
    content = "\n".join((*_text(certificate, url), *_qr_code(url))).encode("ascii")
    return _document(
        [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents 4 0 R"
            b" /Resources << /Font << /F 5 0 R >> >> >>" % (WIDTH, HEIGHT),
            b"<< /Length %d >>\nstream\n%b\nendstream" % (len(content), content),
            (
                b"<< /Type /Font /Subtype /Type0 /BaseFont /STSong-Light"
                b" /Encoding /UniGB-UTF16-H /DescendantFonts [6 0 R] >>"
            ),
            b"<< /Type /Font /Subtype /CIDFontType0 /BaseFont /STSong-Light /DW 1000"
            b" /W [%b] /CIDSystemInfo << /Registry (Adobe) /Ordering (GB1) /Supplement 4 >>"
            b" /FontDescriptor 7 0 R >>" % _LATIN_CIDS.encode(),
            (
                b"<< /Type /FontDescriptor /FontName /STSong-Light /Flags 6 /FontBBox"
                b" [-25 -254 1000 880] /ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 880"
                b" /StemV 93 >>"
            ),
        ]
    )


def _text(certificate: Mapping[str, Any], url: str) -> Iterator[str]:
    purpose, signature = certificate["purpose"], certificate["signature"]
    height = HEIGHT - MARGIN - LARGE
    lines = [
        (LARGE, "减排量注销证书  Certificate of retirement"),
        (SMALL, ""),
        (LARGE, f"{certificate['quantity_t']} t CO2e"),
        (USUAL, f"受益人 Beneficiary: {certificate['beneficiary']}"),
        (USUAL, f"用途 Purpose: {purpose['title_zh']} ({purpose['title_en']})"),
        (USUAL, f"期间 Period: {certificate['period']}"),
        (USUAL, f"注销方 Retired by: {certificate['retired_by']['name']}"),
        (USUAL, f"时间 Retired at: {certificate['retired_at']}"),
        (USUAL, f"编号 Number: {certificate['retirement_id']}"),
        (SMALL, ""),
    ]
    for block in certificate["blocks"][:MOST_BLOCKS]:
        lines.append((USUAL, f"{block['serial']}  ({block['quantity_t']} t)"))
        lines.append((SMALL, f"bundle {block['bundle_id']}, root {block['bundle_root']}"))
    if len(certificate["blocks"]) > MOST_BLOCKS:
        more = len(certificate["blocks"]) - MOST_BLOCKS
        lines.append((USUAL, f"and {more} more ranges, see the signed text"))
    lines += [
        (SMALL, ""),
        (SMALL, f"Signed with Ed25519, key {signature['key_id']}. The signed text is at"),
        (SMALL, url),
    ]
    for size, line in lines:
        for part in _wrapped(line, size):
            yield f"BT /F {size} Tf {MARGIN} {height} Td <{part.encode('utf-16-be').hex()}> Tj ET"
            height -= size + 7


def _wrapped(line: str, size: int) -> Iterator[str]:
    """``line`` in parts that fit the page, by the widths that the font states."""
    room = (WIDTH - 2 * MARGIN) * 2 // size
    part, used = "", 0
    for character in line:
        wide = 1 if character.isascii() else 2
        if used + wide > room:
            yield part
            part, used = "", 0
        part, used = part + character, used + wide
    yield part


def _qr_code(url: str) -> Iterator[str]:
    matrix = segno.make(url, error="m", micro=False).matrix
    side = QR_SIDE / len(matrix)
    left, top = WIDTH - MARGIN - QR_SIDE, MARGIN + QR_SIDE
    for row, modules in enumerate(matrix):
        for column, dark in enumerate(modules):
            if dark:
                x, y = left + column * side, top - (row + 1) * side
                yield f"{x:.2f} {y:.2f} {side:.2f} {side:.2f} re f"


def _document(objects: list[bytes]) -> bytes:
    """The objects, numbered from 1, with the table that says where each begins."""
    made, begins = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n"), []
    for number, body in enumerate(objects, 1):
        begins.append(len(made))
        made += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = len(made)
    made += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    made += b"".join(b"%010d 00000 n \n" % begin for begin in begins)
    made += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        table,
    )
    return bytes(made)

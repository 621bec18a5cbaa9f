"""A printed certificate or a web signature of which anything is not ours is refused in words."""

from __future__ import annotations

import base64
import io
import json
import re
from contextlib import closing
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner
from fpdf import FPDF
from pypdfium2 import PdfDocument

from app.commands.verify import verify
from app.secrecy.signatures import public_key_of, published_key, sign
from app.shown.certificate_pdf import certificate_pdf

KEY = bytes(range(32))
ZONE = ZoneInfo("Asia/Shanghai")
STATED = {
    "retirement_id": "ret_01a2081fcace70009c1edab7bbcc7548",
    "beneficiary": "杭州茶馆 endobj %%EOF",
    "purpose": {"title_zh": "企业碳中和", "title_en": "neutrality of an enterprise"},
    "period": "2026",
    "retired_by": {"name": "云和纺织"},
    "retired_at": "2026-11-18T16:00:00+08:00",
    "quantity_t": "1",
    "blocks": [
        {
            "serial": "TPH-MIXED-2026-1-1-60",
            "quantity_t": "1",
            "bundle_id": "bdl_01a2081fc2857000b627b3fd70fa7bc0",
            "bundle_root": "72" * 32,
        }
    ],
}
CERTIFICATE = sign(STATED, KEY)
TOKEN: str = CERTIFICATE["signature"]["jws"]  # type: ignore[index, call-overload, assignment]


def printed(certificate: Any = CERTIFICATE) -> bytes:
    url = "https://registry.example/v1/retirements/ret_1/certificate"
    return certificate_pdf(certificate, f"{url}.json", ZONE, page_url=url)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return printed()


@pytest.fixture
def keys(tmp_path: Path) -> str:
    file = tmp_path / "keys.json"
    file.write_text(json.dumps({"keys": [published_key(public_key_of(KEY))]}), encoding="utf-8")
    return str(file)


def told(content: bytes | str, *words: str) -> tuple[int, str]:
    found = CliRunner().invoke(verify, ["-", *words], input=content)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exception
    return found.exit_code, found.output


def renumbered(pdf: bytes, *changes: tuple[bytes, bytes]) -> bytes:
    """With texts replaced, and the table of the objects made right again by a careful forger."""
    for before, after in changes:
        assert before in pdf, before
        pdf = pdf.replace(before, after)
    body = pdf[: pdf.rindex(b"xref\n0 ")]
    begins = [each.start() + 1 for each in re.finditer(rb"\n\d+ 0 obj\n<<", body)]
    rows = b"".join(b"%010d 00000 n \n" % each for each in begins)
    trailer = re.search(rb"trailer\n.*startxref\n", pdf, re.DOTALL)
    assert trailer
    size = re.sub(rb"/Size \d+", b"/Size %d" % (len(begins) + 1), trailer[0])
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(begins) + 1)
    return body + table + rows + size + b"%d\n%%%%EOF\n" % len(body)


def with_text(pdf: bytes, text: bytes) -> bytes:
    """With another text attached."""
    begin = pdf.index(b"/EmbeddedFile\n>>\nstream\n") + len(b"/EmbeddedFile\n>>\nstream\n")
    end = pdf.index(b"\nendstream\nendobj\n6 0 obj", begin)
    old = pdf[begin:end]
    return renumbered(
        pdf[:begin] + text + pdf[end:],
        (b"/Length %d\n/Params" % len(old), b"/Length %d\n/Params" % len(text)),
    )


def test_a_printed_certificate_is_verified_and_what_was_signed_is_shown(
    pdf: bytes, keys: str
) -> None:
    code, said = told(pdf, "--keys", keys)
    assert code == 0, said
    assert "by the registry's key" in said
    for fact in (
        "1 t CO2e",
        "杭州茶馆",
        "TPH-MIXED-2026-1-1-60",
        "ret_01a2081fcace7000",
        "Compare",
    ):
        assert fact in said
    assert renumbered(pdf) == pdf, "a forger who changes nothing makes the same file"


def saved_anew(pdf: bytes) -> bytes:
    """By another program, as it was."""
    made = io.BytesIO()
    with closing(PdfDocument(pdf)) as document:
        document.save(made)
    return made.getvalue()


def attached(pdf: bytes) -> dict[str, bytes]:
    signed = json.dumps(CERTIFICATE, ensure_ascii=False, indent=1).encode()
    other = sign({**STATED, "quantity_t": "9"}, bytes(32))
    end = pdf[pdf.index(b"xref\n0 ") :]
    second = b"\n24 0 obj\n<<\n/EF <</F 5 0 R>>\n/F (other.json)\n/Type /Filespec\n>>\nendobj\n"
    return {
        "changed": with_text(pdf, signed.replace(b'"quantity_t": "1"', b'"quantity_t": "9"', 1)),
        "signed by a stranger": with_text(pdf, json.dumps(other, ensure_ascii=False).encode()),
        "unsigned": with_text(pdf, json.dumps(STATED).encode()),
        "no certificate": with_text(pdf, json.dumps(sign({"a": "1"}, KEY)).encode()),
        "no text": with_text(pdf, b"\xff\xfe"),
        "removed": renumbered(pdf, (b"/Type /EmbeddedFile", b"/Type /Embeddedfile")),
        "not named": renumbered(pdf, (b"/Type /Filespec", b"/Type /FileSpec")),
        "doubled": renumbered(pdf.replace(b"xref\n0 ", second[1:] + b"xref\n0 ")),
        "renamed": renumbered(pdf, (b"/Type /Filespec", b"/Type /File#73pec")),
        "appended": pdf + second + b"xref\n24 1\n0000000000 00000 n \n" + end,
        "appended blanks": pdf + b"\n",
        "cut short": pdf[:-200],
        "changed page": pdf.replace(
            b"/MediaBox [0 0 595.28 841.89]", b"/MediaBox [0 0 595.28 941.89]1"
        ),
        "acting": renumbered(pdf, (b"/OpenAction [3 0 R /FitH null]", b"/AA << /JS (x) >>")),
        "locked": renumbered(pdf, (b"/Root 2 0 R", b"/Root 2 0 R\n/Encrypt 3 0 R")),
        "saved anew": saved_anew(pdf),
        "another page": bytes(FPDF().output()),
        "no pdf": b"%PDF-1.6\n" + b"\xff" * 100,
    }


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("changed", "not the one that was signed"),
        ("signed by a stranger", "Another key than the registry's"),
        ("unsigned", "carries no signature"),
        ("no certificate", "What is attached is no certificate"),
        ("no text", "cannot be read"),
        ("removed", "is not attached to it any more"),
        ("not named", "is not attached to it any more"),
        ("doubled", "More than one file is attached"),
        ("renamed", "changed or saved anew"),
        ("appended", "appended after its end"),
        ("appended blanks", "appended after its end"),
        ("cut short", "changed or saved anew"),
        ("changed page", "changed or saved anew"),
        ("acting", "changed or saved anew"),
        ("locked", "changed or saved anew"),
        ("saved anew", "changed or saved anew"),
        ("another page", "is not attached to it any more"),
        ("no pdf", "changed or saved anew"),
    ],
)
def test_a_certificate_that_is_not_as_printed_is_refused_in_words(
    pdf: bytes, keys: str, how: str, words: str
) -> None:
    code, said = told(attached(pdf)[how], "--keys", keys)
    assert code == 1
    assert words in said
    assert "NOT VERIFIED" in said
    assert "anew" in said, "what to do"


def changed_header(**members: Any) -> str:
    header = {"alg": "EdDSA", "kid": CERTIFICATE["signature"]["key_id"], "typ": "JOSE", **members}  # type: ignore[index, call-overload]
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    return f"{head}.{TOKEN.partition('.')[2]}"


HEAD, BODY, TAIL = TOKEN.split(".")
STRANGERS: str = sign({"a": "1"}, bytes(32))["signature"]["jws"]  # type: ignore[index, call-overload, assignment]
TOKENS = [
    (changed_header(alg="none"), "by `none` nothing is signed"),
    (changed_header(alg="none").rpartition(".")[0] + ".", "by `none` nothing is signed"),
    (changed_header(alg="HS256"), "another algorithm"),
    (changed_header(kid="0" * 16), "key"),
    (changed_header(typ="JWT"), "not the one that was signed"),
    (f"{HEAD}.{STRANGERS.split('.')[1]}.{TAIL}", "not the one that was signed"),
    (STRANGERS, "key"),
]


@pytest.mark.parametrize(("token", "words"), TOKENS)
def test_a_web_signature_by_itself_is_refused_in_words(token: str, words: str, keys: str) -> None:
    assert told(TOKEN, "--keys", keys)[0] == 0
    code, said = told(token, "--keys", keys)
    assert code == 1
    assert words in said
    assert "anew" in said, "what to do"


def test_a_web_signature_by_itself_needs_the_keys() -> None:
    code, said = told(TOKEN)
    assert code == 1
    assert "--keys" in said


@pytest.mark.parametrize(("token", "words"), TOKENS)
def test_a_web_signature_within_a_document_is_refused_in_words(
    token: str, words: str, keys: str
) -> None:
    signature = {**CERTIFICATE["signature"], "jws": token}  # type: ignore[dict-item]
    code, said = told(json.dumps({**STATED, "signature": signature}), "--keys", keys)
    assert code == 1
    assert words in said or "not the one that was signed" in said
    assert "anew" in said, "what to do"


def test_what_is_neither_is_told_what_is_taken() -> None:
    code, said = told(b"PK\x03\x04\xff\xff")
    assert code == 1
    assert "neither JSON nor a PDF" in said

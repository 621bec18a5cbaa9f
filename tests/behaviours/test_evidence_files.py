"""A file is what it holds, whatever its sender says of it."""

from __future__ import annotations

import hashlib

import pytest

from behaviours.evidence_files import (
    MEDIA_TYPES,
    MOST_BYTES,
    FileNotTaken,
    TooManyFiles,
    check_number,
    evidence_file,
    file_name,
)
from tests.builders.evidence import FILES


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_each_form_is_known_by_its_bytes(media_type):
    content = FILES[media_type]
    known = evidence_file(content)
    assert (known.media_type, known.content) == (media_type, content)
    assert known.sha256 == hashlib.sha256(content).digest()
    assert file_name("TPH-1", media_type).startswith("TPH-1.")


@pytest.mark.parametrize("media_type", MEDIA_TYPES)
def test_what_is_cut_off_or_has_something_before_it_is_not_taken(media_type):
    content = FILES[media_type]
    page = b"<!doctype html><script>alert(1)</script>"
    for damaged in (content[:-8], page + content, content[1:]):
        with pytest.raises(FileNotTaken) as refused:
            evidence_file(damaged)
        assert refused.value.case == "form"


@pytest.mark.parametrize(
    "content",
    [b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"MZ\x90\0", b"PK\x03\x04", b"plain words"],
    ids=["svg", "program", "zip", "text"],
)
def test_other_forms_are_not_taken(content):
    with pytest.raises(FileNotTaken):
        evidence_file(content)


def test_the_largest_file_is_taken_and_one_byte_more_is_not():
    padding = MOST_BYTES - len(FILES["application/pdf"])
    begin, end = FILES["application/pdf"][:9], FILES["application/pdf"][9:]
    assert len(evidence_file(begin + b" " * padding + end).content) == MOST_BYTES
    with pytest.raises(FileNotTaken) as refused:
        evidence_file(begin + b" " * (padding + 1) + end)
    assert refused.value.case == "too_large"
    with pytest.raises(FileNotTaken) as refused:
        evidence_file(b"")
    assert refused.value.case == "empty"


def test_so_many_and_no_more():
    check_number(2, most=3)
    with pytest.raises(TooManyFiles):
        check_number(3, most=3)

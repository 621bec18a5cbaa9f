"""Normal forms: one number is one number, however it is spelled.

People, tills and gates write the same number with blanks, dashes, full-width digits or in small
letters. What is claimed once is the number, so a claim key is made of its normal form. What was
sent stays as it is and is only ever shown.

The table of forms is published; ``tests/behaviours/actions/normal_forms.yaml`` has its vectors.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from behaviours.refusal import Invalid

LONGEST = 64
DEFAULT, IMEI, METER, ACCOUNT = "default", "imei", "meter", "account"
VIN, PLATE, CERTIFICATE = "vin", "plate", "certificate"

# What PostgreSQL and people do not see, beside what Unicode calls control and format characters:
# fillers, joiners and selectors, which have the categories of letters and marks.
_UNSEEN = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\uffa0\ufe00-\ufe0f"
    "\U000e0100-\U000e01ef]"
)
# Symbols by Unicode, dashes and quotes to people.
_LOOK_LIKE_PUNCTUATION = frozenset("\u2212\u223c\u02d7~`\u00b4\u2044\u2215\u29f5\u2022\u00ac")
# Letters of other alphabets that cannot be told from Latin ones on paper.
_LOOKALIKES = frozenset(
    "\u03b1\u03b2\u03b3\u03b5\u03b6\u03b7\u03b9\u03ba\u03bc\u03bd\u03bf\u03c1\u03c4\u03c5\u03c7"
    "\u0430\u0432\u0433\u0435\u0437\u043a\u043c\u043d\u043e\u0440\u0441\u0442\u0443\u0445\u0455"
    "\u0456\u0458\u0501\u051b\u051d\u04bb\u04cf\u04af"
)
_SEEN_AS_LATIN = frozenset(("LATIN", "GREEK", "CYRILLIC", "COPTIC", "ARMENIAN", "CHEROKEE", "LISU"))
# How the names of letters begin that nobody takes for Latin ones and that stand beside them: of
# plates, of shops' receipts.
_BESIDE_LATIN = ("CJK ", "HIRAGANA ", "KATAKANA ", "HANGUL ", "BOPOMOFO ")
_LAST_OF_THE_BASIC_PLANE = "\uffff"


class UnusableNumber(Invalid):
    """A number has no normal form, so nobody could say whether it was claimed before."""

    cases = (
        "nothing_left", "too_long", "mixed_scripts", "lookalikes", "other_characters",
        "imei_length", "imei_check",
    )  # fmt: skip
    # What was recorded before such a number was refused stays claimed under what it was read as.
    former: str | None = None


@dataclass(frozen=True, slots=True)
class NormalForm:
    """One row of the published table: a kind of number, and the evidence that is read by it.

    Numbers of a ``unique`` kind are given out by one body for everybody: they have no issuer that
    would have to be named.
    """

    kind: str
    evidence: tuple[str, ...]
    unique: bool
    read: Callable[[str], str]


def normal_form(kind: str, text: str) -> str:
    """The number as it is compared; raises UnusableNumber. ``kind`` is one of ``FORMS``."""
    return FORMS[kind].read(text)


def form_of(evidence: str) -> NormalForm:
    """By which form the evidence of a name is read."""
    return _BY_EVIDENCE.get(evidence, FORMS[DEFAULT])


def without_unseen(text: str) -> str:
    """The text without fillers, joiners and selectors, which nobody sees."""
    return _UNSEEN.sub("", text)


def _plain(text: str) -> str:
    """What ``as_compared`` leaves, if each of its characters is read in one way only."""
    left = as_compared(text)
    if left.isascii():
        return left
    try:
        _check_characters(left)
    except UnusableNumber as refusal:
        refusal.former = left
        raise
    return left


def as_compared(text: str) -> str:
    """NFKC, case-folded, without what does not count; no letter that looks like another.

    So names are compared, which may have accents; numbers have none.
    """
    if text.isascii():
        # Most numbers are such, and there are thousands a second of them.
        left = text.encode().translate(None, _ASCII_DROPPED).decode().lower()
    else:
        left, before = _stripped(text), text
        # What is left may compose anew when something between was dropped.
        while left != before:
            left, before = _stripped(left), left
    if not left:
        raise UnusableNumber("nothing_left")
    if len(left) > LONGEST:
        raise UnusableNumber("too_long", most=LONGEST, count=len(left))
    if not left.isascii():
        _check_alphabet(left)
    return left


def _stripped(text: str) -> str:
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join([_one(each) for each in without_unseen(folded) if _counts(each)])


@lru_cache(maxsize=4096)
def _counts(character: str) -> bool:
    """Whether a character is part of the number: no blank, punctuation or control character."""
    category = unicodedata.category(character)
    if character in _LOOK_LIKE_PUNCTUATION:
        return False
    return category[0] not in "ZPC" and category != "Sk"


@lru_cache(maxsize=4096)
def _one(character: str) -> str:
    """Digits of every script are digits."""
    if character.isascii() or unicodedata.category(character) != "Nd":
        return character
    return str(unicodedata.digit(character))


_ASCII_DROPPED = bytes(code for code in range(128) if not _counts(chr(code)))


def _check_alphabet(text: str) -> None:
    letters = [each for each in text if each.isalpha()]
    alphabets = {found for each in letters if (found := _alphabet(each)) in _SEEN_AS_LATIN}
    if len(alphabets) > 1:
        raise UnusableNumber("mixed_scripts")
    if (
        alphabets
        and alphabets != {"LATIN"}
        and all(each in _LOOKALIKES for each in letters if _alphabet(each) in _SEEN_AS_LATIN)
    ):
        raise UnusableNumber("lookalikes")


def _check_characters(text: str) -> None:
    """Refuse marks, signs and rare letters, by which one number could be written in many ways."""
    other = sorted({each for each in text if not _is_plain(each)})
    if other:
        raise UnusableNumber("other_characters", characters=" ".join(other[:8]))
    alphabets = {_alphabet(each) for each in text if each.isalpha()} - {None}
    if len(alphabets) > 1:
        raise UnusableNumber("mixed_scripts")


@lru_cache(maxsize=4096)
def _is_plain(character: str) -> bool:
    """Whether everybody writes a character alike: A to Z, and whole letters of living scripts."""
    if character.isascii():
        return True
    if unicodedata.category(character) not in ("Lo", "Ll"):
        return False
    alphabet = _alphabet(character)
    # Small capitals, letters of phonetics, dotless i; and the letters of inscriptions.
    return alphabet is None or (alphabet != "LATIN" and character <= _LAST_OF_THE_BASIC_PLANE)


@lru_cache(maxsize=4096)
def _alphabet(letter: str) -> str | None:
    """The alphabet of a letter; None where it may stand beside any other."""
    name = unicodedata.name(letter, "")
    return None if name.startswith(_BESIDE_LATIN) else name.partition(" ")[0]


def _imei(text: str) -> str:
    """The first 14 digits: 14 as they are, 15 with their check digit, 16 with the software's."""
    digits = as_compared(text)
    if not (digits.isascii() and digits.isdigit() and len(digits) in (14, 15, 16)):
        raise UnusableNumber("imei_length")
    if len(digits) == 15 and _luhn(digits) % 10:
        raise UnusableNumber("imei_check")
    return digits[:14]


def check_spelling(number: str, pointer: str) -> None:
    """Refuse a reference of somebody else's that could be written in several ways that look alike.

    Raises UnusableNumber, at ``pointer`` of the request.
    """
    try:
        normal_form(DEFAULT, number)
    except UnusableNumber as refusal:
        # Long ones, and signs alone, are compared as they are.
        if refusal.case not in ("nothing_left", "too_long"):
            refusal.pointer = pointer
            raise


def _luhn(digits: str) -> int:
    """The sum of a number with its check digit; the number is right when 10 divides it."""
    doubled = [
        sum(divmod(2 * int(each), 10)) if place % 2 else int(each)
        for place, each in enumerate(reversed(digits))
    ]
    return sum(doubled)


def _without_leading_zeros(text: str) -> str:
    """Digits without the zeros before them; what has letters in it keeps them."""
    plain = _plain(text)
    return plain.lstrip("0") or "0" if plain.isascii() and plain.isdigit() else plain


_TABLE = (
    NormalForm(DEFAULT, (), unique=False, read=_plain),
    NormalForm(IMEI, ("imei",), unique=True, read=_imei),
    NormalForm(METER, ("meter_id",), unique=False, read=_without_leading_zeros),
    NormalForm(ACCOUNT, ("account_no",), unique=False, read=_without_leading_zeros),
    NormalForm(VIN, ("vin",), unique=True, read=_plain),
    NormalForm(PLATE, ("plate_no",), unique=True, read=_plain),
    NormalForm(CERTIFICATE, ("certificate_no",), unique=True, read=_plain),
)
FORMS = {each.kind: each for each in _TABLE}
_BY_EVIDENCE = {name: each for each in _TABLE for name in each.evidence}

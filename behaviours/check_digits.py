"""Check digits of numbers that people read aloud and copy by hand."""

from __future__ import annotations

# ISO 7064 works on digits; letters become 10 to 35 as in an IBAN, and the rest follows.
_VALUES = {
    character: str(value)
    for value, character in enumerate("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ._-")
}


def check_digits(body: str) -> str:
    """The two of ISO 7064 MOD 97-10 for a text of capitals, digits, ``.``, ``_`` and ``-``.

    They notice every single wrong character and every two neighbours that changed places.
    """
    digits = "".join(_VALUES[character] for character in body)
    return f"{98 - int(digits + '00') % 97:02d}"

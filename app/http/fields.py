"""The fields of requests and answers: strict on the way in, exact on the way out.

Quantities travel as decimal strings, never as JSON numbers: a reader of JSON may turn a number
into a binary fraction without telling anybody. Points are whole JSON numbers.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, NoReturn, TypeVar
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields

from app.http.current import wiring
from app.http.faults import said
from app.ids import UnknownId, parse, public
from behaviours import regions
from behaviours.civil_time import utc_text
from behaviours.json_value import JsonObject
from behaviours.places import DEGREES
from behaviours.said import Said
from rewards.ledger.money import yuan

DECIMAL = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
SIGNED = r"^-?(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
WHOLE = r"^(0|[1-9][0-9]{0,11})$"
AMOUNT = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"
MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
MONTH = r"^[0-9]{4}-(0[1-9]|1[0-2])$"
REGION = f"^{regions.FORM}$"
SHA256 = r"^[0-9a-fA-F]{64}$"
MOST_POINTS = 2_000_000_000
# More than there are provinces and cities in the register.
MOST_REGIONS = 500
# Days and moments far outside of any programme would overflow what is reckoned from them.
YEARS = range(1900, 3000)
Dated = TypeVar("Dated", date, datetime)
CURRENCY = r"^[A-Z]{3}$"
# Ten million yuan for one item or one tonne: a slip of the pen, not a price. It also keeps the
# price of every tonne that there could be within 64 bits.
MOST_FEN = 1_000_000_000


# What the contract says of texts in an answer.
AS_MOMENT: Final = {"format": "date-time"}
AS_DAY: Final = {"format": "date"}
AS_KG: Final = {"format": "decimal", "example": "12345.678900"}


def _pattern(text: str) -> re.Pattern[str]:
    # `$` also matches before a line feed at the end; `fullmatch` does not.
    return re.compile(text.removeprefix("^").removesuffix("$"), re.ASCII)


_DECIMAL, _SIGNED, _WHOLE, _AMOUNT, _MOMENT, _REGION, _SHA256 = map(
    _pattern, (DECIMAL, SIGNED, WHOLE, AMOUNT, MOMENT, REGION, SHA256)
)


def refuse(code: str, case: str = "", **facts: Any) -> NoReturn:
    """Say what is wrong with a field: a code, and the facts that its sentence speaks of."""
    raise ValidationError(said(code, case, **facts))


class Strict(Schema):
    """Base of every body: a member that is not named here is refused, not ignored."""

    # As the contract shows it, where it shows a whole one.
    EXAMPLE: ClassVar[JsonObject | None] = None

    class Meta:
        unknown = RAISE


class Plain(fields.Field[Any]):
    """Base of our fields: ``read`` what was sent, ``write`` what is answered."""

    def _deserialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        return self.read(value)

    def _serialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        return None if value is None else self.write(value)

    def read(self, value: Any) -> Any:
        """The value that was sent; refuses with ``refuse``."""
        raise NotImplementedError

    def write(self, value: Any) -> Any:
        """The value as JSON."""
        return value


class Line(Plain):
    """Text of ``least`` to ``most`` characters on one line, without control characters."""

    def __init__(self, *, least: int = 1, most: int = 128, **options: Any) -> None:
        metadata = {"minLength": least, "maxLength": most, **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)
        self._least, self._most = least, most

    def read(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("WRONG_TYPE", "string")
        if not self._least <= len(value) <= self._most:
            refuse("LENGTH", "characters", least=self._least, most=self._most)
        if not value.isprintable():
            refuse("NOT_PRINTABLE", "line")
        if value != value.strip():
            refuse("SPACE")
        return value


class ClientReference(Line):
    """The asker's own number of something that is done once only."""

    def __init__(self, **options: Any) -> None:
        told = {
            "description": "Your own number of this request; it never expires. The same number with"
            " the same content answers the first request, with other content 409. Without it the"
            " Idempotency-Key is that number.",
            "example": "2026-000123",
        }
        super().__init__(most=64, metadata=told, **options)


class _Matched(Plain):
    """A string of one exact form."""

    pattern: re.Pattern[str]
    # What a reader is told about the form.
    form: Said

    def _matched(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("WRONG_TYPE", "not_a_string", type=_json_type(value), form=self.form)
        if not self.pattern.fullmatch(value):
            raise ValidationError(self.form)
        return value


class DecimalText(_Matched):
    """``"12.5"`` ↔ Decimal: ASCII digits, at most 12 before and 6 after the point."""

    pattern, form = _DECIMAL, said("NOT_A_DECIMAL")

    def read(self, value: Any) -> Decimal:
        return Decimal(self._matched(value))

    def write(self, value: Any) -> str:
        return format(value, "f")


class SignedKg(_Matched):
    """``"-12.5"`` ↔ Decimal: kilograms, a loss below nought; to the milligram."""

    pattern, form = _SIGNED, said("NOT_A_SIGNED_DECIMAL")

    def read(self, value: Any) -> Decimal:
        return Decimal(self._matched(value))

    def write(self, value: Any) -> str:
        return format(value, "f")


class FileDigest(_Matched):
    """64 hexadecimal digits ↔ the 32 bytes of a file's SHA-256."""

    pattern, form = _SHA256, said("NOT_A_DIGEST")

    def __init__(self, **options: Any) -> None:
        told = {"example": "9f86d081884c7d65" * 4, "description": "The SHA-256 of the file."}
        super().__init__(metadata={**told, **options.pop("metadata", {})}, **options)

    def read(self, value: Any) -> bytes:
        return bytes.fromhex(self._matched(value))

    def write(self, value: Any) -> str:
        return bytes(value).hex()


class Degrees(_Matched):
    """``"-73.9857"`` ↔ Decimal: of latitude or longitude; whether it is a place is asked later."""

    pattern, form = DEGREES, said("NOT_DEGREES")

    def read(self, value: Any) -> Decimal:
        return Decimal(self._matched(value))

    def write(self, value: Any) -> str:
        return format(value, "f")


class WholeText(_Matched):
    """``"12"`` ↔ int, from ``least`` to ``most``, where there is one."""

    pattern, form = _WHOLE, said("NOT_A_WHOLE_NUMBER", "number")

    def __init__(self, *, least: int = 0, most: int | None = None, **options: Any) -> None:
        super().__init__(**options)
        self._least, self._most = least, most

    def read(self, value: Any) -> int:
        whole = int(self._matched(value))
        if self._most is not None and not self._least <= whole <= self._most:
            refuse("OUT_OF_RANGE", "number", least=self._least, most=self._most)
        if whole < self._least:
            refuse("TOO_SMALL", least=self._least)
        return whole

    def write(self, value: Any) -> str:
        return str(int(value))


class Tonnes(WholeText):
    """``"12"`` ↔ 12 whole tonnes, at least one."""

    form = said("NOT_A_WHOLE_NUMBER", "tonnes")

    def __init__(self, **options: Any) -> None:
        super().__init__(least=1, **options)


class Points(Plain):
    """A whole JSON number of points, from ``least``; never true, never 1.0."""

    def __init__(self, *, least: int = 0, most: int = MOST_POINTS, **options: Any) -> None:
        metadata = {"minimum": least, "maximum": most, **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)
        self._least, self._most = least, most

    def read(self, value: Any) -> int:
        if type(value) is not int:
            refuse("WRONG_TYPE", "whole_number")
        if not self._least <= value <= self._most:
            refuse("OUT_OF_RANGE", "number", least=self._least, most=self._most)
        return value


class Moment(_Matched):
    """RFC 3339 with its offset ↔ aware datetime in UTC."""

    pattern, form = _MOMENT, said("NOT_A_MOMENT")

    def read(self, value: Any) -> datetime:
        text = self._matched(value)
        try:
            moment_meant = datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            refuse("NO_SUCH_MOMENT")
        return _of_our_time(moment_meant)

    def write(self, value: Any) -> str:
        return moment(value)


class Day(_Matched):
    """A civil day, ``"2026-03-01"`` ↔ date."""

    pattern, form = _pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), said("NOT_A_DAY")

    def read(self, value: Any) -> date:
        try:
            day = datetime.strptime(self._matched(value), "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            refuse("NO_SUCH_DAY")
        return _of_our_time(day)

    def write(self, value: date) -> str:
        return value.isoformat()


class Month(_Matched):
    """A civil month, ``"2026-03"`` ↔ its first day."""

    pattern, form = _pattern(MONTH), said("NOT_A_MONTH")

    def read(self, value: Any) -> date:
        year, month = map(int, self._matched(value).split("-"))
        return _of_our_time(date(max(year, 1), month, 1))

    def write(self, value: date) -> str:
        return f"{value:%Y-%m}"


def _of_our_time(value: Dated) -> Dated:
    if value.year not in YEARS:
        refuse("OUT_OF_RANGE", "year", least=YEARS.start, most=YEARS.stop - 1)
    return value


class Region(_Matched):
    """A province or city of China, such as ``CN-33``, ``CN-330100`` or ``CN-ZJ``; read as the code
    by which it is kept. Whether it exists is asked later."""

    pattern, form = _REGION, said("NOT_A_REGION")

    def read(self, value: Any) -> str:
        return regions.canonical(self._matched(value))


class PublicId(Plain):
    """``"par_0199…"`` ↔ UUID."""

    def __init__(self, prefix: str, **options: Any) -> None:
        metadata = {"example": f"{prefix}_{'0199' + 28 * '0'}", **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)
        self.prefix = prefix

    def read(self, value: Any) -> UUID:
        if not isinstance(value, str):
            refuse("WRONG_TYPE", "id", prefix=self.prefix)
        try:
            return parse(self.prefix, value)
        except UnknownId:
            refuse("NOT_AN_ID", prefix=self.prefix)

    def write(self, value: Any) -> str:
        return public(self.prefix, value)


class Amount(_Matched):
    """Yuan with at most two decimals, as text."""

    pattern, form = _AMOUNT, said("NOT_AN_AMOUNT")

    def read(self, value: Any) -> str:
        return self._matched(value)


class Currency(_Matched):
    """The one currency of the programme."""

    pattern = _pattern(CURRENCY)

    @property
    def form(self) -> Said:  # type: ignore[override]
        """Told of the running programme, whose document states it."""
        return said("NOT_A_CURRENCY", currency=wiring().programme.currency)

    def read(self, value: Any) -> str:
        code = self._matched(value)
        if code != wiring().programme.currency:
            raise ValidationError(self.form)
        return code


class MoneyBody(Strict):
    """An amount of money: yuan with at most two decimals."""

    amount = Amount(required=True, metadata={"example": "12.30"})
    currency = Currency(required=True, metadata={"example": "CNY"})


class Money(fields.Nested):
    """``{"amount": "12.30", "currency": "CNY"}`` ↔ fen, from ``least_fen`` to ``most_fen``."""

    def __init__(self, *, least_fen: int = 0, most_fen: int = MOST_FEN, **options: Any) -> None:
        super().__init__(MoneyBody, **options)
        self._least_fen, self._most_fen = least_fen, most_fen

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> int:
        loaded = super()._deserialize(value, *args, **options)
        whole, _, cents = loaded["amount"].partition(".")
        fen = int(whole) * 100 + int((cents + "00")[:2])
        if fen < self._least_fen:
            raise ValidationError({"amount": [said("TOO_SMALL", least=yuan(self._least_fen))]})
        if fen > self._most_fen:
            raise ValidationError({"amount": [said("TOO_LARGE", most=yuan(self._most_fen))]})
        return fen

    def _serialize(self, *given: Any, **_options: Any) -> Any:
        return None if given[0] is None else money(given[0])


def money(fen: int) -> dict[str, str]:
    """Whole fen as an amount of money in an answer."""
    return {"amount": yuan(fen), "currency": wiring().programme.currency}


# An aware datetime in an answer: RFC 3339 in UTC, with ``Z``.
moment = utc_text


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", dict: "object", list: "array"}
    return names.get(type(value), "null")

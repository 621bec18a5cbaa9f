"""The fields of requests and answers: strict on the way in, exact on the way out.

Quantities travel as decimal strings, never as JSON numbers: a reader of JSON may turn a number
into a binary fraction without telling anybody. Points are whole JSON numbers.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NoReturn
from uuid import UUID

from marshmallow import RAISE, Schema, ValidationError, fields

from app.http.blueprint import Said
from app.ids import UnknownId, parse, public

DECIMAL = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,6})?$"
WHOLE = r"^(0|[1-9][0-9]{0,11})$"
AMOUNT = r"^(0|[1-9][0-9]{0,11})(\.[0-9]{1,2})?$"
MOMENT = (
    r"^[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?"
    r"([Zz]|[+-][0-9]{2}:[0-9]{2})$"
)
REGION = r"^CN-[0-9]{2}$"
MOST_POINTS = 2_000_000_000
# Days and moments far outside of any programme would overflow what is reckoned from them.
YEARS = range(1900, 3000)
MG_PER_KG = 1_000_000
CURRENCY = "CNY"
# Ten million yuan for one item or one tonne: a slip of the pen, not a price. It also keeps the
# price of every tonne that there could be within 64 bits.
MOST_FEN = 1_000_000_000


def _pattern(text: str) -> re.Pattern[str]:
    # `$` also matches before a line feed at the end; `fullmatch` does not.
    return re.compile(text.removeprefix("^").removesuffix("$"), re.ASCII)


_DECIMAL, _WHOLE, _AMOUNT, _MOMENT, _REGION = map(
    _pattern, (DECIMAL, WHOLE, AMOUNT, MOMENT, REGION)
)


def refuse(code: str, sentence: str) -> NoReturn:
    """Say what is wrong with a field, with a code of its own."""
    raise ValidationError(Said(code, sentence))


class Strict(Schema):
    """Base of every body: a member that is not named here is refused, not ignored."""

    class Meta:
        unknown = RAISE


class Plain(fields.Field):
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
            refuse("WRONG_TYPE", "Send a JSON string here.")
        if not self._least <= len(value) <= self._most:
            refuse("LENGTH", f"Send {self._least} to {self._most} characters here.")
        if not value.isprintable():
            refuse("NOT_PRINTABLE", "Send printable characters on one line here.")
        if value != value.strip():
            refuse("SPACE", "Leave out the space at the beginning and at the end.")
        return value


class _Matched(Plain):
    """A string of one exact form."""

    pattern: re.Pattern[str]
    code = "INVALID"
    sentence = ""

    def _matched(self, value: Any) -> str:
        if not isinstance(value, str):
            refuse("WRONG_TYPE", f"Send a JSON string, not a {_json_type(value)}. {self.sentence}")
        if not self.pattern.fullmatch(value):
            refuse(self.code, self.sentence)
        return value


class DecimalText(_Matched):
    """``"12.5"`` ↔ Decimal: ASCII digits, at most 12 before and 6 after the point."""

    pattern, code = _DECIMAL, "NOT_A_DECIMAL"
    sentence = 'Write a decimal number such as "12.5": ASCII digits, at most 6 decimals, no sign.'

    def read(self, value: Any) -> Decimal:
        return Decimal(self._matched(value))

    def write(self, value: Any) -> str:
        return format(value, "f")


class WholeText(_Matched):
    """``"12"`` ↔ int, from ``least``."""

    pattern, code = _WHOLE, "NOT_A_WHOLE_NUMBER"
    sentence = 'Write a whole number such as "12": ASCII digits only.'

    def __init__(self, *, least: int = 0, **options: Any) -> None:
        super().__init__(**options)
        self._least = least

    def read(self, value: Any) -> int:
        whole = int(self._matched(value))
        if whole < self._least:
            refuse("TOO_SMALL", f"Write {self._least} or more.")
        return whole

    def write(self, value: Any) -> str:
        return str(int(value))


class Tonnes(WholeText):
    """``"12"`` ↔ 12 whole tonnes, at least one."""

    sentence = 'Write whole tonnes such as "12": ASCII digits only, no fraction.'

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
            refuse("WRONG_TYPE", "Send a whole JSON number here, such as 12.")
        if not self._least <= value <= self._most:
            refuse("OUT_OF_RANGE", f"Send a number from {self._least} to {self._most}.")
        return value


class Moment(_Matched):
    """RFC 3339 with its offset ↔ aware datetime in UTC."""

    pattern, code = _MOMENT, "NOT_A_MOMENT"
    sentence = 'Write a time with its offset, such as "2026-03-01T08:30:00+08:00" (RFC 3339).'

    def read(self, value: Any) -> datetime:
        text = self._matched(value)
        try:
            moment_meant = datetime.fromisoformat(text.upper()).astimezone(UTC)
        except (ValueError, OverflowError):
            refuse("NO_SUCH_MOMENT", "There is no such day or hour. Check the date.")
        return _of_our_time(moment_meant)

    def write(self, value: Any) -> str:
        return moment(value)


class Day(_Matched):
    """A civil day, ``"2026-03-01"`` ↔ date."""

    pattern, code = _pattern(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"), "NOT_A_DAY"
    sentence = 'Write a day such as "2026-03-01".'

    def read(self, value: Any) -> Any:
        try:
            day = datetime.strptime(self._matched(value), "%Y-%m-%d").date()  # noqa: DTZ007
        except ValueError:
            refuse("NO_SUCH_DAY", "There is no such day. Check the date.")
        return _of_our_time(day)

    def write(self, value: Any) -> str:
        return value.isoformat()


def _of_our_time(value: Any) -> Any:
    if value.year not in YEARS:
        refuse("OUT_OF_RANGE", f"Write a year from {YEARS.start} to {YEARS.stop - 1}.")
    return value


class Region(_Matched):
    """A province of China by ISO 3166-2, such as ``CN-33``; whether it exists is asked later."""

    pattern, code = _REGION, "NOT_A_REGION"
    sentence = 'Write a province as "CN-33" (ISO 3166-2 with the GB/T 2260 number).'

    def read(self, value: Any) -> str:
        return self._matched(value)


class PublicId(Plain):
    """``"par_0199…"`` ↔ UUID."""

    def __init__(self, prefix: str, **options: Any) -> None:
        metadata = {"example": f"{prefix}_{'0199' + 28 * '0'}", **options.pop("metadata", {})}
        super().__init__(metadata=metadata, **options)
        self.prefix = prefix

    def read(self, value: Any) -> UUID:
        if not isinstance(value, str):
            refuse("WRONG_TYPE", f"Send an id as a JSON string: {self.prefix}_….")
        try:
            return parse(self.prefix, value)
        except UnknownId:
            refuse("NOT_AN_ID", f"Send an id as it was given: {self.prefix}_ and 32 characters.")

    def write(self, value: Any) -> str:
        return public(self.prefix, value)


class Amount(_Matched):
    """Yuan with at most two decimals, as text."""

    pattern, code = _AMOUNT, "NOT_AN_AMOUNT"
    sentence = 'Write an amount in yuan such as "12.30": ASCII digits, at most 2 decimals.'

    def read(self, value: Any) -> str:
        return self._matched(value)


class Currency(_Matched):
    """The one currency of the programme."""

    pattern, code = _pattern(CURRENCY), "NOT_A_CURRENCY"
    sentence = f'The programme keeps its money in "{CURRENCY}".'

    def read(self, value: Any) -> str:
        return self._matched(value)


class MoneyBody(Strict):
    """An amount of money: yuan with at most two decimals."""

    amount = Amount(required=True, metadata={"example": "12.30"})
    currency = Currency(required=True, metadata={"example": CURRENCY})


class Money(fields.Nested):
    """``{"amount": "12.30", "currency": "CNY"}`` ↔ fen, from ``least_fen`` to ``most_fen``."""

    def __init__(self, *, least_fen: int = 0, most_fen: int = MOST_FEN, **options: Any) -> None:
        super().__init__(MoneyBody, **options)
        self._least_fen, self._most_fen = least_fen, most_fen

    def _deserialize(self, value: Any, *args: Any, **options: Any) -> int:
        loaded = super()._deserialize(value, *args, **options)
        yuan, _, cents = loaded["amount"].partition(".")
        fen = int(yuan) * 100 + int((cents + "00")[:2])
        if fen < self._least_fen:
            raise ValidationError(
                {"amount": [Said("TOO_SMALL", f"Write {yuan_text(self._least_fen)} or more.")]}
            )
        if fen > self._most_fen:
            raise ValidationError(
                {"amount": [Said("TOO_LARGE", f"Write {yuan_text(self._most_fen)} or less.")]}
            )
        return fen

    def _serialize(self, value: Any, *_args: Any, **_options: Any) -> Any:
        return None if value is None else money(value)


def kg(saved_mg: int) -> str:
    """Whole milligrams as kilograms with six decimals, exactly: 46 000 mg is "0.046000"."""
    sign, size = ("-", -saved_mg) if saved_mg < 0 else ("", saved_mg)
    return f"{sign}{size // MG_PER_KG}.{size % MG_PER_KG:06d}"


def yuan_text(fen: int) -> str:
    """Whole fen as yuan with two decimals, exactly."""
    sign, size = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{size // 100}.{size % 100:02d}"


def money(fen: int) -> dict[str, str]:
    """Whole fen as an amount of money in an answer."""
    return {"amount": yuan_text(fen), "currency": CURRENCY}


def moment(value: datetime) -> str:
    """An aware datetime as RFC 3339 in UTC, with ``Z``."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat() + "Z"


def _json_type(value: Any) -> str:
    names = {bool: "boolean", int: "number", float: "number", dict: "object", list: "array"}
    return names.get(type(value), "null")

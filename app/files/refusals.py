"""Why a file, its mapping or one of its rows cannot be read."""

from __future__ import annotations

from behaviours.document import DocumentError
from behaviours.refusal import Kind, Refusal, UnknownId


class BadMapping(DocumentError, kind=Kind.INVALID, code="BAD_MAPPING"):
    """The mapping cannot be used; names the line, the place and what to do."""

    cases = ("field", "document")


class UnreadableFile(Refusal, kind=Kind.INVALID, code="UNREADABLE_FILE"):
    """The file as a whole is not what the mapping says, or from some line on not readable."""

    cases = (
        "other_encoding",
        "unknown_encoding",
        "empty",
        "column_twice",
        "no_such_column",
        "no_text",
        "other_format",
        "damaged",
        "no_workbook",
        "no_sheet",
        "large",
        "unpacks_large",
        "many_lines",
    )


class UnreadableRow(Refusal, kind=Kind.INVALID, code="UNREADABLE_ROW"):
    """A row is not of the file's format."""

    cases = (
        "not_csv",
        "open_quote",
        "other_length",
        "not_json",
        "not_an_object",
        "long",
        "nul",
        "cell_error",
    )


class FileEndedEarly(Refusal, kind=Kind.INVALID, code="FILE_ENDED_EARLY"):
    """A row waited for others, and the file could not be read to its end."""


class RowNotMapped(Refusal, kind=Kind.INVALID, code="ROW_NOT_MAPPED"):
    """No record of the mapping matches the row."""


class BlankValue(Refusal, kind=Kind.INVALID, code="BLANK_VALUE"):
    """A column that is needed is blank in the row."""


class UnreadableText(Refusal, kind=Kind.INVALID, code="UNREADABLE_TEXT"):
    """A cell holds a character that nobody can see, or is longer than any value may be."""

    cases = ("invisible", "long")


class SpreadsheetNumber(Refusal, kind=Kind.INVALID, code="SPREADSHEET_NUMBER"):
    """A spreadsheet took an id for a number: different ids have become the same."""


class UnreadableTime(Refusal, kind=Kind.INVALID, code="UNREADABLE_TIME"):
    """A text is not a time of the stated format, or lies outside the calendar."""

    cases = (
        "not_iso",
        "no_clock",
        "other_digits",
        "other_format",
        "outside_calendar",
        "shown_twice",
        "never_shown",
    )


class UnreadableNumber(Refusal, kind=Kind.INVALID, code="UNREADABLE_NUMBER"):
    """A text that should be a number is none, or one that nothing can be reckoned with."""

    cases = ("not_decimal", "exponent", "negative", "large", "no_place")


class MeterFell(Refusal, kind=Kind.INVALID, code="METER_FELL"):
    """A cumulative meter shows less than before."""


class MeterJumped(Refusal, kind=Kind.INVALID, code="METER_JUMPED"):
    """A cumulative meter rose by more than the mapping says it can."""


class InvalidIdentity(Refusal, kind=Kind.INVALID, code="INVALID_IDENTITY"):
    """The provider's reference of a person is too long."""


class InvalidExternalId(Refusal, kind=Kind.INVALID, code="INVALID_EXTERNAL_ID"):
    """The sender's own id of an event is too long or cannot be printed."""


class InvalidDevice(Refusal, kind=Kind.INVALID, code="INVALID_DEVICE"):
    """The sender's word for a device is too long."""


class UnknownInstallationWord(Refusal, kind=Kind.INVALID, code="UNKNOWN_INSTALLATION_WORD"):
    """A kind of installation, or a unit of its capacity, is none of those that there are."""


class SamePlace(Refusal, kind=Kind.INVALID, code="SAME_PLACE"):
    """Entry and exit are at the same place: nobody travelled."""


class IncompleteGroup(Refusal, kind=Kind.INVALID, code="INCOMPLETE_GROUP"):
    """A group lacks rows or has too many, and what is missing is not guessed."""

    cases = ("rows", "missing", "twice", "large")


class EntryWithoutExit(Refusal, kind=Kind.INVALID, code="ENTRY_WITHOUT_EXIT"):
    """No exit follows an entry in time."""


class ExitWithoutEntry(Refusal, kind=Kind.INVALID, code="EXIT_WITHOUT_ENTRY"):
    """No entry goes before an exit."""


class ExactDuplicate(Refusal, kind=Kind.INVALID, code="EXACT_DUPLICATE"):
    """The same row stands in the file before."""


class NotAProvider(Refusal, kind=Kind.UNKNOWN, code="NOT_A_PROVIDER"):
    """An import names something else than a provider."""


class UnknownImport(UnknownId):
    """There is no such import for who asks, or what is asked for comes with its end."""

    cases = ("import", "import_not_done")

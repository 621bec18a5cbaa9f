"""Why a file, its mapping or one of its rows cannot be read."""

from __future__ import annotations

from behaviours.document import DocumentError
from behaviours.refusal import Invalid, Unknown, UnknownId


class BadMapping(DocumentError, code="BAD_MAPPING"):
    """The mapping cannot be used; names the line, the place and what to do."""

    cases = ("field", "document")


class UnreadableFile(Invalid):
    """The file as a whole is not what the mapping says, or from some line on not readable."""

    cases = (
        "other_encoding",
        "unknown_encoding",
        "empty",
        "column_twice",
        "no_such_column",
        "no_text",
        "line_ends",
        "other_format",
        "damaged",
        "no_workbook",
        "overfull",
        "no_sheet",
        "large",
        "unpacks_large",
        "many_lines",
    )


class UnreadableRow(Invalid):
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
        "not_reckoned",
    )


class FileEndedEarly(Invalid):
    """A row waited for others, and the file could not be read to its end."""


class RowNotMapped(Invalid):
    """No record of the mapping matches the row."""


class BlankValue(Invalid):
    """A column that is needed is blank in the row."""


class UnreadableText(Invalid):
    """A cell holds a character that nobody can see, or is longer than any value may be."""

    cases = ("invisible", "long")


class SpreadsheetNumber(Invalid):
    """A spreadsheet took an id for a number: different ids have become the same."""


class UnreadableTime(Invalid):
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


class UnreadableNumber(Invalid):
    """A text that should be a number is none, or one that nothing can be reckoned with."""

    cases = ("not_decimal", "exponent", "negative", "large", "no_place")


class MeterFell(Invalid):
    """A cumulative meter shows less than before."""


class MeterJumped(Invalid):
    """A cumulative meter rose by more than the mapping says it can."""


class InvalidIdentity(Invalid):
    """The provider's reference of a person is too long."""


class InvalidExternalId(Invalid):
    """The sender's own id of an event is too long or cannot be printed."""


class InvalidDevice(Invalid):
    """The sender's word for a device is too long."""


class UnknownInstallationWord(Invalid):
    """A kind of installation, or a unit of its capacity, is none of those that there are."""


class SamePlace(Invalid):
    """Entry and exit are at the same place: nobody travelled."""


class IncompleteGroup(Invalid):
    """A group lacks rows or has too many, and what is missing is not guessed."""

    cases = ("rows", "missing", "twice", "large")


class EntryWithoutExit(Invalid):
    """No exit follows an entry in time."""


class ExitWithoutEntry(Invalid):
    """No entry goes before an exit."""


class ExactDuplicate(Invalid):
    """The same row stands in the file before."""


class NotAProvider(Unknown):
    """An import names something else than a provider."""


class UnknownImport(UnknownId):
    """There is no such import for who asks, or what is asked for comes with its end."""

    cases = ("import", "import_not_done")

"""Why a file, its mapping or one of its rows cannot be read."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class BadMapping(Refusal, kind=Kind.INVALID, code="BAD_MAPPING"):
    """The mapping cannot be used; the sentence names the place and the remedy."""

    cases = (
        "not_yaml",
        "no_records",
        "not_a_mapping",
        "unknown_name",
        "missing",
        "wrong",
        "unknown_setting",
        "pair_and_group",
        "no_person",
        "no_ends",
        "not_a_text",
        "bad_pattern",
        "no_such_column",
    )


class UnreadableFile(Refusal, kind=Kind.INVALID, code="UNREADABLE_FILE"):
    """The file as a whole is not what the mapping says."""

    cases = ("other_encoding", "unknown_encoding", "empty", "column_twice")


class UnreadableRow(Refusal, kind=Kind.INVALID, code="UNREADABLE_ROW"):
    """A row is not of the file's format."""

    cases = ("not_csv", "other_length", "not_json", "not_an_object")


class RowNotMapped(Refusal, kind=Kind.INVALID, code="ROW_NOT_MAPPED"):
    """No record of the mapping matches the row."""


class BlankValue(Refusal, kind=Kind.INVALID, code="BLANK_VALUE"):
    """A column that is needed is blank in the row."""


class UnreadableTime(Refusal, kind=Kind.INVALID, code="UNREADABLE_TIME"):
    """A text is not a time of the stated format, or lies outside the calendar."""

    cases = ("not_iso", "other_format", "outside_calendar", "shown_twice", "never_shown")


class UnreadableNumber(Refusal, kind=Kind.INVALID, code="UNREADABLE_NUMBER"):
    """A text that should be a number is none."""


class InvalidExternalId(Refusal, kind=Kind.INVALID, code="INVALID_EXTERNAL_ID"):
    """The sender's own id of an event is too long or cannot be printed."""


class SamePlace(Refusal, kind=Kind.INVALID, code="SAME_PLACE"):
    """Entry and exit are at the same place: nobody travelled."""


class IncompleteGroup(Refusal, kind=Kind.INVALID, code="INCOMPLETE_GROUP"):
    """A group lacks rows, and what is missing is not guessed."""


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

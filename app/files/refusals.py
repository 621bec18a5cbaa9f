"""Why a file, its mapping or one of its rows cannot be read."""

from __future__ import annotations

from behaviours.refusal import Kind, Refusal, UnknownId


class BadMapping(Refusal):
    """The mapping cannot be used; the sentence names the place and the remedy."""

    kind = Kind.INVALID
    code = "BAD_MAPPING"
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


class UnreadableFile(Refusal):
    """The file as a whole is not what the mapping says."""

    kind = Kind.INVALID
    code = "UNREADABLE_FILE"
    cases = ("other_encoding", "unknown_encoding", "empty", "column_twice")


class UnreadableRow(Refusal):
    """A row is not of the file's format."""

    kind = Kind.INVALID
    code = "UNREADABLE_ROW"
    cases = ("not_csv", "other_length", "not_json", "not_an_object")


class RowNotMapped(Refusal):
    """No record of the mapping matches the row."""

    kind = Kind.INVALID
    code = "ROW_NOT_MAPPED"


class BlankValue(Refusal):
    """A column that is needed is blank in the row."""

    kind = Kind.INVALID
    code = "BLANK_VALUE"


class UnreadableTime(Refusal):
    """A text is not a time of the stated format, or lies outside the calendar."""

    kind = Kind.INVALID
    code = "UNREADABLE_TIME"
    cases = ("not_iso", "other_format", "outside_calendar", "shown_twice", "never_shown")


class UnreadableNumber(Refusal):
    """A text that should be a number is none."""

    kind = Kind.INVALID
    code = "UNREADABLE_NUMBER"


class InvalidExternalId(Refusal):
    """The sender's own id of an event is too long or cannot be printed."""

    kind = Kind.INVALID
    code = "INVALID_EXTERNAL_ID"


class SamePlace(Refusal):
    """Entry and exit are at the same place: nobody travelled."""

    kind = Kind.INVALID
    code = "SAME_PLACE"


class IncompleteGroup(Refusal):
    """A group lacks rows, and what is missing is not guessed."""

    kind = Kind.INVALID
    code = "INCOMPLETE_GROUP"


class EntryWithoutExit(Refusal):
    """No exit follows an entry in time."""

    kind = Kind.INVALID
    code = "ENTRY_WITHOUT_EXIT"


class ExitWithoutEntry(Refusal):
    """No entry goes before an exit."""

    kind = Kind.INVALID
    code = "EXIT_WITHOUT_ENTRY"


class ExactDuplicate(Refusal):
    """The same row stands in the file before."""

    kind = Kind.INVALID
    code = "EXACT_DUPLICATE"


class NotAProvider(Refusal):
    """An import names something else than a provider."""

    kind = Kind.UNKNOWN
    code = "NOT_A_PROVIDER"


class UnknownImport(UnknownId):
    """There is no such import for who asks, or what is asked for comes with its end."""

    cases = ("import", "import_not_done")

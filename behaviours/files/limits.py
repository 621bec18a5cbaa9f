"""What a file may be at most. Beyond it a file ends, with true counts, and a line is refused.

The guide of the mapping language states them, and a test holds the two together.
"""

from __future__ import annotations

MIB = 1 << 20
# As stored, and as read: a few bytes of gzip can stand for a full disk.
PACKED_BYTES = 512 * MIB
UNPACKED_BYTES = 2048 * MIB
LINES = 10_000_000
LINE_BYTES = 128 * 1024
# A cell in quotes may pass the end of its line. Further on it is a quote that nobody closed.
RECORD_LINES = 20
# Rows of one group, which are weighed together.
GROUP_ROWS = 50_000
# Texts of sorted rows that are held in memory at a time.
HELD_BYTES = 32 * MIB
# A workbook is unpacked as XML; its table of texts is the only part that is held whole.
SHEET_BYTES = 512 * MIB
SHEET_TEXTS_BYTES = 32 * MIB
SHEET_TEXTS = 2_000_000
# Its other parts (names of sheets, formats) are held whole, too, each as a tree.
SHEET_PART_BYTES = 4 * MIB
# After replacements; far more than any field of an action takes.
VALUE_CHARACTERS = 4096

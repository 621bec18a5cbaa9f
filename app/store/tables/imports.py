"""Files on their way in: parts of what was uploaded, and of what was refused of it."""

from sqlalchemy import BigInteger, CheckConstraint, Column
from sqlalchemy.dialects.postgresql import BYTEA, JSONB

from app.store.tables import metadata as db

# In the database, because the worker that reads a file need not be the machine that took it.
import_part = db.table(
    "import_part",
    # The id of the task that imports it, too.
    db.key("import_id"),
    db.text_key("kind"),
    db.number_key("part_no"),
    Column("content", BYTEA, nullable=False),
    # Whether it lies sealed under the installation's key; what earlier releases kept does not.
    db.flag("sealed"),
    db.one_of("kind", "file", "refusals"),
)

_COUNTED = (
    *("recorded", "recorded_lines", "enrolled", "saved_mg", "points"),
    *("pending_confirmation", "held"),
)
# Added to in the transactions that record, so that a killed worker takes no count with it.
import_tally = db.table(
    "import_tally",
    db.key("import_id"),
    *(Column(name, BigInteger, nullable=False) for name in _COUNTED),
    # The whole answer, once the import has come to its end.
    Column("outcome", JSONB),
    CheckConstraint(" and ".join(f"{name} >= 0" for name in _COUNTED), name="counted"),
)

"""What the processes of `tanpuhui serve` load: the application, and an eye on their parent.

A server process whose parent was killed would keep the port for ever, and the next start would
find it taken.
"""

from __future__ import annotations

from app.commands.parent import end_when_orphaned
from wsgi import application

__all__ = ["application"]

end_when_orphaned()

"""Where the engines keep their data and their sockets.

An ordinary user has everything in the data directory: `$TANPUHUI_DATA_DIR/engines`. Root too,
unless the account the engines run under could not get there, as below `/root`, which only root may
enter. Then they live in `/var/lib/tanpuhui/<id>` (or `/var/tmp/tanpuhui-<id>` where that cannot be
written), and the data directory says so in `engines-live-elsewhere.txt`. The id is kept in the
data directory: a moved checkout finds its data again, and one whose data directory was deleted
starts afresh.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path

from app.engines.account import SystemAccount, account_for, can_reach
from app.engines.sharing import alone
from app.engines.trouble import EngineTrouble

# A Unix socket's path holds 107 bytes on Linux and 103 on macOS, its file name included.
SOCKET_FOLDER_BYTES = 80
# Socket folders appear in URLs: nothing that would need quoting there.
PLAIN_PATH = re.compile(r"^[A-Za-z0-9/._-]+$")
SHARED_PLACES = (Path("/var/lib/tanpuhui"), Path("/var/tmp"))  # noqa: S108 - made 0700, checked


@dataclass(frozen=True, slots=True)
class EnginePlace:
    """The engines' folder, the account they run under, and the folder of their sockets.

    As root the folder itself stays root's, so that the engines cannot put a link where root will
    write; what they write is in folders below that are theirs alone (mode 0700).
    """

    root: Path
    sockets: Path
    account: SystemAccount


def place_for(data_dir: Path) -> EnginePlace:
    """The place of the engines of `data_dir`, made if it is not there yet."""
    data_dir.mkdir(parents=True, exist_ok=True)
    inside = data_dir / "engines"
    root = inside if can_reach(data_dir, account_for(inside)) else _place_elsewhere(data_dir)
    _make_root(root)
    account = account_for(root)
    with alone(root):
        return EnginePlace(root=root, sockets=_sockets_for(root, account), account=account)


def engine_folder(folder: Path, account: SystemAccount) -> None:
    """Make `folder` for `account` alone, or make sure that it is: a stranger's is refused."""
    try:
        folder.mkdir(mode=0o700)
        if account.switch:
            os.chown(folder, account.uid, account.gid)
    except FileExistsError:
        facts = folder.lstat()
        if folder.is_symlink() or facts.st_uid != account.uid:
            raise _strangers(folder) from None


def _make_root(root: Path) -> None:
    """As root: open to be walked through, so that the engines reach what is theirs below it."""
    try:
        root.mkdir(mode=0o711 if os.geteuid() == 0 else 0o700)
    except FileExistsError:
        if root.is_symlink() or os.geteuid() not in {0, root.lstat().st_uid}:
            raise _strangers(root) from None
    except PermissionError as refused:
        raise EngineTrouble(
            f"The engines' folder {root} cannot be made: {refused.strerror}. Set "
            "TANPUHUI_DATA_DIR to a folder that you may write, or set DATABASE_URL and REDIS_URL "
            "to servers that are already running."
        ) from refused


def _strangers(folder: Path) -> EngineTrouble:
    return EngineTrouble(
        f"The engines' folder {folder} belongs to another account (uid {folder.lstat().st_uid}) "
        "or is a link. Start under that account, or set TANPUHUI_DATA_DIR to a folder of your own."
    )


def _place_elsewhere(data_dir: Path) -> Path:
    id_file = data_dir / "engines.id"
    if id_file.exists() and _is_a_copy(data_dir, id_file.read_text().strip()):
        id_file.unlink()
    # Two programs may start at once: the first to make the file chooses.
    with contextlib.suppress(FileExistsError), id_file.open("x") as file:
        file.write(f"{secrets.token_hex(8)}\n")
    number = id_file.read_text().strip()
    root = _existing_place(number) or _new_place(number)
    _make_root(root)
    (root / "data-directory.txt").write_text(f"{data_dir}\n")
    (data_dir / "engines-live-elsewhere.txt").write_text(
        f"The engines run under an unprivileged account that cannot enter {data_dir}.\n"
        f"Their data is in {root}\n"
        f"Delete both folders together to start afresh.\n"
    )
    return root


def _is_a_copy(data_dir: Path, number: str) -> bool:
    """Whether `data_dir` was copied from one that still stands and still uses the same place."""
    place = _existing_place(number)
    if place is None or not (place / "data-directory.txt").exists():
        return False
    first = Path((place / "data-directory.txt").read_text().strip())
    first_id = first / "engines.id"
    return first != data_dir and first_id.exists() and first_id.read_text().strip() == number


def _candidates(number: str) -> list[Path]:
    lasting, temporary = SHARED_PLACES
    return [lasting / number, temporary / f"tanpuhui-{number}"]


def _existing_place(number: str) -> Path | None:
    return next((path for path in _candidates(number) if path.is_dir()), None)


def _new_place(number: str) -> Path:
    lasting, temporary = _candidates(number)
    try:
        lasting.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError:
        return temporary
    return lasting if os.access(lasting.parent, os.W_OK) else temporary


def _sockets_for(root: Path, account: SystemAccount) -> Path:
    """A folder whose name is short and plain enough for sockets; the choice is remembered."""
    own = root / "run"
    if _fits(own):
        engine_folder(own, account)
        return own
    remembered = root / "sockets.txt"
    if remembered.exists():
        chosen = Path(remembered.read_text().strip())
        # A swept /tmp, or a stranger who took the name since: then a fresh one is chosen below.
        with contextlib.suppress(EngineTrouble, OSError):
            engine_folder(chosen, account)
            return chosen
    chosen = Path(tempfile.mkdtemp(prefix="tanpuhui-", dir=_short_folder(account)))
    if account.switch:
        os.chown(chosen, account.uid, account.gid)
    remembered.write_text(f"{chosen}\n")
    return chosen


def _fits(folder: Path) -> bool:
    return len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES and bool(PLAIN_PATH.match(str(folder)))


def _short_folder(account: SystemAccount) -> Path:
    candidates = [os.environ.get("XDG_RUNTIME_DIR"), tempfile.gettempdir(), "/tmp"]  # noqa: S108
    for name in filter(None, candidates):
        folder = Path(name)
        if (
            len(os.fsencode(folder)) <= SOCKET_FOLDER_BYTES - 20
            and PLAIN_PATH.match(name)
            and os.access(folder, os.W_OK)
            and can_reach(folder, account)
        ):
            return folder
    raise EngineTrouble(
        "No folder with a short enough path was found for the engines' sockets. "
        "Set TMPDIR to one that you may write, such as /tmp."
    )

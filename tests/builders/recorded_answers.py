"""What the application really answered, kept as the examples of the contract.

``RECORD_ANSWERS=folder pytest …`` listens to every answer of the run; ``python -m
tests.builders.recorded_answers folder`` then puts the best of each into the files that the contract
is made with (``app/http/examples``). An answer that is kept already stays as long as it fits.
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import Any, Final

from flask import Flask, Response, request, request_finished

from app.http.answer_examples import EXAMPLES, operation_name, stored_examples

# Longer ones are read by nobody; of what is left the fullest shows most.
LONGEST: Final = 2_500
# What looks like a secret is one, though of a test: scanners of secrets would say so for ever.
_SECRETS: Final = ("token", "secret", "password", "private_key")
_TOKEN: Final = re.compile(r"eyJ[\w-]+\.eyJ")
_ROWS: Final = 2
_LINES: Final = 5
_TEXTS: Final = ("text/csv", "application/x-yaml", "application/yaml", "text/plain")


def listen(folder: Path) -> None:
    """Write each answer of this process that may become an example, as it is sent."""
    folder.mkdir(parents=True, exist_ok=True)
    best: dict[str, int] = {}
    out = (folder / f"{os.getpid()}.jsonl").open("a", encoding="utf-8")

    def heard(_app: Flask, response: Response, **_more: Any) -> None:
        found = _example_of(response)
        if found is None or request.url_rule is None or "dry_run" in request.args:
            return
        name = operation_name(request.method, request.url_rule.rule)
        key = f"{name} {response.status_code}"
        if found[0] > best.get(key, -1):
            best[key] = found[0]
            line = {"operation": name, "status": str(response.status_code)}
            kept = {"content_type": response.mimetype, "example": found[1]}
            out.write(json.dumps(line | kept, ensure_ascii=False) + "\n")
            out.flush()

    request_finished.connect(heard, weak=False)


def _example_of(response: Response) -> tuple[int, Any] | None:
    """How full an answer is, and what is shown of it; None of what is no example."""
    if not 200 <= response.status_code < 300 or response.is_streamed:
        return None
    if response.mimetype.endswith("json"):
        shown = _cut(response.get_json())
        size = len(json.dumps(shown))
        return (size if size <= LONGEST else max(0, LONGEST - size // 100), shown)
    if response.mimetype in _TEXTS:
        lines = response.get_data(as_text=True).splitlines()[:_LINES]
        text = "\n".join(line[:200] for line in lines)
        return (len(text), text) if text else None
    return None


def _cut(value: Any, name: str = "") -> Any:
    """The same with the first rows of each list, and without what opens doors."""
    if isinstance(value, dict):
        return {each: _cut(inner, each) for each, inner in value.items()}
    if isinstance(value, list):
        return [_cut(inner) for inner in value[:_ROWS]]
    if isinstance(value, str) and _TOKEN.search(value):
        return f"{value[:6]}…"
    secret = any(each in name for each in _SECRETS) and name != "token_type"
    return f"{value[:6]}…" if secret and isinstance(value, str) and len(value) > 20 else value


def keep(folder: Path) -> None:
    """Put what was heard into the files beside the contract."""
    found: dict[str, dict[str, Any]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        for line in file.read_text(encoding="utf-8").splitlines():
            heard = json.loads(line)
            heard["example"] = _cut(heard["example"])
            at = found.setdefault(heard.pop("operation"), {})
            status = heard.pop("status")
            old = at.get(status)
            if old is None or len(json.dumps(old["example"])) < len(json.dumps(heard["example"])):
                at[status] = heard
    whole = {**found, **{name: {**found.get(name, {}), **old} for name, old in _kept().items()}}
    files: dict[str, dict[str, Any]] = {}
    for name in sorted(whole):
        files.setdefault(_file_of(name), {})[name] = whole[name]
    for file_name, examples in files.items():
        text = json.dumps(examples, ensure_ascii=False, indent=1, sort_keys=True)
        (EXAMPLES / file_name).write_text(f"{text}\n", encoding="utf-8")


def _kept() -> dict[str, Any]:
    return json.loads(json.dumps(stored_examples()))


def _file_of(operation: str) -> str:
    parts = [part for part in operation.split(" ")[1].split("/") if part]
    name = parts[1] if parts[0] == "v1" and len(parts) > 1 else parts[0]
    return f"{name.partition('.')[0]}.json"


if __name__ == "__main__":
    keep(Path(sys.argv[1]))

"""The guide of the mapping language by language, and its JSON Schema for editors."""

from __future__ import annotations

from importlib import resources

_HERE = resources.files("app.files.guide")
GUIDES = {
    language: (_HERE / f"mapping.{language}.md").read_text("utf-8") for language in ("en", "zh-CN")
}
SCHEMA = (_HERE / "mapping.schema.json").read_text("utf-8")

"""The guides as pages and as markdown, the start page of the documentation, and `/llms.txt`."""

from __future__ import annotations

from flask import Response, request
from werkzeug.exceptions import NotFound

from app.auth import allow_public
from app.http.languages import preferred_language
from app.http.openapi_subjects import SUBJECTS
from app.http.web_page import PLAIN_POLICY
from app.web.guides.overrides import overrides_yaml
from app.web.guides.rendering import rendered
from app.web.guides.texts import GUIDES, markdown_of, purpose_of, title_of
from app.web.reading import Pages, page_in

blueprint = Pages("guides", __name__, description="Guides for each audience, as pages to read.")
_END = ".md"


@blueprint.route("/docs")
@allow_public
@blueprint.page
def read_docs() -> Response:
    """Where each audience begins."""
    language = preferred_language()
    guides = [(each, title_of(each, language), purpose_of(each, language)) for each in GUIDES]
    return page_in(language, "docs.html", PLAIN_POLICY, guides=guides)


@blueprint.route("/docs/guides/<name>")
@allow_public
@blueprint.page
def read_guide(name: str) -> Response:
    """What an audience does first; as markdown under the same address with `.md`."""
    guide, language = name.removesuffix(_END), preferred_language()
    if guide not in GUIDES:
        raise NotFound
    words = _words(guide, language)
    if name.endswith(_END):
        return _plain(words, "text/markdown", language)
    guides = [(each, title_of(each, language)) for each in GUIDES]
    return page_in(
        language,
        "guide.html",
        PLAIN_POLICY,
        guide=guide,
        title=title_of(guide, language),
        guides=guides,
        body=rendered(words),
    )


@blueprint.route("/docs.md")
@allow_public
@blueprint.response(200, content_type="text/markdown", description="The same as markdown")
def read_docs_as_markdown() -> Response:
    """Where each audience begins, as markdown."""
    language = preferred_language()
    return _plain(_list(language), "text/markdown", language)


@blueprint.route("/llms.txt")
@allow_public
@blueprint.response(200, content_type="text/plain", description="The pages for programs that read")
def read_llms_txt() -> Response:
    """What there is to read, for programs that read (llmstxt.org)."""
    return _plain(_list("en"), "text/plain", "en")


def _list(language: str) -> str:
    base = request.url_root.rstrip("/")
    lines = [
        "# Tanpuhui 碳普惠",
        "",
        "> From small low-carbon actions to points at the till and to retired tonnes.",
        "",
        "## Guides",
        "",
        *(
            f"- [{title_of(each, language)}]({base}/docs/guides/{each}.md?lang={language}): "
            f"{purpose_of(each, language)}"
            for each in GUIDES
        ),
        "",
        "## Reference",
        "",
        f"- [OpenAPI 3.1]({base}/openapi.json): the contract",
        *(
            f"- [{name}]({base}/docs/reference/{name}?lang={language}): {told}"
            for name, told in SUBJECTS.items()
        ),
        f"- [Errors]({base}/docs/errors?lang={language}): every code, and what helps",
        "",
    ]
    return "\n".join(lines)


def _words(guide: str, language: str) -> str:
    base = request.url_root.rstrip("/")
    said = markdown_of(guide, language, base)
    return said.replace("{base}", base).replace("{overrides}", overrides_yaml())


def _plain(words: str, media: str, language: str) -> Response:
    answer = Response(words, content_type=f"{media}; charset=utf-8")
    answer.vary.add("Accept-Language")
    answer.content_language.add(language)
    return answer

"""Complaints by number and secret, and files that are handed in, as they are sent over HTTP."""

from __future__ import annotations

import io
from typing import Any
from uuid import uuid4

from tests.builders.complaints import ComplaintScene
from tests.builders.people import Http

ABOUT = {
    "kind": "personal_data",
    "region": "CN-330100",
    "text": "I left a year ago and still get messages.",
    "name": "Ms Chen",
    "reach": "138 0000 0000",
}


def file_outside(http: Http, body: Any, key: str | None = None) -> Any:
    """File without an account, by a fresh key unless one is named."""
    return http.post("/v1/complaints/without-account", body, key=key or str(uuid4()))


class Unenrolled:
    """Somebody without an account, at an address of their own, and their complaint."""

    def __init__(self, scene: ComplaintScene, **changes: Any) -> None:
        self.scene, self.http = scene, Http(scene.http.app)
        self.filed = file_outside(self.http, {**ABOUT, **changes})
        assert self.filed.status_code == 201, self.filed.text
        self.number, self.secret = self.filed.json["number"], self.filed.json["secret"]

    def send(
        self, method: str, path: str = "", body: Any = None, *, secret: str | None = None, **of: Any
    ) -> Any:
        headers = {"Complaint-Secret": self.secret if secret is None else secret}
        path = f"/v1/complaints/{of.pop('number', self.number)}/by-secret{path}"
        return self.http.send(method, path, body, headers=headers, **of)

    def hand_in(self, content: bytes) -> Any:
        return self.send("POST", "/files", data=form(content))


def form(content: bytes, name: str = "slip.html", **more: str) -> dict[str, Any]:
    """A form with one file, which says of itself that it is a page."""
    return {"file": (io.BytesIO(content), name, "text/html"), **more}


def hand_in(scene: ComplaintScene, number: str, content: bytes, who: str = "person") -> Any:
    path = f"/v1/complaints/{number}/files"
    return scene.http.send("POST", path, token=scene.token(who), data=form(content))


def fetch(scene: ComplaintScene, number: str, file_id: str, who: str = "person") -> Any:
    return scene.get(f"/{number}/files/{file_id}", who=who)

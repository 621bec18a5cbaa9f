"""What people take along is as its published schema says, whatever they came to."""

from __future__ import annotations

from app.factory import create_app
from behaviours.rules.units import kg
from tests.builders.complaints import SLIP, scene
from tests.builders.exports import exported
from tests.builders.people import Http, Tokens
from tests.trust.test_children_have_guardians import Family

__all__ = ["scene"]


def test_of_who_complained_with_what_was_said(scene):
    number = scene.filed()
    scene.post(f"/{number}/acknowledge", who="provider")
    scene.post(f"/{number}/messages", {"text": "At the north gate."})
    scene.recorded()
    rows = exported(scene.http, scene.token("person"))["rows"]
    said = [each["words"] for each in rows["complaint_entry"] if "words" in each]
    assert any("At the north gate." in str(each) for each in said)
    assert any(SLIP in str(each.get("files")) for each in rows["complaint_entry"])
    assert rows["action"][0]["evidence"]


def test_of_a_child_and_of_whoever_decides_for_it(movable):
    app = create_app(movable)
    family = Family(Http(app), Tokens(app, movable), movable)
    assert family.agree().status_code == 201
    recorded = family.ride()
    assert recorded.status_code == 201, recorded.text
    rows = exported(family.http, family.childs_own)["rows"]
    assert rows["guardianship"]
    assert kg(rows["action"][0]["saved_mg"]) == recorded.json["reduction"]["reduction_kg"]
    exported(family.http, family.own)

"""Every public method of the SDK has a story: a method that is new in the SDK and in no story fails here."""

import ast
from pathlib import Path

from gopay.payments import Payments


def called_in_stories() -> set[str]:
    """Names of what the stories call or read on the SDK."""
    names = set()
    for story in Path(__file__).parent.glob("test_*.py"):
        if story.name == Path(__file__).name:
            continue
        for node in ast.walk(ast.parse(story.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load):
                names.add(node.attr)
    return names


def test_every_public_method_is_in_a_story():
    public = {name for name in dir(Payments) if not name.startswith("_")}
    assert len(public) > 15, "the SDK has its methods where they are looked for"
    # Fields of the instance, not calls of the service.
    fields = {name for name in public if not callable(getattr(Payments, name)) and name not in vars(Payments)}
    assert public - fields - called_in_stories() == set()

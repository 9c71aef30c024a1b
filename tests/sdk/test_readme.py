"""The README's Python, run as it stands but for the address of the server."""

import re

from conftest import ROOT, Till


def test_the_readme_s_python_works(till: Till):
    block = re.search(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    assert block, "the README shows the SDK"
    names: dict[str, object] = {}
    exec(block.group(1).replace("http://127.0.0.1:8480", till.url), names)  # noqa: S102
    created = names["api"].create_payment({"amount": 100, "currency": "CZK", "order_number": "1"})
    assert created.success, created.json
    assert created.json["state"] == "CREATED"

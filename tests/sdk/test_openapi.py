"""A stranger reads the description of the door and tries everything it allows, and much that it does not.

Schemathesis generates requests from docs/openapi/gopay.json against a till of its own. No answer may be a 5xx,
have a status the description does not know, or a body that it does not describe. The seed is fixed, so that a
failure is found again.
"""

import base64
import json
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import CLIENT_ID, CLIENT_SECRET, PATIENCE_S, ROOT, Till, start

DESCRIPTION = ROOT / "docs" / "openapi" / "gopay.json"
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance"


@pytest.fixture
def own_till(tmp_path: Path):
    yield from start(tmp_path)


def tried(till: Till, folder: Path, description: Path, authorization: str, *more: str) -> None:
    """Runs schemathesis and prints what it found when it found something."""
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", description,
        "--url", till.url,
        "--header", f"Authorization: {authorization}",
        "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing",
        "--seed", "1",
        "--generation-deterministic",
        "--request-timeout", str(PATIENCE_S),
        "--continue-on-failure",
        "--no-color",
        *more,
    ]  # fmt: skip
    run = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"


def test_the_door_is_as_it_is_described(own_till: Till, tmp_path: Path):
    assert DESCRIPTION.is_file(), "the description is kept in the repository"
    bearer = own_till.sdk().gopay.api_client.token
    tried(own_till, tmp_path, DESCRIPTION, f"Bearer {bearer}", "--max-examples", "100")


def test_tokens_are_as_they_are_described(own_till: Till, tmp_path: Path):
    basic = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
    only = ("--include-path", "/api/oauth2/token", "--max-examples", "50")
    tried(own_till, tmp_path, DESCRIPTION, f"Basic {basic}", *only)


def test_answers_about_payments_that_exist_are_as_they_are_described(own_till: Till, tmp_path: Path):
    """With the ids of real payments in the description, so that operations succeed and their bodies are checked."""
    sdk = own_till.sdk()
    order = {"amount": 10_000, "currency": "CZK", "order_number": "1"}
    paid = [sdk.create_payment(order).json["id"] for _ in range(4)]
    held = [sdk.create_payment(order | {"preauthorization": True}).json["id"] for _ in range(4)]
    for payment in paid + held:
        own_till.press(payment, "pay")
    document = json.loads(DESCRIPTION.read_text())
    for path, operations in document["paths"].items():
        if "{id}" in path:
            ids = held if path.endswith(("/capture", "/void-authorization")) else paid
            for operation in operations.values():
                for parameter in operation["parameters"]:
                    parameter["schema"] = {"type": "integer", "format": "int64", "enum": ids}
    description = tmp_path / "known.json"
    description.write_text(json.dumps(document))
    tried(
        own_till, tmp_path, description, f"Bearer {sdk.gopay.api_client.token}",
        "--include-path-regex", "/[{]id[}]", "--mode", "positive", "--max-examples", "50",
    )  # fmt: skip
    ends = {sdk.get_status(payment).json["state"] for payment in paid}
    assert ends & {"PARTIALLY_REFUNDED", "REFUNDED"}, f"nothing was refunded: {ends}"
    ends = {sdk.get_status(payment).json["state"] for payment in held}
    assert ends & {"PAID", "CANCELED"}, f"nothing was captured or voided: {ends}"

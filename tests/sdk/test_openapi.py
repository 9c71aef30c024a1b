"""A stranger reads the description of the door and tries everything it allows, and much that it does not.

Schemathesis generates requests from docs/openapi/gopay.json against a till of its own. No answer may be a 5xx,
have a status the description does not know, or a body that it does not describe. The seed is fixed, so that a
failure is found again.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from conftest import PATIENCE_S, ROOT, Till, start

DESCRIPTION = ROOT / "docs" / "openapi" / "gopay.json"
CHECKS = "not_a_server_error,status_code_conformance,response_schema_conformance"


@pytest.fixture
def own_till(tmp_path: Path):
    yield from start(tmp_path)


def test_the_door_is_as_it_is_described(own_till: Till, tmp_path: Path):
    assert DESCRIPTION.is_file(), "the description is kept in the repository"
    bearer = own_till.sdk().gopay.api_client.token
    command = [
        Path(sys.executable).with_name("schemathesis"), "run", DESCRIPTION,
        "--url", own_till.url,
        "--header", f"Authorization: Bearer {bearer}",
        "--checks", CHECKS,
        "--phases", "examples,coverage,fuzzing",
        "--max-examples", "100",
        "--seed", "1",
        "--generation-deterministic",
        "--request-timeout", str(PATIENCE_S),
        "--continue-on-failure",
        "--no-color",
    ]  # fmt: skip
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=600, check=False)
    assert run.returncode == 0, f"{run.stdout}\n{run.stderr}"

"""The ground of the SDK stories: a sandbox till of its own, and GoPay's own SDK pointed at it.

The SDK is the unmodified `gopay` package; the only thing that differs from a shop's code is `gateway_url`.
The till is the binary named by POLYTILL_BIN, or target/debug/polytill, on a free port with a fresh folder. The
payer's part is played through the sandbox API, with plain requests and not with the SDK.
"""

from __future__ import annotations

import os
import re
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from queue import Empty, Queue

import gopay
import pytest
import requests
from gopay.enums import Language, TokenScope
from gopay.payments import Payments

ROOT = Path(__file__).resolve().parents[2]
GOID, CLIENT_ID, CLIENT_SECRET = 8123456789, "1061399163", "stDTmVXF"
# A guard against waiting for ever; nothing is measured by it.
PATIENCE_S = 60


@dataclass
class Till:
    """A running sandbox, seen from outside."""

    url: str
    log: Path

    def press(self, payment_id: int, button: str, **body: object) -> None:
        """Presses one of the payer's buttons; the effect is durable when this returns."""
        path = f"{self.url}/_sandbox/payments/{payment_id}/{button}"
        answer = requests.post(path, json=body, timeout=PATIENCE_S)
        assert answer.status_code == 200, answer.text

    def sdk(self, **changes: object) -> Payments:
        """GoPay's SDK as a shop makes it."""
        config = {
            "goid": GOID,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "gateway_url": self.url,
            "scope": TokenScope.ALL,
            "language": Language.ENGLISH,
            "timeout": PATIENCE_S,
        }
        return gopay.payments(config | changes)


def binary() -> Path:
    named = os.environ.get("POLYTILL_BIN")
    path = Path(named) if named else ROOT / "target" / "debug" / "polytill"
    assert path.is_file(), f"{path} is not built: run `cargo build --workspace` first"
    return path.resolve()


def start(folder: Path) -> Iterator[Till]:
    """Serves a sandbox for as long as the generator is not closed."""
    log = folder / "polytill.log"
    command = [binary(), "serve", "--listen", "127.0.0.1:0", "--data", folder / "data"]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("POLYTILL_")}
    ready: Queue[str] = Queue()
    with log.open("wb") as errors:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=errors, text=True
        )

    def follow() -> None:
        # Reads to the end, so that the till never blocks on a full pipe.
        for line in process.stdout:
            if found := re.search(r"listening on (http://[0-9.:]+)", line):
                ready.put(found[1])

    reader = threading.Thread(target=follow, daemon=True)
    reader.start()
    try:
        try:
            url = ready.get(timeout=PATIENCE_S)
        except Empty:
            pytest.fail(f"polytill is not ready:\n{log.read_text(errors='replace')}")
        yield Till(url, log)
        process.terminate()
        assert process.wait(timeout=PATIENCE_S) == 0, "the till stops cleanly"
    finally:
        process.kill()
        process.wait()
        reader.join()


@pytest.fixture(scope="session")
def till(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Till]:
    yield from start(tmp_path_factory.mktemp("till"))


@pytest.fixture(scope="session")
def sdk(till: Till) -> Payments:
    return till.sdk()


@pytest.fixture
def order() -> dict:
    """The payment of the SDK's own documentation."""
    return {
        "payer": {
            "allowed_payment_instruments": ["PAYMENT_CARD"],
            "default_payment_instrument": "PAYMENT_CARD",
            "contact": {"first_name": "Zbyněk", "last_name": "Žák", "email": "zbynek.zak@example.com"},
        },
        "amount": 139900,
        "currency": "CZK",
        "order_number": "6789",
        "order_description": "obuv",
        "items": [
            {"type": "ITEM", "name": "lodičky", "ean": 1234567890123, "amount": 119990, "count": 1, "vat_rate": 21},
            {"type": "DELIVERY", "name": "dopravné", "amount": 19910, "count": 1, "vat_rate": 21},
        ],
        "callback": {"return_url": "https://shop.example/return"},
        "additional_params": [{"name": "invoicenumber", "value": "2015001003"}],
    }


@pytest.fixture
def created(sdk: Payments, order: dict) -> int:
    answer = sdk.create_payment(order)
    assert answer.success, answer
    return answer.json["id"]


@pytest.fixture
def paid(till: Till, created: int) -> int:
    till.press(created, "pay")
    return created


@pytest.fixture
def authorized(till: Till, sdk: Payments, order: dict) -> int:
    answer = sdk.create_payment(order | {"preauthorization": True})
    assert answer.success, answer
    till.press(answer.json["id"], "pay")
    return answer.json["id"]


def errors_of(answer) -> list[tuple]:
    """The errors of an answer as the SDK hands them over: code, name and field."""
    assert not answer.success
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}", answer.json["date_issued"])
    return [(error["error_code"], error["error_name"], error.get("field")) for error in answer.json["errors"]]

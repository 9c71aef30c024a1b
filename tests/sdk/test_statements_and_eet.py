"""What happened on the account, as a file; and the receipts of sales that were reported."""

from datetime import date, timedelta

import pytest
from conftest import GOID, errors_of
from gopay.enums import Currency, StatementGeneratingFormat


def asked(**changes: object) -> dict:
    around = {"date_from": date.today() - timedelta(days=2), "date_to": date.today() + timedelta(days=2)}
    days = {name: day.isoformat() for name, day in around.items()}
    return days | {"goid": GOID, "currency": Currency.CZECH_CROWNS, "format": "CSV_A"} | changes


@pytest.fixture
def paid(till, sdk, order) -> int:
    payment_id = sdk.create_payment(order).json["id"]
    till.press(payment_id, "pay")
    return payment_id


@pytest.mark.parametrize("kind", list(StatementGeneratingFormat))
def test_a_statement_in_every_format_the_sdk_knows(sdk, paid, kind):
    answer = sdk.get_account_statement(asked(format=kind))
    assert answer.success and answer.raw_body
    # A body that is not UTF-8 is taken for Windows-1250; ABO is plain where nobody's name has an accent.
    assert str(paid).encode() in answer.raw_body or kind == StatementGeneratingFormat.ABO_A


def test_a_statement_of_somebody_else(sdk):
    answer = sdk.get_account_statement(asked(goid=GOID + 1))
    assert (answer.status_code, errors_of(answer)) == (409, [(111, "INVALID", "goid")])


def test_a_statement_without_its_days(sdk):
    request = {name: value for name, value in asked().items() if not name.startswith("date")}
    expected = [(110, "MANDATORY", "date_from"), (110, "MANDATORY", "date_to")]
    assert errors_of(sdk.get_account_statement(request)) == expected


def test_the_receipts_of_an_e_shop_that_reports_nothing(sdk, paid):
    assert sdk.get_eet_receipt_by_payment_id(paid).json == []
    days = {"date_from": "2020-01-01", "date_to": "2020-01-30"}
    assert sdk.find_eet_receipts_by_filter(days | {"id_provozovny": 11}).json == []


def test_a_refund_that_says_what_is_reported(sdk, paid):
    body = {
        "amount": 1900,
        "items": [{"type": "ITEM", "name": "obuv", "amount": 1900, "count": 1, "vat_rate": 21}],
        "eet": {"celk_trzba": 1900, "zakl_dan1": 1570, "dan1": 330, "mena": Currency.CZECH_CROWNS},
    }
    assert sdk.refund_payment_eet(paid, body).json == {"id": paid, "result": "FINISHED"}
    history = sdk.get_history_of_refunds(paid).json
    assert [(refund["state"], refund["amount"]) for refund in history] == [("SUCCESS", 1900)]

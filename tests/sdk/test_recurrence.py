"""The payer agrees once, and the shop charges again: by day, week and month by itself, on demand when it asks."""

import time

import pytest
from conftest import PATIENCE_S, errors_of
from gopay.enums import Currency, Recurrence, RecurrenceState


@pytest.fixture
def recurring(till, sdk, order):
    def paid(cycle: Recurrence, **more: object) -> int:
        terms = {"recurrence_cycle": cycle, "recurrence_date_to": "2098-12-31"} | more
        answer = sdk.create_payment(order | {"recurrence": terms})
        assert answer.success, answer
        assert answer.json["recurrence"]["recurrence_state"] == RecurrenceState.REQUESTED
        till.press(answer.json["id"], "pay")
        return answer.json["id"]

    return paid


def recurrence_of(sdk, payment_id):
    return sdk.get_status(payment_id).json["recurrence"]


def ended(sdk, payment_id):
    """The state a charge has come to. It is made at once, beside the request."""
    until = time.monotonic() + PATIENCE_S
    while (state := sdk.get_status(payment_id).json["state"]) in ("CREATED", "PAYMENT_METHOD_CHOSEN"):
        assert time.monotonic() < until, "a charge comes to its end"
    return state


NEXT = {
    "amount": 500,
    "currency": Currency.CZECH_CROWNS,
    "order_number": "6790",
    "order_description": "předplatné",
    "items": [{"name": "item01", "amount": "500"}],
    "additional_params": [{"name": "invoicenumber", "value": "2015001003"}],
}


@pytest.mark.parametrize("cycle", [Recurrence.DAILY, Recurrence.WEEKLY, Recurrence.MONTHLY])
def test_a_payment_that_recurs_by_itself(sdk, recurring, cycle):
    first = recurring(cycle, recurrence_period=2)
    assert recurrence_of(sdk, first) == {
        "recurrence_cycle": cycle,
        "recurrence_period": 2,
        "recurrence_date_to": "2098-12-31",
        "recurrence_state": RecurrenceState.STARTED,
    }
    # It charges by itself, and not when it is asked to.
    refused = sdk.create_recurrence(first, NEXT)
    assert (refused.status_code, errors_of(refused)) == (409, [(341, "PAYMENT_RECURRENCE_NOT_SUPPORTED", None)])


def test_a_charge_on_demand(sdk, recurring):
    first = recurring(Recurrence.ON_DEMAND)
    answer = sdk.create_recurrence(first, NEXT)
    assert answer.success, answer
    charge = answer.json
    assert (charge["state"], charge["parent_id"], charge["amount"]) == ("CREATED", first, 500)
    assert "recurrence" not in charge and charge["gw_url"]
    assert ended(sdk, charge["id"]) == "PAID"
    paid = sdk.get_status(charge["id"]).json
    assert (paid["parent_id"], paid["payer"]["payment_card"]["card_number"]) == (first, "444444******4448")


def test_a_recurrence_is_voided_once(sdk, recurring):
    first = recurring(Recurrence.ON_DEMAND)
    answer = sdk.void_recurrence(first)
    assert (answer.status_code, answer.json) == (200, {"id": first, "result": "FINISHED"})
    assert recurrence_of(sdk, first)["recurrence_state"] == RecurrenceState.STOPPED
    for refused in (sdk.void_recurrence(first), sdk.create_recurrence(first, NEXT)):
        assert (refused.status_code, errors_of(refused)) == (409, [(342, "PAYMENT_RECURRENCE_STOPPED", None)])


def test_what_does_not_recur_is_neither_charged_nor_voided(sdk, paid):
    for refused in (sdk.void_recurrence(paid), sdk.create_recurrence(paid, NEXT)):
        assert (refused.status_code, errors_of(refused)) == (409, [(341, "PAYMENT_RECURRENCE_NOT_SUPPORTED", None)])
    for refused in (sdk.void_recurrence(100), sdk.create_recurrence(100, NEXT)):
        assert (refused.status_code, errors_of(refused)) == (409, [(340, "PAYMENT_RECURRENCE_FAILED", None)])

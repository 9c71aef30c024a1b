"""Money goes back: all of it, in parts, and never more than was paid."""

from conftest import errors_of


def test_a_full_refund(sdk, paid):
    answer = sdk.refund_payment(paid, 139900)
    assert (answer.status_code, answer.json) == (200, {"id": paid, "result": "FINISHED"})
    assert sdk.get_status(paid).json["state"] == "REFUNDED"


def test_refunds_in_parts_and_their_history(sdk, paid):
    assert sdk.get_history_of_refunds(paid).json == []
    assert sdk.refund_payment(paid, 39900).success
    assert sdk.get_status(paid).json["state"] == "PARTIALLY_REFUNDED"
    # The JSON form of the call.
    assert sdk.refund_payment_eet(paid, {"amount": 100000}).success
    assert sdk.get_status(paid).json["state"] == "REFUNDED"

    answer = sdk.get_history_of_refunds(paid)
    assert answer.status_code == 200
    refunds = answer.json
    assert sorted(refund["amount"] for refund in refunds) == [39900, 100000]
    assert {(refund["state"], refund["currency"]) for refund in refunds} == {("SUCCESS", "CZK")}
    assert len({refund["id"] for refund in refunds}) == 2
    assert all(refund["date_requested"] for refund in refunds)


def test_more_than_is_left_is_refused(sdk, paid):
    assert sdk.refund_payment(paid, 100000).success
    answer = sdk.refund_payment(paid, 39901)
    assert answer.status_code == 409
    assert errors_of(answer) == [(332, "PAYMENT_REFUND_WRONG_AMOUNT", None)]
    assert sdk.refund_payment(paid, 39900).success


def test_a_second_full_refund_is_refused(sdk, paid):
    assert sdk.refund_payment(paid, 139900).success
    answer = sdk.refund_payment(paid, 139900)
    assert (answer.status_code, errors_of(answer)) == (409, [(303, "PAYMENT_WRONG_STATE", None)])


def test_an_unpaid_payment_cannot_be_refunded(sdk, created):
    answer = sdk.refund_payment(created, 139900)
    assert (answer.status_code, errors_of(answer)) == (409, [(330, "PAYMENT_REFUND_NOT_SUPPORTED", None)])

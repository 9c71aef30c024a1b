"""What a shop is told when it has made a mistake, through the SDK's own reading of it."""

import pytest
from conftest import errors_of
from gopay.enums import Language

UNKNOWN = 100


def test_an_invalid_field_is_named(sdk, order):
    answer = sdk.create_payment(order | {"amount": 0})
    assert (answer.status_code, errors_of(answer)) == (409, [(111, "INVALID", "amount")])


def test_all_missing_fields_are_named_at_once(sdk, order):
    del order["amount"], order["currency"], order["order_number"]
    answer = sdk.create_payment(order)
    assert answer.status_code == 409
    assert sorted(errors_of(answer)) == [
        (110, "MANDATORY", "amount"),
        (110, "MANDATORY", "currency"),
        (110, "MANDATORY", "order_number"),
    ]


def test_a_foreign_shop_is_refused(sdk, order):
    answer = sdk.create_payment(order | {"target": {"type": "ACCOUNT", "goid": 1}})
    assert (answer.status_code, errors_of(answer)) == (409, [(111, "INVALID", "target.goid")])


# Every call has its own word for a payment it does not know (gopay.md §8).
@pytest.mark.parametrize(
    ("call", "status", "error"),
    [
        (lambda sdk: sdk.get_status(UNKNOWN), 404, (304, "PAYMENT_NOT_FOUND", None)),
        (lambda sdk: sdk.get_history_of_refunds(UNKNOWN), 404, (304, "PAYMENT_NOT_FOUND", None)),
        (lambda sdk: sdk.refund_payment(UNKNOWN, 1), 409, (111, "INVALID", "id")),
        (lambda sdk: sdk.capture_authorization(UNKNOWN), 409, (350, "PAYMENT_CAPTURE_FAILED", None)),
        (lambda sdk: sdk.void_authorization(UNKNOWN), 409, (352, "PAYMENT_AUTH_VOID_FAILED", None)),
    ],
)
def test_an_unknown_payment(sdk, call, status, error):
    answer = call(sdk)
    assert (answer.status_code, errors_of(answer)) == (status, [error])


@pytest.mark.parametrize(
    ("language", "message"), [(Language.ENGLISH, "Payment not found."), (Language.CZECH, "Platba nebyla nalezena.")]
)
def test_the_message_is_in_the_shops_language(till, language, message):
    answer = till.sdk(language=language).get_status(UNKNOWN)
    assert answer.json["errors"][0]["message"] == message

"""Money is held, and then taken, taken in part, or let go."""

from conftest import errors_of


def state_of(sdk, payment_id):
    payment = sdk.get_status(payment_id).json
    return payment["state"], payment["preauthorization"]["state"], payment["amount"]


def test_a_preauthorisation_is_asked_for_and_authorised(till, sdk, order):
    created = sdk.create_payment(order | {"preauthorization": True}).json
    assert created["preauthorization"] == {"requested": True, "state": "REQUESTED"}
    till.press(created["id"], "pay")
    assert state_of(sdk, created["id"]) == ("AUTHORIZED", "AUTHORIZED", 139900)


def test_a_capture_takes_all_of_it_once(sdk, authorized):
    answer = sdk.capture_authorization(authorized)
    assert (answer.status_code, answer.json) == (200, {"id": authorized, "result": "FINISHED"})
    assert state_of(sdk, authorized) == ("PAID", "CAPTURED", 139900)

    again = sdk.capture_authorization(authorized)
    assert (again.status_code, errors_of(again)) == (409, [(351, "PAYMENT_CAPTURE_DONE", None)])


def test_a_capture_in_part_takes_that_part(sdk, authorized):
    part = {"amount": 119990, "items": [{"type": "ITEM", "name": "lodičky", "amount": 119990, "count": 1}]}
    answer = sdk.capture_authorization_partial(authorized, part)
    assert (answer.status_code, answer.json) == (200, {"id": authorized, "result": "FINISHED"})
    assert state_of(sdk, authorized) == ("PAID", "CAPTURED", 119990)


def test_no_more_than_was_authorised_is_captured(sdk, authorized):
    answer = sdk.capture_authorization_partial(authorized, {"amount": 139901})
    assert (answer.status_code, errors_of(answer)[0][0]) == (409, 332)
    assert state_of(sdk, authorized) == ("AUTHORIZED", "AUTHORIZED", 139900)


def test_a_void_lets_the_money_go(sdk, authorized):
    answer = sdk.void_authorization(authorized)
    assert (answer.status_code, answer.json) == (200, {"id": authorized, "result": "FINISHED"})
    assert state_of(sdk, authorized)[:2] == ("CANCELED", "CANCELED")

    captured = sdk.capture_authorization(authorized)
    assert (captured.status_code, errors_of(captured)) == (409, [(350, "PAYMENT_CAPTURE_FAILED", None)])


def test_a_captured_payment_cannot_be_voided(sdk, authorized):
    assert sdk.capture_authorization(authorized).success
    answer = sdk.void_authorization(authorized)
    assert (answer.status_code, errors_of(answer)) == (409, [(352, "PAYMENT_AUTH_VOID_FAILED", None)])

"""A card is kept, looked at, bound to a payment, and deleted."""

import pytest
from conftest import errors_of


@pytest.fixture
def kept(till, sdk, order):
    """A payment that has kept its card."""
    answer = sdk.create_payment(order | {"payer": order["payer"] | {"request_card_token": True}})
    assert answer.success, answer
    till.press(answer.json["id"], "pay", card="5447380000000006")
    return sdk.get_status(answer.json["id"]).json["payer"]


def test_a_kept_card_is_shown(sdk, kept):
    answer = sdk.get_card_details(kept["card_id"])
    assert answer.success, answer
    card = answer.json
    assert (card["card_id"], card["status"], card["card_number"]) == (kept["card_id"], "ACTIVE", "544738******0006")
    for same in ("card_token", "card_fingerprint", "card_expiration", "card_brand", "card_issuer_bank"):
        assert card[same] == kept["payment_card"][same]


def test_a_token_binds_a_payment_to_its_card(till, sdk, order, kept):
    token = kept["payment_card"]["card_token"]
    created = sdk.create_payment(order | {"payer": {"allowed_card_token": token}})
    assert created.success, created
    till.press(created.json["id"], "pay", card="stored")
    status = sdk.get_status(created.json["id"]).json
    assert (status["state"], status["payer"]["payment_card"]["card_token"]) == ("PAID", token)


def test_a_deleted_card_pays_nothing_more(sdk, order, kept):
    for _ in range(2):
        answer = sdk.delete_card(kept["card_id"])
        assert (answer.status_code, answer.raw_body) == (204, b"")
    card = sdk.get_card_details(kept["card_id"]).json
    assert card["status"] == "DELETED" and "card_token" not in card
    token = kept["payment_card"]["card_token"]
    refused = sdk.create_payment(order | {"payer": {"allowed_card_token": token}})
    assert (refused.status_code, errors_of(refused)) == (409, [(111, "INVALID", "payer.allowed_card_token")])


def test_an_unknown_card_is_not_found(sdk):
    for refused in (sdk.get_card_details(1), sdk.delete_card(1)):
        assert (refused.status_code, errors_of(refused)) == (404, [(111, "INVALID", "card_id")])


def test_an_identified_card_has_the_same_token_again(till, sdk, order):
    tokens = set()
    for number in ("1", "2"):
        payer = order["payer"] | {"verify_pin": f"123{number}"}
        created = sdk.create_payment(order | {"payer": payer, "preauthorization": True})
        till.press(created.json["id"], "pay", card="4188030000000003")
        card = sdk.get_status(created.json["id"]).json["payer"]["payment_card"]
        assert card["3ds_result"] == "Y/Y"
        tokens.add(card["card_token"])
        assert sdk.void_authorization(created.json["id"]).success
    assert len(tokens) == 1

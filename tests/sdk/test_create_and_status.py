"""A shop creates a payment, sends the payer to its page and asks how it stands."""

import requests
from gopay.enums import Language


def test_a_payment_is_created(till, sdk, order):
    answer = sdk.create_payment(order)
    assert (answer.status_code, answer.success) == (200, True)
    payment = answer.json
    assert payment["state"] == "CREATED"
    assert (payment["amount"], payment["currency"], payment["order_number"]) == (139900, "CZK", "6789")
    # The SDK adds the target and the language by itself.
    assert payment["target"] == {"type": "ACCOUNT", "goid": 8123456789}
    assert payment["lang"] == "en"
    assert payment["payer"]["contact"]["first_name"] == "Zbyněk"
    assert payment["additional_params"] == [{"name": "invoicenumber", "value": "2015001003"}]
    assert payment["gw_url"].startswith(f"{till.url}/gw/v3/")


def test_the_payment_page_of_a_created_payment_opens(sdk, order):
    page = requests.get(sdk.create_payment(order).json["gw_url"], timeout=60)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")


def test_amounts_and_numbers_may_be_texts(sdk, order):
    # As the SDK's own tests send them (gopay.md §15, 12).
    order |= {"amount": "139900", "target": {"type": "ACCOUNT", "goid": "8123456789"}}
    payment = sdk.create_payment(order).json
    assert (payment["amount"], payment["target"]["goid"]) == (139900, 8123456789)


def test_the_status_follows_the_payer(till, sdk, order):
    created = sdk.create_payment(order).json
    asked = sdk.get_status(created["id"])
    assert (asked.status_code, asked.json) == (200, created)
    till.press(created["id"], "pay")
    paid = sdk.get_status(created["id"]).json
    assert (paid["state"], paid["payment_instrument"]) == ("PAID", "PAYMENT_CARD")
    card = paid["payer"]["payment_card"]
    assert card["card_number"] == "444444******4448"
    assert paid["gw_url"] == created["gw_url"]
    assert "sub_state" not in paid


def test_a_declined_and_a_cancelled_payment_are_canceled(till, sdk, order):
    for button, body in [("decline", {"reason": "insufficient_funds"}), ("cancel", {})]:
        payment_id = sdk.create_payment(dict(order)).json["id"]
        till.press(payment_id, button, **body)
        payment = sdk.get_status(payment_id).json
        assert payment["state"] == "CANCELED"
        assert payment["sub_state"].startswith("_5")


def test_the_id_may_be_a_text(sdk, created):
    assert sdk.get_status(str(created)).json["id"] == created


def test_a_czech_shop_gets_a_czech_payment(till, order):
    payment = till.sdk(language=Language.CZECH).create_payment(order).json
    assert payment["lang"] == "cs"


def test_embed_js_is_where_the_sdk_says(till, sdk):
    assert sdk.get_embedjs_url == f"{till.url}/gp-gw/js/embed.js"
    script = requests.get(sdk.get_embedjs_url, timeout=60)
    assert script.status_code == 200
    assert "javascript" in script.headers["content-type"]
    assert "_gopay" in script.text

"""A shop asks what its payers can pay with, and they pay so."""

import base64

import requests
from gopay.enums import BankSwiftCode, Currency, PaymentInstrument


def test_instruments_of_a_currency(till, sdk):
    answer = sdk.get_payment_instruments(8123456789, Currency.CZECH_CROWNS)
    assert (answer.status_code, answer.success) == (200, True)
    instruments = {entry["paymentInstrument"]: entry for entry in answer.json["enabledPaymentInstruments"]}
    assert {"PAYMENT_CARD", "BANK_ACCOUNT", "GPAY", "GOPAY", "PAYPAL"} <= instruments.keys()
    for entry in instruments.values():
        assert entry["label"]["cs"]
        assert entry["group"] in answer.json["groups"]
        assert requests.get(entry["image"]["normal"], timeout=60).status_code == 200
    swifts = [bank["swift"] for bank in instruments["BANK_ACCOUNT"]["enabledSwifts"]]
    assert BankSwiftCode.FIO_BANKA in swifts


def test_instruments_of_all_currencies(sdk):
    answer = sdk.get_payment_instruments_all(8123456789)
    assert (answer.status_code, answer.success) == (200, True)
    card = answer.json["enabledPaymentInstruments"][0]
    assert {"CZK", "EUR", "PLN"} <= set(card["currencies"])


def test_a_payment_by_bank(till, sdk, order):
    order["payer"] |= {
        "allowed_payment_instruments": [PaymentInstrument.BANK_ACCOUNT],
        "default_payment_instrument": PaymentInstrument.BANK_ACCOUNT,
        "default_swift": BankSwiftCode.FIO_BANKA,
        "allowed_swifts": [BankSwiftCode.FIO_BANKA, BankSwiftCode.MBANK],
    }
    payment_id = sdk.create_payment(order).json["id"]
    till.press(payment_id, "pay", swift="FIOBCZPP")
    paid = sdk.get_status(payment_id).json
    assert (paid["state"], paid["sub_state"], paid["payment_instrument"]) == ("PAID", "_3001", "BANK_ACCOUNT")
    assert paid["payer"]["bank_account"]["bank_code"] == "2010"


def test_a_payment_order_as_a_code(till, sdk, order):
    order["payer"]["allowed_payment_instruments"] = [PaymentInstrument.BANK_ACCOUNT]
    payment_id = sdk.create_payment(order).json["id"]
    answer = sdk.get_qr_payment(payment_id)
    assert (answer.status_code, answer.success) == (200, True)
    assert base64.b64decode(answer.json["qr_code"]["spayd"]).startswith(b"\x89PNG")
    till.press(payment_id, "pay", swift="QRPAYMENT")
    assert sdk.get_status(payment_id).json["state"] == "PAID"

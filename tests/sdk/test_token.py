"""The SDK fetches its token when it is made, and again when that one is old."""

from datetime import timedelta

import pytest
from gopay.enums import TokenScope


@pytest.mark.parametrize("scope", [TokenScope.ALL, TokenScope.CREATE_PAYMENT])
def test_a_token_is_there_when_the_sdk_is_made(till, scope):
    token = till.sdk(scope=scope).gopay.api_client.token
    assert token is not None and token.token and not token.is_expired


def test_an_old_token_is_replaced_and_both_work(till, created):
    sdk = till.sdk()
    first = sdk.gopay.api_client.token
    assert sdk.gopay.api_client.token is first, "a fresh one is kept"
    first.last_updated -= timedelta(seconds=1801)
    assert sdk.get_status(created).success
    assert sdk.gopay.api_client.token is not first


def test_a_wrong_secret_yields_no_token_and_every_call_is_refused(till, created):
    from conftest import errors_of

    sdk = till.sdk(client_secret="wrong")
    assert sdk.gopay.api_client.token is None
    # The SDK then sends the literal "Bearer None" (gopay.md §3).
    answer = sdk.get_status(created)
    assert answer.status_code == 403
    assert errors_of(answer)[0][0] == 200

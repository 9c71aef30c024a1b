# The payment page in English. This file is the reference: every other language has the same keys and placeables.

language = Language
sandbox-badge = Sandbox
sandbox-note = Test environment: no money moves. Never enter a real card here.
secure-note = Only the payment gateway sees your card details, never the shop. The security code is not stored.
payment-number = Payment { $id }

summary-heading = Order summary
summary-payee = Payee
summary-amount = Amount to pay
summary-order = Order
summary-until = Please pay by { $moment }

pay-title = Payment of { $amount } to { $payee }
methods-heading = Payment method
methods-none = This payment cannot be made here: the shop offers no suitable payment method. Please return to the shop.
method-payment-card = Payment card
card-heading = Card details
card-pan = Card number
card-exp = Valid until
card-exp-hint = MM / YY
card-cvc = Security code
card-cvc-hint = CVC: 3 digits on the back of the card
card-cvc-hint-four = CID: 4 digits on the front of the card
pay-button = Pay { $amount }
hold-button = Reserve { $amount }
hold-note = The amount is only reserved on your card now. It is charged once the shop confirms your order.
working = Processing your payment. Please do not close this page.
cancel-button = Cancel payment
attempts-left =
    { $count ->
        [one] You have one attempt left.
       *[other] You have { $count } attempts left.
    }

errors-heading = Please check your details
error-pan-missing = Enter the card number.
error-pan-characters = The card number may contain digits only.
error-pan-length = The card number is not complete.
error-pan-checksum = The card number is not valid. Please check it for a typing error.
error-exp-missing = Enter the date until which the card is valid.
error-exp-format = Enter the month and the year as on the card, for example 12/30.
error-exp-past = This card is no longer valid. Please use another card.
error-cvc-missing = Enter the security code of the card.
error-cvc-three = The security code has 3 digits.
error-cvc-four = The security code of this card has 4 digits.

decline-heading = The payment was not made
decline-insufficient-funds = There is not enough money available on the card.
    .advice = Use another card, or add money to your account and try again.
decline-card-expired = According to its issuer, the card has expired.
    .advice = Check the date you entered, or use another card.
decline-wrong-cvc = The security code does not match the card.
    .advice = Check the code printed on the card and enter the card details again.
decline-wrong-pin = The PIN was not correct.
    .advice = Try again with the correct PIN, or use another card.
decline-limit-exceeded = The payment exceeds a limit set on the card.
    .advice = Raise the limit for online payments in your banking app and try again, or use another card.
decline-card-blocked = The card is blocked.
    .advice = Use another card. The bank that issued the card will tell you why it is blocked.
decline-issuer-unavailable = The bank that issued the card is not responding at the moment.
    .advice = Wait a few minutes and try again, or use a card from another bank.
decline-three-d-secure-failed = The payment was not confirmed with your bank (3-D Secure).
    .advice = Try again and confirm the payment in your banking app or with the code you receive.
decline-account-problem = The bank reports a problem with the account of this card.
    .advice = Use another card, or contact the bank that issued this one.
decline-card-not-supported = This type of card is not accepted here.
    .advice = Use another card.
decline-region-not-supported = Cards from this country or region are not accepted here.
    .advice = Use a card issued in another country.
decline-refused = The bank that issued the card refused the payment and gave no reason.
    .advice = Use another card, or ask your bank whether online payments are enabled.
decline-technical-problem = A technical problem prevented the payment.
    .advice = No money was taken. Please try again in a moment.
decline-duplicate = The bank regards this payment as a repetition of an earlier one.
    .advice = First check in your bank account whether the order has already been paid. If not, try again later.

challenge-heading = Payment confirmation
challenge-simulation = Simulation: this page stands in for the bank that issued the card. No message or code is sent to anyone.
challenge-text = Is it you who is making this payment?
challenge-issuer = Card issuer
challenge-merchant = Merchant
challenge-amount = Amount
challenge-card = Card
challenge-confirm = Confirm payment
challenge-refuse = Refuse

paid-heading = Thank you, the payment is complete
paid-text = You have paid { $amount } to { $payee }.
authorised-heading = The amount has been reserved
authorised-text = { $amount } is reserved on your card for { $payee }. It is charged once the shop confirms your order.
already-paid-heading = This payment has already been made
already-paid-text = { $amount } was paid to { $payee }. It will not be charged a second time.
refunded-heading = This payment has been refunded
refunded-text = { $payee } has sent money from this payment back to you. It may take a few days to reach your account.
final-decline-text = No money was taken. Return to the shop to choose another way to pay.
cancelled-heading = The payment was cancelled
cancelled-text = No money was taken. You can return to the shop and order again.
expired-heading = The time for this payment has run out
expired-text = No money was taken. If you still want to pay, please return to the shop and order again.
processing-heading = We are waiting for your bank
processing-text = The result of the payment is not known yet. The page checks it by itself; please do not pay again.
processing-slow = It is taking longer than usual. You may close this page: the shop will learn the result as soon as it is known.
processing-check = Check again
return-button = Back to the shop
return-automatic = You will be taken back to the shop in a few seconds.
returning-heading = Taking you back to the shop
returning-text = If the shop does not open by itself, use the button.
may-close = You may close this page.

not-found-heading = We do not know this payment
not-found-text = The address is not complete, or the payment no longer exists. Please return to the shop and start the payment again.
busy-heading = Many people are paying at the moment
busy-text = Your request was not accepted and no money was taken. Please try again in a moment.
failure-heading = Something went wrong on our side
failure-text = Please reload the page first: it shows whether the payment was made. If the trouble persists, give the shop this reference.
failure-reference = Reference: { $id }
try-again = Try again

sandbox-cards-heading = Test cards
sandbox-cards-text = Any future date and any security code will do. Choose a card to fill in the form.
sandbox-more-cards = Cards that are declined
sandbox-fill = Use the card { $number }
sandbox-effect-approved = Approved
sandbox-effect-challenge = Approved after confirmation (3-D Secure)
sandbox-effect-authentication-refused = Refused by 3-D Secure
sandbox-effect-unknown = The answer is lost; the result becomes known later
sandbox-magic-amount = An amount ending in 04 is always declined.

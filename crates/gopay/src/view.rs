//! A payment as GoPay shows it (§5.1): the members in the recorded order, absent ones left out.

use std::borrow::Cow;

use domain::{
    BankAccount, CardSummary, MethodKind, MoneyState, Payment, Refund, RefundState, Source, Stage, Timestamp,
};
use gateway::{Standing, StoredCard};
use jiff::tz::TimeZone;
use serde::Serialize;
use utoipa::ToSchema;

use crate::eet::CodeView;
use crate::extra::{AdditionalParam, Contact, Extra};
use crate::instrument;
use crate::recurrence::{self, RecurrenceView};
use crate::state::{self, State};

/// The answer to create and status.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payment)]
pub(crate) struct PaymentView {
    id: i64,
    /// The payment that began the recurrence this one belongs to
    #[serde(skip_serializing_if = "Option::is_none")]
    parent_id: Option<i64>,
    order_number: String,
    state: State,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    sub_state: Option<Cow<'static, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_instrument: Option<&'static str>,
    /// In hundredths of the currency; after a partial capture what was captured
    amount: i64,
    currency: String,
    payer: PayerView,
    target: TargetView,
    #[serde(skip_serializing_if = "Option::is_none")]
    recurrence: Option<RecurrenceView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    preauthorization: Option<PreauthorizationView>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    additional_params: Vec<AdditionalParam>,
    /// Lower case
    lang: String,
    gw_url: String,
    /// Once the sale is reported
    #[serde(skip_serializing_if = "Option::is_none")]
    eet_code: Option<CodeView>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Payer)]
struct PayerView {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_payment_instruments: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_payment_instrument: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_swifts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_swift: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    allowed_bnpl_types: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    default_bnpl_type: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    payment_card: Option<CardView>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_account: Option<BankAccountView>,
    /// Of the stored card
    #[serde(skip_serializing_if = "Option::is_none")]
    card_id: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<Contact>,
    /// Of the wallet that paid
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// The payer's account (§5.5): as it is written at home in Czechia and Slovakia, elsewhere internationally.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BankAccount)]
struct BankAccountView {
    #[serde(skip_serializing_if = "Option::is_none")]
    iban: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    prefix: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    account_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    bank_code: Option<String>,
    account_name: String,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PaymentCard)]
struct CardView {
    /// First six, six stars, last four
    card_number: String,
    /// YYMM
    card_expiration: String,
    card_brand: String,
    card_issuer_country: String,
    card_issuer_bank: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    card_fingerprint: Option<String>,
    /// The same for the same card in the same e-shop
    #[serde(skip_serializing_if = "Option::is_none")]
    card_token: Option<String>,
    /// Y/Y: the issuer has confirmed that the payer is the cardholder
    #[serde(rename = "3ds_result", skip_serializing_if = "Option::is_none")]
    three_ds_result: Option<&'static str>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Target)]
struct TargetView {
    #[serde(rename = "type")]
    kind: &'static str,
    goid: i64,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Preauthorization)]
struct PreauthorizationView {
    requested: bool,
    /// REQUESTED, AUTHORIZED, CAPTURED or CANCELED
    state: &'static str,
}

/// What is known of a payment beside itself.
#[derive(Debug, Default)]
pub(crate) struct Beside {
    pub(crate) standing: Option<Standing>,
    pub(crate) card: Option<StoredCard>,
    pub(crate) eet_code: Option<CodeView>,
}

/// The payment as it is shown; `gw_url` is where its page is.
pub(crate) fn payment(payment: &Payment, beside: Beside, gw_url: String) -> PaymentView {
    let extra = Extra::of(&payment.terms.extra);
    let kind = payment.method().map(domain::Method::kind).or(payment.card.as_ref().map(|_| MethodKind::Card));
    let on_file = &payment.terms.on_file;
    let kind = if on_file.parent.is_some() { Some(MethodKind::Card) } else { kind };
    let touched = payment.stage != Stage::Created || !payment.is_open() || on_file.parent.is_some();
    let captured = payment.money == MoneyState::Captured;
    let amount = if captured { payment.captured } else { payment.terms.amount.amount };
    PaymentView {
        id: payment.id.get(),
        parent_id: on_file.parent.map(domain::PaymentId::get),
        order_number: payment.terms.order_number.clone(),
        state: state::of(payment),
        sub_state: state::sub_state(payment),
        payment_instrument: kind.filter(|_| touched).map(instrument::name),
        amount: amount.get(),
        currency: payment.terms.amount.currency.to_string(),
        payer: payer(payment, extra.payer, beside.card),
        target: TargetView { kind: "ACCOUNT", goid: payment.terms.shop.get() },
        recurrence: on_file
            .recurrence
            .as_ref()
            .zip(beside.standing)
            .map(|(terms, standing)| recurrence::view(terms, standing)),
        preauthorization: state::preauthorization(payment)
            .map(|state| PreauthorizationView { requested: true, state }),
        additional_params: extra.additional_params,
        lang: extra.lang.unwrap_or_else(|| payment.terms.language.clone()),
        gw_url,
        eet_code: beside.eet_code,
    }
}

fn payer(payment: &Payment, kept: crate::extra::Payer, stored: Option<StoredCard>) -> PayerView {
    let paid_with = payment.card.as_ref().filter(|_| payment.authorized.is_positive());
    let (bank_account, email) = match payment.source.as_ref().filter(|_| payment.authorized.is_positive()) {
        Some(Source::Account(account)) => (Some(bank_account(account)), None),
        Some(Source::Wallet { email }) => (None, Some(email.clone())),
        Some(Source::Unnamed) | None => (None, None),
    };
    let mut contact = kept.contact;
    if let (Some(contact), Some(card)) = (&mut contact, paid_with) {
        // The real gateway fills the country in after payment (§5.3).
        contact.country_code.get_or_insert_with(|| card.country.clone());
    }
    PayerView {
        allowed_payment_instruments: kept.allowed_payment_instruments,
        default_payment_instrument: kept.default_payment_instrument,
        allowed_swifts: kept.allowed_swifts,
        default_swift: kept.default_swift,
        allowed_bnpl_types: kept.allowed_bnpl_types,
        default_bnpl_type: kept.default_bnpl_type,
        card_id: stored.as_ref().map(|stored| stored.id),
        payment_card: paid_with.map(|paid_with| card(paid_with, stored)),
        bank_account,
        contact,
        email,
    }
}

fn bank_account(account: &BankAccount) -> BankAccountView {
    let local = account.local.as_ref();
    let abroad = local.is_none();
    BankAccountView {
        iban: abroad.then(|| account.iban.clone()),
        bic: abroad.then(|| account.bic.clone()),
        prefix: local.map(|local| local.prefix.clone()).filter(|prefix| !prefix.is_empty()),
        account_number: local.map(|local| local.number.clone()),
        bank_code: local.map(|local| local.bank_code.clone()),
        account_name: account.name.clone(),
    }
}

/// A stored card is told with its token, as long as it has one.
fn card(card: &CardSummary, stored: Option<StoredCard>) -> CardView {
    let token = stored.and_then(|stored| stored.token);
    CardView {
        card_number: card.masked(),
        card_expiration: card.expiry.yymm(),
        card_brand: card.brand.clone(),
        card_issuer_country: card.country.clone(),
        card_issuer_bank: card.bank.clone(),
        card_fingerprint: card.fingerprint.clone().filter(|_| token.is_some()),
        // Every card that is typed is taken to its issuer first.
        three_ds_result: token.is_some().then_some("Y/Y"),
        card_token: token,
    }
}

/// The answer to refund, capture and void.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Result)]
pub(crate) struct ResultView {
    pub(crate) id: i64,
    /// FINISHED, or ACCEPTED while the outcome is being found out
    pub(crate) result: &'static str,
}

/// A refund in the list of refunds (§6.4).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Refund)]
pub(crate) struct RefundView {
    id: i64,
    /// REQUESTED, SUCCESS or FAILED
    state: &'static str,
    amount: i64,
    currency: String,
    date_requested: String,
    date_last_change: String,
}

/// Ids of refunds are the payment's with the refund's number behind it: unique, and stable.
pub(crate) fn refund(payment: &Payment, refund: &Refund, zone: &TimeZone) -> RefundView {
    RefundView {
        id: payment.id.get().saturating_mul(1_000).saturating_add(refund.number.into()),
        state: match refund.state {
            RefundState::Requested => "REQUESTED",
            RefundState::Success => "SUCCESS",
            RefundState::Failed => "FAILED",
        },
        amount: refund.amount.get(),
        currency: payment.terms.amount.currency.to_string(),
        date_requested: timestamp(refund.requested_at, zone),
        date_last_change: timestamp(refund.changed_at, zone),
    }
}

/// `2019-10-19T15:27:03.132+0200`: the only form the Java SDK reads (§2).
pub(crate) fn timestamp(at: Timestamp, zone: &TimeZone) -> String {
    let at = jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default();
    at.to_zoned(zone.clone()).strftime("%Y-%m-%dT%H:%M:%S%.3f%z").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_is_prague_time_with_a_colonless_offset() {
        let prague = TimeZone::get("Europe/Prague").unwrap();
        let summer = Timestamp::from_millis(1_571_491_623_132);
        let winter = Timestamp::from_millis(1_577_836_800_000);
        assert_eq!(timestamp(summer, &prague), "2019-10-19T15:27:03.132+0200");
        assert_eq!(timestamp(winter, &prague), "2020-01-01T01:00:00.000+0100");
    }
}

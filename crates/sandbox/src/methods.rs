//! Paying otherwise than with a typed card: `method`, `swift`, `sub_state` and `email` of the payer's buttons, in the
//! names of gopay.md §9, since it is GoPay's shops that have them.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, State};
use domain::{
    BankCode, Channel, Confirmation, DeclineReason, Evidence, External, Method, MethodKind, Payment, Refusal,
    Source, Verdict,
};
use gateway::{Done, Fault, Gateway, Operation};
use serde_json::{Value, json};

use crate::House;
use crate::answer::{Answer, Problem};
use crate::input::Members;
use crate::payments::{card, find, script};
use crate::states::{self, SubState};
use crate::view;

const METHODS: [(&str, MethodKind); 13] = [
    ("PAYMENT_CARD", MethodKind::Card),
    ("BANK_ACCOUNT", MethodKind::BankTransfer),
    ("GPAY", MethodKind::GooglePay),
    ("APPLE_PAY", MethodKind::ApplePay),
    ("CLICK_TO_PAY", MethodKind::External(External::ClickToPay)),
    ("GOPAY", MethodKind::GoPayWallet),
    ("PAYPAL", MethodKind::PayPal),
    ("TWISTO", MethodKind::External(External::Twisto)),
    ("SKIPPAY", MethodKind::External(External::SkipPay)),
    ("MPAYMENT", MethodKind::External(External::MobilePayment)),
    ("PRSMS", MethodKind::External(External::PremiumSms)),
    ("PAYSAFECARD", MethodKind::External(External::Paysafecard)),
    ("BITCOIN", MethodKind::External(External::Bitcoin)),
];
const EMAIL: &str = "payer@example.com";
const LONGEST_EMAIL: usize = 128;

/// How the tester wants the payer to pay.
pub(crate) struct Wish {
    kind: MethodKind,
    swift: Option<BankCode>,
    state: Option<&'static SubState>,
    email: String,
}

impl Wish {
    pub(crate) fn read(members: &mut Members) -> Result<Self, Problem> {
        let swift = members.text("swift")?.map(|swift| BankCode::new(&swift)).transpose();
        let swift = swift.map_err(|_| Problem::input("swift", "must be the code of a bank"))?;
        let state = match members.text("sub_state")? {
            None => None,
            Some(name) => Some(
                states::find(&name)
                    .ok_or_else(|| Problem::input("sub_state", "must be one of those at /_sandbox/states"))?,
            ),
        };
        let email = members.text("email")?.unwrap_or_else(|| EMAIL.to_owned());
        if !email.contains('@') || email.len() > LONGEST_EMAIL || email.chars().any(char::is_control) {
            return Err(Problem::input("email", "must be an e-mail address"));
        }
        let told = members.choice("method", &METHODS)?;
        let implied = if swift.is_some() || state.is_some_and(SubState::is_of_a_transfer) {
            MethodKind::BankTransfer
        } else {
            MethodKind::Card
        };
        Ok(Self { kind: told.unwrap_or(implied), swift, state, email })
    }

    /// The method with everything it needs; the first bank that is allowed when none is named.
    fn method(&self, payment: &Payment) -> Result<Method, Problem> {
        Ok(match self.kind {
            kind if kind != MethodKind::BankTransfer => kind.method().ok_or(Problem::Internal)?,
            _ => {
                let offline = self.state.is_some_and(|state| states::OFFLINE.contains(&state.code));
                let mut banks = payment.terms.banks();
                let bank = match self.swift {
                    Some(swift) => banks.find(|bank| bank.code == swift.as_str()),
                    None => banks.next(),
                };
                let bank = bank.ok_or(Problem::Refused(Refusal::MethodNotAllowed))?;
                let channel = if bank.online && !offline { Channel::Online } else { Channel::Offline };
                let bank = BankCode::new(bank.code).map_err(|_| Problem::Internal)?;
                Method::BankTransfer { bank, channel }
            }
        })
    }

    fn source(&self, gateway: &Gateway, payment: &Payment, method: Method) -> Source {
        match method {
            Method::BankTransfer { bank, .. } => gateway.payer_account(payment.id, bank),
            Method::GoPayWallet | Method::PayPal => Source::Wallet { email: self.email.clone() },
            Method::Card | Method::GooglePay | Method::ApplePay | Method::External(_) => Source::Unnamed,
        }
    }

    /// Notes the sub-state for what is about to happen, unless it follows from that by itself.
    pub(crate) async fn remark(&self, gateway: &Gateway, payment: &Payment) -> Result<(), Problem> {
        if let Some(state) = self.state.filter(|state| !states::BY_ITSELF.contains(&state.code)) {
            gateway.remark(payment.id, state.code).await?;
        }
        Ok(())
    }

    pub(crate) fn reason(&self) -> Option<DeclineReason> {
        self.state?.reason
    }
}

/// `POST payments/{id}/choose`: the payer chooses how to pay and does nothing more.
pub(crate) async fn choose(
    State(gateway): State<House>,
    Path(id): Path<String>,
    mut members: Members,
) -> Answer {
    let wish = Wish::read(&mut members)?;
    members.finish(&["method", "swift", "sub_state", "email"])?;
    let payment = find(&gateway, &id).await?;
    wish.remark(&gateway, &payment).await?;
    let payment = gateway.choose_method(payment.id, wish.method(&payment)?).await?;
    Ok(Json(json!({ "payment": view::payment(&payment) })))
}

/// Pays, unless it is with a typed card: that has its own way.
pub(crate) async fn pay(
    gateway: &Arc<Gateway>,
    payment: &Payment,
    wish: &Wish,
    number: &str,
) -> Result<Option<Value>, Problem> {
    let method = wish.method(payment)?;
    if method == Method::Card {
        return Ok(None);
    }
    wish.remark(gateway, payment).await?;
    if matches!(method, Method::GooglePay | Method::ApplePay) {
        let card = card(number, gateway.clock().now())?;
        return Ok(Some(view::done(&gateway.pay_by_device(payment.id, method, card, None).await?)));
    }
    let source = wish.source(gateway, payment, method);
    let verdict = match (wish.state.map(|state| state.code), method) {
        (Some(states::UNCONFIRMED), _) => Verdict::UnderReview,
        (Some(states::BY_STATEMENT), _) => Verdict::Received(Some(Evidence::Statement)),
        (_, Method::BankTransfer { channel: Channel::Offline, .. }) => {
            Verdict::Received(Some(Evidence::Advice))
        }
        (_, Method::External(_)) => Verdict::Received(None),
        _ => return Ok(Some(view::done(&gateway.collect(payment.id, method, source, None).await?))),
    };
    let confirmation = Confirmation { method, verdict, source };
    let after = gateway.confirm(payment.id, confirmation, None).await?;
    Ok(Some(match verdict {
        Verdict::UnderReview => {
            json!({ "outcome": "under_review", "reason": null, "payment": view::payment(&after) })
        }
        Verdict::Received(_) | Verdict::Refused(_) => view::done(&Done::Finished(after)),
    }))
}

/// Has it refused, unless it is a typed card.
pub(crate) async fn decline(
    gateway: &Arc<Gateway>,
    payment: &Payment,
    wish: &Wish,
    reason: DeclineReason,
) -> Result<Option<Done>, Problem> {
    let method = wish.method(payment)?;
    if method == Method::Card {
        return Ok(None);
    }
    if !payment.terms.allows(method) {
        return Err(Problem::Refused(Refusal::MethodNotAllowed));
    }
    let source = wish.source(gateway, payment, method);
    let asked = || script(gateway, payment.id, Operation::Authorise, Fault::Decline(reason));
    Ok(Some(match method {
        Method::GooglePay | Method::ApplePay => {
            let card = card(gateway::DEFAULT_CARD, gateway.clock().now())?;
            asked()?;
            gateway.pay_by_device(payment.id, method, card, None).await?
        }
        Method::External(_) | Method::BankTransfer { channel: Channel::Offline, .. } => {
            let confirmation = Confirmation { method, verdict: Verdict::Refused(reason), source };
            Done::Failed(gateway.confirm(payment.id, confirmation, None).await?, reason)
        }
        Method::Card | Method::BankTransfer { .. } | Method::GoPayWallet | Method::PayPal => {
            asked()?;
            gateway.collect(payment.id, method, source, None).await?
        }
    }))
}

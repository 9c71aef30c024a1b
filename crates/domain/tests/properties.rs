//! What holds whatever anybody does to a payment, in whatever order.

use std::sync::Arc;

use domain::{
    Account, BankCode, CancelledBy, CaptureMode, CardSummary, Channel, Command, Confirmation, Currency,
    DeclineReason, Door, Event, Evidence, Expiry, External, FeeSchedule, Method, Minor, Money, MoneyState,
    OtherMethods, Outcome, Payment, PaymentId, RefundRules, RefundState, ShopId, Source, Span, Terms,
    Timestamp, Verdict, Version, Windows, decide, entries, evolve, open, refunds,
};
use proptest::prelude::*;

const AMOUNT: i64 = 10_000;

fn terms(capture: CaptureMode, fee: FeeSchedule) -> Terms {
    Terms {
        door: Door::GoPay,
        shop: ShopId::new(8_123_456_789),
        amount: Money::new(Minor::new(AMOUNT), Currency::CZK),
        capture,
        order_number: "1".to_owned(),
        description: None,
        language: "cs".to_owned(),
        return_url: None,
        notification_url: None,
        card_allowed: true,
        other_methods: OtherMethods::Any,
        preselected: None,
        windows: Windows::default(),
        fee,
        extra: String::new(),
    }
}

fn card() -> CardSummary {
    CardSummary {
        first_six: "444444".to_owned(),
        last_four: "4448".to_owned(),
        expiry: Expiry { year: 2030, month: 12 },
        brand: "VISA".to_owned(),
        country: "CZE".to_owned(),
        bank: "BANK".to_owned(),
        fingerprint: None,
    }
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        4 => Just(Outcome::Approved),
        1 => Just(Outcome::Declined(DeclineReason::Refused)),
        1 => Just(Outcome::NeverHappened),
    ]
}

fn amount() -> impl Strategy<Value = Option<Minor>> {
    prop::option::of((-10..AMOUNT + 10).prop_map(Minor::new))
}

fn tried() -> impl Strategy<Value = Tried> {
    prop_oneof![
        3 => command().prop_map(Tried::Command),
        2 => (prop::option::weighted(0.9, outcome()), prop::bool::weighted(0.9))
            .prop_map(|(outcome, current)| Tried::Outcome(outcome, current)),
    ]
}

fn method() -> impl Strategy<Value = Method> {
    let transfer = |code, channel| {
        BankCode::new(code).map(|bank| Method::BankTransfer { bank, channel }).unwrap_or(Method::Card)
    };
    prop_oneof![
        Just(Method::Card),
        Just(Method::GooglePay),
        Just(Method::GoPayWallet),
        Just(Method::External(External::Bitcoin)),
        Just(transfer("FIOBCZPP", Channel::Online)),
        Just(transfer("OTHERS", Channel::Offline)),
        Just(transfer("TATRSKBX", Channel::Online)),
    ]
}

fn source() -> impl Strategy<Value = Source> {
    prop_oneof![Just(Source::Unnamed), Just(Source::Wallet { email: "a@example.com".to_owned() })]
}

fn verdict() -> impl Strategy<Value = Verdict> {
    prop_oneof![
        2 => Just(Verdict::Received(Some(Evidence::Statement))),
        1 => Just(Verdict::UnderReview),
        1 => Just(Verdict::Refused(DeclineReason::Refused)),
    ]
}

fn command() -> impl Strategy<Value = Command> {
    let rules = RefundRules { window: Span::from_days(180), partial_after: Span::from_hours(0) };
    prop_oneof![
        2 => method().prop_map(Command::ChooseMethod),
        1 => method().prop_map(|method| Command::AuthoriseDevice { method, card: card() }),
        2 => (method(), source()).prop_map(|(method, source)| Command::Collect { method, source }),
        2 => (method(), verdict(), source())
            .prop_map(|(method, verdict, source)| Command::Confirm(Confirmation { method, verdict, source })),
        1 => (5_001..5_051_u16).prop_map(Command::Remark),
        1 => Just(Command::Authenticate(card())),
        1 => Just(Command::FailAuthentication),
        4 => Just(Command::Authorise(card())),
        3 => (amount(), any::<bool>())
            .prop_map(|(amount, partial_allowed)| Command::Capture { amount, partial_allowed }),
        1 => Just(Command::Void),
        4 => amount().prop_map(move |amount| Command::Refund { amount, rules }),
        1 => prop_oneof![Just(CancelledBy::Payer), Just(CancelledBy::Merchant)].prop_map(Command::Cancel),
        1 => Just(Command::Expire),
    ]
}

/// Something tried. An outcome belongs to what is pending when it comes, or to something long over.
#[derive(Clone, Debug)]
enum Tried {
    Command(Command),
    Outcome(Option<Outcome>, bool),
}

/// A payment's life: how it was created, and what was tried after how many minutes each.
fn life() -> impl Strategy<Value = (bool, u16, Vec<(Tried, i64)>)> {
    (any::<bool>(), 0..300_u16, prop::collection::vec((tried(), 0..2_000_i64), 1..24))
}

fn is_final(payment: &Payment) -> bool {
    match payment.money {
        MoneyState::Closed(_) => true,
        MoneyState::Captured => payment.refundable() == Minor::ZERO,
        MoneyState::Open | MoneyState::Authorized => false,
    }
}

#[derive(Default)]
struct Ledger {
    sum: i64,
    shop: i64,
    fees: i64,
}

impl Ledger {
    fn book(&mut self, payment: &Payment, event: &Event) {
        for entry in entries(payment, event) {
            let amount = entry.money.amount.get();
            self.sum += amount;
            match entry.account {
                Account::Shop(_) => self.shop += amount,
                Account::Fees => self.fees += amount,
                Account::Acquirer => {}
            }
        }
    }
}

fn run((manual, basis_points, steps): (bool, u16, Vec<(Tried, i64)>)) -> Result<(), TestCaseError> {
    let capture = if manual { CaptureMode::Manual } else { CaptureMode::Automatic };
    let terms = Arc::new(terms(capture, FeeSchedule { basis_points, fixed_minor: 3 }));
    let mut now = Timestamp::from_millis(1_700_000_000_000);
    let start = open(PaymentId::FIRST, terms, now);
    let mut payment = start.clone();
    let mut history = Vec::new();
    let mut ledger = Ledger::default();
    for (tried, minutes) in steps {
        now = now.plus(Span::from_secs(minutes * 60));
        let before = payment.clone();
        let late = Version::new(1);
        let reference = before.pending.map_or(late, |pending| pending.reference);
        let command = match tried {
            Tried::Command(command) => command,
            Tried::Outcome(outcome, current) => {
                let reference = if current { reference } else { late };
                match outcome {
                    Some(outcome) => Command::Settle { reference, outcome },
                    None => Command::RemainUnknown { reference },
                }
            }
        };
        let Ok(events) = decide(&before, command, now) else { continue };
        for event in events {
            payment = evolve(payment, &event, now);
            ledger.book(&payment, &event);
            history.push((now, event));
        }
        prop_assert!(payment.captured <= payment.authorized && payment.refunded <= payment.captured);
        prop_assert!(payment.authorized.get() <= AMOUNT && payment.refunded.get() >= 0);
        prop_assert!(!is_final(&before) || before == payment, "left a final state");
        prop_assert!(!(payment.is_open() && payment.captured.is_positive()));
        if payment.captured.is_positive() {
            let Some(method) = payment.method() else { return Err(TestCaseError::fail("paid by nothing")) };
            prop_assert!(payment.terms.allows(method), "paid by a method that is not allowed");
            prop_assert!(!manual || method.is_by_card(), "held by a method that cannot hold");
            prop_assert!(method.is_refundable() || payment.refunds == 0, "refunded what cannot be");
            prop_assert_eq!(method.is_by_card(), payment.card.is_some());
            prop_assert_eq!(method.is_by_card(), payment.source.is_none());
        }
    }
    let again = history.iter().fold(start, |payment, (at, event)| evolve(payment, event, *at));
    prop_assert_eq!(&again, &payment, "history tells another story");
    prop_assert_eq!(history.len(), usize::try_from(payment.version.get()).unwrap_or_default());
    prop_assert_eq!(ledger.sum, 0);
    prop_assert_eq!(-ledger.shop, payment.captured.get() - payment.refunded.get() + ledger.fees);
    let refunded: i64 = refunds(history.iter().map(|(at, event)| (*at, event)))
        .iter()
        .filter(|refund| refund.state == RefundState::Success)
        .map(|refund| refund.amount.get())
        .sum();
    prop_assert_eq!(refunded, payment.refunded.get());
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hundred_thousand_lives(life in life()) {
        run(life)?;
    }
}

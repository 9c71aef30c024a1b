//! What holds whatever anybody does to a payment, in whatever order.

use std::sync::Arc;

use domain::{
    Account, Approval, BankCode, CancelledBy, CaptureMode, CardEntry, CardSummary, Channel, CloseReason,
    Command, Confirmation, Currency, DeclineReason, Direction, Door, Event, Evidence, Expiry, External,
    FeeSchedule, Method, Minor, Money, MoneyState, OtherMethods, Outcome, Payment, PaymentId, PendingKind,
    PosCommand, PosCustomer, PosStage, Presented, RefundRules, RefundState, ShopId, Source, Span,
    TerminalCommand, TerminalId, TerminalTerms, Terms, Timestamp, Tip, Verdict, Version, Windows, decide,
    entries, evolve, open, refunds,
};
use proptest::prelude::*;

const AMOUNT: i64 = 10_000;

/// Where a payment is made.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Place {
    Page { capture: CaptureMode },
    Terminal { direction: Direction, tip: Tip },
    PointOfSale { amount_later: bool, minimum_age: Option<u8> },
}

fn place() -> impl Strategy<Value = Place> {
    let tip = prop_oneof![Just(Tip::None), Just(Tip::Ask), Just(Tip::Fixed(Minor::new(500)))];
    prop_oneof![
        Just(Place::Page { capture: CaptureMode::Automatic }),
        Just(Place::Page { capture: CaptureMode::Manual }),
        tip.prop_map(|tip| Place::Terminal { direction: Direction::Sale, tip }),
        Just(Place::Terminal { direction: Direction::Refund, tip: Tip::None }),
        point_of_sale(),
    ]
}

fn point_of_sale() -> impl Strategy<Value = Place> {
    (any::<bool>(), prop::option::weighted(0.2, Just(18)))
        .prop_map(|(amount_later, minimum_age)| Place::PointOfSale { amount_later, minimum_age })
}

fn terms(place: Place, fee: FeeSchedule) -> Terms {
    let (capture, terminal) = match place {
        Place::Page { capture } => (capture, None),
        Place::PointOfSale { .. } => (CaptureMode::Manual, None),
        Place::Terminal { direction, tip } => {
            (CaptureMode::Manual, Some(TerminalTerms { terminal: TerminalId::new(1), direction, tip }))
        }
    };
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
        card_allowed: matches!(place, Place::Page { .. }),
        other_methods: if matches!(place, Place::Page { .. }) {
            OtherMethods::Any
        } else {
            OtherMethods::None
        },
        preselected: None,
        windows: Windows::default(),
        fee,
        terminal,
        on_file: domain::OnFile::default(),
        eet: None,
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
        2 => Just(Outcome::ApprovedAs(Approval { code: None, verification: domain::Verification::Pin })),
        1 => Just(Outcome::Declined(DeclineReason::WrongPin)),
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
        9 => at_terminal().prop_map(Command::Terminal),
        16 => at_point_of_sale().prop_map(Command::PointOfSale),
    ]
}

/// Attempts and presentations are mostly those that count now: 0 stands for them.
fn at_terminal() -> impl Strategy<Value = TerminalCommand> {
    let attempt = || prop_oneof![9 => Just(0_u32), 1 => 1..3_u32];
    let reason = prop_oneof![Just(CloseReason::CancelledByPayer), Just(CloseReason::DeviceFault)];
    let tip = prop_oneof![3 => Just(0_i64), 1 => -5..AMOUNT + 5];
    let presented = (attempt(), prop_oneof![9 => Just(0_u8), 1 => 1..4_u8], tip);
    prop_oneof![
        4 => attempt().prop_map(|attempt| TerminalCommand::Begin { attempt }),
        1 => attempt().prop_map(|attempt| TerminalCommand::Release { attempt }),
        2 => attempt().prop_map(|attempt| TerminalCommand::Contact { attempt }),
        8 => presented.prop_map(|(attempt, presentation, tip)| TerminalCommand::Present(Presented {
            attempt, presentation, card: card(), entry: CardEntry::Chip, tip: Minor::new(tip), conversion: None,
        })),
        6 => attempt().prop_map(|attempt| TerminalCommand::Complete { attempt }),
        1 => (prop::option::of(attempt()), reason)
            .prop_map(|(attempt, reason)| TerminalCommand::Abandon { attempt, reason }),
        2 => Just(TerminalCommand::Reverse),
    ]
}

/// Customers are mostly the same one, refunds mostly the first that is promised, which 0 stands for.
fn at_point_of_sale() -> impl Strategy<Value = PosCommand> {
    let phone = || prop_oneof![9 => Just(1_i64), 1 => Just(2_i64)];
    let age = prop_oneof![9 => Just(34_u8), 1 => Just(15_u8)];
    let number = || prop_oneof![9 => Just(0_u32), 1 => 1..4_u32];
    let currency = prop_oneof![9 => Just(Currency::CZK), 1 => Just(Currency::EUR)];
    let refunded = (1..AMOUNT / 2, currency, 0..4_u8);
    prop_oneof![
        6 => phone().prop_map(|phone| PosCommand::CheckIn(PosCustomer { phone, partial_capture: true })),
        4 => (-1..AMOUNT).prop_map(|amount| PosCommand::Agree(Money::new(Minor::new(amount), Currency::CZK))),
        8 => (phone(), age).prop_map(|(phone, age)| PosCommand::Accept { phone, age, card: card() }),
        1 => Just(PosCommand::Withdraw),
        6 => refunded.prop_map(|(amount, currency, order)| PosCommand::PromiseRefund {
            id: 7,
            amount: Money::new(Minor::new(amount), currency),
            order: order.to_string(),
            window: Span::from_days(90),
        }),
        4 => number().prop_map(|number| PosCommand::GiveRefund { number }),
        2 => number().prop_map(|number| PosCommand::ReleaseRefund { number }),
    ]
}

/// The same with what counts now in place of 0.
fn current_refund(command: PosCommand, payment: &Payment) -> PosCommand {
    let first = payment.pos.iter().flat_map(|at| &at.promised).map(|refund| refund.number).next();
    let first = first.unwrap_or_default();
    match command {
        PosCommand::GiveRefund { number: 0 } => PosCommand::GiveRefund { number: first },
        PosCommand::ReleaseRefund { number: 0 } => PosCommand::ReleaseRefund { number: first },
        other => other,
    }
}

/// The same with what counts now in place of 0.
fn current(command: Command, payment: &Payment) -> Command {
    let now = payment.terminal.map_or(0, |at| at.attempt);
    let attempt = |given| if given == 0 { now } else { given };
    let command = match command {
        Command::Terminal(command) => command,
        Command::PointOfSale(command) => return Command::PointOfSale(current_refund(command, payment)),
        other => return other,
    };
    Command::Terminal(match command {
        TerminalCommand::Release { attempt: given } => TerminalCommand::Release { attempt: attempt(given) },
        TerminalCommand::Contact { attempt: given } => TerminalCommand::Contact { attempt: attempt(given) },
        TerminalCommand::Complete { attempt: given } => TerminalCommand::Complete { attempt: attempt(given) },
        TerminalCommand::Abandon { attempt: given, reason } => {
            TerminalCommand::Abandon { attempt: given.map(attempt), reason }
        }
        TerminalCommand::Present(mut presented) => {
            presented.attempt = attempt(presented.attempt);
            if presented.presentation == 0 {
                presented.presentation = payment.attempts + 1;
            }
            TerminalCommand::Present(presented)
        }
        TerminalCommand::Begin { attempt: 0 } => TerminalCommand::Begin { attempt: now + 1 },
        TerminalCommand::Begin { .. } | TerminalCommand::Reverse => command,
    })
}

/// Something tried. An outcome belongs to what is pending when it comes, or to something long over.
#[derive(Clone, Debug)]
enum Tried {
    Command(Command),
    Outcome(Option<Outcome>, bool),
}

/// A payment's life: how it was created, and what was tried after how many minutes each.
fn life() -> impl Strategy<Value = (Place, u16, Vec<(Tried, i64)>)> {
    let anywhere = (place(), 0..300_u16, prop::collection::vec((tried(), 0..2_000_i64), 1..24));
    // At a point of sale little time passes, and mostly what is done there is tried.
    let minutes = prop_oneof![40 => 0..60_i64, 1 => 0..20_000_i64];
    let tried_there = prop_oneof![
        10 => at_point_of_sale().prop_map(|command| Tried::Command(Command::PointOfSale(command))),
        3 => amount().prop_map(|amount| {
            Tried::Command(Command::Capture { amount, partial_allowed: true })
        }),
        1 => tried(),
        6 => outcome().prop_map(|outcome| Tried::Outcome(Some(outcome), true)),
    ];
    let there = (point_of_sale(), 0..300_u16, prop::collection::vec((tried_there, minutes), 1..32));
    prop_oneof![3 => anywhere, 1 => there]
}

fn is_final(payment: &Payment) -> bool {
    match payment.money {
        // What was abandoned may still be held: that is not over before it is known.
        MoneyState::Closed(_) => payment.pending.is_none(),
        MoneyState::Captured => payment.refunded == payment.captured,
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
                Account::Acquirer | Account::Bank => {}
            }
        }
    }
}

fn run((place, basis_points, steps): (Place, u16, Vec<(Tried, i64)>)) -> Result<(), TestCaseError> {
    let terms = Arc::new(terms(place, FeeSchedule { basis_points, fixed_minor: 3 }));
    let mut now = Timestamp::from_millis(1_700_000_000_000);
    let start = open(PaymentId::FIRST, terms, now);
    let mut history = Vec::new();
    if let Place::PointOfSale { amount_later, minimum_age } = place {
        history.push((now, Event::Offered { pos: 1, merchant: 1, minimum_age, amount_later }));
    }
    let mut payment = history.iter().fold(start.clone(), |payment, (at, event)| evolve(payment, event, *at));
    let mut ledger = Ledger::default();
    for (tried, minutes) in steps {
        now = now.plus(Span::from_secs(minutes * 60));
        let before = payment.clone();
        let late = Version::new(1);
        let reference = before.pending.map_or(late, |pending| pending.reference);
        let command = match tried {
            Tried::Command(command) => current(command, &before),
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
        prop_assert!(payment.authorized.get() <= 2 * AMOUNT && payment.refunded.get() >= 0);
        prop_assert!(!is_final(&before) || before == payment, "left a final state");
        let closed = matches!(payment.money, MoneyState::Closed(_));
        prop_assert!(closed || !matches!(before.money, MoneyState::Closed(_)), "opened again");
        prop_assert!(!(payment.is_open() && payment.captured.is_positive()));
        at_the_counter(&before, &payment)?;
        if payment.captured.is_positive() && payment.terminal.is_none() {
            let Some(method) = payment.method() else { return Err(TestCaseError::fail("paid by nothing")) };
            let allowed = payment.pos.is_some() || payment.terms.allows(method);
            prop_assert!(allowed, "paid by a method that is not allowed");
            prop_assert!(
                !payment.is_preauthorised() || method.is_by_card(),
                "held by a method that cannot hold"
            );
            prop_assert!(method.is_refundable() || payment.refunds == 0, "refunded what cannot be");
            prop_assert_eq!(method.is_by_card(), payment.card.is_some());
            prop_assert_eq!(method.is_by_card(), payment.source.is_none());
        }
    }
    let again = history.iter().fold(start, |payment, (at, event)| evolve(payment, event, *at));
    prop_assert_eq!(&again, &payment, "history tells another story");
    prop_assert_eq!(history.len(), usize::try_from(payment.version.get()).unwrap_or_default());
    prop_assert_eq!(ledger.sum, 0);
    let reversed = payment.money == MoneyState::Closed(CloseReason::Reversed);
    let moved = if reversed { 0 } else { payment.captured.get() - payment.refunded.get() };
    let sign = if payment.is_payout_to_the_payer() { -1 } else { 1 };
    prop_assert_eq!(-ledger.shop, sign * moved + ledger.fees);
    prop_assert!(!reversed || ledger.fees == 0, "a fee was kept of what was given up");
    held_is_given_back(&payment, &history)?;
    let refunded: i64 = refunds(history.iter().map(|(at, event)| (*at, event)))
        .iter()
        .filter(|refund| refund.state == RefundState::Success)
        .map(|refund| refund.amount.get())
        .sum();
    prop_assert_eq!(refunded, payment.refunded.get());
    Ok(())
}

/// Where a payment at a point of sale is, in the words of those who stand there.
fn place_in_line(payment: &Payment) -> Option<&'static str> {
    payment.pos.as_ref()?;
    Some(match (payment.money, payment.pos_stage()) {
        (MoneyState::Open, Some(PosStage::Prepared)) => "prepared",
        (MoneyState::Open, Some(PosStage::Initiated)) => "initiated",
        (MoneyState::Open, Some(PosStage::Paired)) => "paired",
        (MoneyState::Open, Some(PosStage::Issued)) => "issued",
        (MoneyState::Open, None) => "nowhere",
        (MoneyState::Authorized, _) => "reserved",
        (MoneyState::Captured, _) => "captured",
        (MoneyState::Closed(CloseReason::Declined(_)), _) => "declined",
        (MoneyState::Closed(CloseReason::TooYoung), _) => "too young",
        (MoneyState::Closed(CloseReason::CancelledByPayer), _) => "cancelled by the customer",
        (MoneyState::Closed(CloseReason::CancelledByMerchant | CloseReason::Voided), _) => {
            "cancelled by the shop"
        }
        (MoneyState::Closed(CloseReason::Expired), _) => "expired",
        (MoneyState::Closed(CloseReason::Withdrawn), _) => "withdrawn",
        (MoneyState::Closed(CloseReason::HoldExpired), _) => "hold expired",
        (MoneyState::Closed(_), _) => "nowhere",
    })
}

/// Every step a payment at a point of sale may take, and what may be promised of it.
fn at_the_counter(before: &Payment, after: &Payment) -> Result<(), TestCaseError> {
    let (Some(from), Some(to)) = (place_in_line(before), place_in_line(after)) else { return Ok(()) };
    let waiting = ["prepared", "initiated", "paired", "issued"];
    let known = from == to
        || match to {
            "paired" => from == "prepared",
            "initiated" => from == "prepared",
            "issued" => from == "paired" || from == "initiated",
            "reserved" | "declined" | "too young" => from == "issued",
            "cancelled by the customer" => from == "paired" || from == "issued",
            "cancelled by the shop" => waiting.contains(&from) || from == "reserved",
            "expired" | "withdrawn" => waiting.contains(&from),
            "captured" | "hold expired" => from == "reserved",
            _ => false,
        };
    prop_assert!(known, "from {} to {}", from, to);
    let customer = |payment: &Payment| payment.pos.as_ref().and_then(|at| at.customer);
    prop_assert!(customer(before).is_none() || customer(before) == customer(after), "another customer");
    prop_assert!(before.agreed_amount().is_none() || before.amount() == after.amount(), "another amount");
    prop_assert!(after.authorized == Minor::ZERO || after.authorized == after.amount().amount);
    prop_assert!(after.promised().plus(after.refunded) <= after.captured, "promised too much");
    Ok(())
}

/// Of a payment at a terminal that is over without being captured, nothing stays held.
fn held_is_given_back(payment: &Payment, history: &[(Timestamp, Event)]) -> Result<(), TestCaseError> {
    let seen = |wanted: fn(&Event) -> bool| history.iter().filter(|(_, event)| wanted(event)).count();
    let approvals = seen(|event| matches!(event, Event::Authorised { .. } | Event::LateApproval { .. }));
    if payment.terminal.is_none() || approvals == 0 || !matches!(payment.money, MoneyState::Closed(_)) {
        return Ok(());
    }
    prop_assert_eq!(approvals, 1, "approved twice");
    let reversing = payment.pending.is_some_and(|pending| pending.kind == PendingKind::Reversal);
    let reversed = seen(|event| matches!(event, Event::ReversalConfirmed | Event::Reversed { .. }));
    prop_assert!(reversing || reversed == 1, "something is held for nobody");
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_hundred_thousand_lives(life in life()) {
        run(life)?;
    }
}

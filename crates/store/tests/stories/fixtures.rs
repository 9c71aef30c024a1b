//! Payments and changes as the gateway would make them.

use std::sync::Arc;

use domain::{
    CaptureMode, CardSummary, Currency, Door, Event, Expiry, FeeSchedule, Method, Minor, Money, Payment,
    PaymentId, ShopId, Terms, Timestamp, Windows, entries, evolve, open,
};
use store::{
    Attempt, Change, Claim, ClaimScope, Delivery, DeliveryState, NewNotification, Notification, PaymentWrite,
    Recorded, RecordedEntry,
};

/// The time at which stories begin.
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);
pub(crate) const SHOP: ShopId = ShopId::new(8_123_456_789);

pub(crate) fn at(millis: i64) -> Timestamp {
    Timestamp::from_millis(NOW.millis() + millis)
}

pub(crate) fn id(number: i64) -> PaymentId {
    PaymentId::new(PaymentId::FIRST.get() + number)
}

pub(crate) fn terms() -> Terms {
    Terms {
        door: Door::GoPay,
        shop: SHOP,
        amount: Money::new(Minor::new(139_950), Currency::CZK),
        capture: CaptureMode::Automatic,
        order_number: "2026-001".to_owned(),
        description: Some("Žluťoučký kůň \u{1f40e}".to_owned()),
        language: "cs".to_owned(),
        return_url: Some("https://shop.example/return".to_owned()),
        notification_url: None,
        card_allowed: true,
        other_methods: domain::OtherMethods::None,
        preselected: None,
        windows: Windows::default(),
        fee: FeeSchedule::default(),
        terminal: None,
        on_file: domain::OnFile::default(),
        eet: None,
        extra: r#"{"lang":"CS","items":[{"name":"kůň","amount":139950}]}"#.to_owned(),
    }
}

/// A payment that has just been created, and the change that creates it.
pub(crate) fn created(number: i64) -> (Payment, Change) {
    let payment = evolve(open(id(number), Arc::new(terms()), NOW), &Event::Created, NOW);
    let event = Recorded { version: payment.version, at: NOW, event: Event::Created };
    let write = Some(PaymentWrite::Insert(payment.clone()));
    (payment, Change { payment: write, events: vec![event], ..Change::default() })
}

/// The payment after some events, and the change that makes them durable.
pub(crate) fn advanced(before: &Payment, events: &[Event], now: Timestamp) -> (Payment, Change) {
    let mut payment = before.clone();
    let mut change = Change::default();
    for event in events {
        payment = evolve(payment, event, now);
        let version = payment.version;
        change.events.push(Recorded { version, at: now, event: event.clone() });
        change.entries.extend(entries(&payment, event).into_iter().map(|entry| RecordedEntry {
            payment: payment.id,
            version,
            at: now,
            entry,
        }));
    }
    change.payment = Some(PaymentWrite::Update { payment: payment.clone(), expected: before.version });
    (payment, change)
}

/// An event that may happen to an open payment any number of times.
pub(crate) fn method_chosen() -> Event {
    Event::MethodChosen { method: Method::Card }
}

pub(crate) fn paid(amount: Minor, fee: Minor) -> [Event; 3] {
    let card = CardSummary {
        first_six: "444444".to_owned(),
        last_four: "4448".to_owned(),
        expiry: Expiry::new(2030, 12).unwrap(),
        brand: "VISA".to_owned(),
        country: "CZE".to_owned(),
        bank: "AIR BANK".to_owned(),
        fingerprint: None,
    };
    [
        Event::AuthorisationSent { card },
        Event::Authorised { amount, approval: None },
        Event::Captured { amount, fee },
    ]
}

pub(crate) fn claim(key: &str, owner: &Payment) -> Claim {
    Claim {
        scope: ClaimScope::Idempotency,
        key: key.as_bytes().to_vec(),
        owner: owner.id,
        version: owner.version,
        fingerprint: owner.id.get().to_be_bytes().to_vec(),
        at: NOW,
    }
}

pub(crate) fn message(payment: &Payment, destination: &str, next_at: Timestamp) -> NewNotification {
    NewNotification {
        payment: payment.id,
        version: payment.version,
        url: format!("https://{destination}/notify?id={}", payment.id),
        destination: destination.to_owned(),
        created_at: NOW,
        next_at,
    }
}

/// The change that records an attempt to deliver a message.
pub(crate) fn attempted(message: &Notification, status: Option<u16>, next_at: Option<Timestamp>) -> Change {
    let number = message.attempts + 1;
    let state = match (status, next_at) {
        (_, Some(_)) => DeliveryState::Pending,
        (Some(200), None) => DeliveryState::Delivered,
        (_, None) => DeliveryState::GivenUp,
    };
    let attempt = Attempt {
        notification: message.id,
        number,
        at: NOW,
        status,
        error: status.is_none().then(|| "connection refused".to_owned()),
        elapsed_ms: 12,
    };
    delivery(message, state, number, next_at, Some(attempt))
}

pub(crate) fn delivery(
    message: &Notification,
    state: DeliveryState,
    attempts: u16,
    next_at: Option<Timestamp>,
    attempt: Option<Attempt>,
) -> Change {
    let delivery =
        Delivery { notification: message.id, payment: message.payment, state, attempts, next_at, attempt };
    Change { deliveries: vec![delivery], ..Change::default() }
}

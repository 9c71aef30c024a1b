//! Cards as a terminal sees them: PINs, limits without one, chips, signatures.
//!
//! What decides a presentation, first match wins: an outcome scripted for the payment, the test card, an amount that
//! ends in 04, how the cardholder has to be verified, else approval. The right PIN of every card is [`RIGHT_PIN`]; the third
//! wrong one for the same payment is the last.

use domain::{ApprovalCode, CardEntry, Currency, DeclineReason, Minor, Money, PaymentId, Verification};

use super::{Behaviour, Fault, MEMORY, Operation, Simulator, cards};
use crate::{Presentation, Reference, Reply, Verdict};

/// Of every simulated card.
pub const RIGHT_PIN: &str = "1234";
const PIN_TRIES: u8 = 3;

/// What is special about a card at a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trait {
    /// Contactless without a PIN up to the limit, a PIN otherwise.
    Usual,
    /// Above the contactless limit it wants to be inserted.
    InsertAboveLimit,
    /// Its chip checks the PIN itself.
    OfflinePin,
    /// It knows no PIN: its holder signs.
    Signature,
    /// A phone or a watch: its owner is verified by the device.
    Device,
    /// The acquirer or the issuer does what the test card's text says.
    AsDescribed,
}

/// A test card that can be held to a terminal.
#[derive(Debug, Clone, Copy)]
pub struct PlasticCard {
    pub number: &'static str,
    /// What happens, in a few plain words.
    pub effect: &'static str,
    pub brand: &'static str,
    pub special: Trait,
}

const fn plastic(
    number: &'static str,
    brand: &'static str,
    effect: &'static str,
    special: Trait,
) -> PlasticCard {
    PlasticCard { number, effect, brand, special }
}

/// The cards that are offered at a terminal. Every other test card does there what it does on a page.
pub const TERMINAL_CARDS: &[PlasticCard] = &[
    plastic("4444444444444448", "Visa", "approved; PIN above the contactless limit", Trait::Usual),
    plastic("5447380000000006", "MasterCard", "approved; PIN above the contactless limit", Trait::Usual),
    plastic(
        "4444440000001200",
        "Visa",
        "above the contactless limit it must be inserted",
        Trait::InsertAboveLimit,
    ),
    plastic("4444440000001218", "Visa", "PIN checked by the chip", Trait::OfflinePin),
    plastic("4444440000001226", "Visa", "signature instead of a PIN", Trait::Signature),
    plastic("4444440000001234", "Visa", "phone or watch, no PIN at all", Trait::Device),
    plastic("4444440000001150", "Visa", "declined: refused by the issuer", Trait::AsDescribed),
    plastic("4444440000001028", "Visa", "declined: insufficient funds", Trait::AsDescribed),
    plastic("4444440000001036", "Visa", "declined: card expired", Trait::AsDescribed),
    plastic("4444440000001051", "Visa", "declined: limit exceeded", Trait::AsDescribed),
    plastic("4444440000001069", "Visa", "declined: card blocked", Trait::AsDescribed),
    plastic("4444440000001077", "Visa", "declined: card lost or stolen", Trait::AsDescribed),
    plastic("4444440000001101", "Visa", "declined: card not supported", Trait::AsDescribed),
    plastic("4444440000001184", "Visa", "approved, but the answer is lost", Trait::AsDescribed),
    plastic("4444440000001192", "Visa", "the question is lost", Trait::AsDescribed),
];

/// What is paid contactless without a PIN.
fn contactless_limit(currency: Currency) -> Minor {
    match currency {
        Currency::CZK => Minor::new(50_000),
        Currency::PLN => Minor::new(10_000),
        Currency::HUF => Minor::new(1_500_000),
        _ => Minor::new(2_000),
    }
}

/// How a cardholder is verified, or what is missing for it.
enum Check {
    Verified(Verification),
    Missing(DeclineReason),
    WrongPin,
}

fn check(request: &Presentation<'_>) -> Check {
    let number = request.card.pan.expose();
    let special = TERMINAL_CARDS.iter().find(|card| card.number == number).map(|card| card.special);
    let above = request.money.amount > contactless_limit(request.money.currency);
    let tapped = request.entry == CardEntry::Contactless;
    if request.device_verified || (special == Some(Trait::Device) && tapped) {
        return Check::Verified(Verification::Device);
    }
    if let Some(pin) = request.pin {
        let right = pin.expose() == RIGHT_PIN;
        let by_card = special == Some(Trait::OfflinePin) && request.entry == CardEntry::Chip;
        return match (right, by_card) {
            (false, _) => Check::WrongPin,
            (true, true) => Check::Verified(Verification::OfflinePin),
            (true, false) => Check::Verified(Verification::Pin),
        };
    }
    match (request.entry, special) {
        (CardEntry::Contactless, _) if !above => Check::Verified(Verification::None),
        (CardEntry::Contactless, Some(Trait::InsertAboveLimit | Trait::OfflinePin | Trait::Signature)) => {
            Check::Missing(DeclineReason::ChipRequired)
        }
        (CardEntry::Swipe, _) | (_, Some(Trait::Signature)) => Check::Verified(Verification::Signature),
        (CardEntry::Manual, _) => Check::Verified(Verification::None),
        (CardEntry::Contactless | CardEntry::Chip, _) => Check::Missing(DeclineReason::PinRequired),
    }
}

impl Simulator {
    pub(super) fn verdict(&self, request: &Presentation<'_>) -> Verdict {
        let fault = self.fault(request);
        if fault.is_some() || self.is_scripted(request.reference.payment) {
            return with_code(self.answer(request.reference, Operation::Authorise, fault), request.reference);
        }
        let (payment, declined) = (request.reference.payment, |reason| Some(Fault::Decline(reason)));
        match check(request) {
            Check::Verified(verification) => {
                self.memory.lock().wrong_pins.remove(&payment);
                let reply = self.answer(request.reference, Operation::Authorise, None);
                Verdict { verification, ..with_code(reply, request.reference) }
            }
            Check::Missing(reason) => {
                self.answer(request.reference, Operation::Authorise, declined(reason)).into()
            }
            Check::WrongPin => {
                let left = PIN_TRIES.saturating_sub(self.count_wrong_pin(request.reference));
                let reason =
                    if left == 0 { DeclineReason::PinTriesExceeded } else { DeclineReason::WrongPin };
                let reply = self.answer(request.reference, Operation::Authorise, declined(reason));
                Verdict { pin_tries_left: Some(left), ..reply.into() }
            }
        }
    }

    fn is_scripted(&self, payment: PaymentId) -> bool {
        self.memory.lock().scripts.contains_key(&(payment, Operation::Authorise))
    }

    /// Counted once, however often the same is asked.
    fn count_wrong_pin(&self, reference: Reference) -> u8 {
        let mut memory = self.memory.lock();
        let asked_before = memory.answers.contains_key(&reference);
        let wrong_pins = &mut memory.wrong_pins;
        if wrong_pins.len() >= MEMORY {
            wrong_pins.clear();
        }
        let count = wrong_pins.entry(reference.payment).or_default();
        *count = count.saturating_add(u8::from(!asked_before));
        *count
    }
}

impl Simulator {
    fn fault(&self, request: &Presentation<'_>) -> Option<Fault> {
        match cards::find(&request.card.pan).map(|card| card.behaviour) {
            // Nobody is challenged in a browser at a terminal.
            Some(Behaviour::Approve | Behaviour::Challenge) | None => {
                let money = Money::new(request.money.amount, request.money.currency);
                self.usual(request.card, money)
            }
            Some(Behaviour::AuthenticationRefused) => Some(Fault::Decline(DeclineReason::Refused)),
            Some(Behaviour::Decline(DeclineReason::WrongCvc)) => Some(Fault::Decline(DeclineReason::Refused)),
            Some(Behaviour::Decline(reason)) => Some(Fault::Decline(reason)),
            Some(Behaviour::AnswerLost) => Some(Fault::AnswerLost),
            Some(Behaviour::QuestionLost) => Some(Fault::QuestionLost),
        }
    }
}

fn with_code(reply: Reply, reference: Reference) -> Verdict {
    let code = (reply == Reply::Approved).then(|| code(reference)).flatten();
    Verdict { code, ..reply.into() }
}

/// Six characters that the same approval always has.
fn code(reference: Reference) -> Option<ApprovalCode> {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    // Any mixing will do: the code identifies, it does not protect.
    let mut state = reference.payment.get().unsigned_abs().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    state ^= u64::from(reference.intent.get()).wrapping_mul(0xD6E8_FEB8_6659_FD93);
    let mut text = String::new();
    for _ in 0..6 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let place = usize::try_from(state >> 59).unwrap_or_default();
        text.push(char::from(LETTERS.get(place).copied().unwrap_or(b'A')));
    }
    ApprovalCode::parse(&text)
}

#[cfg(test)]
mod tests {
    use domain::{CardData, Direction, Expiry, Pan, Pin, Version};

    use super::*;

    fn present(
        simulator: &Simulator,
        number: &str,
        entry: CardEntry,
        pin: Option<&str>,
        amount: i64,
        intent: u32,
    ) -> Verdict {
        let card =
            CardData { pan: Pan::parse(number).unwrap(), expiry: Expiry::new(2030, 12).unwrap(), cvc: None };
        let pin = pin.map(|pin| Pin::parse(pin).unwrap());
        simulator.verdict(&Presentation {
            reference: Reference { payment: PaymentId::FIRST, intent: Version::new(intent) },
            money: Money::new(Minor::new(amount), Currency::CZK),
            direction: Direction::Sale,
            card: &card,
            entry,
            pin: pin.as_ref(),
            device_verified: false,
        })
    }

    #[test]
    fn every_card_of_a_terminal_is_a_card() {
        for card in TERMINAL_CARDS {
            assert!(Pan::parse(card.number).is_ok(), "{}", card.number);
        }
    }

    #[test]
    fn a_tap_is_enough_up_to_the_limit() {
        let simulator = Simulator::new();
        let tap = |number, amount, intent| {
            present(&simulator, number, CardEntry::Contactless, None, amount, intent).reply
        };
        assert_eq!(tap("4444444444444448", 50_000, 1), Reply::Approved);
        assert_eq!(tap("4444444444444448", 50_001, 2), Reply::Declined(DeclineReason::PinRequired));
        assert_eq!(tap("4444440000001200", 50_001, 3), Reply::Declined(DeclineReason::ChipRequired));
        assert_eq!(tap("4444440000001234", 50_001, 4), Reply::Approved);
        assert_eq!(tap("4444444444444448", 10_004, 5), Reply::Declined(DeclineReason::IssuerUnavailable));
    }

    #[test]
    fn the_third_wrong_pin_is_the_last() {
        let simulator = Simulator::new();
        let typed =
            |pin, intent| present(&simulator, "4444444444444448", CardEntry::Chip, Some(pin), 1_000, intent);
        assert_eq!(typed("9999", 1).pin_tries_left, Some(2));
        assert_eq!(typed("9999", 1).reply, Reply::Declined(DeclineReason::WrongPin), "asked twice");
        assert_eq!(typed("9999", 2).pin_tries_left, Some(1));
        let last = typed("9999", 3);
        assert_eq!(last.pin_tries_left, Some(0));
        assert_eq!(last.reply, Reply::Declined(DeclineReason::PinTriesExceeded));
        let right = typed(RIGHT_PIN, 4);
        assert_eq!((right.reply, right.verification), (Reply::Approved, Verification::Pin));
        assert_eq!(right.code, typed(RIGHT_PIN, 4).code);
    }

    #[test]
    fn a_chip_wants_its_pin_and_some_a_signature() {
        let simulator = Simulator::new();
        let insert = |number, pin, intent| present(&simulator, number, CardEntry::Chip, pin, 1_000, intent);
        assert_eq!(insert("4444444444444448", None, 1).reply, Reply::Declined(DeclineReason::PinRequired));
        assert_eq!(insert("4444440000001226", None, 2).verification, Verification::Signature);
        assert_eq!(insert("4444440000001218", Some(RIGHT_PIN), 3).verification, Verification::OfflinePin);
    }
}

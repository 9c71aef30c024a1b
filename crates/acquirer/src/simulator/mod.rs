//! An acquirer in the same process that behaves as the providers' sandboxes do (gopay.md §16), and fails
//! on demand.
//!
//! What decides an authorisation, first match wins: an outcome scripted for the payment, the test card,
//! an amount that ends in 04, else approval. Capture, void and refund are approved unless scripted.
//! It remembers what it answered, in bounded memory, so that an inquiry gets the truth; after a restart
//! it has never heard of anything, which is what makes the gateway's recovery worth testing.

mod accounts;
mod cards;
mod plastic;

use std::collections::{HashMap, VecDeque};

use async_trait::async_trait;
use domain::{BankAccount, BankCode, CardData, Currency, DeclineReason, Money, Pan, PaymentId, Source};
use parking_lot::Mutex;

pub use cards::{Behaviour, DEFAULT_CARD, TEST_CARDS, TestCard};
pub use plastic::{PlasticCard, RIGHT_PIN, TERMINAL_CARDS, Trait};

use crate::{
    Acquirer, Authentication, Authorisation, Collection, FollowUp, Issuer, Presentation, Reference, Reply,
    Verdict,
};

/// How many answers are remembered for inquiries, and how many scripted outcomes are kept.
const MEMORY: usize = 100_000;
/// Amounts that end so are declined, as in the real sandbox.
pub const DECLINED_ENDING: u8 = 4;

/// An operation a fault can be scripted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    Authorise,
    /// Of a card on file: scripted for the payment in which it was agreed.
    Charge,
    Capture,
    Void,
    Refund,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    Decline(DeclineReason),
    /// It is carried out, but the answer is lost on the way.
    AnswerLost,
    /// The question is lost on the way.
    QuestionLost,
}

#[derive(Debug, Default)]
struct Memory {
    answers: HashMap<Reference, Reply>,
    oldest: VecDeque<Reference>,
    scripts: HashMap<(PaymentId, Operation), Fault>,
    /// Wrong PINs of payments that still may be paid.
    wrong_pins: HashMap<PaymentId, u8>,
}

/// The simulated acquirer.
#[derive(Debug)]
pub struct Simulator {
    memory: Mutex<Memory>,
    /// The last two digits of amounts that are declined.
    declined_ending: Option<u8>,
}

impl Default for Simulator {
    fn default() -> Self {
        Self { memory: Mutex::default(), declined_ending: Some(DECLINED_ENDING) }
    }
}

impl Simulator {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// One that declines amounts with another ending, or none for their ending.
    #[must_use]
    pub fn declining(declined_ending: Option<u8>) -> Self {
        Self { declined_ending, ..Self::default() }
    }

    /// Decides the next operation of this kind on a payment, once. False when too many are waiting.
    pub fn script(&self, payment: PaymentId, operation: Operation, fault: Fault) -> bool {
        let mut memory = self.memory.lock();
        let room = memory.scripts.len() < MEMORY;
        if room {
            memory.scripts.insert((payment, operation), fault);
        }
        room
    }

    /// Forgets everything, as a new sandbox would.
    pub fn reset(&self) {
        *self.memory.lock() = Memory::default();
    }

    /// What was decided for the next charge that was agreed in a payment, unless this one has its answer already.
    fn scripted(&self, reference: Reference, agreed_in: PaymentId) -> Option<Fault> {
        let mut memory = self.memory.lock();
        if memory.answers.contains_key(&reference) {
            return None;
        }
        memory.scripts.remove(&(agreed_in, Operation::Charge))
    }

    fn answer(&self, reference: Reference, operation: Operation, usual: Option<Fault>) -> Reply {
        let mut memory = self.memory.lock();
        if let Some(known) = memory.answers.get(&reference) {
            return *known;
        }
        let scripted = memory.scripts.remove(&(reference.payment, operation));
        let (truth, heard) = match scripted.or(usual) {
            None => (Some(Reply::Approved), Reply::Approved),
            Some(Fault::Decline(reason)) => (Some(Reply::Declined(reason)), Reply::Declined(reason)),
            Some(Fault::AnswerLost) => (Some(Reply::Approved), Reply::Unknown),
            Some(Fault::QuestionLost) => (None, Reply::Unknown),
        };
        if let Some(truth) = truth {
            memory.remember(reference, truth);
        }
        heard
    }
}

impl Memory {
    fn remember(&mut self, reference: Reference, reply: Reply) {
        if self.oldest.len() >= MEMORY
            && let Some(oldest) = self.oldest.pop_front()
        {
            self.answers.remove(&oldest);
        }
        self.answers.insert(reference, reply);
        self.oldest.push_back(reference);
    }
}

impl Simulator {
    fn usual(&self, card: &CardData, money: Money) -> Option<Fault> {
        match cards::find(&card.pan).map(|card| card.behaviour) {
            Some(Behaviour::Decline(reason)) => Some(Fault::Decline(reason)),
            Some(Behaviour::AnswerLost) => Some(Fault::AnswerLost),
            Some(Behaviour::QuestionLost) => Some(Fault::QuestionLost),
            Some(Behaviour::Approve | Behaviour::Challenge | Behaviour::AuthenticationRefused) | None => {
                self.unlucky(money).then_some(Fault::Decline(DeclineReason::IssuerUnavailable))
            }
        }
    }

    fn unlucky(&self, money: Money) -> bool {
        self.declined_ending.is_some_and(|ending| money.amount.get() % 100 == i64::from(ending))
    }
}

#[async_trait]
impl Acquirer for Simulator {
    fn issuer(&self, pan: &Pan) -> Issuer {
        cards::find(pan).map_or_else(|| cards::by_first_digit(pan), |card| card.issuer)
    }

    async fn authenticate(&self, card: &CardData, _money: Money) -> Authentication {
        match cards::find(&card.pan).map(|card| card.behaviour) {
            Some(Behaviour::Challenge) => Authentication::Challenge,
            Some(Behaviour::AuthenticationRefused) => Authentication::Refused,
            _ => Authentication::Frictionless,
        }
    }

    async fn authorise(&self, request: Authorisation<'_>) -> Reply {
        let usual = self.usual(request.card, request.money);
        let usual = request.agreed_in.and_then(|first| self.scripted(request.reference, first)).or(usual);
        self.answer(request.reference, Operation::Authorise, usual)
    }

    async fn present(&self, request: Presentation<'_>) -> Verdict {
        self.verdict(&request)
    }

    async fn capture(&self, request: FollowUp) -> Reply {
        self.answer(request.reference, Operation::Capture, None)
    }

    async fn void(&self, request: FollowUp) -> Reply {
        self.answer(request.reference, Operation::Void, None)
    }

    async fn refund(&self, request: FollowUp) -> Reply {
        self.answer(request.reference, Operation::Refund, None)
    }

    async fn collect(&self, request: Collection<'_>) -> Reply {
        let usual = self.unlucky(request.money).then_some(Fault::Decline(DeclineReason::Refused));
        self.answer(request.reference, Operation::Authorise, usual)
    }

    fn payer_account(&self, bank: BankCode, payment: PaymentId) -> Source {
        accounts::of_payer(bank, payment)
    }

    fn collecting_account(&self, currency: Currency) -> Option<BankAccount> {
        accounts::collecting(currency)
    }

    async fn reverse(&self, reference: Reference) -> Reply {
        self.memory.lock().remember(reference, Reply::NeverHappened);
        Reply::Approved
    }

    async fn inquire(&self, reference: Reference) -> Reply {
        self.memory.lock().answers.get(&reference).copied().unwrap_or(Reply::NeverHappened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Version;

    fn reference(intent: u32) -> Reference {
        Reference { payment: PaymentId::FIRST, intent: Version::new(intent) }
    }

    #[test]
    fn the_same_reference_gets_the_same_answer() {
        let simulator = Simulator::new();
        simulator.script(PaymentId::FIRST, Operation::Refund, Fault::Decline(DeclineReason::Refused));
        let first = simulator.answer(reference(1), Operation::Refund, None);
        assert_eq!(first, Reply::Declined(DeclineReason::Refused));
        assert_eq!(simulator.answer(reference(1), Operation::Refund, None), first);
        assert_eq!(simulator.answer(reference(2), Operation::Refund, None), Reply::Approved);
    }

    #[test]
    fn a_lost_answer_is_found_by_inquiry_and_a_lost_question_is_not() {
        let simulator = Simulator::new();
        assert_eq!(
            simulator.answer(reference(1), Operation::Authorise, Some(Fault::AnswerLost)),
            Reply::Unknown
        );
        assert_eq!(simulator.memory.lock().answers.get(&reference(1)), Some(&Reply::Approved));
        simulator.answer(reference(2), Operation::Authorise, Some(Fault::QuestionLost));
        assert_eq!(simulator.memory.lock().answers.get(&reference(2)), None);
    }

    #[test]
    fn every_test_card_is_a_card() {
        for card in TEST_CARDS {
            assert!(Pan::parse(card.number).is_ok(), "{}", card.number);
        }
    }
}

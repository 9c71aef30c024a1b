//! The test cards: those of the provider's sandbox (gopay.md §16), then ours, one for each thing that can
//! happen to a card.

use domain::{DeclineReason, Pan};

use crate::Issuer;

/// What a test card does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Behaviour {
    Approve,
    Challenge,
    AuthenticationRefused,
    Decline(DeclineReason),
    AnswerLost,
    QuestionLost,
}

/// A card number anybody may know.
#[derive(Debug, Clone, Copy)]
pub struct TestCard {
    pub number: &'static str,
    /// What happens, in a few plain words.
    pub effect: &'static str,
    pub issuer: Issuer,
    pub behaviour: Behaviour,
}

const VISA: Issuer = Issuer { brand: "Visa Gold", country: "POL", bank: "CREDIT AGRICOLE BANK POLSKA, S.A." };
const MASTERCARD: Issuer = Issuer { brand: "MasterCard", country: "CZE", bank: "TEST BANK" };
const ELECTRON: Issuer = Issuer { brand: "VISA Electron", country: "CZE", bank: "KOMERCNI BANKA, A.S." };
const OURS: Issuer = Issuer { brand: "VISA", country: "CZE", bank: "TEST BANK" };

const fn card(number: &'static str, effect: &'static str, issuer: Issuer, behaviour: Behaviour) -> TestCard {
    TestCard { number, effect, issuer, behaviour }
}

const fn declined(number: &'static str, effect: &'static str, reason: DeclineReason) -> TestCard {
    card(number, effect, OURS, Behaviour::Decline(reason))
}

/// Pays when nothing else is asked for.
pub const DEFAULT_CARD: &str = "4444444444444448";

/// Every card with a behaviour of its own. Any other number that passes the Luhn check is approved.
pub const TEST_CARDS: &[TestCard] = &[
    card("4444444444444448", "approved", VISA, Behaviour::Approve),
    card("5447380000000006", "approved", MASTERCARD, Behaviour::Approve),
    card("4188030000000003", "approved", ELECTRON, Behaviour::Approve),
    card("4444440000001002", "approved after a 3-D Secure challenge", OURS, Behaviour::Challenge),
    card("4444440000001010", "refused by 3-D Secure", OURS, Behaviour::AuthenticationRefused),
    declined("4444440000001150", "declined: refused by the issuer", DeclineReason::Refused),
    declined("4444440000001028", "declined: insufficient funds", DeclineReason::InsufficientFunds),
    declined("4444440000001036", "declined: card expired", DeclineReason::CardExpired),
    declined("4444440000001044", "declined: wrong CVC", DeclineReason::WrongCvc),
    declined("4444440000001051", "declined: limit exceeded", DeclineReason::LimitExceeded),
    declined("4444440000001069", "declined: card blocked", DeclineReason::CardBlocked),
    declined("4444440000001077", "declined: card lost or stolen", DeclineReason::LostOrStolen),
    declined("4444440000001085", "declined: issuer unavailable", DeclineReason::IssuerUnavailable),
    declined("4444440000001093", "declined: problem with the account", DeclineReason::AccountProblem),
    declined("4444440000001101", "declined: card not supported", DeclineReason::CardNotSupported),
    declined("4444440000001119", "declined: region not supported", DeclineReason::RegionNotSupported),
    declined("4444440000001127", "declined: suspected fraud", DeclineReason::SuspectedFraud),
    declined("4444440000001135", "declined: duplicate transaction", DeclineReason::Duplicate),
    declined("4444440000001143", "declined: technical problem", DeclineReason::TechnicalProblem),
    card("4444440000001184", "approved, but the answer is lost", OURS, Behaviour::AnswerLost),
    card("4444440000001192", "the question is lost", OURS, Behaviour::QuestionLost),
];

pub(super) fn find(pan: &Pan) -> Option<&'static TestCard> {
    TEST_CARDS.iter().find(|card| card.number == pan.expose())
}

pub(super) fn by_first_digit(pan: &Pan) -> Issuer {
    let brand = match pan.first_six().as_bytes().first() {
        Some(b'4') => "VISA",
        Some(b'2' | b'5') => "MasterCard",
        Some(b'3') => "American Express",
        _ => "Maestro",
    };
    Issuer { brand, ..OURS }
}

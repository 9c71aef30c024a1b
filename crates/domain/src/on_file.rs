//! Cards that are kept for later: what a payment has to do with them. The card itself is in the gateway's vault, and of
//! it a payment knows no more than its keyed fingerprint.

use serde::{Deserialize, Serialize};

use crate::{CardSummary, PaymentId, RecurrenceTerms};

/// What was agreed about cards on file. The default is nothing at all.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OnFile {
    /// This payment is the first of a recurrence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recurrence: Option<RecurrenceTerms>,
    /// This payment is a later one; its payer agreed with the first, which is this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<PaymentId>,
    /// The card that pays is kept for the shop, which gets a token that stands for it.
    #[serde(skip_serializing_if = "is_false")]
    pub keep: bool,
    /// What the payer finds beside the payment in the bank's list of transactions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub statement_text: Option<String>,
    /// The only card that may pay.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub only: Option<OnlyCard>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
fn is_false(flag: &bool) -> bool {
    !flag
}

/// A card by which a payment is bound.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OnlyCard {
    /// The stored card's number.
    pub card: i64,
    pub first_six: String,
    pub last_four: String,
    /// Absent for a card of which only this much was ever known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<String>,
}

impl OnlyCard {
    #[must_use]
    pub fn is(&self, card: &CardSummary) -> bool {
        match &self.fingerprint {
            Some(fingerprint) => card.fingerprint.as_ref() == Some(fingerprint),
            None => self.first_six == card.first_six && self.last_four == card.last_four,
        }
    }
}

impl OnFile {
    /// Whether this card may pay.
    #[must_use]
    pub fn admits(&self, card: &CardSummary) -> bool {
        self.only.as_ref().is_none_or(|only| only.is(card))
    }

    /// Whether the card that pays has to be kept, if only until it is known whether it has paid.
    #[must_use]
    pub const fn needs_card(&self) -> bool {
        self.keep || self.recurrence.is_some()
    }

    /// Whether the shop is told which card it was.
    #[must_use]
    pub const fn tells_card(&self) -> bool {
        self.keep || self.only.is_some()
    }
}

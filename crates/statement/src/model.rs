//! What a statement is about and what stands on it: the head, the movements and their totals.

use domain::{Currency, Minor, Timestamp};
use jiff::civil::Date;

use crate::{AccountNumber, Period, VariableSymbol};

/// The head of a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// Who keeps the account, as it is named in the file.
    pub provider: String,
    /// Whose account it is.
    pub owner: String,
    /// The GoID of a shop, or the login of Comgate's client.
    pub login: String,
    pub account: AccountNumber,
    pub currency: Currency,
    pub period: Period,
    /// The balance before the period's first midnight.
    pub opening: Minor,
    /// Running in the year.
    pub number: u32,
    pub issued: Timestamp,
    /// The symbol of the bulk transfer a Comgate statement is about.
    pub transfer: Option<VariableSymbol>,
}

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    Payment,
    RecurrentPayment,
    Refund,
    /// A payment that was cancelled after it had been booked.
    Reversal,
    /// A fee that belongs to no payment.
    Fee,
    /// The balance, or a part of it, sent to the owner's bank account.
    Payout,
    Correction,
}

impl Kind {
    pub const ALL: [Self; 7] = [
        Self::Payment,
        Self::RecurrentPayment,
        Self::Refund,
        Self::Reversal,
        Self::Fee,
        Self::Payout,
        Self::Correction,
    ];

    /// The word in files for machines.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Payment => "PAYMENT",
            Self::RecurrentPayment => "RECURRENT_PAYMENT",
            Self::Refund => "REFUND",
            Self::Reversal => "REVERSAL",
            Self::Fee => "FEE",
            Self::Payout => "PAYOUT",
            Self::Correction => "CORRECTION",
        }
    }

    /// The word in Czech files.
    #[must_use]
    pub const fn czech(self) -> &'static str {
        match self {
            Self::Payment => "Platba",
            Self::RecurrentPayment => "Opakovaná platba",
            Self::Refund => "Vrácení platby",
            Self::Reversal => "Storno platby",
            Self::Fee => "Poplatek",
            Self::Payout => "Výplata",
            Self::Correction => "Oprava",
        }
    }
}

/// One line of a statement. Its texts may be anything a payer or a shop wrote; empty ones are left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Movement {
    /// Its number, the same in every file it stands in.
    pub id: u64,
    pub at: Timestamp,
    /// When the money counts; the day of `at` when it is not said.
    pub value_date: Option<Date>,
    pub kind: Kind,
    /// What it adds to the balance before its fee; negative for what is taken away.
    pub gross: Minor,
    /// What its fee adds to the balance: negative for a fee, positive for one given back.
    pub fee: Minor,
    /// The payment as its door spells it.
    pub payment: String,
    /// The payment it repeats or belongs to, spelled likewise.
    pub parent: String,
    /// The order number, or Comgate's `refId`.
    pub order: String,
    pub symbol: Option<VariableSymbol>,
    /// The other side by name.
    pub counterparty: String,
    pub counter_account: Option<AccountNumber>,
    pub payer_email: String,
    /// How it was paid, in the door's words.
    pub method: String,
    pub card_brand: String,
    /// The masked card or the payer's account.
    pub instrument: String,
    pub description: String,
    /// What the shop added to the payment: name and value. Files have places for the first four.
    pub parameters: Vec<(String, String)>,
}

impl Movement {
    /// A movement that says no more than it must.
    #[must_use]
    pub const fn new(id: u64, at: Timestamp, kind: Kind, gross: Minor) -> Self {
        Self {
            id,
            at,
            value_date: None,
            kind,
            gross,
            fee: Minor::ZERO,
            payment: String::new(),
            parent: String::new(),
            order: String::new(),
            symbol: None,
            counterparty: String::new(),
            counter_account: None,
            payer_email: String::new(),
            method: String::new(),
            card_brand: String::new(),
            instrument: String::new(),
            description: String::new(),
            parameters: Vec::new(),
        }
    }

    /// What it adds to the balance.
    #[must_use]
    pub const fn net(&self) -> Minor {
        self.gross.plus(self.fee)
    }
}

/// What a statement's movements come to. It is counted before the file is written, by a query or by a first pass.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    pub movements: u64,
    /// The sum of all that was added, fees given back included.
    pub credits: Minor,
    /// The sum of all that was taken away, fees included; not negative.
    pub debits: Minor,
}

impl Totals {
    pub fn count(&mut self, movement: &Movement) {
        self.movements = self.movements.saturating_add(1);
        for part in [movement.gross, movement.fee] {
            if part.is_positive() {
                self.credits = self.credits.plus(part);
            } else {
                self.debits = self.debits.minus(part);
            }
        }
    }

    #[must_use]
    pub const fn closing(&self, opening: Minor) -> Minor {
        opening.plus(self.credits).minus(self.debits)
    }
}

impl<'a> FromIterator<&'a Movement> for Totals {
    fn from_iter<I: IntoIterator<Item = &'a Movement>>(movements: I) -> Self {
        let mut totals = Self::default();
        for movement in movements {
            totals.count(movement);
        }
        totals
    }
}

//! The ledger: append-only double entry. A debit is positive, a credit negative, and the entries of one
//! event sum to zero in its currency. An authorisation moves nothing; capture, fee and refund do.

use crate::{Event, Minor, Money, Payment, ShopId};

/// Whose money an entry is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// What the acquirer owes us: an asset.
    Acquirer,
    /// What we owe a shop: a liability.
    Shop(ShopId),
    /// What we have earned.
    Fees,
    /// Our own account at a bank, from which shops are paid: an asset.
    Bank,
}

impl Account {
    /// The account's number in the database: a kind and an owner.
    #[must_use]
    pub const fn key(self) -> (i16, i64) {
        match self {
            Self::Acquirer => (1, 0),
            Self::Shop(shop) => (2, shop.get()),
            Self::Fees => (3, 0),
            Self::Bank => (4, 0),
        }
    }

    #[must_use]
    pub const fn from_key(kind: i16, owner: i64) -> Option<Self> {
        match kind {
            1 => Some(Self::Acquirer),
            2 => Some(Self::Shop(ShopId::new(owner))),
            3 => Some(Self::Fees),
            4 => Some(Self::Bank),
            _ => None,
        }
    }
}

/// One line of the ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    pub account: Account,
    /// Debit positive, credit negative.
    pub money: Money,
}

/// The entries an event makes; none for most events.
#[must_use]
pub fn entries(payment: &Payment, event: &Event) -> Vec<Entry> {
    let shop = Account::Shop(payment.terms.shop);
    let entries = match event {
        Event::Captured { amount, .. } if payment.is_payout_to_the_payer() => {
            transfer(payment, shop, Account::Acquirer, *amount)
        }
        Event::Reversed { amount, .. } if payment.is_payout_to_the_payer() => {
            transfer(payment, Account::Acquirer, shop, *amount)
        }
        Event::Reversed { amount, fee } => {
            let mut entries = transfer(payment, shop, Account::Acquirer, *amount);
            entries.extend(transfer(payment, Account::Fees, shop, *fee));
            entries
        }
        Event::Captured { amount, fee } => {
            let mut entries = transfer(payment, Account::Acquirer, shop, *amount);
            entries.extend(transfer(payment, shop, Account::Fees, *fee));
            entries
        }
        Event::Refunded { amount, .. } => transfer(payment, shop, Account::Acquirer, *amount),
        _ => vec![],
    };
    let sum: i64 = entries.iter().map(|entry| entry.money.amount.get()).sum();
    assert!(sum == 0, "the entries of an event do not sum to zero");
    entries
}

fn transfer(payment: &Payment, debit: Account, credit: Account, amount: Minor) -> Vec<Entry> {
    if amount == Minor::ZERO {
        return vec![];
    }
    let money = |amount| Money::new(amount, payment.amount().currency);
    vec![
        Entry { account: debit, money: money(amount) },
        Entry { account: credit, money: money(amount.negated()) },
    ]
}

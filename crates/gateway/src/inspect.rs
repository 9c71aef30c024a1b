//! Looking without touching: a payment's history and its lines in the ledger, the balances, and how far a
//! sandbox's clock is ahead. For the operator, the tester and the check that the books add up.

use std::collections::BTreeMap;

use domain::{Currency, Minor, PaymentId, Span};

pub use store::{Balance, Recorded, RecordedEntry};

use crate::error::Error;
use crate::gateway::Gateway;

impl Gateway {
    /// Everything that happened to a payment, oldest first; empty for one that does not exist.
    pub async fn events_of(&self, id: PaymentId) -> Result<Vec<Recorded>, Error> {
        Ok(self.store.events(id).await?)
    }

    /// A payment's ledger entries, oldest first.
    pub async fn ledger_of(&self, id: PaymentId) -> Result<Vec<RecordedEntry>, Error> {
        Ok(self.store.entries(id).await?)
    }

    /// The balances of all accounts, folded from every entry there is.
    pub async fn balances(&self) -> Result<Vec<Balance>, Error> {
        Ok(self.store.balances().await?)
    }

    /// How far the clock is ahead of the machine's; `None` outside a sandbox.
    #[must_use]
    pub fn clock_ahead(&self) -> Option<Span> {
        self.sandbox.as_ref().map(|parts| parts.clock.ahead_after(Span::default()))
    }
}

/// What the balances of each currency sum to. Anything but zero means that the books are wrong.
#[must_use]
pub fn sums(balances: &[Balance]) -> BTreeMap<Currency, Minor> {
    let mut sums = BTreeMap::new();
    for balance in balances {
        let sum = sums.entry(balance.currency).or_insert(Minor::ZERO);
        *sum = sum.plus(balance.amount);
    }
    sums
}

#[cfg(test)]
mod tests {
    use domain::{Account, ShopId};

    use super::*;

    #[test]
    fn currencies_are_summed_apart() {
        let balance = |account, currency, amount| Balance { account, currency, amount: Minor::new(amount) };
        let sums = sums(&[
            balance(Account::Acquirer, Currency::CZK, 1_000),
            balance(Account::Shop(ShopId::new(1)), Currency::CZK, -1_000),
            balance(Account::Acquirer, Currency::EUR, 5),
        ]);
        assert_eq!(
            sums.into_iter().collect::<Vec<_>>(),
            [(Currency::CZK, Minor::ZERO), (Currency::EUR, Minor::new(5))]
        );
    }
}

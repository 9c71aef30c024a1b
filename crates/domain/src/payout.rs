//! Payouts: what a shop has earned is transferred to its bank account.

use serde::{Deserialize, Serialize};

use crate::{Account, Entry, LocalNumber, Minor, Money, PaymentId, ShopId, Timestamp};

/// Whether and whither a shop is paid. By default it is not: the balance grows until somebody decides otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PayoutPlan {
    /// On every business day what was earned until its beginning.
    pub daily: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account: Option<LocalNumber>,
}

/// One transfer to a shop, in one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    pub id: PaymentId,
    pub shop: ShopId,
    pub money: Money,
    /// The day of the transfer, `2026-03-28`.
    pub day: String,
    /// It settles what was booked from this moment …
    pub from: Timestamp,
    /// … until before this one.
    pub until: Timestamp,
    pub made_at: Timestamp,
    /// 1 for the first of a shop and currency.
    pub number: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<LocalNumber>,
}

impl Payout {
    /// What the ledger says of it: less is owed to the shop, and less is in the bank.
    #[must_use]
    pub fn entries(&self) -> [Entry; 2] {
        let money = |amount| Money::new(amount, self.money.currency);
        [
            Entry { account: Account::Shop(self.shop), money: money(self.money.amount) },
            Entry { account: Account::Bank, money: money(self.money.amount.negated()) },
        ]
    }

    /// The variable symbol of the transfer: ten digits at most.
    #[must_use]
    pub const fn variable_symbol(&self) -> i64 {
        self.id.get() % 10_000_000_000
    }
}

/// What can be paid out of a shop's account: what it is owed, and nothing when it owes.
#[must_use]
pub fn payable(balance: Minor) -> Option<Minor> {
    let owed = balance.negated();
    owed.is_positive().then_some(owed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Currency;

    #[test]
    fn a_payout_sums_to_zero_and_pays_what_is_owed() {
        let money = Money::new(payable(Minor::new(-98_00)).unwrap(), Currency::CZK);
        let (from, until) = (Timestamp::from_millis(0), Timestamp::from_millis(1));
        let (shop, day) = (ShopId::new(7), "2026-03-28".to_owned());
        let id = PaymentId::new(12_345_678_901);
        let payout = Payout { id, shop, money, day, from, until, made_at: until, number: 1, account: None };
        let [to_shop, bank] = payout.entries();
        assert_eq!((to_shop.account, to_shop.money.amount.get()), (Account::Shop(shop), 98_00));
        assert_eq!((bank.account, bank.money.amount.get()), (Account::Bank, -98_00));
        assert_eq!(payout.variable_symbol(), 2_345_678_901);
        assert_eq!((payable(Minor::ZERO), payable(Minor::new(5))), (None, None));
    }
}

//! The ledger.

use domain::{Account, Currency, Event, Minor};
use store::Balance;

use crate::fixtures::{SHOP, advanced, at, created, paid};
use crate::house::House;

pub(crate) async fn entries_come_back_in_order_and_sum_to_zero(house: House) {
    assert_eq!(house.store.balances().await.unwrap(), []);
    let (amount, fee) = (Minor::new(139_950), Minor::new(1_500));
    let mut expected = Vec::new();
    for number in 1..=3 {
        let (payment, change) = created(number);
        house.store.commit(change).await.unwrap();
        let (payment, capture) = advanced(&payment, &paid(amount, fee), at(1));
        expected = capture.entries.clone();
        house.store.commit(capture).await.unwrap();
        if number == 3 {
            let refund = [
                Event::RefundSent { number: 1, amount },
                Event::Refunded { number: 1, amount: Minor::new(50) },
            ];
            let (_, refund) = advanced(&payment, &refund, at(2));
            expected.extend(refund.entries.clone());
            house.store.commit(refund).await.unwrap();
        }
    }
    let third = house.store.entries(crate::fixtures::id(3)).await.unwrap();
    assert_eq!(third.len(), 6);
    assert_eq!(third, expected);

    let balance = |account, amount| Balance { account, currency: Currency::CZK, amount: Minor::new(amount) };
    let balances = house.store.balances().await.unwrap();
    assert_eq!(
        balances,
        [
            balance(Account::Acquirer, 3 * 139_950 - 50),
            balance(Account::Shop(SHOP), 3 * (1_500 - 139_950) + 50),
            balance(Account::Fees, -3 * 1_500),
        ]
    );
    assert_eq!(balances.iter().map(|balance| balance.amount.get()).sum::<i64>(), 0);
}

//! A batch with its totals (gptom.md §5.7, §9). One currency is told in full, the terminal's first; others follow in the
//! same form. The total is what the merchant gets: the sum of the ledger's entries for the same transactions.

use domain::{Batch, BatchRow, Currency, Minor, Terminal, TransactionKind};
use serde_json::{Map, Value, json};

use crate::names;
use crate::profile::{decimal, write};
use crate::routes::App;
use crate::time;

/// Means of payment that have a sub-batch, whether or not this server takes them.
const METHODS: [&str; 5] = ["CARD", "CASH", "ACCOUNT_PAYMENT", "BLIK_PAYMENT", "PAYMENT_GATEWAY"];

/// What was done in one currency.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Totals {
    sales: i64,
    sold: Minor,
    voids: i64,
    voided: Minor,
    tips: i64,
    tip: Minor,
    tipped: Minor,
}

impl Totals {
    fn of(batch: &Batch, currency: Currency) -> Self {
        let rows = batch.rows.iter().filter(|row| row.currency == currency);
        rows.fold(Self::default(), |mut sum, row| {
            sum.add(row);
            sum
        })
    }

    fn add(&mut self, row: &BatchRow) {
        let count = i64::from(row.count);
        match row.kind {
            TransactionKind::Sale => {
                self.sales += count;
                self.sold = self.sold.plus(row.amount);
                self.add_tips(row, 1);
            }
            TransactionKind::SaleVoid => {
                self.void(count, row.amount);
                // Tips of sales that were voided in the same batch do not count.
                self.add_tips(row, -1);
            }
            TransactionKind::EarlierSaleVoid | TransactionKind::Refund => self.void(count, row.amount),
            // The money comes back to the merchant.
            TransactionKind::RefundVoid | TransactionKind::EarlierRefundVoid => {
                self.void(count, Minor::new(-row.amount.get()));
            }
        }
    }

    fn void(&mut self, count: i64, amount: Minor) {
        self.voids += count;
        self.voided = self.voided.plus(amount);
    }

    fn add_tips(&mut self, row: &BatchRow, sign: i64) {
        self.tips += sign * i64::from(row.tips);
        self.tip = self.tip.plus(Minor::new(sign * row.tip.get()));
        self.tipped = self.tipped.plus(Minor::new(sign * row.tipped.get()));
    }

    fn total(&self) -> Minor {
        Minor::new(self.sold.get() - self.voided.get())
    }

    /// The mean tip, to the nearest hundredth.
    fn average(&self) -> Minor {
        Minor::new(rounded(self.tip.get(), self.tips))
    }

    /// Tips in hundredths of a percent of what they were given for.
    fn percentage(&self) -> Minor {
        Minor::new(rounded(self.tip.get().saturating_mul(10_000), self.tipped.get() - self.tip.get()))
    }
}

/// A quotient of two numbers that are not negative, halves upwards; zero when there is nothing to divide by.
const fn rounded(number: i64, by: i64) -> i64 {
    if by <= 0 { 0 } else { (number.saturating_mul(2) + by) / (by * 2) }
}

pub(crate) fn batch(app: &App, terminal: &Terminal, batch: &Batch) -> Value {
    let own = terminal.currencies.first().copied().unwrap_or(Currency::CZK);
    let mut members = of_currency(app, terminal, batch, own);
    let others: Vec<Value> = batch
        .currencies()
        .into_iter()
        .filter(|currency| *currency != own)
        .map(|currency| write(&app.profile.batch, of_currency(app, terminal, batch, currency)))
        .collect();
    // A batch is opened in the moment in which the one before is closed.
    let previous = (batch.number > 1).then_some(batch.opened_at);
    members.extend([
        ("communicationId", Value::Null),
        ("date", json!(batch.closed_at.map(time))),
        ("firstTransactionDate", json!(batch.first_at.map(time))),
        ("previousBatchDate", json!(previous.map(time))),
        ("invalidCount", json!(batch.invalid)),
        ("otherCurrencies", json!(others)),
    ]);
    write(&app.profile.batch, members)
}

fn of_currency(
    app: &App,
    terminal: &Terminal,
    batch: &Batch,
    currency: Currency,
) -> Vec<(&'static str, Value)> {
    let totals = Totals::of(batch, currency);
    let major = |amount| app.profile.batch_amount(amount);
    let minor = |amount: Minor| json!(amount.get());
    let name =
        if batch.is_open() { names::OPEN.to_owned() } else { names::batch(&terminal.tid, batch.number) };
    vec![
        ("amsId", json!(name)),
        ("tid", json!(terminal.tid)),
        ("batchNumber", json!(batch.number.to_string())),
        ("currency", json!(currency.code())),
        ("saleCount", json!(totals.sales)),
        ("saleAmount", major(totals.sold)),
        ("voidCount", json!(totals.voids)),
        ("voidAmount", major(totals.voided)),
        ("totalCount", json!(totals.sales + totals.voids)),
        ("totalAmount", major(totals.total())),
        ("tipCount", json!(totals.tips)),
        ("tipAmount", major(totals.tip)),
        ("tipAverage", major(totals.average())),
        ("tipAveragePercentage", decimal(totals.percentage())),
        ("batchSaleAmount", minor(totals.sold)),
        ("batchVoidAmount", minor(totals.voided)),
        ("batchTotalAmount", minor(totals.total())),
        ("subBatches", sub_batches(app, batch.number, totals)),
    ]
}

/// All that is done here is done with cards.
fn sub_batches(app: &App, number: u32, all: Totals) -> Value {
    let of_method = |method: &&str| {
        let totals = if *method == "CARD" { all } else { Totals::default() };
        let major = |amount| app.profile.batch_amount(amount);
        let sums = json!({
            "closeBatchNumber": number.to_string(),
            "saleAmount": major(totals.sold),
            "saleCount": totals.sales,
            "voidAmount": major(totals.voided),
            "voidCount": totals.voids,
            "totalAmount": major(totals.total()),
            "totalCount": totals.sales + totals.voids,
        });
        ((*method).to_owned(), sums)
    };
    Value::Object(METHODS.iter().map(of_method).collect::<Map<String, Value>>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotients_are_rounded_half_up() {
        for (number, by, quotient) in [(10, 4, 3), (9, 4, 2), (10, 0, 0), (0, 3, 0), (2, 3, 1)] {
            assert_eq!(rounded(number, by), quotient, "{number}/{by}");
        }
    }

    #[test]
    fn the_total_is_what_the_merchant_gets() {
        use TransactionKind::{EarlierRefundVoid, EarlierSaleVoid, Refund, RefundVoid, Sale, SaleVoid};
        let row = |(kind, count, amount, tip, tips): (TransactionKind, u32, i64, i64, u32)| BatchRow {
            currency: Currency::CZK,
            kind,
            brand: String::new(),
            count,
            amount: Minor::new(amount),
            tip: Minor::new(tip),
            tips,
            tipped: Minor::new(if tips > 0 { amount } else { 0 }),
        };
        let mut batch = Batch::open(domain::TerminalId::new(1), 1, domain::Timestamp::from_millis(0));
        batch.rows = [
            (Sale, 3, 34_500, 4_500, 3),
            (SaleVoid, 1, 11_500, 1_500, 1),
            (EarlierSaleVoid, 1, 500, 0, 0),
            (Refund, 1, 700, 0, 0),
            (RefundVoid, 1, 700, 0, 0),
            (EarlierRefundVoid, 1, 50, 0, 0),
        ]
        .map(row)
        .to_vec();
        let totals = Totals::of(&batch, Currency::CZK);
        assert_eq!(totals.total(), batch.net(Currency::CZK));
        assert_eq!((totals.sales, totals.voids), (3, 5));
        assert_eq!((totals.tips, totals.tip.get(), totals.average().get()), (2, 3_000, 1_500));
        assert_eq!(totals.percentage().get(), 1_500, "fifteen per cent, in hundredths");
        assert_eq!(Totals::of(&batch, Currency::EUR), Totals::default());
    }
}

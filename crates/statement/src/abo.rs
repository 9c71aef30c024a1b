//! ABO, the statement Czech banks send: records of 128 characters, one 074 with the balances and then a 075 for
//! each amount (gopay.md §12, comgate.md §11.3). A movement is its gross amount and, when there is one, its fee. An
//! amount is never negative: a code says whether it was taken or added.

use domain::Minor;
use jiff::civil::Date;

use crate::period::six_digits;
use crate::text::{clean, clipped};
use crate::writer::{Error, Head, Layout, Row};
use crate::{AboVersion, AccountNumber, Encoding, Kind, Movement, VariableSymbol};

/// What one 075 can say: twelve digits. A larger amount takes several.
const LARGEST_ITEM: u64 = 999_999_999_999;

const NO_ACCOUNT: &str = "0000000000000000";
const NO_SYMBOL: &str = "0000000000";
const FEE: &str = "Poplatek";
const FEES: &str = "Poplatky";
const FEES_RETURNED: &str = "Vrácené poplatky";

/// Whose ABO it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    GoPayEdit,
    GoPayInternal,
    Comgate(AboVersion),
}

/// Which of a movement's amounts an item is: the last digit of its document number.
#[derive(Debug, Clone, Copy)]
enum Part {
    Gross = 0,
    Fee = 1,
    FeesTaken = 2,
    FeesReturned = 3,
}

/// A 075 before it is written.
struct Item {
    counter_account: Option<AccountNumber>,
    document: u64,
    part: Part,
    amount: Minor,
    symbol: Option<VariableSymbol>,
    value_date: Date,
    booked: Date,
    text: String,
}

pub(crate) struct Abo {
    dialect: Dialect,
    encoding: Encoding,
    /// Fees that wait for the line of all fees (version 2).
    taken: Minor,
    returned: Minor,
    last: u64,
}

impl Abo {
    pub(crate) const fn new(dialect: Dialect, encoding: Encoding) -> Self {
        Self { dialect, encoding, taken: Minor::ZERO, returned: Minor::ZERO, last: 0 }
    }

    fn account(&self, account: &AccountNumber) -> String {
        match self.dialect {
            Dialect::GoPayInternal => account.internal_form(),
            Dialect::GoPayEdit | Dialect::Comgate(_) => account.edit_form(),
        }
    }

    /// The text in exactly so many characters.
    fn padded(&self, raw: &str, width: usize) -> String {
        let text = clipped(&self.encoding.fit(&clean(raw)), width);
        format!("{text:<width$}")
    }

    fn write_item(&self, head: &Head, item: &Item, out: &mut Vec<u8>) {
        let code = if item.amount.is_positive() { 2 } else { 1 };
        let bank = item.counter_account.map_or(0, |account| account.bank().get());
        let counter =
            item.counter_account.map_or_else(|| NO_ACCOUNT.to_owned(), |account| self.account(&account));
        let symbol = item.symbol.map_or_else(|| NO_SYMBOL.to_owned(), VariableSymbol::padded);
        let document = (item.document % 1_000_000_000_000) * 10 + item.part as u64;
        let data_type = match self.dialect {
            Dialect::Comgate(_) => 1_101,
            Dialect::GoPayEdit | Dialect::GoPayInternal => head.statement.currency.number(),
        };
        let mut left = item.amount.get().unsigned_abs();
        while left > 0 {
            let amount = left.min(LARGEST_ITEM);
            left -= amount;
            let record = format!(
                "075{own}{counter}{document:013}{amount:012}{code}{symbol}00{bank:04}0000{NO_SYMBOL}{value_date}\
                 {text}0{data_type:04}{booked}\r\n",
                own = self.account(&head.statement.account),
                value_date = six_digits(item.value_date),
                text = self.padded(&item.text, 20),
                booked = six_digits(item.booked),
            );
            self.encoding.write(&record, out);
        }
    }

    /// The lines of all fees so far: what was taken and what was given back are not set off against each other,
    /// so that the turnovers are the same in both versions.
    fn write_fees(&mut self, head: &Head, day: Date, out: &mut Vec<u8>) {
        let waiting =
            [(Part::FeesTaken, self.taken, FEES), (Part::FeesReturned, self.returned, FEES_RETURNED)];
        for (part, amount, text) in waiting {
            let item = Item {
                counter_account: None,
                document: self.last,
                part,
                amount,
                symbol: head.statement.transfer,
                value_date: day,
                booked: day,
                text: text.to_owned(),
            };
            self.write_item(head, &item, out);
        }
        self.taken = Minor::ZERO;
        self.returned = Minor::ZERO;
    }

    fn keep_fee(&mut self, fee: Minor) {
        if fee.is_positive() {
            self.returned = self.returned.plus(fee);
        } else {
            self.taken = self.taken.plus(fee);
        }
    }

    fn symbol(&self, head: &Head, movement: &Movement) -> Option<VariableSymbol> {
        let order = || movement.order.parse().ok();
        match (self.dialect, movement.kind) {
            (Dialect::Comgate(_), Kind::Fee | Kind::Payout) => movement.symbol.or(head.statement.transfer),
            (Dialect::Comgate(_), _) => movement.symbol.or_else(order),
            _ => movement.symbol.or_else(order).or_else(|| movement.payment.parse().ok()),
        }
    }

    /// The item's twenty characters: who it was with, for Comgate which payment.
    fn text(&self, head: &Head, movement: &Movement) -> String {
        let word = movement.kind.czech();
        let candidates = match (self.dialect, movement.kind) {
            (Dialect::Comgate(_), Kind::Payout) => [head.statement.owner.as_str(), word],
            (Dialect::Comgate(_), _) => [movement.payment.as_str(), word],
            (_, Kind::Payout | Kind::Fee) => [movement.description.as_str(), word],
            _ => [movement.counterparty.as_str(), movement.description.as_str()],
        };
        candidates.into_iter().find(|text| !clean(text).is_empty()).unwrap_or(word).to_owned()
    }
}

impl Layout for Abo {
    fn begin(&mut self, head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        let statement = &head.statement;
        let balance = |amount: Minor| {
            let sign = if amount.get() < 0 { '-' } else { '+' };
            format!("{:014}{sign}", amount.get().unsigned_abs())
        };
        let record = format!(
            "074{account}{owner}{eve}{opening}{closing}{debits:014}0{credits:014}0{number:03}{posted}{nothing:14}\r\n",
            account = self.account(&statement.account),
            owner = self.padded(&statement.owner, 20),
            eve = six_digits(statement.period.eve()),
            opening = balance(statement.opening),
            closing = balance(head.closing),
            debits = head.totals.debits,
            credits = head.totals.credits,
            number = statement.number % 1_000,
            posted = six_digits(statement.period.to()),
            nothing = "",
        );
        self.encoding.write(&record, out);
        Ok(())
    }

    fn row(&mut self, head: &Head, row: &Row<'_>, out: &mut Vec<u8>) -> Result<(), Error> {
        let movement = row.movement;
        let booked = row.at.date();
        let together = self.dialect == Dialect::Comgate(AboVersion::V2);
        if together && movement.kind == Kind::Payout {
            self.write_fees(head, booked, out);
        }
        self.last = movement.id;
        let symbol = self.symbol(head, movement);
        let item = Item {
            counter_account: movement.counter_account,
            document: movement.id,
            part: Part::Gross,
            amount: movement.gross,
            symbol,
            value_date: movement.value_date.unwrap_or(booked),
            booked,
            text: self.text(head, movement),
        };
        if together && movement.kind == Kind::Fee {
            self.keep_fee(movement.gross);
        } else {
            self.write_item(head, &item, out);
        }
        if together {
            self.keep_fee(movement.fee);
            return Ok(());
        }
        let symbol = match self.dialect {
            Dialect::Comgate(_) => head.statement.transfer,
            Dialect::GoPayEdit | Dialect::GoPayInternal => symbol,
        };
        let text = FEE.to_owned();
        let fee = Item { counter_account: None, part: Part::Fee, amount: movement.fee, symbol, text, ..item };
        self.write_item(head, &fee, out);
        Ok(())
    }

    fn end(&mut self, head: &Head, out: &mut Vec<u8>) -> Result<(), Error> {
        self.write_fees(head, head.statement.period.to(), out);
        Ok(())
    }
}

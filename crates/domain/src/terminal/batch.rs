//! What a terminal has done, in batches. A batch is open until it is closed; what is booked then is in it, and its totals
//! are kept with it. Numbers run from 1, without a gap, and so do the transactions' within a batch.

use serde::{Deserialize, Serialize};

use crate::{
    ApprovalCode, CardEntry, Currency, Direction, Door, Minor, Payment, PaymentId, TaskId, TerminalId,
    Timestamp, Verification,
};

/// What a transaction did. A void is *earlier* when what it undoes stands in an older batch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    Sale,
    Refund,
    SaleVoid,
    RefundVoid,
    EarlierSaleVoid,
    EarlierRefundVoid,
}

impl TransactionKind {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Sale => "sale",
            Self::Refund => "refund",
            Self::SaleVoid => "sale_void",
            Self::RefundVoid => "refund_void",
            Self::EarlierSaleVoid => "earlier_sale_void",
            Self::EarlierRefundVoid => "earlier_refund_void",
        }
    }

    /// 1 when the merchant gets money by it, -1 when the merchant gives it.
    #[must_use]
    pub const fn sign(self) -> i64 {
        match self {
            Self::Sale | Self::RefundVoid | Self::EarlierRefundVoid => 1,
            Self::Refund | Self::SaleVoid | Self::EarlierSaleVoid => -1,
        }
    }

    /// The kind of what undoes a payment, which was booked in `booked_in`, in the batch `open`.
    #[must_use]
    pub const fn undoing(direction: Direction, booked_in: Option<u32>, open: u32) -> Self {
        let here = matches!(booked_in, Some(number) if number == open);
        match (direction, here) {
            (Direction::Sale, true) => Self::SaleVoid,
            (Direction::Sale, false) => Self::EarlierSaleVoid,
            (Direction::Refund, true) => Self::RefundVoid,
            (Direction::Refund, false) => Self::EarlierRefundVoid,
        }
    }
}

/// What was booked, once and for ever.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transaction {
    /// The task that did it: for a sale or a refund also the payment's number.
    pub task: TaskId,
    pub payment: PaymentId,
    pub terminal: TerminalId,
    pub door: Door,
    pub batch: u32,
    /// 1 for the first of its batch.
    pub sequence: u32,
    pub kind: TransactionKind,
    /// Positive, the tip included.
    pub amount: Minor,
    pub tip: Minor,
    pub currency: Currency,
    pub at: Timestamp,
    /// First six, stars, last four.
    pub masked: String,
    pub brand: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub entry: Option<CardEntry>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<ApprovalCode>,
    #[serde(default)]
    pub verification: Verification,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
}

/// A transaction before it has its place.
#[derive(Debug, Clone, Copy)]
pub struct NewTransaction<'a> {
    pub task: TaskId,
    pub kind: TransactionKind,
    pub amount: Minor,
    pub payment: &'a Payment,
    pub reference: Option<&'a str>,
    pub at: Timestamp,
}

/// The sum of what is alike.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BatchRow {
    pub currency: Currency,
    pub kind: TransactionKind,
    pub brand: String,
    pub count: u32,
    /// Positive, tips included.
    pub amount: Minor,
    #[serde(default)]
    pub tip: Minor,
    /// How many had a tip, and how much those were, tips included.
    #[serde(default)]
    pub tips: u32,
    #[serde(default)]
    pub tipped: Minor,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Batch {
    pub terminal: TerminalId,
    /// 1 for a terminal's first.
    pub number: u32,
    pub opened_at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_at: Option<Timestamp>,
    /// The task that closed it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub closed_by: Option<TaskId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_at: Option<Timestamp>,
    /// How many transactions it has.
    pub count: u32,
    /// How many tasks with a card were declined or failed while it was open. They are in no total.
    #[serde(default)]
    pub invalid: u32,
    pub rows: Vec<BatchRow>,
}

impl Batch {
    #[must_use]
    pub const fn open(terminal: TerminalId, number: u32, opened_at: Timestamp) -> Self {
        Self {
            terminal,
            number,
            opened_at,
            closed_at: None,
            closed_by: None,
            first_at: None,
            count: 0,
            invalid: 0,
            rows: vec![],
        }
    }

    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.closed_at.is_none()
    }

    /// Takes a transaction in and gives it its place.
    pub fn book(&mut self, new: NewTransaction<'_>) -> Transaction {
        assert!(self.is_open(), "nothing is booked in a closed batch");
        self.count = self.count.saturating_add(1);
        self.first_at.get_or_insert(new.at);
        let at = new.payment.terminal.unwrap_or_default();
        let card = new.payment.card.as_ref();
        let approval = at.approval;
        let transaction = Transaction {
            task: new.task,
            payment: new.payment.id,
            terminal: self.terminal,
            door: new.payment.terms.door,
            batch: self.number,
            sequence: self.count,
            kind: new.kind,
            amount: new.amount,
            tip: at.tip,
            currency: new.payment.amount().currency,
            at: new.at,
            masked: card.map(crate::CardSummary::masked).unwrap_or_default(),
            brand: card.map(|card| card.brand.clone()).unwrap_or_default(),
            entry: at.entry,
            code: approval.and_then(|approval| approval.code),
            verification: approval.map(|approval| approval.verification).unwrap_or_default(),
            reference: new.reference.map(str::to_owned),
        };
        self.add(&transaction);
        transaction
    }

    fn add(&mut self, transaction: &Transaction) {
        let alike = |row: &&mut BatchRow| {
            row.currency == transaction.currency
                && row.kind == transaction.kind
                && row.brand == transaction.brand
        };
        let (tips, tipped) =
            if transaction.tip.is_positive() { (1, transaction.amount) } else { (0, Minor::ZERO) };
        if let Some(row) = self.rows.iter_mut().find(alike) {
            row.count = row.count.saturating_add(1);
            row.amount = row.amount.plus(transaction.amount);
            row.tip = row.tip.plus(transaction.tip);
            row.tips = row.tips.saturating_add(tips);
            row.tipped = row.tipped.plus(tipped);
            return;
        }
        self.rows.push(BatchRow {
            currency: transaction.currency,
            kind: transaction.kind,
            brand: transaction.brand.clone(),
            count: 1,
            amount: transaction.amount,
            tip: transaction.tip,
            tips,
            tipped,
        });
        self.rows.sort_by(|one, other| {
            (one.currency, one.kind, &one.brand).cmp(&(other.currency, other.kind, &other.brand))
        });
    }

    /// Closes it and opens the next.
    #[must_use]
    pub fn close(mut self, by: TaskId, now: Timestamp) -> (Self, Self) {
        assert!(self.is_open(), "a batch is closed once");
        self.closed_at = Some(now);
        self.closed_by = Some(by);
        let next = Self::open(self.terminal, self.number.saturating_add(1), now);
        (self, next)
    }

    /// How many of a kind there are in a currency, and how much.
    #[must_use]
    pub fn total(&self, currency: Currency, kind: TransactionKind) -> (u32, Minor) {
        let rows = self.rows.iter().filter(|row| row.currency == currency && row.kind == kind);
        rows.fold((0, Minor::ZERO), |(count, amount), row| {
            (count.saturating_add(row.count), amount.plus(row.amount))
        })
    }

    /// What the merchant gets in a currency, before fees; negative when more was given than got.
    #[must_use]
    pub fn net(&self, currency: Currency) -> Minor {
        let rows = self.rows.iter().filter(|row| row.currency == currency);
        rows.fold(Minor::ZERO, |sum, row| sum.plus(Minor::new(row.kind.sign() * row.amount.get())))
    }

    /// The currencies that anything was done in, by code.
    #[must_use]
    pub fn currencies(&self) -> Vec<Currency> {
        let mut found: Vec<Currency> = self.rows.iter().map(|row| row.currency).collect();
        found.sort_unstable();
        found.dedup();
        found
    }
}

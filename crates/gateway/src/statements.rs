//! What happened on a shop's account in a period: the ledger's entries as movements, for the files that doors hand out.
//!
//! A movement is one event of a payment: what it added or took, and its fee beside it. Nothing is kept for statements;
//! they are told from the ledger whenever somebody asks. Opening balance and totals are known before the first movement
//! is handed on, because a file's head names them.
//!
//! What always holds: the movements handed on are those the totals were counted from. A moment is in the ledger a little
//! after it has passed, so a list that is read while it grows could differ from its count. A short one is therefore read
//! once and kept; a long one is read twice, page by page, and ends [`SETTLED`] ago. Memory is bounded in both cases.
//!
//! Deliberately absent: kinds of files, words for what a movement is, and who may ask.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use domain::{
    Account, CloseReason, Currency, Minor, MoneyState, Payment, PaymentId, Payout, ShopId, Span, Timestamp,
    Version,
};
use store::{AccountEntry, EntryCursor};

use crate::error::Error;
use crate::gateway::Gateway;

/// Entries read in one go.
const PAGE: u32 = 1_000;
/// A list of this many movements is read once and kept.
const KEPT: usize = 10_000;
/// What is decided is durable long before, or was refused.
const SETTLED: Span = Span::from_secs(30);
/// Versions of one payment that have numbers of their own among movements.
const VERSIONS: u64 = 10_000;

/// What is asked for: an account, and the moments from one on and before another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StatementOf {
    pub shop: ShopId,
    pub currency: Currency,
    pub from: Timestamp,
    pub until: Timestamp,
}

/// What a movement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovementKind {
    Payment,
    RecurrentPayment,
    Refund,
    /// A payment given up after it had been booked.
    Reversal,
    /// To the shop's bank account.
    Payout,
    /// Anything else that touched the account.
    Correction,
}

/// One movement. Its amounts are seen by the account: negative is taken away.
#[derive(Debug, Clone)]
pub struct AccountMovement {
    /// The same whenever it is told.
    pub id: u64,
    pub at: Timestamp,
    pub kind: MovementKind,
    pub gross: Minor,
    pub fee: Minor,
    /// Absent for what belongs to no payment.
    pub payment: Option<Arc<Payment>>,
    /// Of a payout.
    pub payout: Option<Box<Payout>>,
}

/// What the movements come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Turnover {
    pub movements: u64,
    pub credits: Minor,
    /// Not negative.
    pub debits: Minor,
}

/// A statement that is being told.
#[derive(Debug)]
pub struct AccountStatement {
    of: StatementOf,
    opening: Minor,
    turnover: Turnover,
    /// A short list is here as a whole.
    kept: VecDeque<Lines>,
    /// A long one is read again.
    reading: Option<Reading>,
}

/// The entries of one event on one account.
#[derive(Debug, Clone, Copy)]
struct Lines {
    at: Timestamp,
    payment: PaymentId,
    version: Version,
    gross: Minor,
    fee: Minor,
}

/// A list that is read page by page. The last event of a page may go on in the next.
#[derive(Debug, Default)]
struct Reading {
    after: Option<EntryCursor>,
    open: Option<Lines>,
    ended: bool,
}

impl Reading {
    /// The next events that are complete; none only at the end.
    async fn next(&mut self, gateway: &Gateway, of: StatementOf) -> Result<Vec<Lines>, Error> {
        let account = Account::Shop(of.shop);
        let mut complete = Vec::new();
        while complete.is_empty() && !self.ended {
            let (from, until, after) = (of.from, of.until, self.after);
            let page = gateway.store.account_entries(account, of.currency, from, until, after, PAGE).await?;
            self.ended = u32::try_from(page.len()).is_ok_and(|length| length < PAGE);
            self.after = page.last().map(|entry| entry.cursor).or(self.after);
            for entry in &page {
                self.take(entry, &mut complete);
            }
            if self.ended {
                complete.extend(self.open.take());
            }
        }
        Ok(complete)
    }

    /// The first entry of an event is what it is about; what follows is its fee.
    fn take(&mut self, entry: &AccountEntry, complete: &mut Vec<Lines>) {
        let EntryCursor { at, payment, version, .. } = entry.cursor;
        // What we owe a shop is a liability: a credit, which the ledger writes as negative, is the shop's gain.
        let gain = entry.amount.negated();
        match &mut self.open {
            Some(open) if open.payment == payment && open.version == version => {
                open.fee = open.fee.plus(gain);
            }
            open => {
                let next = Lines { at, payment, version, gross: gain, fee: Minor::ZERO };
                complete.extend(open.replace(next));
            }
        }
    }
}

impl Turnover {
    fn count(&mut self, lines: &Lines) {
        self.movements = self.movements.saturating_add(1);
        for part in [lines.gross, lines.fee] {
            if part.is_positive() {
                self.credits = self.credits.plus(part);
            } else {
                self.debits = self.debits.minus(part);
            }
        }
    }
}

impl AccountStatement {
    /// The balance before the first movement.
    #[must_use]
    pub const fn opening(&self) -> Minor {
        self.opening
    }

    #[must_use]
    pub const fn turnover(&self) -> Turnover {
        self.turnover
    }

    /// The next movements in the order of time; none at the end.
    pub async fn next(&mut self, gateway: &Gateway) -> Result<Vec<AccountMovement>, Error> {
        let lines = match &mut self.reading {
            Some(reading) => reading.next(gateway, self.of).await?,
            None => {
                let page = usize::try_from(PAGE).unwrap_or(usize::MAX).min(self.kept.len());
                self.kept.drain(..page).collect()
            }
        };
        let mut ids: Vec<PaymentId> = lines.iter().map(|lines| lines.payment).collect();
        ids.sort_unstable();
        ids.dedup();
        let payments = gateway.store.payments(&ids).await?;
        let payments: HashMap<PaymentId, Arc<Payment>> =
            payments.into_iter().map(|payment| (payment.id, Arc::new(payment))).collect();
        let mut movements = Vec::with_capacity(lines.len());
        for lines in lines {
            let payment = payments.get(&lines.payment);
            let payout = match payment {
                Some(_) => None,
                None => gateway.payout(self.of.shop, lines.payment).await?,
            };
            movements.push(movement(lines, payment, payout.map(Box::new)));
        }
        Ok(movements)
    }
}

impl Gateway {
    /// Begins to tell what happened on a shop's account.
    pub async fn statement(&self, of: StatementOf) -> Result<AccountStatement, Error> {
        let opening = self.store.balance_at(Account::Shop(of.shop), of.currency, of.from).await?.negated();
        let settled = self.clock.now().plus(Span::from_millis(-SETTLED.millis()));
        let (mut reading, mut turnover) = (Reading::default(), Turnover::default());
        let mut kept = VecDeque::new();
        loop {
            let lines = reading.next(self, of).await?;
            if lines.is_empty() {
                return Ok(AccountStatement { of, opening, turnover, kept, reading: None });
            }
            lines.iter().for_each(|lines| turnover.count(lines));
            kept.extend(lines);
            if kept.len() > KEPT {
                break;
            }
        }
        drop(kept);
        let of = StatementOf { until: of.until.min(settled).max(of.from), ..of };
        let (mut reading, mut turnover) = (Reading::default(), Turnover::default());
        loop {
            let lines = reading.next(self, of).await?;
            if lines.is_empty() {
                let (kept, reading) = (VecDeque::new(), Some(Reading::default()));
                return Ok(AccountStatement { of, opening, turnover, kept, reading });
            }
            lines.iter().for_each(|lines| turnover.count(lines));
        }
    }
}

fn movement(lines: Lines, payment: Option<&Arc<Payment>>, payout: Option<Box<Payout>>) -> AccountMovement {
    let Lines { at, gross, fee, version, .. } = lines;
    let number = u64::from(version.get()) % VERSIONS;
    AccountMovement {
        id: lines.payment.get().unsigned_abs().saturating_mul(VERSIONS).saturating_add(number),
        at,
        kind: if payout.is_some() { MovementKind::Payout } else { kind(payment.map(Arc::as_ref), gross) },
        gross,
        fee,
        payment: payment.cloned(),
        payout,
    }
}

fn kind(payment: Option<&Payment>, gross: Minor) -> MovementKind {
    let gained = gross.is_positive();
    match payment {
        None => MovementKind::Correction,
        // Money goes to the payer first, and comes back when that is undone.
        Some(payment) if payment.is_payout_to_the_payer() => {
            if gained {
                MovementKind::Reversal
            } else {
                MovementKind::Refund
            }
        }
        Some(payment) if gained && payment.terms.on_file.parent.is_some() => MovementKind::RecurrentPayment,
        Some(_) if gained => MovementKind::Payment,
        Some(payment) if payment.money == MoneyState::Closed(CloseReason::Reversed) => MovementKind::Reversal,
        Some(_) => MovementKind::Refund,
    }
}

//! What is true of payments, whoever asks and wherever they are kept.
//!
//! A payment is changed in one way only: [`decide`] turns a command into events or a refusal, and
//! [`evolve`] turns a payment and an event into the next payment. Both are total and pure, so the
//! same history always gives the same payment, on every node and in every test.
//!
//! What always holds: captured ≤ authorised, refunded ≤ captured, and nothing leaves a final state.
//!
//! Deliberately absent: I/O, async, a clock, randomness, and every word of a merchant's protocol.
//! Time is an argument; a protocol's own words travel in [`Terms::extra`] and are never read here.

mod bank;
mod card;
mod currency;
mod decide;
mod decide_account;
mod decline;
mod directory;
mod eet;
mod event;
mod evolve;
mod guid;
mod ids;
mod ledger;
mod method;
mod mobilepay;
mod money;
mod on_file;
mod payment;
mod payout;
mod point_of_sale;
mod recurrence;
mod refund;
mod terminal;
mod time;

pub use bank::{BANKS, Bank, BankAccount, BankCode, LocalNumber, NotABankCode, Source, iban};
pub use card::{CardData, CardError, CardSummary, Cvc, Expiry, Pan};
pub use currency::{Currency, NotACurrency};
pub use decide::{CancelledBy, Command, RefundRules, Refusal, decide};
pub use decide_account::{Confirmation, Verdict};
pub use decline::DeclineReason;
pub use directory::{
    Address, Client, Door, FeeSchedule, Grant, ItemsSum, Merchant, OauthClient, PasswordHash, Person,
    RegisterLogin, SecretHash, Shop, ShopSettings,
};
pub use eet::{EetMode, EetSettings, EetSums, Receipt, ReceiptState, Reported, reported_sums};
pub use event::{Event, Outcome};
pub use evolve::{evolve, open};
pub use guid::{Guid, NotAGuid};
pub use ids::{
    ClientId, MerchantId, NotAnId, NotificationId, PaymentId, ShopId, TaskId, TerminalId, Version,
};
pub use ledger::{Account, Entry, entries};
pub use method::{Channel, External, Method, MethodKind, OtherMethods, Preselected};
pub use mobilepay::{
    BeaconId, BeaconType, Brand, Issuing, MobilePayMerchant, MobilePayStore, MobilePayTerminal, NotABeacon,
    TokenOnFile,
};
pub use money::{Minor, Money};
pub use on_file::{OnFile, OnlyCard};
pub use payment::{
    CaptureMode, CloseReason, Evidence, MoneyState, Payment, Pending, PendingKind, Remark, Stage, Terms,
    Windows,
};
pub use payout::{Payout, PayoutPlan, payable};
pub use point_of_sale::{AtPos, MAX_PROMISED, PosCommand, PosCustomer, PosRefusal, PosStage, Promised};
pub use recurrence::{
    Calendar, Cycle, Day, MAX_LOST_IN_A_ROW, MAX_RUNNING, NotADay, Recurrence, RecurrenceRefusal,
    RecurrenceTerms, Stop, StopReason,
};
pub use refund::{Refund, RefundState, refunds};
pub use terminal::{
    AmountLimits, Approval, ApprovalCode, AtTerminal, Batch, BatchRow, By, CardCurrency, CardEntry,
    Conversion, ConversionStatus, Direction, End, Mode, NewTransaction, NotATid, Origin, Pin, Presented,
    Simulated, Task, TaskKind, TaskRefusal, TaskState, Terminal, TerminalCommand, TerminalTerms, Tid,
    Timings, Tip, Transaction, TransactionKind, Verification,
};
pub use time::{Span, Timestamp};

/// How often a payer may try, with cards or otherwise, before the payment is closed as declined (gopay.md §7).
pub const MAX_CARD_ATTEMPTS: u8 = 3;

/// How often the issuer's challenge is shown for one payment: a payer may go back, a script may not go on.
pub const MAX_CHALLENGES: u8 = 10;

/// How often a payer may change between methods: people hesitate, a script may not fill the history.
pub const MAX_CHOICES: u8 = 50;

/// How many cards are presented for one task of a terminal: a tap, a chip, three PINs and one more.
pub const MAX_PRESENTATIONS: u8 = 6;

/// How often a terminal may give a task back to the queue.
pub const MAX_RELEASES: u8 = 3;

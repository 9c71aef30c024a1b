//! Files that tell what happened on an account: GoPay's CSV, XLS, ABO and PDF statements (gopay.md §12) and
//! Comgate's daily CSV and ABO (comgate.md §11). Every column is explained in docs/statements.md.
//!
//! What always holds: opening balance + sum of the movements = closing balance. The totals are said in advance,
//! because a statement's first line already names its closing balance, and a [`Writer`] that counted anything else
//! on the way refuses to finish. Amounts are integers from the ledger to the file. Every text in a file is cleaned
//! and bounded, every day is a day in Prague.
//!
//! Memory is bounded whatever the number of movements: CSV, XLS and ABO are written row by row and forgotten; a PDF
//! lists at most [`MAX_PDF_ROWS`] movements and tells the sums of days instead when there are more.
//!
//! Deliberately absent: where movements come from, who may read them, HTTP, and a clock.

mod abo;
mod account;
mod amount;
mod cells;
mod comgate;
mod csv;
mod encoding;
mod format;
mod model;
mod pdf;
mod period;
mod text;
mod writer;
mod xls;

pub use account::{AccountNumber, BankCode, NotASymbol, NotAnAccount, VariableSymbol};
pub use encoding::Encoding;
pub use format::{AboVersion, Format};
pub use model::{Kind, Movement, Statement, Totals};
pub use pdf::MAX_PDF_ROWS;
pub use period::{NotAPeriod, Period};
pub use text::MAX_TEXT;
pub use writer::{CHUNK_BYTES, Chunks, Error, MAX_CHUNK_BYTES, Writer, write};

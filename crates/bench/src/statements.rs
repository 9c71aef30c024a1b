//! A statement of very many movements: how fast it is written, and what the server's memory peaks at meanwhile.
//!
//! One payment is paid through the doors; its row and its entries are then copied in the database of the stopped till, since
//! paying a million takes hours. What is measured is the whole answer, from the request to its last byte.

use crate::Failure;
use crate::till::Measured;
use crate::wire::{Connection, payment_id, request};
use rusqlite::{Connection as Database, params};
use std::path::Path;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

/// The copies' numbers begin this far behind the payment's own.
const APART: u64 = 10_000;
/// Long statements end a little before they are asked for; the copies are older than that.
const OLDER_MS: u64 = 3_600_000;
/// A month of movements, whenever the copied payment was paid.
const DAYS_MS: u64 = 27 * 86_400_000;
const PATH: &str = "/api/accounts/account-statement";

/// What was measured.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) rows_per_s: f64,
    pub(crate) first_byte: Duration,
    /// The most memory of its own the server had, looked at while the file was read, and how much before it was asked.
    /// Pages of the database that are mapped and can be dropped at any time do not count.
    pub(crate) peak_mb: f64,
    pub(crate) before_mb: f64,
}

/// Fills a till with so many movements and asks it for all of them.
#[allow(clippy::cast_precision_loss, reason = "figures for people")]
pub(crate) async fn run(binary: &Path, data: &Path, movements: u64) -> Result<Told, Failure> {
    let mut till = Measured::start(binary, data, None).await?;
    let mut connection = Connection::open(till.address()).await?;
    let created = connection.exchange(&till.create("http://127.0.0.1:9/n")).await?;
    let payment = payment_id(created.body).ok_or("a payment without an id")?;
    let paid = connection.exchange(&till.pay(payment)).await?;
    if paid.status != 200 {
        return Err(format!("pay: {}", String::from_utf8_lossy(paid.body)).into());
    }
    drop(connection);
    till.till.terminate().await;
    copy(&data.join("polytill.db"), payment, movements.saturating_sub(1))?;
    let till = Measured::start(binary, data, None).await?;

    let body = r#"{"date_from":"1970-01-01","date_to":"2999-12-31","goid":8123456789,"currency":"CZK","format":"CSV_A"}"#;
    let request = request("POST", PATH, till.address(), till.bearer(), "application/json", body);
    let before_mb = memory_mb(&till)?;
    let mut stream = testkit::http::connect(till.address()).await?;
    let start = Instant::now();
    stream.write_all(&request).await?;
    let (first_byte, last, peak_mb) = read(&till, &mut stream, start).await?;
    let elapsed = start.elapsed();
    // A file whose rows did not come to its closing balance would have been broken off.
    if !last.ends_with(b"\r\n0\r\n\r\n") {
        return Err("the statement is not complete".into());
    }
    Ok(Told { rows_per_s: movements as f64 / elapsed.as_secs_f64(), first_byte, peak_mb, before_mb })
}

/// Reads a chunked answer to its end; when it began, its last bytes, and the memory at its peak.
async fn read(
    till: &Measured,
    stream: &mut tokio::net::TcpStream,
    start: Instant,
) -> Result<(Duration, Vec<u8>, f64), Failure> {
    let (mut first, mut last, mut buffer) = (None, Vec::new(), vec![0; 256 * 1024]);
    let mut peak_mb = 0.0_f64;
    loop {
        let length = stream.read(&mut buffer).await?;
        let piece = buffer.get(..length).unwrap_or_default();
        if first.is_none() && !piece.starts_with(b"HTTP/1.1 200") {
            return Err(format!("no statement: {}", String::from_utf8_lossy(piece)).into());
        }
        peak_mb = peak_mb.max(memory_mb(till)?);
        let begun = *first.get_or_insert_with(|| start.elapsed());
        last.extend_from_slice(piece);
        last.drain(..last.len().saturating_sub(16));
        if length == 0 || last.ends_with(b"\r\n0\r\n\r\n") {
            return Ok((begun, last, peak_mb));
        }
    }
}

/// Copies a payment and its entries, spread over a month before it.
fn copy(file: &Path, payment: u64, copies: u64) -> Result<(), Failure> {
    let (database, payment) = (Database::open(file)?, i64::try_from(payment)?);
    let numbers = "WITH RECURSIVE copies (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM copies WHERE n < ?2)";
    database.execute_batch("BEGIN")?;
    database.execute(
        &format!(
            "{numbers} INSERT INTO payments (id, version, shop, wake_at, state, terms, extra)
             SELECT id + {APART} + n, version, shop, wake_at, state, terms, extra FROM payments, copies WHERE id = ?1"
        ),
        params![payment, i64::try_from(copies)?],
    )?;
    database.execute(
        &format!(
            "{numbers} INSERT INTO entries (payment, version, line, account_kind, account_owner, currency, amount, at)
             SELECT payment + {APART} + n, version, line, account_kind, account_owner, currency, amount,
                    at - {OLDER_MS} - (n * 7919 % {DAYS_MS}) FROM entries, copies WHERE payment = ?1"
        ),
        params![payment, i64::try_from(copies)?],
    )?;
    database.execute_batch("COMMIT")?;
    Ok(())
}

/// What the server has of its own, as the kernel says, in megabytes.
fn memory_mb(till: &Measured) -> Result<f64, Failure> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", till.till.pid()))?;
    let line = status.lines().find(|line| line.starts_with("RssAnon")).ok_or("no figure of memory")?;
    let kilobytes = line.split_whitespace().nth(1).ok_or("no figure of memory")?;
    Ok(kilobytes.parse::<f64>()? / 1024.0)
}

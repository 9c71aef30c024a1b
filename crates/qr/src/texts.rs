//! The three standards that are plain text: SPAYD 1.0, EPC069-12 version 2, and the Hungarian national bank's.

use std::fmt::Write as _;

use crate::{Error, Order};

const LONGEST_MESSAGE: usize = 60;

/// Hundredths as a decimal number with a point.
pub(crate) fn decimal(order: &Order<'_>) -> String {
    let minor = order.money.amount.get();
    format!("{}.{:02}", minor / 100, minor % 100)
}

fn clipped(text: &str, chars: usize) -> String {
    text.chars().take(chars).collect()
}

/// One line without control characters.
fn line(text: &str, chars: usize) -> String {
    clipped(text, chars).chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

pub(crate) fn spayd(order: &Order<'_>) -> String {
    format!(
        "SPD*1.0*ACC:{}+{}*AM:{}*CC:{}*RN:{}*MSG:{}*X-VS:{}",
        order.account.iban,
        order.account.bic,
        decimal(order),
        order.money.currency,
        escaped(&clipped(&order.account.name, 35)),
        escaped(&clipped(order.message, LONGEST_MESSAGE)),
        order.symbol,
    )
}

/// Upper case keeps the picture small; what the picture's small alphabet does not have, and the asterisk that parts
/// the fields, is percent-encoded, as the standard says.
fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for c in text.to_uppercase().chars() {
        if c.is_ascii_alphanumeric() || " $+-./:".contains(c) {
            escaped.push(c);
        } else {
            for byte in c.to_string().bytes() {
                // Writing to a String cannot fail.
                let _ = write!(escaped, "%{byte:02X}");
            }
        }
    }
    escaped
}

pub(crate) fn sepa(order: &Order<'_>) -> String {
    let amount = format!("{}{}", order.money.currency, decimal(order));
    let remittance = format!("/VS{} {}", order.symbol, line(order.message, LONGEST_MESSAGE));
    [
        "BCD",
        "002",
        "1",
        "SCT",
        &order.account.bic,
        &line(&order.account.name, 70),
        &order.account.iban,
        &amount,
        "",
        "",
        &remittance,
    ]
    .join("\n")
}

/// Seventeen lines, each with an end; forints have no hundredths there.
pub(crate) fn mnb(order: &Order<'_>) -> Result<String, Error> {
    let minor = order.money.amount.get();
    if minor % 100 != 0 {
        return Err(Error::DoesNotFit);
    }
    let amount = format!("{}{}", order.money.currency, minor / 100);
    let until = format!("{}+0", order.until);
    let lines = [
        "HCT",
        "001",
        "1",
        &order.account.bic,
        &line(&order.account.name, 70),
        &order.account.iban,
        &amount,
        &until,
        "",
        &line(order.message, LONGEST_MESSAGE),
        "",
        "",
        order.symbol,
        "",
        "",
        "",
        "",
    ];
    Ok(lines.iter().fold(String::new(), |text, line| text + line + "\n"))
}

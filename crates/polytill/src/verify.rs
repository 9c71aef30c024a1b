//! `polytill verify`: whether the books add up, and whether what is kept about cards and recurrences agrees.

use std::fmt::Write;

use domain::{Account, Minor};
use gateway::Audit;
use gateway::inspect::{self, Balance};

use crate::config::Config;
use crate::error::StartError;
use crate::node::Node;

pub(crate) async fn verify(config: &Config) -> Result<(), StartError> {
    let node = Node::open(config).await?;
    let balances = node.gateway.balances().await;
    let audit = node.gateway.audit().await;
    node.close().await;
    let balances = balances.map_err(|error| StartError::failed("cannot sum the ledger", error))?;
    crate::say(&report(&balances));
    let wrong: Vec<String> = inspect::sums(&balances)
        .into_iter()
        .filter(|(_, sum)| *sum != Minor::ZERO)
        .map(|(currency, sum)| format!("{sum} {currency}"))
        .collect();
    if !wrong.is_empty() {
        return Err(StartError::Failed(format!("the ledger does not sum to zero: {}", wrong.join(", "))));
    }
    crate::say("the ledger sums to zero in every currency\n");
    cards(&audit.map_err(|error| StartError::failed("cannot look at cards and recurrences", error))?)
}

fn cards(audit: &Audit) -> Result<(), StartError> {
    let Audit { recurrences, cards, sealed, findings } = audit;
    crate::say(&format!(
        "looked at {recurrences} recurrences, {cards} stored cards and {sealed} encrypted cards\n"
    ));
    if findings.is_empty() {
        return Ok(());
    }
    Err(StartError::Failed(findings.join("; ")))
}

/// A line for every account; debit positive, in minor units.
fn report(balances: &[Balance]) -> String {
    let mut text = String::new();
    for balance in balances {
        let account = match balance.account {
            Account::Acquirer => "acquirer".to_owned(),
            Account::Shop(shop) => format!("shop {shop}"),
            Account::Fees => "fees".to_owned(),
            Account::Bank => "bank".to_owned(),
        };
        let _ = writeln!(text, "{account:<24}{:>16} {}", balance.amount.get(), balance.currency);
    }
    text
}

//! The yardstick for durable work: PostgreSQL's own benchmark on the same disk.
//!
//! TPC-B as pgbench has it (three updates, a select and an insert in a transaction), scale 20, prepared
//! statements, flushing on; run against the very server Polytill is measured on afterwards.

use crate::Failure;
use std::process::Command;
use testkit::postgres::{PgServer, TestDatabase};

const SCALE: &str = "20";

/// Transactions per second with so many clients over so many seconds; `None` where pgbench is not installed.
pub(crate) fn measure(
    server: &PgServer,
    database: &TestDatabase,
    clients: usize,
    seconds: u64,
) -> Result<Option<f64>, Failure> {
    let program = server.bin().join("pgbench");
    if !program.is_file() {
        return Ok(None);
    }
    run(Command::new(&program).args(["--initialize", "--quiet", "--scale", SCALE]).arg(&database.url))?;
    let mut load = Command::new(&program);
    load.args(["--protocol", "prepared", "--jobs", "2", "--no-vacuum"]);
    load.args(["--client", &clients.to_string(), "--time", &seconds.to_string()]).arg(&database.url);
    Ok(Some(transactions_per_second(&run(&mut load)?).ok_or("pgbench did not say how fast it was")?))
}

fn run(command: &mut Command) -> Result<String, Failure> {
    let output = command.output()?;
    let said = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(said(&output.stdout)) } else { Err(said(&output.stderr).into()) }
}

fn transactions_per_second(report: &str) -> Option<f64> {
    report.lines().find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_rate_is_found_in_the_report() {
        let report =
            "number of failed transactions: 0 (0.000%)\ntps = 2513.87 (without initial connection time)\n";
        assert_eq!(super::transactions_per_second(report), Some(2513.87));
        assert_eq!(super::transactions_per_second("nothing"), None);
    }
}

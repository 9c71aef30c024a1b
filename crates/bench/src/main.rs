//! The bench: how fast Polytill is, as ratios to baselines measured in the same run on the same machine.
//!
//! The client, the servers and the databases share the machine's cores, so figures are comparable with each
//! other and with nothing else. Everything that is measured is a process of its own, reached through a
//! socket: the bare endpoint (this program as `bench baseline`), Polytill on SQLite and on a private
//! PostgreSQL, and pgbench on that same PostgreSQL. All durable rows flush to the disk below `--dir`.
//!
//! `--check` fails when a floor is not reached or any request failed. A row that could not be measured says
//! so.

mod baseline;
mod disk;
mod files;
mod histogram;
mod lives;
mod load;
mod overload;
mod pgbench;
mod points_of_sale;
mod receiver;
mod recurrences;
mod registers;
mod report;
mod run;
mod statements;
mod stored;
mod targets;
mod terminals;
mod till;
mod wire;

use clap::{Parser, Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

/// Anything that ends a bench run before its table.
type Failure = Box<dyn std::error::Error + Send + Sync>;

#[derive(Debug, Parser)]
#[command(about = "Measures Polytill against baselines on this machine")]
struct Options {
    #[command(subcommand)]
    part: Option<Part>,
    /// Shorter measurements: all within a minute after the build.
    #[arg(long)]
    quick: bool,
    /// Exit with an error when a floor is not reached.
    #[arg(long)]
    check: bool,
    /// Also measure with this many payments stored.
    #[arg(long, value_name = "N", default_value_t = 0)]
    stored: u64,
    /// Write the table as JSON to this file too.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Where the data of the measured servers go: a folder on a real disk.
    #[arg(long, value_name = "DIR", default_value = "target/bench-data")]
    dir: PathBuf,
    /// Connections of the load.
    #[arg(long, value_name = "N", default_value_t = 64)]
    connections: usize,
    /// Measure this binary instead of building one.
    #[arg(long, value_name = "FILE")]
    binary: Option<PathBuf>,
    /// Leave PostgreSQL and pgbench out.
    #[arg(long)]
    no_postgres: bool,
    /// Measure only the bare endpoint and the disk.
    #[arg(long)]
    only_baseline: bool,
    /// After the baselines measure only these areas.
    #[arg(long, value_name = "AREA")]
    only: Vec<Area>,
}

/// What is measured together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Area {
    /// A shop's payments on SQLite.
    Sqlite,
    /// The same on PostgreSQL, beside pgbench.
    Postgres,
    /// Cash registers and card terminals.
    Terminals,
    /// Points of sale and phones.
    PointsOfSale,
}

#[derive(Debug, Subcommand)]
enum Part {
    /// Serve the bare endpoint, until killed.
    Baseline {
        #[arg(long, default_value = "127.0.0.1:0")]
        listen: SocketAddr,
    },
}

fn main() -> ExitCode {
    let options = Options::parse();
    let done = match options.part {
        Some(Part::Baseline { listen }) => baseline::serve(listen).map(|()| true),
        None => run::all(&options),
    };
    match done {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(failure) => {
            eprintln!("bench: {failure}");
            ExitCode::FAILURE
        }
    }
}

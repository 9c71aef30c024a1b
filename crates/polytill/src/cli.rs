//! The command line. No argument at all serves a sandbox.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{Args, Parser, Subcommand};

use crate::error::{StartError, one_line};

/// A self-hosted payment gateway that speaks the APIs shops already use.
///
/// Without a command it serves a sandbox on 127.0.0.1:8480 with its data in ./polytill-data. Every option can
/// also be given in a file (--config) or in the environment (POLYTILL_LISTEN, POLYTILL_DATA, …).
#[derive(Debug, Parser)]
#[command(name = "polytill", version, disable_help_subcommand = true)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    options: Options,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve until told to stop (SIGTERM or Ctrl-C). The default.
    Serve,
    /// Load merchants, shops, clients, cards and payments from a JSON file (see docs/fixtures.md).
    Import { file: PathBuf },
    /// Look after the cards that are kept encrypted.
    Vault {
        #[command(subcommand)]
        command: VaultCommand,
    },
    /// Check that the ledger sums to zero in every currency, and that what is kept about cards and recurrences agrees; print
    /// the balances.
    Verify,
    /// Print the options as they would be used, without secrets.
    Check,
    /// Print the words of GP tom's door, as a file to correct and to give as gptom.profile.
    #[command(name = "gptom-profile")]
    GpTomProfile,
}

#[derive(Debug, Subcommand)]
enum VaultCommand {
    /// Make a new key and encrypt every card anew under it, or go on where that was cut off. With PostgreSQL servers may
    /// run meanwhile; a server that has its SQLite file to itself does it on SIGUSR1.
    Rotate,
}

/// Options that override the environment and the file. Absent ones leave those alone.
#[derive(Debug, Default, Args)]
pub struct Options {
    /// Read options from this TOML file.
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Keep data in this folder [default: ./polytill-data].
    #[arg(long, global = true, value_name = "DIR")]
    data: Option<String>,
    /// Serve on this address and port [default: 127.0.0.1:8480].
    #[arg(long, global = true, value_name = "ADDR")]
    listen: Option<String>,
    /// Use this database: postgres://… or the path of an SQLite file [default: DIR/polytill.db].
    #[arg(long, global = true, value_name = "URL")]
    database: Option<String>,
    /// Serve for real: refuse what only suits a sandbox.
    #[arg(long, global = true)]
    production: bool,
    /// The address payers reach this server by, e.g. https://pay.example.com.
    #[arg(long, global = true, value_name = "URL")]
    public_url: Option<String>,
    /// The file with the server's keys.
    #[arg(long, global = true, value_name = "FILE")]
    keyring: Option<String>,
    /// A proxy in front of this server speaks TLS.
    #[arg(long, global = true)]
    behind_proxy: bool,
    /// What to log, e.g. info or gateway=debug,warn.
    #[arg(long, global = true, value_name = "FILTER")]
    log: Option<String>,
}

impl Options {
    /// The given options by their keys.
    pub(crate) fn given(&self) -> Vec<(&'static str, &str)> {
        let texts = [
            ("data", &self.data),
            ("listen", &self.listen),
            ("database", &self.database),
            ("public_url", &self.public_url),
            ("keyring", &self.keyring),
            ("log", &self.log),
        ];
        let flags = [("production", self.production), ("behind_proxy", self.behind_proxy)];
        let texts = texts.into_iter().filter_map(|(key, text)| Some((key, text.as_deref()?)));
        texts.chain(flags.into_iter().filter(|(_, set)| *set).map(|(key, _)| (key, "true"))).collect()
    }
}

/// What to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    Serve,
    Import(PathBuf),
    RotateVault,
    Verify,
    Check,
    GpTomProfile,
}

/// What the arguments ask for.
#[derive(Debug)]
pub enum Parsed {
    /// Help, or the version: print this and be done.
    Print(String),
    Run(Action, Box<Options>),
}

/// Reads the arguments, the first of which is the program's name.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Parsed, StartError> {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            return Ok(Parsed::Print(error.to_string()));
        }
        Err(error) => return Err(StartError::Usage(brief(&error.to_string()))),
    };
    let action = match cli.command {
        None | Some(Command::Serve) => Action::Serve,
        Some(Command::Import { file }) => Action::Import(file),
        Some(Command::Vault { command: VaultCommand::Rotate }) => Action::RotateVault,
        Some(Command::Verify) => Action::Verify,
        Some(Command::Check) => Action::Check,
        Some(Command::GpTomProfile) => Action::GpTomProfile,
    };
    Ok(Parsed::Run(action, Box::new(cli.options)))
}

/// The parser's report without its usage, in one line.
fn brief(report: &str) -> String {
    let until = report.find("Usage:").or_else(|| report.find("For more information"));
    let told = until.and_then(|end| report.get(..end)).unwrap_or(report);
    let told = one_line(told.strip_prefix("error:").unwrap_or(told));
    format!("{told} (polytill --help knows more)")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(arguments: &[&str]) -> Result<Parsed, StartError> {
        parse(std::iter::once("polytill").chain(arguments.iter().copied()).map(OsString::from))
    }

    #[test]
    fn options_stand_before_or_after_the_command() {
        for arguments in [&["--listen", "x", "import", "f"][..], &["import", "f", "--listen", "x"]] {
            let Parsed::Run(action, options) = parsed(arguments).unwrap() else { panic!("not run") };
            assert_eq!(action, Action::Import("f".into()));
            assert_eq!(options.given(), [("listen", "x")]);
        }
    }

    #[test]
    fn a_wrong_call_is_answered_in_one_line() {
        let error = parsed(&["serve", "--lisen", "x"]).unwrap_err();
        assert_eq!(
            error.lines(),
            [
                "unexpected argument '--lisen' found tip: a similar argument exists: '--listen' (polytill --help knows more)"
            ]
        );
        assert_eq!(parsed(&["import"]).unwrap_err().lines().len(), 1);
        assert_eq!(parsed(&["frobnicate"]).unwrap_err().code(), 2);
    }
}

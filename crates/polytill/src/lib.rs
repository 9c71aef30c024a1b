//! The binary's inside: command line, configuration, and the assembly of the house.
//!
//! Options come from defaults, a file, the environment and the command line, each over the one before
//! ([`config`]). [`node`] opens the data and puts a gateway together, [`assembly`] hangs the doors in front of
//! it, [`serve`] lets the world in until it is told to stop. Whatever keeps a start from succeeding is one line
//! on standard error and an exit code that is not zero.
//!
//! Deliberately absent: anything about payments. This crate knows who exists, not what they do.

pub mod assembly;
pub mod banner;
pub mod checks;
pub mod cli;
pub mod config;
mod courier;
pub mod error;
mod folder;
mod import;
pub mod keyring;
pub mod node;
pub mod observe;
pub mod options;
pub mod serve;
mod vault;
mod verify;

use std::ffi::OsString;
use std::io::Write;
use std::process::ExitCode;

use cli::{Action, Parsed};
use config::Config;
use error::StartError;

/// Runs the program with these arguments, the first of which is its name.
pub fn main(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            for line in error.lines() {
                // Nobody is left to be told when standard error is closed.
                let _ = writeln!(std::io::stderr(), "polytill: {line}");
            }
            ExitCode::from(error.code())
        }
    }
}

fn run(arguments: impl IntoIterator<Item = OsString>) -> Result<(), StartError> {
    let (action, options) = match cli::parse(arguments)? {
        Parsed::Print(text) => {
            say(&text);
            return Ok(());
        }
        Parsed::Run(action, options) => (action, options),
    };
    if action == Action::GpTomProfile {
        say(gptom::BUILT_IN);
        return Ok(());
    }
    let config = Config::load(&options, &|name| std::env::var(name).ok())?;
    if action == Action::Check {
        say(&config.to_text());
        return Ok(());
    }
    observe::start_log(&config)?;
    let runtime = runtime(&config).map_err(|error| StartError::failed("cannot start", error))?;
    runtime.block_on(async {
        match action {
            Action::Serve => serve::serve(&config).await,
            Action::Import(file) => import::import(&config, &file).await,
            Action::RotateVault => vault::rotate(&config).await,
            Action::Verify => verify::verify(&config).await,
            Action::Check | Action::GpTomProfile => Ok(()),
        }
    })
}

fn runtime(config: &Config) -> std::io::Result<tokio::runtime::Runtime> {
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if config.threads > 0 {
        builder.worker_threads(config.threads.into());
    }
    builder.enable_all().build()
}

/// Prints to standard output at once, also into a pipe. A closed pipe is nobody's error.
pub(crate) fn say(text: &str) {
    let mut out = std::io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

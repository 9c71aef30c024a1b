//! A real PostgreSQL for tests, and a fresh database of it for each.
//!
//! `scripts/test` starts one server for the whole run and names it in `POLYTILL_TEST_POSTGRES`; without that
//! variable a test process starts one of its own. Either way the server lives as long as a pipe to it is open
//! (see `private-postgres.sh`), so it ends with its owner even when that one is killed.
//!
//! A story that pulls the plug, and the bench, ask for [`Durability::Durable`] and always get a private
//! server.

use crate::PATIENCE;
use crate::logs::follow;
use crate::process::{Guarded, free_port, is_root, must_succeed};
use std::collections::hash_map::RandomState;
use std::fs;
use std::hash::{BuildHasher, Hasher};
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Stdio};
use std::sync::OnceLock;

const SCRIPT: &str = include_str!("../private-postgres.sh");

/// Names the server that `scripts/test` has started.
pub const SHARED_URL_VARIABLE: &str = "POLYTILL_TEST_POSTGRES";

/// Whether commits are flushed to the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// As PostgreSQL is by default.
    Durable,
    /// `fsync=off`: fast, and enough for a test in which only our own process dies.
    Fast,
}

/// A running PostgreSQL server.
#[derive(Debug)]
pub struct PgServer {
    url: String,
    bin: PathBuf,
    /// Held open for as long as the server may live; absent when the server belongs to somebody else.
    owner: Option<(ChildStdin, Guarded)>,
}

impl PgServer {
    /// The server all tests of this run use: the one named by the environment, else this process's own.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub async fn shared() -> &'static Self {
        static SHARED: OnceLock<PgServer> = OnceLock::new();
        let start = || match std::env::var(SHARED_URL_VARIABLE) {
            Ok(url) if !url.is_empty() => Self { url, bin: bin_folder(), owner: None },
            _ => Self::start(Durability::Fast, &std::env::temp_dir()),
        };
        tokio::task::spawn_blocking(move || SHARED.get_or_init(start)).await.expect("start PostgreSQL")
    }

    /// A server of one's own that ends when this value is dropped.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    pub async fn private(durability: Durability) -> Self {
        // Not the temporary folder: that may be memory, on which a flush costs nothing and keeps nothing.
        let base =
            if durability == Durability::Durable { PathBuf::from("/var/tmp") } else { std::env::temp_dir() };
        tokio::task::spawn_blocking(move || Self::start(durability, &base)).await.expect("start PostgreSQL")
    }

    /// Starts a server with its data below `base`, which must be writable for the `postgres` user when this
    /// process is root. Blocks until it answers.
    ///
    /// # Panics
    /// When PostgreSQL is not installed or does not start.
    #[must_use]
    pub fn start(durability: Durability, base: &Path) -> Self {
        let bin = bin_folder();
        // The port was free when asked for; somebody else may be quicker, so a few are tried.
        (0..3).find_map(|_| Self::try_start(durability, base, &bin, free_port())).expect("PostgreSQL starts")
    }

    fn try_start(durability: Durability, base: &Path, bin: &Path, port: u16) -> Option<Self> {
        let durability = if durability == Durability::Durable { "durable" } else { "fast" };
        let mut command = unprivileged("sh");
        command
            .args(["-c", SCRIPT, "private-postgres"])
            .arg(bin)
            .arg(base)
            .arg(port.to_string())
            .arg(durability);
        let mut process =
            Guarded::spawn(command.current_dir("/").stdin(Stdio::piped()).stdout(Stdio::piped()));
        let pipe = process.child().stdin.take()?;
        let output = process.child().stdout.take()?;
        let ready = follow(output, Path::new("/dev/null"), |line| {
            let url = line.strip_prefix("ready ").map(|url| Ok(url.to_owned()));
            url.or_else(|| line.strip_prefix("failed ").map(|why| Err(why.to_owned())))
        });
        match ready.recv_timeout(PATIENCE) {
            Ok(Ok(url)) => Some(Self { url, bin: bin.to_owned(), owner: Some((pipe, process)) }),
            failure => {
                eprintln!("PostgreSQL on port {port}: {failure:?}");
                drop(pipe);
                process.wait();
                None
            }
        }
    }

    /// The URL of its maintenance database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The folder of its programs (`psql`, `pgbench`…).
    #[must_use]
    pub fn bin(&self) -> &Path {
        &self.bin
    }

    /// A new empty database, gone when the value is dropped.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn database(&self) -> TestDatabase {
        let (server, bin) = (self.url.clone(), self.bin.clone());
        tokio::task::spawn_blocking(move || TestDatabase::create(server, bin))
            .await
            .expect("create a database")
    }
}

impl Drop for PgServer {
    fn drop(&mut self) {
        if let Some((pipe, mut process)) = self.owner.take() {
            drop(pipe);
            if !std::thread::panicking() {
                process.wait();
                return;
            }
            // A second panic would abort: let the script clean up by itself instead of waiting for it.
            std::mem::forget(process);
        }
    }
}

/// An empty database of a test's own.
#[derive(Debug)]
pub struct TestDatabase {
    /// For `--database`.
    pub url: String,
    name: String,
    server: String,
    bin: PathBuf,
}

impl TestDatabase {
    fn create(server: String, bin: PathBuf) -> Self {
        // Processes share the server: the name must differ between them and between runs.
        let name = format!("till_{}_{:016x}", std::process::id(), RandomState::new().build_hasher().finish());
        let stem = server.rsplit_once('/').expect("the URL names a database").0;
        let database = Self { url: format!("{stem}/{name}"), name, server, bin };
        database.maintain(&format!("CREATE DATABASE {}", database.name));
        database
    }

    fn maintain(&self, sql: &str) {
        must_succeed(&mut self.psql(&self.server, sql));
    }

    /// Runs one statement in this database and returns what `psql` prints, without decoration.
    ///
    /// # Panics
    /// When the statement fails.
    #[must_use]
    pub fn query(&self, sql: &str) -> String {
        let output = self.psql(&self.url, sql).arg("-At").output().expect("run psql");
        assert!(output.status.success(), "{sql}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).trim_end().to_owned()
    }

    fn psql(&self, url: &str, sql: &str) -> Command {
        let mut psql = Command::new(self.bin.join("psql"));
        psql.args(["-X", "-q", "-v", "ON_ERROR_STOP=1", "-c", sql, url]);
        psql
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        // Best effort: the server may already be gone, and the database goes with it.
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let _ = self.psql(&self.server, &drop).stderr(Stdio::null()).status();
    }
}

/// A command that does not run as root: PostgreSQL refuses to.
fn unprivileged(program: &str) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = if users.lines().any(|line| line.starts_with("postgres:")) { "postgres" } else { "nobody" };
    let mut command = Command::new("setpriv");
    command.args([
        "--reuid",
        user,
        "--regid",
        if user == "nobody" { "nogroup" } else { user },
        "--init-groups",
    ]);
    command.arg(program).env("HOME", "/");
    command
}

/// Debian keeps the server's programs off `PATH`, one folder a version; the newest is taken.
fn bin_folder() -> PathBuf {
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut found: Vec<(u32, PathBuf)> = versions
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse().ok()?, entry.path().join("bin"))))
        .filter(|(_, bin)| bin.join("initdb").is_file())
        .collect();
    found.sort();
    let on_path = || crate::process::program("initdb", &[])?.parent().map(Path::to_owned);
    found
        .pop()
        .map(|(_, bin)| bin)
        .or_else(on_path)
        .expect("PostgreSQL's programs are not installed: run scripts/install-test-tools")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_test_gets_an_empty_database_of_its_own() {
        let server = PgServer::shared().await;
        let (one, other) = (server.database().await, server.database().await);
        assert_eq!(one.query("CREATE TABLE t AS SELECT 7 AS n; SELECT n FROM t"), "7");
        assert_eq!(other.query("SELECT count(*) FROM pg_class WHERE relname = 't'"), "0");
    }

    #[tokio::test]
    async fn a_durable_server_flushes_and_ends_with_its_owner() {
        let server = PgServer::private(Durability::Durable).await;
        let folder = {
            let database = server.database().await;
            assert_eq!(database.query("SHOW fsync"), "on");
            assert_eq!(database.query("SHOW synchronous_commit"), "on");
            PathBuf::from(database.query("SHOW data_directory"))
        };
        drop(server);
        assert!(!folder.exists(), "the cluster's folder is removed");
    }
}

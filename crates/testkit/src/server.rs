//! A till: the shipped binary, started on a free port with a folder of its own.
//!
//! It is started as a user starts it and learns its address from the line the binary prints when it is ready
//! (`listening on http://127.0.0.1:PORT`). Its output goes to files beside the data, which a story can read
//! at any time. It can be terminated politely, killed as by a power cut, and started again on the same data;
//! the port is then another one, so addresses are asked for after every start.
//!
//! The binary is not built here: `cargo build --workspace` (or `scripts/test`) comes first.

use crate::PATIENCE;
use crate::gopay::{DEMO_SHOP, Sandbox, Shop};
use crate::http::Client;
use crate::logs::{follow, tail};
use crate::postgres::{PgServer, TestDatabase};
use crate::process::Guarded;
use crate::terminal::{Counter, Device, Hello};
use std::ffi::OsString;
use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

/// What the binary prints before its address when it is ready.
const READY: &str = "listening on http://";
/// Settings of the surrounding shell that must not reach the server.
const OWN_VARIABLES: &str = "POLYTILL_";

/// Which database is under the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Backend {
    /// The embedded one, in the data folder.
    Sqlite,
    /// A fresh database of the shared test server.
    Postgres,
}

impl Backend {
    /// Both, for stories that are told on each.
    pub const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];
}

/// How a till is started.
#[derive(Debug)]
pub struct TillBuilder {
    binary: PathBuf,
    arguments: Vec<OsString>,
    variables: Vec<(OsString, OsString)>,
    database: Option<TestDatabase>,
    data: Option<PathBuf>,
}

/// A running till (or one between [`kill9`](Till::kill9) and [`restart`](Till::restart)).
#[derive(Debug)]
pub struct Till {
    process: Option<Guarded>,
    address: SocketAddr,
    client: Client,
    start: TillBuilder,
    // Last, so that the process is gone before its folder and its database.
    folder: TempDir,
}

/// The binary under test: `POLYTILL_BIN`, else the one in the target folder this test was built into.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn binary() -> PathBuf {
    let named = ["POLYTILL_BIN", "CARGO_BIN_EXE_polytill"].into_iter().find_map(std::env::var_os);
    let own = std::env::current_exe().expect("a process knows its program");
    let beside =
        || own.ancestors().skip(1).take(2).map(|folder| folder.join("polytill")).find(|it| it.is_file());
    named.map(PathBuf::from).or_else(beside).expect("polytill is built: run `cargo build --workspace` first")
}

/// Runs the binary to its end and returns what it printed, for stories about its command line. It must end by
/// itself: a wrong option, a taken port, an import.
///
/// # Panics
/// When it cannot be started.
#[must_use]
pub fn run(arguments: &[&str]) -> Output {
    clean(&binary()).args(arguments).stdin(Stdio::null()).output().expect("start polytill")
}

/// The command without the settings of the surrounding shell.
fn clean(binary: &Path) -> Command {
    let mut command = Command::new(binary);
    for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with(OWN_VARIABLES))
    {
        command.env_remove(name);
    }
    command
}

impl TillBuilder {
    fn new() -> Self {
        Self { binary: PathBuf::new(), arguments: vec![], variables: vec![], database: None, data: None }
    }

    /// Another binary than the one beside the test, say the release build.
    #[must_use]
    pub fn binary(mut self, path: impl Into<PathBuf>) -> Self {
        self.binary = path.into();
        self
    }

    /// One more argument after those a till always has.
    #[must_use]
    pub fn arg(mut self, argument: impl Into<OsString>) -> Self {
        self.arguments.push(argument.into());
        self
    }

    /// One environment variable.
    #[must_use]
    pub fn env(mut self, name: impl Into<OsString>, value: impl Into<OsString>) -> Self {
        self.variables.push((name.into(), value.into()));
        self
    }

    /// On this database, which lives as long as the till.
    #[must_use]
    pub fn database(mut self, database: TestDatabase) -> Self {
        self.database = Some(database);
        self
    }

    /// On a fresh database of this kind.
    #[must_use]
    pub async fn on(self, backend: Backend) -> Self {
        match backend {
            Backend::Sqlite => self,
            Backend::Postgres => self.database(PgServer::shared().await.database().await),
        }
    }

    /// With its data in this folder, which is kept. Without it the data go with the till.
    #[must_use]
    pub fn data(mut self, folder: impl Into<PathBuf>) -> Self {
        self.data = Some(folder.into());
        self
    }

    /// Starts it and waits until it is ready.
    ///
    /// # Panics
    /// When it ends or is silent instead; the message has the end of its output.
    pub async fn start(self) -> Till {
        self.try_start().await.unwrap_or_else(|output| panic!("polytill is not ready\n{output}"))
    }

    /// The same for one that may refuse to start.
    ///
    /// # Errors
    /// The end of its output, when it ended or was silent instead of being ready.
    pub async fn try_start(mut self) -> Result<Till, String> {
        if self.binary.as_os_str().is_empty() {
            self.binary = binary();
        }
        let folder = TempDir::with_prefix("till-").expect("make a folder");
        let address = ([127, 0, 0, 1], 0).into();
        let mut till = Till { process: None, address, client: Client::new(address), start: self, folder };
        till.try_restart().await?;
        Ok(till)
    }
}

impl Till {
    /// How a till other than the plain sandbox is started.
    #[must_use]
    pub fn builder() -> TillBuilder {
        TillBuilder::new()
    }

    /// The sandbox that `polytill` without arguments serves, on SQLite.
    pub async fn sandbox() -> Self {
        Self::builder().start().await
    }

    /// The same on a backend of choice.
    pub async fn sandbox_on(backend: Backend) -> Self {
        Self::builder().on(backend).await.start().await
    }

    /// Starts the binary again on the same data, killing it first if it runs. The address changes.
    ///
    /// # Panics
    /// When it does not become ready.
    pub async fn restart(&mut self) {
        self.try_restart().await.unwrap_or_else(|output| panic!("polytill is not ready\n{output}"));
    }

    async fn try_restart(&mut self) -> Result<(), String> {
        self.kill9();
        let mut process = Guarded::spawn(&mut self.command());
        let output = process.child().stdout.take().expect("the output is piped");
        let ready = follow(output, &self.stdout_file(), |line| {
            line.split_once(READY)?.1.split('/').next()?.trim().parse::<SocketAddr>().ok()
        });
        let ready = tokio::task::spawn_blocking(move || ready.recv_timeout(PATIENCE)).await.expect("wait");
        let address =
            ready.map_err(|_| [self.stdout_file(), self.stderr_file()].map(|it| tail(&it, 20)).join("\n"))?;
        (self.process, self.address, self.client) = (Some(process), address, Client::new(address));
        Ok(())
    }

    fn command(&self) -> Command {
        let mut command = clean(&self.start.binary);
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(self.data());
        if let Some(database) = &self.start.database {
            command.arg("--database").arg(&database.url);
        }
        let stderr =
            File::options().create(true).append(true).open(self.stderr_file()).expect("open the log");
        command
            .args(&self.start.arguments)
            .envs(self.start.variables.iter().cloned())
            .current_dir(&self.folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(stderr);
        command
    }

    /// Pulls the plug: SIGKILL, and gone when this returns.
    pub fn kill9(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill9();
        }
    }

    /// Asks it to stop (SIGTERM), waits until it has, and returns its exit code: `None` when a signal ended
    /// it.
    ///
    /// # Panics
    /// When it does not run, or does not stop.
    pub async fn terminate(&mut self) -> Option<i32> {
        let mut process = self.process.take().expect("the till runs");
        process.signal("TERM");
        tokio::task::spawn_blocking(move || process.wait()).await.expect("wait").code()
    }

    /// Freezes it (SIGSTOP), so that it neither answers nor ends.
    ///
    /// # Panics
    /// When it does not run.
    pub fn freeze(&self) {
        self.process.as_ref().expect("the till runs").signal("STOP");
    }

    /// Lets it go on (SIGCONT).
    ///
    /// # Panics
    /// When it does not run.
    pub fn thaw(&self) {
        self.process.as_ref().expect("the till runs").signal("CONT");
    }

    /// Tells it to change the key of the cards it keeps (SIGUSR1).
    ///
    /// # Panics
    /// When it does not run.
    pub fn tell_to_rotate(&self) {
        self.process.as_ref().expect("the till runs").signal("USR1");
    }

    /// True until it has ended.
    pub fn is_running(&mut self) -> bool {
        self.process.as_mut().is_some_and(Guarded::is_running)
    }

    /// Where it listens now.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL of one of its paths.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        self.client.url(path)
    }

    /// A client of it as it runs now.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The demo merchant's shop.
    #[must_use]
    pub fn shop(&self) -> Shop {
        Shop::new(self.client.clone(), DEMO_SHOP)
    }

    /// The counter of a terminal.
    #[must_use]
    pub fn counter(&self, (tid, _): (&str, &str)) -> Counter {
        Counter::new(self.client.clone(), tid)
    }

    /// A device of a terminal that nobody has seen before, let in in the place of the simulated one.
    pub async fn device(&self, terminal: (&str, &str)) -> Device {
        Device::connect(self.address, &Hello::new(terminal)).await
    }

    /// The buttons of the sandbox.
    #[must_use]
    pub fn sandbox_api(&self) -> Sandbox {
        Sandbox::new(self.client.clone())
    }

    /// Its process number.
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.process.as_ref().expect("the till runs").pid()
    }

    /// The memory it holds, in kB, as the kernel counts it (`VmRSS`).
    ///
    /// # Panics
    /// When it does not run.
    #[must_use]
    pub fn resident_kb(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.pid())).expect("the till runs");
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("the kernel tells");
        line.trim_end_matches("kB").trim().parse().expect("a number of kB")
    }

    /// What `polytill verify` says of its data, which has to be good. One on SQLite must have ended.
    ///
    /// # Panics
    /// When something is found.
    #[must_use]
    pub fn verified(&self) -> String {
        let mut command = clean(&binary());
        command.arg("verify").arg("--data").arg(self.data());
        if let Some(database) = self.test_database() {
            command.args(["--database", &database.url]);
        }
        let output = command.stdin(Stdio::null()).output().expect("start polytill");
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "verify: {complaint}");
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Its data folder.
    #[must_use]
    pub fn data(&self) -> PathBuf {
        self.start.data.clone().unwrap_or_else(|| self.folder.path().join("data"))
    }

    /// The database it was given, if it is not the embedded one.
    #[must_use]
    pub fn test_database(&self) -> Option<&TestDatabase> {
        self.start.database.as_ref()
    }

    /// The file with everything it has printed, over all its starts.
    #[must_use]
    pub fn stdout_file(&self) -> PathBuf {
        self.folder.path().join("stdout.log")
    }

    /// The file with everything it has logged, over all its starts.
    #[must_use]
    pub fn stderr_file(&self) -> PathBuf {
        self.folder.path().join("stderr.log")
    }

    /// All it has printed and logged, for the message of a failure or a search for secrets.
    #[must_use]
    pub fn output(&self) -> String {
        [self.stdout_file(), self.stderr_file()].map(|file| tail(&file, usize::MAX)).join("\n")
    }
}

impl Drop for Till {
    fn drop(&mut self) {
        self.kill9();
        if std::thread::panicking() {
            eprintln!("--- end of the till's log\n{}", tail(&self.stderr_file(), 30));
        }
    }
}

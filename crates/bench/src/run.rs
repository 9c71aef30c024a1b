//! The order of a run: baselines first, then Polytill on each backend, each server alone on the machine.

use crate::lives::{self, Life};
use crate::load::{self, Load, Outcome, Until};
use crate::report::{Report, Row};
use crate::till::{self, Measured};
use crate::wire::request;
use crate::{
    Area, Failure, Options, baseline, disk, files, overload, pgbench, recurrences, registers, statements,
    stored, targets,
};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;
use tempfile::TempDir;
use testkit::gopay::{DEMO_SHOP, Shop};
use testkit::http::Client;
use testkit::postgres::{Durability, PgServer};
use testkit::process::Guarded;

/// How long and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Effort {
    warm_up: Duration,
    pub(crate) measure: Duration,
    flushes: u64,
    paid: u64,
    recurrences: u64,
    movements: u64,
}

const QUICK: Effort = Effort {
    warm_up: Duration::from_millis(500),
    measure: Duration::from_secs(4),
    flushes: 200,
    paid: 3000,
    recurrences: 300,
    movements: 100_000,
};
const FULL: Effort = Effort {
    warm_up: Duration::from_secs(2),
    measure: Duration::from_secs(15),
    flushes: 1000,
    paid: 20_000,
    recurrences: 1500,
    movements: 1_000_000,
};

impl Effort {
    pub(crate) fn timed(self) -> Until {
        Until::Elapsed { warm_up: self.warm_up, measure: self.measure }
    }
}

/// The rates that others are divided by.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Baselines {
    pub(crate) create: Option<f64>,
    pub(crate) status: Option<f64>,
    pgbench: Option<f64>,
}

/// A run under way. What is measured of one area is a file of its own that adds its rows here.
pub(crate) struct Run<'a> {
    pub(crate) options: &'a Options,
    pub(crate) effort: Effort,
    /// Gone at the end with all that was stored.
    folder: TempDir,
    pub(crate) report: Report,
    pub(crate) baselines: Baselines,
}

/// Runs everything and prints the table. False when `--check` was asked for and it does not pass.
pub(crate) fn all(options: &Options) -> Result<bool, Failure> {
    // One thread: the client shares the cores with what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        std::fs::create_dir_all(&options.dir)?;
        let folder = TempDir::with_prefix_in("run-", options.dir.canonicalize()?)?;
        let effort = if options.quick { QUICK } else { FULL };
        let (report, baselines) = Default::default();
        let mut run = Run { options, effort, folder, report, baselines };
        let binary =
            if options.only_baseline { None } else { Some(till::binary(options.binary.as_deref())?) };
        run.measure(binary.as_deref()).await?;
        println!("\n{}", run.report);
        if let Some(file) = &options.json {
            run.report.write_json(file)?;
        }
        Ok(!options.check || run.report.passes())
    })
}

impl Run<'_> {
    async fn measure(&mut self, binary: Option<&Path>) -> Result<(), Failure> {
        self.disk()?;
        self.bare().await?;
        let Some(binary) = binary else { return Ok(()) };
        let server = if self.wants(Area::Postgres) { Some(self.postgres_server()?) } else { None };
        match &server {
            Some(server) => self.pgbench(server).await?,
            None => self.report.notes.push("PostgreSQL and pgbench were left out".to_owned()),
        }
        if self.wants(Area::Sqlite) {
            let done = self.sqlite(binary).await;
            self.note_failure("SQLite: all that is missing", done);
        }
        if let Some(server) = &server {
            let done = self.postgres(binary, server).await;
            self.note_failure("PostgreSQL: all that is missing", done);
        }
        if self.wants(Area::Terminals) {
            let done = self.terminals(binary).await;
            self.note_failure("terminals: all that is missing", done);
            let done = self.registers(binary).await;
            self.note_failure("GP tom: all that is missing", done);
        }
        if self.wants(Area::PointsOfSale) {
            let done = self.points_of_sale(binary).await;
            self.note_failure("points of sale: all that is missing", done);
        }
        Ok(())
    }

    fn wants(&self, area: Area) -> bool {
        let chosen = self.options.only.is_empty() || self.options.only.contains(&area);
        chosen && !(area == Area::Postgres && self.options.no_postgres)
    }

    fn note_failure(&mut self, what: &'static str, done: Result<(), Failure>) {
        if let Err(failure) = done {
            self.report.add(Row::broken(what, &failure));
        }
    }

    /// A place for the data of one server.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn disk(&mut self) -> Result<(), Failure> {
        let latency = disk::flushes(self.folder.path(), self.effort.flushes)?;
        let p50_ms = latency.per_mille(500).as_secs_f64() * 1000.0;
        self.report.add(Row::figure("disk: write 8 kB and flush", "ms", Some(p50_ms)).timed(&latency));
        Ok(())
    }

    /// The bare endpoint, in a process of its own as Polytill is.
    async fn bare(&mut self) -> Result<(), Failure> {
        let mut command = Command::new(std::env::current_exe()?);
        let mut process = Guarded::spawn(command.arg("baseline").stdout(Stdio::piped()));
        let output = process.child().stdout.take().ok_or("the baseline has no output")?;
        let ready = testkit::logs::follow(output, Path::new("/dev/null"), |line| {
            line.strip_prefix("listening on http://")?.parse().ok()
        });
        let server = ready.recv_timeout(testkit::PATIENCE)?;

        let payment =
            Shop::new(Client::new(server), DEMO_SHOP).payment(&till::callback("http://127.0.0.1:9/n"));
        let payment = payment.to_string();
        let create = request("POST", baseline::CREATE_PATH, server, "none", "application/json", &payment);
        let created = self.load(server, create).await?;
        let status = self.load(server, request("GET", baseline::STATUS_PATH, server, "none", "", "")).await?;
        self.baselines.create = Some(created.per_second());
        self.baselines.status = Some(status.per_second());
        self.report.add(Row::load("bare endpoint: create", "/s", &created));
        self.report.add(Row::load("bare endpoint: status", "/s", &status));
        Ok(())
    }

    async fn load(&self, server: std::net::SocketAddr, request: Vec<u8>) -> Result<Outcome, Failure> {
        let connections = self.options.connections;
        let load = Load { server, connections, requests: Arc::from([request]), keep_ids: 0 };
        load::run(&load, self.effort.timed()).await
    }

    /// On the disk under measurement if its own user can write there, else on the system's.
    fn postgres_server(&mut self) -> Result<PgServer, Failure> {
        let base = Path::new("/var/tmp");
        if base.metadata()?.dev() != self.folder.path().metadata()?.dev() {
            self.report
                .notes
                .push("PostgreSQL's data are on the disk of /var/tmp, not on that of --dir".to_owned());
        }
        Ok(PgServer::start(Durability::Durable, base))
    }

    async fn pgbench(&mut self, server: &PgServer) -> Result<(), Failure> {
        let database = server.database().await;
        let seconds = self.effort.measure.as_secs() + 1;
        let rate = pgbench::measure(server, &database, self.options.connections, seconds)?;
        if rate.is_none() && self.options.check {
            // Two floors hang on it: what is not measured does not pass.
            self.report.add(Row::broken("pgbench: TPC-B", &"pgbench is not installed".into()));
        }
        if rate.is_none() {
            self.report.notes.push("pgbench is not installed: nothing is compared to it".to_owned());
        }
        self.baselines.pgbench = rate;
        self.report.add(Row::figure("pgbench: TPC-B", "/s", rate));
        Ok(())
    }

    async fn sqlite(&mut self, binary: &Path) -> Result<(), Failure> {
        let till = Arc::new(Measured::start(binary, &self.path("sqlite"), None).await?);
        self.idle(&till);
        let connections = self.options.connections;

        let created = load::run(&stored::creates(&till, connections, 16), self.effort.timed()).await?;
        let row = Row::load("SQLite: create", "/s", &created);
        self.report.add(row.clone().divided_by(self.baselines.create, targets::CREATE_TO_BARE));
        self.report.add(
            Row::figure("  ÷ pgbench", "/s", Some(created.per_second()))
                .divided_by(self.baselines.pgbench, targets::CREATE_TO_PGBENCH),
        );
        let p99_ms = created.latency.per_mille(990).as_secs_f64() * 1000.0;
        self.report.add(Row::figure("  its p99", "ms", Some(p99_ms)).against(targets::CREATE_P99_MS));

        let status = stored::statuses(&till, connections, &created.ids, self.effort.timed()).await?;
        self.report.add(
            Row::load("SQLite: status", "/s", &status)
                .divided_by(self.baselines.status, targets::STATUS_TO_BARE),
        );
        let lives = lives::run(&till, connections, Life::Full, self.effort.timed()).await?;
        self.report.add(Row::load("SQLite: full life", "/s", &lives).against(targets::LIVES_PER_S));
        drop(till);
        self.overload(binary).await?;
        self.bytes(binary).await?;
        self.recurrences(binary).await?;
        self.statement(binary).await?;
        self.stored(binary, &created, &status).await
    }

    /// GP tom's door: tokens, and what polling costs.
    async fn registers(&mut self, binary: &Path) -> Result<(), Failure> {
        let till = Measured::start(binary, &self.path("gptom"), None).await?;
        let tokens = registers::tokens(&till, self.options.connections, self.effort.timed()).await?;
        self.report.add(Row::load("GP tom: token", "/s", &tokens).against(targets::TOKENS_PER_S));
        let polling = registers::polling(&till, self.effort.measure).await?;
        self.report.add(Row::load("GP tom: 10 registers, 500 tasks", "/s", &polling.outcome));
        let row = Row::figure("  of one core", "%", Some(polling.percent));
        self.report.add(row.against(targets::POLLING_PERCENT));
        Ok(())
    }

    async fn overload(&mut self, binary: &Path) -> Result<(), Failure> {
        let data = self.path("overload");
        let variables = [("POLYTILL_QUEUE", overload::QUEUE)];
        let till = Measured::start_with(binary, &data, None, &variables).await?;
        let outcome = overload::run(&till, self.effort.measure.min(Duration::from_secs(4))).await?;
        if outcome.refused == 0 {
            return Err("the overload was none".into());
        }
        self.report.add(Row::overload("overload: refusals", &outcome));
        let recovery_s = outcome.recovery.map(|recovery| recovery.as_secs_f64());
        let row = Row::figure("overload: recovery", "s", recovery_s.or(Some(f64::INFINITY)));
        self.report.add(row.against(targets::RECOVERY_S));
        Ok(())
    }

    #[allow(clippy::cast_precision_loss, reason = "megabytes for people")]
    fn idle(&mut self, till: &Measured) {
        let resident_mb = till.till.resident_kb() as f64 / 1024.0;
        self.report.add(Row::figure("idle: memory", "MB", Some(resident_mb)).against(targets::IDLE_RSS_MB));
        let ready_s = till.ready_after.as_secs_f64();
        self.report.add(Row::figure("idle: start to ready", "s", Some(ready_s)).against(targets::READY_S));
    }

    /// What a paid payment leaves on the disk: the folder after a clean stop, with and without the payments.
    #[allow(clippy::cast_precision_loss, reason = "bytes for people")]
    async fn bytes(&mut self, binary: &Path) -> Result<(), Failure> {
        let data = self.path("bytes");
        let mut empty = Measured::start(binary, &data, None).await?;
        empty.till.terminate().await;
        let before = files::size_of(&data);

        let till = Arc::new(Measured::start(binary, &data, None).await?);
        let until = Until::Count(self.effort.paid);
        let paid = lives::run(&till, self.options.connections, Life::Paid, until).await?;
        let mut till = Arc::into_inner(till).ok_or("a lane still holds the till")?;
        till.till.terminate().await;
        let grown = files::size_of(&data).saturating_sub(before);
        let bytes = (paid.done > 0).then(|| grown as f64 / paid.done as f64);
        self.report.add(Row::load("SQLite: create, pay, notify", "/s", &paid));
        self.report.add(Row::figure("bytes per paid payment", "B", bytes).against(targets::BYTES_PER_PAID));
        Ok(())
    }

    /// A week of recurrences, charged in one run.
    async fn recurrences(&mut self, binary: &Path) -> Result<(), Failure> {
        let till = Arc::new(Measured::start(binary, &self.path("recurrences"), None).await?);
        let connections = u64::try_from(self.options.connections)?;
        let rate = recurrences::run(&till, connections, self.effort.recurrences).await?;
        let row = Row::figure("SQLite: recurrence run, charges", "/s", Some(rate));
        self.report.add(row.against(targets::RECURRENCES_PER_S));
        Ok(())
    }

    /// All movements of an account as one file.
    async fn statement(&mut self, binary: &Path) -> Result<(), Failure> {
        let told = statements::run(binary, &self.path("statement"), self.effort.movements).await?;
        self.report.add(Row::figure("SQLite: statement, movements", "/s", Some(told.rows_per_s)));
        let first_s = told.first_byte.as_secs_f64();
        self.report.add(Row::figure("  until its first byte", "s", Some(first_s)));
        self.report.add(Row::figure("  memory before", "MB", Some(told.before_mb)));
        self.report.add(Row::figure("  memory at its peak", "MB", Some(told.peak_mb)));
        Ok(())
    }

    /// The loads again with many payments stored, as a cost against the loads with few.
    async fn stored(&mut self, binary: &Path, created: &Outcome, status: &Outcome) -> Result<(), Failure> {
        if self.options.stored == 0 {
            return Ok(());
        }
        let connections = self.options.connections;
        let till = Measured::start(binary, &self.path("stored"), None).await?;
        let ids = stored::fill(&till, connections, self.options.stored).await?;
        let creates = load::run(&stored::creates(&till, connections, 0), self.effort.timed()).await?;
        let statuses = stored::statuses(&till, connections, &ids, self.effort.timed()).await?;
        for (what, few, many) in [("stored: create", created, creates), ("stored: status", status, statuses)]
        {
            self.report.add(Row::load(what, "/s", &many));
            let cost = few.per_second() / many.per_second();
            self.report
                .add(Row::figure("  its cost, few = 1", "×", Some(cost)).against(targets::STORED_COST));
        }
        Ok(())
    }

    async fn postgres(&mut self, binary: &Path, server: &PgServer) -> Result<(), Failure> {
        let database = server.database().await;
        let till = Arc::new(Measured::start(binary, &self.path("postgres"), Some(database)).await?);
        let connections = self.options.connections;
        let created = load::run(&stored::creates(&till, connections, 0), self.effort.timed()).await?;
        let row = Row::load("PostgreSQL: create", "/s", &created);
        self.report.add(row.divided_by(self.baselines.pgbench, targets::POSTGRES_TO_PGBENCH));
        let lives = lives::run(&till, connections, Life::Full, self.effort.timed()).await?;
        self.report.add(Row::load("PostgreSQL: full life", "/s", &lives));
        Ok(())
    }
}

//! Serving: from the first bound socket to the last written page.
//!
//! The socket is bound before anything else, so a taken port costs nothing, and its real port is known when
//! addresses are handed out. It is announced when everything behind it stands. On SIGTERM or Ctrl-C nothing
//! new is let in, what runs is finished within [`GRACE`], and the database is closed.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use gateway::{Gateway, Workers};
use polytill_http::peer::TrustedProxies;
use polytill_http::server::{self, Ended, ServerLimits, ServerOptions};
use polytill_http::tls::Tls;
use tokio::net::TcpListener;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::banner::{Ready, own_url};
use crate::checks::{Facts, objections};
use crate::config::{Config, Database};
use crate::error::{StartError, one_line};
use crate::node::Node;
use crate::{assembly, observe, vault};

/// For running requests and deliveries to finish.
const GRACE: Duration = Duration::from_secs(9);
/// For the database to write what is queued, after that.
const LAST_WRITES: Duration = Duration::from_secs(1);
/// Open files that are not connections of clients: the database, the log, calls to merchants.
const OTHER_FILES: u64 = 512;

/// Serves until told to stop.
pub async fn serve(config: &Config) -> Result<(), StartError> {
    let signals = Signals::listen()?;
    let options = options(config)?;
    let profile = gptom::Profile::load(config.gptom.profile.as_deref())
        .map_err(|error| StartError::Usage(format!("gptom.profile: {}", one_line(&error.to_string()))))?;
    let listener = bind(config.listen)?;
    let address = listener.local_addr().map_err(|error| StartError::failed("cannot listen", error))?;
    let node = open(config).await?;
    let metrics = observe::metrics()?;

    let public_url = config.public_url.clone().map_or_else(|| own_url(config, address), String::from);
    let settings = assembly::Settings {
        public_url,
        sandbox_api: config.has_sandbox_api(),
        strict_scopes: config.gopay.strict_scopes,
        accept_unknown_card_tokens: config.gopay.accept_unknown_card_tokens,
        mobilepay: config.mobilepay.settings(),
        inactivity: config.mobilepay.inactivity(),
        gptom: profile,
    };
    let devices = terminal::Door::new(Arc::clone(&node.gateway), config.connections);
    let played = config.has_sandbox_api().then(|| phone::House::new(&node.gateway)).flatten();
    let phones = played.map(|house| phone::Door::open(Arc::new(house), config.mobilepay.phone()));
    let router = assembly::router(&node.gateway, &settings, metrics.clone(), &devices, phones.as_ref())?;
    let upkeep = tokio::spawn(observe::upkeep(metrics));
    let workers = Workers::start(&node.gateway);
    let simulated = devices.simulate().await;
    let demo = !config.production && node.knows_the_demo_secret();
    let register = !config.production && node.knows_the_demo_register();
    let cinemas = !config.production && node.knows_the_demo_cinemas();
    let person = !config.production && node.knows_the_demo_person();
    let ahead = node.gateway.clock_ahead().unwrap_or_default();
    let ready = Ready { config, address, demo, register, person, cinemas, ahead };
    crate::say(&ready.text());

    let (stop, stopped) = watch::channel(false);
    let told = signals.stop(options.tls.clone(), &node.gateway, stop);
    let serving = server::serve(vec![listener], router, options, until(stopped.clone()));
    let working = async {
        until(stopped).await;
        phones.iter().for_each(phone::Door::close);
        devices.close().await;
        for device in simulated {
            // One that panicked has left already.
            let _ = device.await;
        }
        tokio::time::timeout(GRACE, workers.stop()).await
    };
    let ((), ended, worked) = tokio::join!(told, serving, working);
    if let Ended::Dropped(left) = ended {
        tracing::warn!(left, "some connections did not finish in time");
    }
    if worked.is_err() {
        tracing::warn!("some deliveries did not finish in time; they will be tried again");
    }
    upkeep.abort();
    if tokio::time::timeout(LAST_WRITES, node.close()).await.is_err() {
        return Err(StartError::Failed("the database did not close in time".to_owned()));
    }
    tracing::info!("stopped");
    Ok(())
}

/// Opens the node unless production objects. With objections the database is looked into only to add to them.
async fn open(config: &Config) -> Result<Node, StartError> {
    let mut facts = Facts { config, knows_the_demo_secret: false };
    if !objections(&facts).is_empty() {
        if is_there(config)
            && let Ok(node) = Node::open(config).await
        {
            facts.knows_the_demo_secret = node.knows_a_demo_secret();
            node.close().await;
        }
        return Err(StartError::Refused(objections(&facts)));
    }
    let node = Node::open(config).await?;
    facts.knows_the_demo_secret = node.knows_a_demo_secret();
    match objections(&facts) {
        none if none.is_empty() => Ok(node),
        some => {
            node.close().await;
            Err(StartError::Refused(some))
        }
    }
}

/// Whether there is a database to look into already. One on a server is left alone.
fn is_there(config: &Config) -> bool {
    matches!(config.database(), Database::Sqlite(path) if path.is_file())
}

fn options(config: &Config) -> Result<ServerOptions, StartError> {
    // Without the right to more files the server works with those it has.
    let files = rlimit::increase_nofile_limit(u64::MAX).unwrap_or(1_024);
    let connections = u64::from(config.connections).min(files.saturating_sub(OTHER_FILES)).max(1);
    let max_connections = usize::try_from(connections).unwrap_or(usize::MAX);
    let tls = match (&config.tls.certificate, &config.tls.key) {
        (Some(certificate), Some(key)) => {
            let tls = Tls::from_pem_files(certificate, key);
            Some(tls.map_err(|error| StartError::failed("cannot speak TLS", error))?)
        }
        _ => None,
    };
    let trusted = config.trusted_proxies.iter().map(|network| network.0).collect();
    Ok(ServerOptions {
        limits: ServerLimits { max_connections, grace: GRACE, ..ServerLimits::default() },
        tls,
        trusted_proxies: TrustedProxies::new(trusted),
    })
}

fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    server::bind(address).map_err(|error| match error.kind() {
        ErrorKind::AddrInUse => StartError::Failed(format!(
            "cannot listen on {address}: something else is listening there; choose another with --listen ADDR"
        )),
        _ => StartError::failed(format!("cannot listen on {address}"), error),
    })
}

async fn until(mut stopped: watch::Receiver<bool>) {
    // A sender that is gone means the same.
    let _ = stopped.wait_for(|stopped| *stopped).await;
}

/// What the operating system tells a server.
struct Signals {
    terminate: Signal,
    interrupt: Signal,
    reload: Signal,
    rotate: Signal,
}

impl Signals {
    fn listen() -> Result<Self, StartError> {
        let listen =
            |kind| signal(kind).map_err(|error| StartError::failed("cannot listen for signals", error));
        Ok(Self {
            terminate: listen(SignalKind::terminate())?,
            interrupt: listen(SignalKind::interrupt())?,
            reload: listen(SignalKind::hangup())?,
            rotate: listen(SignalKind::user_defined1())?,
        })
    }

    /// Waits for the end. Until then reads the certificate again, and changes the key of the cards, whenever told to.
    async fn stop(mut self, tls: Option<Tls>, gateway: &Arc<Gateway>, stop: watch::Sender<bool>) {
        let mut rotation: Option<JoinHandle<()>> = None;
        loop {
            tokio::select! {
                _ = self.terminate.recv() => break,
                _ = self.interrupt.recv() => break,
                _ = self.reload.recv() => reload(tls.as_ref()),
                _ = self.rotate.recv() => {
                    // One at a time. What the end of the server cuts off, the next one takes up.
                    if rotation.as_ref().is_none_or(JoinHandle::is_finished) {
                        rotation = Some(tokio::spawn(vault::rotate_beside(Arc::clone(gateway))));
                    }
                }
            }
        }
        tracing::info!("stopping");
        let _ = stop.send(true);
    }
}

fn reload(tls: Option<&Tls>) {
    match tls.map(Tls::reload) {
        None => tracing::info!("there is nothing to reload"),
        Some(Ok(())) => tracing::info!("the certificate was read again"),
        Some(Err(error)) => tracing::error!(%error, "the former certificate stays in use"),
    }
}

//! What the operator sees: the log on standard error, and the numbers at `/metrics`.

use std::sync::OnceLock;
use std::time::Duration;

use metrics::{describe_counter, describe_gauge, describe_histogram};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use tracing_subscriber::EnvFilter;

use crate::config::{Config, LogFormat};
use crate::error::StartError;

/// How often the recorder tidies up, whether or not anybody asks for the numbers.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);

/// Starts the log. A second start in the same process (a test's) keeps the first one's log.
pub fn start_log(config: &Config) -> Result<(), StartError> {
    let filter =
        EnvFilter::try_new(&config.log).map_err(|error| StartError::Usage(format!("log: {error}")))?;
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    let _ = match config.log_format {
        LogFormat::Text => builder.with_ansi(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
    Ok(())
}

/// The recorder of this process, installed when first asked for.
pub fn metrics() -> Result<PrometheusHandle, StartError> {
    static HANDLE: OnceLock<Result<PrometheusHandle, String>> = OnceLock::new();
    let install = || {
        let handle = PrometheusBuilder::new().install_recorder().map_err(|error| error.to_string())?;
        describe();
        Ok(handle)
    };
    HANDLE.get_or_init(install).clone().map_err(|error| StartError::failed("cannot count", error))
}

/// Keeps the recorder tidy, for ever.
pub(crate) async fn upkeep(handle: PrometheusHandle) {
    let mut tick = tokio::time::interval(UPKEEP_EVERY);
    loop {
        tick.tick().await;
        handle.run_upkeep();
    }
}

fn describe() {
    polytill_http::metering::describe();
    describe_counter!(
        "polytill_notification_attempts_total",
        "Attempts to deliver a notification, by outcome (delivered, failed)."
    );
    describe_counter!(
        "polytill_outcomes_still_unknown_total",
        "Times the acquirer was asked about an unknown outcome and could not say."
    );
    describe_histogram!("polytill_store_group_size", "Changes that were made durable by one commit.");
    describe_gauge!("polytill_build_info", "1, with the version as a label.");
    metrics::gauge!("polytill_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
}

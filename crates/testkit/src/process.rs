//! Starting, signalling and ending processes by their number.
//!
//! Signals go through the `kill` program because the standard library has only SIGKILL and this workspace has
//! no unsafe code. A [`Guarded`] process is killed and reaped when its guard is dropped: a test that panics
//! leaves nothing behind.

use crate::PATIENCE;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::sync_channel;
use std::thread;

/// A child process that does not outlive this value.
#[derive(Debug)]
pub struct Guarded(Option<Child>);

impl Guarded {
    /// Starts the command.
    ///
    /// # Panics
    /// When it cannot be started; the message names the program.
    #[must_use]
    pub fn spawn(command: &mut Command) -> Self {
        let program = command.get_program().to_string_lossy().into_owned();
        Self(Some(command.spawn().unwrap_or_else(|error| panic!("cannot start {program}: {error}"))))
    }

    /// The child itself, for its pipes.
    pub fn child(&mut self) -> &mut Child {
        self.0.as_mut().expect("the process is still ours")
    }

    /// The process number, while it runs and until it is reaped.
    #[must_use]
    pub fn pid(&self) -> u32 {
        self.0.as_ref().expect("the process is still ours").id()
    }

    /// True until the process has ended by itself or by a signal.
    pub fn is_running(&mut self) -> bool {
        self.0.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Sends a signal by name (`TERM`, `STOP`, `CONT`…).
    pub fn signal(&self, name: &str) {
        let sent = Command::new("kill").arg(format!("-{name}")).arg(self.pid().to_string()).status();
        assert!(sent.is_ok_and(|status| status.success()), "cannot send {name} to {}", self.pid());
    }

    /// Kills it as a power cut would, and waits until it is gone.
    pub fn kill9(&mut self) {
        if let Some(mut child) = self.0.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Waits until it has ended by itself.
    ///
    /// # Panics
    /// When it still runs after [`PATIENCE`]; it is killed first.
    pub fn wait(&mut self) -> ExitStatus {
        let mut child = self.0.take().expect("the process is still ours");
        let pid = child.id();
        let (ended, wait) = sync_channel(1);
        thread::spawn(move || {
            let _ = ended.send(child.wait());
        });
        if let Ok(status) = wait.recv_timeout(PATIENCE) {
            return status.expect("wait for the process");
        }
        let _ = Command::new("kill").args(["-KILL", &pid.to_string()]).status();
        panic!("process {pid} did not end within {PATIENCE:?}");
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        self.kill9();
    }
}

/// A port of 127.0.0.1 that was free a moment ago. Whoever binds it must be ready to ask for another.
#[must_use]
pub fn free_port() -> u16 {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).expect("bind a free port");
    listener.local_addr().expect("a bound listener has an address").port()
}

/// Whether this process runs as root, which some programs refuse to do.
#[must_use]
pub fn is_root() -> bool {
    std::fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}

/// Where a program is: the first of the given places that exists, else by its bare name along `PATH`.
#[must_use]
pub fn program(name: &str, places: &[&str]) -> Option<std::path::PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let along_path = std::env::split_paths(&path).map(|folder| folder.join(name));
    places.iter().map(Into::into).chain(along_path).find(|file: &std::path::PathBuf| file.is_file())
}

/// A command that runs silently and whose success is required.
///
/// # Panics
/// When it fails; the message has what it printed.
pub fn must_succeed(command: &mut Command) {
    let output = command.stdin(Stdio::null()).output().expect("run the command");
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dropped_process_is_gone() {
        let guarded = Guarded::spawn(Command::new("cat").stdin(Stdio::piped()));
        let entry = std::path::PathBuf::from(format!("/proc/{}", guarded.pid()));
        assert!(entry.exists());
        drop(guarded);
        assert!(!entry.exists());
    }

    #[test]
    fn a_terminated_process_reports_its_signal() {
        use std::os::unix::process::ExitStatusExt;
        let mut guarded = Guarded::spawn(Command::new("cat").stdin(Stdio::piped()));
        guarded.signal("TERM");
        assert_eq!(guarded.wait().signal(), Some(15));
    }
}

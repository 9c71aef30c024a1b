//! The output of a started process: kept in a file, and watched for the one line that says it is ready.
//!
//! A thread reads the pipe to its end, so that the process never blocks on a full one, copies every line to
//! the file and hands the first line that matches to whoever waits. It ends when the process does.

use std::fs::OpenOptions;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// The longest line that is kept whole; the rest of a longer one comes as lines of its own.
const LINE_LIMIT: u64 = 64 * 1024;

/// Copies `pipe` to the end of the file at `path`. The receiver gets what `wanted` makes of the first line it
/// recognises, and is disconnected when the output ends without one.
pub fn follow<T: Send + 'static>(
    pipe: impl Read + Send + 'static,
    path: &Path,
    wanted: impl Fn(&str) -> Option<T> + Send + 'static,
) -> Receiver<T> {
    let mut file = OpenOptions::new().create(true).append(true).open(path).expect("open the log file");
    let (found, wait) = sync_channel(1);
    thread::spawn(move || {
        // Kept to the end: that it is gone says that the output has ended and is all in the file.
        let found: SyncSender<T> = found;
        let mut told = false;
        let mut pipe = BufReader::new(pipe);
        let mut line = Vec::new();
        while next_line(&mut pipe, &mut line) {
            // A log that cannot be written any more (its folder is gone) must not stop the draining.
            let _ = file.write_all(&line);
            if !told && let Some(value) = wanted(String::from_utf8_lossy(&line).trim_end()) {
                let _ = found.try_send(value);
                told = true;
            }
        }
    });
    wait
}

fn next_line(pipe: &mut impl BufRead, line: &mut Vec<u8>) -> bool {
    line.clear();
    matches!(pipe.take(LINE_LIMIT).read_until(b'\n', line), Ok(read) if read > 0)
}

/// The last `lines` lines of a log, for the message of a failure. Empty when there is no log.
#[must_use]
pub fn tail(path: &Path, lines: usize) -> String {
    let text = String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned();
    let all: Vec<&str> = text.lines().collect();
    all[all.len().saturating_sub(lines)..].join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_matching_line_is_handed_over_and_every_line_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let found = follow(&b"warming up\nport 81\nport 82\n"[..], &path, |line| {
            line.strip_prefix("port ").map(str::to_owned)
        });
        assert_eq!(found.recv().unwrap(), "81");
        assert!(found.recv().is_err(), "the output has ended");
        assert_eq!(tail(&path, 2), "port 81\nport 82");
    }
}

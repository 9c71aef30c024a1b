//! What one flush costs on the disk under measurement: the floor below every durable answer.

use crate::Failure;
use crate::histogram::Histogram;
use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::time::Instant;

const BLOCK: [u8; 8192] = [0x5a; 8192];

/// Appends 8 kB and flushes, so many times; the latencies of both together.
pub(crate) fn flushes(folder: &Path, times: u64) -> Result<Histogram, Failure> {
    let path = folder.join("flush");
    let file = File::create(&path)?;
    let mut latency = Histogram::new();
    for block in 0..times {
        let start = Instant::now();
        file.write_all_at(&BLOCK, block * BLOCK.len() as u64)?;
        file.sync_data()?;
        latency.record(start.elapsed());
    }
    std::fs::remove_file(path)?;
    Ok(latency)
}

#[cfg(test)]
mod tests {
    #[test]
    fn flushes_are_timed_and_nothing_is_left() {
        let folder = tempfile::tempdir().unwrap();
        let latency = super::flushes(folder.path(), 3).unwrap();
        assert!(latency.per_mille(500) > std::time::Duration::ZERO);
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}

//! Latencies, counted in buckets that are never wider than 1.6 % of their value.
//!
//! Log-linear: 64 buckets for each power of two of nanoseconds. Recording is an index and an addition, so
//! that it does not show in what it measures; memory is fixed whatever is recorded.

use std::time::Duration;

/// Buckets to a power of two, as a power of two.
const FINENESS: u32 = 6;
const STEPS: u64 = 1 << FINENESS;
/// Enough for 2^40 ns, eighteen minutes; what is longer counts as that.
const BUCKETS: u64 = (40 - FINENESS as u64 + 1) * STEPS;

/// How often each latency was seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Histogram {
    buckets: Vec<u64>,
    count: u64,
}

impl Histogram {
    pub(crate) fn new() -> Self {
        Self { buckets: vec![0; usize::try_from(BUCKETS).unwrap_or(usize::MAX)], count: 0 }
    }

    pub(crate) fn record(&mut self, latency: Duration) {
        let nanoseconds = u64::try_from(latency.as_nanos()).unwrap_or(u64::MAX);
        let index = usize::try_from(index_of(nanoseconds)).unwrap_or(usize::MAX);
        if let Some(bucket) = self.buckets.get_mut(index) {
            *bucket += 1;
            self.count += 1;
        }
    }

    pub(crate) fn merge(&mut self, other: &Self) {
        self.buckets.iter_mut().zip(&other.buckets).for_each(|(own, other)| *own += other);
        self.count += other.count;
    }

    /// The latency that `part` per thousand of the requests did not exceed. Zero when nothing was recorded.
    pub(crate) fn per_mille(&self, part: u64) -> Duration {
        let wanted = (self.count * part).div_ceil(1000).max(1);
        let mut seen = 0;
        for (index, count) in (0_u64..).zip(&self.buckets) {
            seen += count;
            if seen >= wanted {
                return Duration::from_nanos(upper_bound_of(index));
            }
        }
        Duration::ZERO
    }
}

fn index_of(nanoseconds: u64) -> u64 {
    let exponent = (nanoseconds | 1).ilog2().max(FINENESS) - FINENESS;
    (u64::from(exponent) * STEPS + (nanoseconds >> exponent)).min(BUCKETS - 1)
}

/// The largest value that falls into this bucket.
fn upper_bound_of(index: u64) -> u64 {
    if index < 2 * STEPS {
        return index;
    }
    let exponent = index / STEPS - 1;
    ((index % STEPS + STEPS + 1) << exponent) - 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_lies_in_its_bucket_and_the_bucket_is_narrow() {
        for value in (0..10_000).chain((10..39).map(|power| (1 << power) + 12_345)) {
            let (index, upper) = (index_of(value), upper_bound_of(index_of(value)));
            assert!(
                upper >= value && (upper - value) * 62 <= value.max(62),
                "{value} in {index}: up to {upper}"
            );
            assert!(index == 0 || upper_bound_of(index - 1) < value, "{value} belongs to {index}");
        }
    }

    #[test]
    fn percentiles_count_from_below() {
        let mut latencies = Histogram::new();
        for microseconds in 1..=1000 {
            latencies.record(Duration::from_micros(microseconds));
        }
        let near = |found: Duration, wanted: u64| found.as_micros().abs_diff(u128::from(wanted)) <= 16;
        assert!(near(latencies.per_mille(500), 500), "{:?}", latencies.per_mille(500));
        assert!(near(latencies.per_mille(990), 990), "{:?}", latencies.per_mille(990));
        assert_eq!(Histogram::new().per_mille(500), Duration::ZERO);
    }

    #[test]
    fn merging_adds_and_endless_waits_still_count() {
        let (mut one, mut other) = (Histogram::new(), Histogram::new());
        one.record(Duration::from_micros(1));
        other.record(Duration::from_secs(1 << 40));
        one.merge(&other);
        assert_eq!(one.count, 2);
        assert!(one.per_mille(1000) > Duration::from_secs(1000));
    }
}

//! What is remembered of strangers: never more than so many entries, however many there are of them.

use std::collections::HashMap;
use std::hash::Hash;

/// Entries by key. When they are used up, the lesser half is forgotten at once: of values, the lesser is the one that
/// would be forgotten sooner anyway.
pub(super) struct Memory<K, V> {
    most: usize,
    by_key: HashMap<K, V>,
}

impl<K: Eq + Hash, V: Copy + Ord> Memory<K, V> {
    pub(super) fn new(most: usize) -> Self {
        Self { most: most.max(1), by_key: HashMap::new() }
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        self.by_key.get(key).copied()
    }

    pub(super) fn put(&mut self, key: K, value: V) {
        if self.by_key.len() >= self.most && !self.by_key.contains_key(&key) {
            let mut values: Vec<V> = self.by_key.values().copied().collect();
            let middle = values.len() / 2;
            let (_, median, _) = values.select_nth_unstable(middle);
            let median = *median;
            self.by_key.retain(|_, value| *value > median);
        }
        self.by_key.insert(key, value);
    }

    pub(super) fn remove(&mut self, key: &K) {
        self.by_key.remove(key);
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        self.by_key.len()
    }
}

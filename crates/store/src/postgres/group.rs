//! Which of the waiting changes travel together, and which are answered without travelling at all.
//!
//! A group never holds two changes with a key in common: the later one waits for the next group, and so does
//! whatever shares a key with it, so that order is kept. What a group's commit has settled for those who wait
//! (a claim has a holder, a payment has a version) is told to them at once: a thousand requests with one
//! idempotency key cost two groups and not a thousand.

use std::collections::{HashMap, HashSet, VecDeque};

use domain::{PaymentId, Version};
use tokio::sync::oneshot;

use super::encoded::{Encoded, Key, claim_key, document_key};
use crate::{Claim, CommitError, DocumentKind, DocumentWrite};

/// A change that waits, and who waits for it.
pub(super) struct Job {
    pub(super) encoded: Encoded,
    /// Set after its group was refused for some value: by itself it can only harm itself.
    pub(super) alone: bool,
    pub(super) answer: oneshot::Sender<Result<(), CommitError>>,
}

impl Job {
    pub(super) fn tell(self, result: Result<(), CommitError>) {
        // Whoever asked may be gone, which changes nothing about what is written.
        let _ = self.answer.send(result);
    }
}

/// Takes the next group out of those who wait.
pub(super) fn take(waiting: &mut VecDeque<Job>) -> Vec<Job> {
    if waiting.front().is_some_and(|job| job.alone) {
        return waiting.pop_front().into_iter().collect();
    }
    let mut touched: HashSet<Key> = HashSet::new();
    let (mut group, mut later) = (Vec::new(), VecDeque::new());
    for job in waiting.drain(..) {
        let free = job.encoded.keys.iter().all(|key| !touched.contains(key));
        touched.extend(job.encoded.keys.iter().cloned());
        if free { group.push(job) } else { later.push_back(job) }
    }
    *waiting = later;
    group
}

/// What a group has settled.
#[derive(Default)]
pub(super) struct Settled {
    versions: HashMap<PaymentId, i64>,
    claims: HashMap<Key, Claim>,
    /// The versions documents have now; none for one that is gone.
    documents: HashMap<Key, Option<Version>>,
}

impl Settled {
    pub(super) fn committed(&mut self, encoded: &Encoded) {
        if let (Some(id), Some(columns)) = (encoded.change.payment_id(), &encoded.columns) {
            self.versions.insert(id, columns.version);
        }
        for claim in &encoded.change.claims {
            self.claims.insert(claim_key(claim), claim.clone());
        }
        for write in &encoded.change.documents {
            let version = match write {
                DocumentWrite::Insert(document) | DocumentWrite::Update { document, .. } => {
                    Some(document.version)
                }
                DocumentWrite::Delete { .. } => None,
            };
            self.documents.insert(document_key(write), version);
        }
    }

    pub(super) fn refused(&mut self, error: &CommitError) {
        if let CommitError::Claimed(holder) = error {
            self.claims.insert(claim_key(holder), Claim::clone(holder));
        }
    }

    /// Answers those who wait for what is settled already; the others keep waiting, in their order.
    pub(super) fn tell(&self, waiting: &mut VecDeque<Job>) {
        for job in std::mem::take(waiting) {
            match self.verdict(&job.encoded) {
                Some(error) => job.tell(Err(error)),
                None => waiting.push_back(job),
            }
        }
    }

    fn verdict(&self, encoded: &Encoded) -> Option<CommitError> {
        let mut taken = encoded.change.claims.iter().filter(|claim| !encoded.change.releases(claim));
        if let Some(holder) = taken.find_map(|claim| self.claims.get(&claim_key(claim))) {
            return Some(CommitError::Claimed(Box::new(holder.clone())));
        }
        if let Some((kind, id)) = encoded.change.documents.iter().find_map(|write| self.overtaken(write)) {
            return Some(CommitError::DocumentConflict(kind, id));
        }
        let version = self.versions.get(&encoded.change.payment_id()?)?;
        let expected = encoded.expected().map(|expected| i64::from(expected.get()));
        if expected == Some(*version) { None } else { encoded.conflict() }
    }

    /// The document, if it is not at the version the write was decided on.
    fn overtaken(&self, write: &DocumentWrite) -> Option<(DocumentKind, i64)> {
        let now = self.documents.get(&document_key(write))?;
        let expected = match write {
            DocumentWrite::Insert(_) => None,
            DocumentWrite::Update { expected, .. } | DocumentWrite::Delete { expected, .. } => {
                Some(*expected)
            }
        };
        (*now != expected).then(|| write.key())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Change;

    fn job(settings: &[&str]) -> Job {
        let settings = settings.iter().map(|key| ((*key).to_owned(), String::new())).collect();
        let encoded = Encoded::of(Change { settings, ..Change::default() }).unwrap();
        Job { encoded, alone: false, answer: oneshot::channel().0 }
    }

    fn names(jobs: &[Job]) -> Vec<String> {
        let name = |job: &Job| job.encoded.change.settings.iter().map(|(key, _)| key.as_str()).collect();
        jobs.iter().map(name).collect()
    }

    #[test]
    fn changes_that_share_a_key_keep_their_order() {
        let mut waiting: VecDeque<Job> = [&["a"][..], &["b"], &["a", "c"], &["c"], &["d"]].map(job).into();
        assert_eq!(names(&take(&mut waiting)), ["a", "b", "d"]);
        assert_eq!(names(&take(&mut waiting)), ["ac"]);
        assert_eq!(names(&take(&mut waiting)), ["c"]);
        assert!(take(&mut waiting).is_empty() && waiting.is_empty());
    }

    #[test]
    fn a_change_that_was_refused_with_its_group_travels_alone() {
        let mut waiting: VecDeque<Job> = [&["a"][..], &["b"]].map(job).into();
        waiting.iter_mut().for_each(|job| job.alone = true);
        assert_eq!(names(&take(&mut waiting)), ["a"]);
        assert_eq!(names(&take(&mut waiting)), ["b"]);
    }
}

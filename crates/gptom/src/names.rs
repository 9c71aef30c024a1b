//! What tasks, transactions and batches are called (gptom.md §2, §5.4). Nothing of this is stored: a name is another
//! spelling of a number, and a name that was not made here is nobody's.

use domain::{Task, TaskId, TaskKind, Terminal, Tid};
use gateway::Gateway;
use gateway::names::NameOf;

/// The word of the product for what has not been closed.
pub(crate) const OPEN: &str = "OPEN";

pub(crate) fn task(gateway: &Gateway, id: TaskId) -> String {
    gateway.uuid_name(NameOf::Task, id.get())
}

pub(crate) fn task_named(gateway: &Gateway, name: &str) -> Option<TaskId> {
    gateway.named_by_uuid(NameOf::Task, name).map(TaskId::new)
}

pub(crate) fn transaction(gateway: &Gateway, id: TaskId) -> String {
    gateway.uuid_name(NameOf::Transaction, id.get())
}

/// By its own name, or by the one it was booked under.
pub(crate) fn transaction_named(gateway: &Gateway, name: &str) -> Option<TaskId> {
    if let Some(id) = gateway.named_by_uuid(NameOf::Transaction, name) {
        return Some(TaskId::new(id));
    }
    let number = name.strip_prefix("AMS-")?.rsplit_once('-')?.1;
    plain(number).map(TaskId::new)
}

/// The back-end's own name of what a task has booked or closed; none before that.
pub(crate) fn booked(terminal: &Terminal, task: &Task) -> Option<String> {
    match task.kind {
        TaskKind::CloseBatch => task.batch.map(|number| batch(&terminal.tid, number)),
        _ => task.sequence.map(|_| format!("AMS-{}-{:06}", terminal.tid, task.id.get())),
    }
}

pub(crate) fn batch(tid: &Tid, number: u32) -> String {
    format!("AMS-{tid}-B{number:06}")
}

/// A batch by its name, or by its number alone.
pub(crate) fn batch_named(tid: &Tid, name: &str) -> Option<u32> {
    let number = match name.strip_prefix("AMS-") {
        Some(rest) => rest.strip_prefix(tid.as_str())?.strip_prefix("-B")?,
        None => name,
    };
    plain(number).and_then(|number| u32::try_from(number).ok())
}

fn plain(number: &str) -> Option<i64> {
    let digits = (1..=19).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit());
    if digits { number.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_has_a_name_and_a_number() {
        let tid: Tid = "10012345".parse().unwrap();
        assert_eq!(batch(&tid, 7), "AMS-10012345-B000007");
        for (name, number) in [
            ("AMS-10012345-B000007", Some(7)),
            ("7", Some(7)),
            ("AMS-10012346-B000007", None),
            ("AMS-10012345-000007", None),
            ("-7", None),
            ("99999999999", None),
            ("", None),
        ] {
            assert_eq!(batch_named(&tid, name), number, "{name}");
        }
    }
}

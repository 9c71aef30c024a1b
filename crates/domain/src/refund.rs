//! Refunds as a list, read from the events that made them.

use crate::{Event, Minor, Timestamp};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundState {
    Requested,
    Success,
    Failed,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refund {
    /// 1 for the first refund of the payment.
    pub number: u32,
    pub amount: Minor,
    pub state: RefundState,
    pub requested_at: Timestamp,
    pub changed_at: Timestamp,
}

/// Every refund ever asked for, oldest first.
pub fn refunds<'a>(events: impl IntoIterator<Item = (Timestamp, &'a Event)>) -> Vec<Refund> {
    let mut list: Vec<Refund> = Vec::new();
    for (at, event) in events {
        match event {
            Event::RefundSent { number, amount } => list.push(Refund {
                number: *number,
                amount: *amount,
                state: RefundState::Requested,
                requested_at: at,
                changed_at: at,
            }),
            Event::Refunded { number, .. } => settle(&mut list, *number, RefundState::Success, at),
            Event::RefundFailed { number, .. } => settle(&mut list, *number, RefundState::Failed, at),
            _ => {}
        }
    }
    list
}

fn settle(list: &mut [Refund], number: u32, state: RefundState, at: Timestamp) {
    if let Some(refund) = list.iter_mut().find(|refund| refund.number == number) {
        refund.state = state;
        refund.changed_at = at;
    }
}

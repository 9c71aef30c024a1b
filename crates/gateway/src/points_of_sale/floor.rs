//! The floor in front of a point of sale as it is at this moment, also when nobody has come round to what time has
//! brought about (mobilepay.md §7.1, §8.3).

use domain::{Command, Payment, PaymentId, PosCommand, Refusal};

use super::PosError;
use super::book::{self, Floor, PointOfSale};
use crate::documents::Kept;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::phone::PhoneNumber;

impl Gateway {
    /// The floor, and the payment that is active there. What is over, or was left behind where nothing is paid any more,
    /// is ended first.
    pub(super) async fn floor_now(&self, pos: i64) -> Result<(Kept<Floor>, Option<Payment>), PosError> {
        let floor = book::floor(self.store.as_ref(), pos).await?;
        let Some(active) = floor.value.payment else { return Ok((floor, None)) };
        let seen = self.load(active).await?;
        if floor.value.closed && seen.is_open() && seen.pending.is_none() {
            self.withdraw(active).await?;
        } else {
            let seen = self.refreshed(seen).await?;
            if seen.is_open() {
                return Ok((floor, Some(seen)));
            }
        }
        let floor = book::floor(self.store.as_ref(), pos).await?;
        let payment = match floor.value.payment {
            Some(payment) => Some(self.load(payment).await?).filter(Payment::is_open),
            None => None,
        };
        Ok((floor, payment))
    }

    /// Gives up a payment that cannot be gone on with. What the customer has approved meanwhile stays, and what is being
    /// approved is left alone until that is known.
    pub(super) async fn withdraw(&self, payment: PaymentId) -> Result<(), PosError> {
        let _held = self.locks.hold(payment).await.ok_or(Refusal::Busy)?;
        let seen = self.load(payment).await?;
        match self.change_once(seen, Command::PointOfSale(PosCommand::Withdraw)).await {
            Ok(_) | Err(Error::Refused(_)) => Ok(()),
            Err(other) => Err(other.into()),
        }
    }

    /// Who stands at a point of sale.
    pub async fn customer_at_pos(&self, pos: &PointOfSale) -> Result<Option<PhoneNumber>, PosError> {
        let (floor, _) = self.floor_now(pos.id).await?;
        Ok(floor.value.present(self.clock.now()).map(|standing| standing.phone))
    }
}

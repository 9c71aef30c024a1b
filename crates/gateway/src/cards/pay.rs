//! Paying with a stored card: its holder gives the code on the back, and nothing else.

use std::sync::Arc;

use domain::{CardData, CardSummary, Cvc, Payment, PaymentId, Refusal};

use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::{CardStep, to_the_end};
use crate::vault::{Holder, Vault};

impl Gateway {
    /// The card that an open payment is bound to, when it is here and need not be typed.
    pub async fn ready_card(&self, payment: &Payment) -> Result<Option<CardSummary>, Error> {
        let Some(only) = payment.terms.on_file.only.as_ref().filter(|_| payment.is_open()) else {
            return Ok(None);
        };
        let Some(kept) = self.kept_card(only.card).await? else { return Ok(None) };
        if kept.value.deleted_at.is_some()
            || !Vault::holds(self.store.as_ref(), Holder::Card(only.card)).await?
        {
            return Ok(None);
        }
        Ok(Some(kept.value.card))
    }

    /// The holder of the card a payment is bound to pays with it. `attempts` as for a typed card.
    pub async fn pay_by_stored_card(
        self: &Arc<Self>,
        id: PaymentId,
        cvc: Cvc,
        attempts: Option<u8>,
    ) -> Result<CardStep, Error> {
        let gateway = Arc::clone(self);
        to_the_end(async move {
            let payment = gateway.load(id).await?;
            let only = payment.terms.on_file.only.as_ref().ok_or(Refusal::MethodNotAllowed)?;
            let card = gateway.vault.open(gateway.store.as_ref(), Holder::Card(only.card)).await?;
            let card = card.ok_or(Refusal::OtherCard)?;
            gateway.take_card(id, CardData { cvc: Some(cvc), ..card }, attempts).await
        })
        .await
    }
}

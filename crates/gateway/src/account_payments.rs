//! Paying without typing a card: a method is chosen, and then a telephone's card, a bank or a wallet pays, or
//! somebody says by himself that money has come.
//!
//! A collection has two commits and an outcome that may be lost, exactly as a card's authorisation has, and recovery
//! finds it out by the same inquiry. A confirmation is the outcome itself: it is decided and recorded at once.

use std::sync::Arc;

use acquirer::{Collection, Reply};
use domain::{
    BankAccount, BankCode, CardData, Command, Confirmation, Currency, Method, MethodKind, Payment, PaymentId,
    Refusal, Source,
};

use crate::error::Error;
use crate::gateway::Gateway;
use crate::payments::{ACQUIRER_TIMEOUT, Done, reference, to_the_end};

impl Gateway {
    /// The payer chooses how to pay.
    pub async fn choose_method(&self, id: PaymentId, method: Method) -> Result<Payment, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        self.change_once(self.load(id).await?, Command::ChooseMethod(method)).await
    }

    /// A card in a telephone pays. `attempts` as for a typed card: how many had been made when the payer was asked.
    pub async fn pay_by_device(
        self: &Arc<Self>,
        id: PaymentId,
        method: Method,
        card: CardData,
        attempts: Option<u8>,
    ) -> Result<Done, Error> {
        let gateway = Arc::clone(self);
        to_the_end(async move {
            let _held = gateway.locks.hold(id).await.ok_or(Refusal::Busy)?;
            let payment = gateway.load_at(id, attempts).await?;
            let summary = gateway.summary(&card);
            gateway.authorise_by(payment, &card, Command::AuthoriseDevice { method, card: summary }).await
        })
        .await
    }

    /// The payer has allowed the payment at the bank or the wallet: the money is asked for there.
    pub async fn collect(
        self: &Arc<Self>,
        id: PaymentId,
        method: Method,
        source: Source,
        attempts: Option<u8>,
    ) -> Result<Done, Error> {
        let gateway = Arc::clone(self);
        to_the_end(async move { gateway.take_collection(id, method, source, attempts).await }).await
    }

    async fn take_collection(
        &self,
        id: PaymentId,
        method: Method,
        source: Source,
        attempts: Option<u8>,
    ) -> Result<Done, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        let payment = self.load_at(id, attempts).await?;
        let intent = Command::Collect { method, source: source.clone() };
        let payment = self.change_once(payment, intent).await?;
        let Some(pending) = payment.pending else {
            return Err(Error::Internal("an intent left nothing pending".to_owned()));
        };
        if self.is_stale(&payment) {
            return Ok(Done::Unresolved(payment));
        }
        let request = Collection {
            reference: reference(&payment, &pending),
            money: payment.amount(),
            method,
            source: &source,
        };
        let asked = self.acquirer.collect(request);
        let reply = tokio::time::timeout(ACQUIRER_TIMEOUT, asked).await.unwrap_or(Reply::Unknown);
        Ok(self.conclude(payment, reply).await)
    }

    /// A bank or a provider says by itself what became of a payment.
    pub async fn confirm(
        &self,
        id: PaymentId,
        confirmation: Confirmation,
        attempts: Option<u8>,
    ) -> Result<Payment, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        let payment = self.load_at(id, attempts).await?;
        self.change_once(payment, Command::Confirm(confirmation)).await
    }

    /// The provider's own number for what happens next to the payment.
    pub async fn remark(&self, id: PaymentId, code: u16) -> Result<Payment, Error> {
        let _held = self.locks.hold(id).await.ok_or(Refusal::Busy)?;
        self.change_once(self.load(id).await?, Command::Remark(code)).await
    }

    /// Whether there is anybody to pay with this. Banks and wallets are played by the sandbox; in production they are
    /// offered once somebody stands behind them.
    #[must_use]
    pub fn offers(&self, kind: MethodKind) -> bool {
        kind == MethodKind::Card || self.sandbox.is_some()
    }

    /// Whose account pays, as the payer's bank says.
    #[must_use]
    pub fn payer_account(&self, payment: PaymentId, bank: BankCode) -> Source {
        self.acquirer.payer_account(bank, payment)
    }

    /// Where payment orders in a currency go to.
    #[must_use]
    pub fn collecting_account(&self, currency: Currency) -> Option<BankAccount> {
        self.acquirer.collecting_account(currency).filter(|_| self.offers(MethodKind::BankTransfer))
    }

    /// The payment, if no attempt was made since the payer was asked: a form sent twice pays once.
    async fn load_at(&self, id: PaymentId, attempts: Option<u8>) -> Result<Payment, Error> {
        let payment = self.load(id).await?;
        if payment.is_open() && attempts.is_some_and(|shown| shown != payment.attempts) {
            return Err(Refusal::AttemptedMeanwhile.into());
        }
        Ok(payment)
    }
}

//! Payments: started, made ready, asked about, captured, cancelled, found (mobilepay.md §6.1).

use domain::{Currency, MobilePayMerchant, Money, MoneyState, Payment, Timestamp};
use gateway::points_of_sale::{Among, NewPosPayment, PosError, PosState};

use super::wish::{Wish, decimal};
use super::{Doing, House, POLL_DELAY_MS, refused};
use crate::fault::Problem;
use crate::reply::{Outcome, PaymentDetails, Refused, Reply};

impl House {
    pub(super) async fn start(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("orderId", Problem::OrderId);
        let (terminal, money) = (wish.text("terminalId"), wish.money(merchant.currency));
        wish.check()?;
        self.start_at_terminal(merchant, terminal, order, Some(money)).await
    }

    pub(super) async fn start_by_pos(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("orderId", Problem::OrderId);
        let (guid, money) = (wish.guid("posId"), wish.money(merchant.currency));
        wish.check()?;
        let pos = self.gateway.point_of_sale(merchant.id, guid).await;
        let pos = pos.map_err(|error| refused(Doing::Start, error))?;
        self.started(self.gateway.start_at_pos(&pos, self.new_payment(order, Some(money))).await)
    }

    pub(super) async fn prepare(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("orderId", Problem::OrderId);
        let terminal = wish.text("terminalId");
        wish.check()?;
        self.start_at_terminal(merchant, terminal, order, None).await
    }

    async fn start_at_terminal(
        &self,
        merchant: &MobilePayMerchant,
        terminal: &str,
        order: &str,
        amount: Option<Money>,
    ) -> Outcome {
        let terminal = self.terminal(merchant, terminal)?;
        let new = self.new_payment(order, amount);
        self.started(self.gateway.start_at_terminal(&terminal, new).await)
    }

    fn new_payment(&self, order: &str, amount: Option<Money>) -> NewPosPayment {
        NewPosPayment { order: order.to_owned(), amount, inactivity: self.settings.inactivity }
    }

    fn started(&self, started: Result<Payment, PosError>) -> Outcome {
        let payment = started.map_err(|error| refused(Doing::Start, error))?;
        Ok(Reply::text(self.gateway.pos_payment_guid(&payment).to_string()))
    }

    pub(super) async fn ready(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("orderId", Problem::OrderId);
        let (terminal, guid) = (wish.text("terminalId"), wish.guid("paymentId"));
        let money = wish.money(merchant.currency);
        wish.check()?;
        let pos = self.pos_of(merchant, terminal).await?;
        let payment = self.gateway.pos_payment(merchant.id, guid).await;
        let payment = payment.map_err(|error| refused(Doing::Ready, error))?;
        let here = payment.pos.as_ref().is_some_and(|at| at.pos == pos.id);
        if !here || payment.terms.order_number != order {
            return Err(Problem::ReadyDiffers.into());
        }
        let agreed = self.gateway.agree_at_pos(payment, money).await;
        agreed.map_err(|error| refused(Doing::Ready, error))?;
        Ok(Reply::text("The payment is ready"))
    }

    /// The merchant's payment that is asked about.
    async fn asked(
        &self,
        merchant: &MobilePayMerchant,
        wish: Wish<'_>,
        doing: Doing,
    ) -> Result<Payment, Refused> {
        let guid = wish.guid("paymentId");
        wish.check()?;
        let payment = self.gateway.pos_payment(merchant.id, guid).await;
        payment.map_err(|error| refused(doing, error))
    }

    pub(super) async fn status(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let payment = self.asked(merchant, wish, Doing::Asking).await?;
        Ok(Reply::text(PosState::of(&payment).name()))
    }

    pub(super) async fn details(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let payment = self.asked(merchant, wish, Doing::Asking).await?;
        let customer = self.gateway.customer_of(&payment);
        let tokens = customer.map(|phone| self.gateway.customer_tokens(merchant.id, phone));
        let (customer_token, customer_receipt_token) = tokens.unzip();
        let known = customer.and_then(gateway::phone::PhoneNumber::customer);
        let amount = match payment.money {
            MoneyState::Captured => Some(payment.captured),
            _ => payment.agreed_amount().map(|money| money.amount),
        };
        let currency = |_| payment.amount().currency;
        let details = PaymentDetails {
            payment_id: self.gateway.pos_payment_guid(&payment).to_string(),
            pos_id: payment
                .pos
                .as_ref()
                .map_or_else(String::new, |at| self.gateway.pos_guid(at.pos).to_string()),
            order_id: payment.terms.order_number.clone(),
            amount: amount.map(decimal),
            currency_code: amount.map(currency).map(|currency: Currency| currency.to_string()),
            restrictions: None,
            merchant_payment_label: None,
            planned_capture_delay: "None",
            status: PosState::of(&payment).name(),
            customer_token,
            customer_receipt_token,
            loyalty_ids: known.map(|known| known.loyalty_ids.iter().map(ToString::to_string).collect()),
            payment_expires_at: self.gateway.pos_payment_ends(&payment).map(instant),
            partial_capture_possible: self.gateway.partial_capture_at_pos(&payment),
            poll_delay_in_ms: POLL_DELAY_MS,
        };
        Ok(details.into())
    }

    pub(super) async fn capture(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let amount = wish.amount();
        let payment = self.asked(merchant, wish, Doing::Capture).await?;
        let captured = self.gateway.capture_at_pos(payment, amount).await;
        captured.map_err(|error| refused(Doing::Capture, error))?;
        Ok(Reply::text("The payment is captured"))
    }

    pub(super) async fn cancel(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let payment = self.asked(merchant, wish, Doing::Cancel).await?;
        let cancelled = self.gateway.cancel_at_pos(payment).await;
        cancelled.map_err(|error| refused(Doing::Cancel, error))?;
        Ok(Reply::text("The payment is cancelled"))
    }

    pub(super) async fn payments(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let (terminal, state) = (wish.text("terminalId"), wish.state("state"));
        let order = wish.order("orderId", Problem::OrderId);
        wish.check()?;
        let pos = self.pos_of(merchant, terminal).await?;
        let order = Some(order).filter(|order| !order.is_empty());
        let found = self.gateway.payments_at_terminal(&pos, order, state).await;
        let found = found.map_err(|error| refused(Doing::Asking, error))?;
        let guid = |payment: &Payment| self.gateway.pos_payment_guid(payment).to_string();
        Ok(Reply::list(found.iter().map(guid).collect()))
    }

    pub(super) async fn find_captured(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("orderId", Problem::OrderId);
        let state = wish.state("state");
        wish.check()?;
        if state != Some(PosState::Captured) {
            return Err(Problem::StateNotCaptured.into());
        }
        self.find(order, Among::Merchant(merchant.id), state).await
    }

    pub(super) async fn find_at_terminal(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("orderId", Problem::OrderId);
        let (terminal, state) = (wish.text("terminalId"), wish.state("paymentState"));
        wish.check()?;
        let pos = self.pos_of(merchant, terminal).await?;
        self.find(order, Among::TerminalOf(&pos), state).await
    }

    pub(super) async fn find_at_pos(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("orderId", Problem::OrderId);
        let (guid, state) = (wish.guid("posId"), wish.state("paymentState"));
        wish.check()?;
        let pos = self.gateway.point_of_sale_once(merchant.id, guid).await;
        let pos = pos.map_err(|error| refused(Doing::Asking, error))?;
        self.find(order, Among::PointOfSale(&pos), state).await
    }

    async fn find(&self, order: &str, among: Among<'_>, state: Option<PosState>) -> Outcome {
        let found = self.gateway.pos_payment_of_order(order, among, state).await;
        let payment = found.map_err(|error| refused(Doing::Asking, error))?;
        Ok(Reply::text(self.gateway.pos_payment_guid(&payment).to_string()))
    }
}

/// `2026-01-31T12:00:00Z`.
fn instant(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or(jiff::Timestamp::MAX).to_string()
}

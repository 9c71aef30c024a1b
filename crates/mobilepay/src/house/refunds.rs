//! Refunds: reserved, captured or cancelled (mobilepay.md §6.2).

use domain::{MobilePayMerchant, Payment};
use gateway::points_of_sale::PosRefund;

use super::wish::{Wish, decimal};
use super::{Doing, House, REFUND_POLL_DELAY_MS, refused};
use crate::fault::Problem;
use crate::reply::{Outcome, RefundDetails, Refused, Reply};

impl House {
    pub(super) async fn create_refund(&self, merchant: &MobilePayMerchant, mut wish: Wish<'_>) -> Outcome {
        let order = wish.order("refundOrderId", Problem::RefundOrderId);
        let (guid, money) = (wish.guid("paymentId"), wish.money(merchant.currency));
        wish.check()?;
        let payment = self.gateway.pos_payment(merchant.id, guid).await;
        let payment = payment.map_err(|error| refused(Doing::Refund, error))?;
        let promised = self.gateway.promise_refund(payment, money, order).await;
        let refund = promised.map_err(|error| refused(Doing::Refund, error))?;
        Ok(Reply::text(refund.to_string()))
    }

    /// The merchant's refund that is asked about, and its payment.
    async fn asked_refund(
        &self,
        merchant: &MobilePayMerchant,
        wish: Wish<'_>,
        doing: Doing,
    ) -> Result<(PosRefund, Payment), Refused> {
        let guid = wish.guid("refundId");
        wish.check()?;
        let found = self.gateway.pos_refund(merchant.id, guid).await;
        found.map_err(|error| refused(doing, error))
    }

    pub(super) async fn refund_details(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let (refund, payment) = self.asked_refund(merchant, wish, Doing::Asking).await?;
        let details = RefundDetails {
            refund_id: self.gateway.pos_refund_guid(&refund).to_string(),
            payment_id: self.gateway.pos_payment_guid(&payment).to_string(),
            refund_order_id: refund.order,
            amount: decimal(refund.amount.amount),
            currency_code: refund.amount.currency.to_string(),
            status: refund.state.name(),
            poll_delay_in_ms: REFUND_POLL_DELAY_MS,
        };
        Ok(details.into())
    }

    pub(super) async fn refunds(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let guid = wish.guid("paymentId");
        wish.check()?;
        let payment = self.gateway.pos_payment(merchant.id, guid).await;
        let payment = payment.map_err(|error| refused(Doing::Asking, error))?;
        let found = self.gateway.pos_refunds(&payment).await;
        let found = found.map_err(|error| refused(Doing::Asking, error))?;
        let guid = |refund: &PosRefund| self.gateway.pos_refund_guid(refund).to_string();
        Ok(Reply::list(found.iter().map(guid).collect()))
    }

    pub(super) async fn capture_refund(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let (refund, payment) = self.asked_refund(merchant, wish, Doing::CaptureRefund).await?;
        let given = self.gateway.give_refund(&refund, payment).await;
        given.map_err(|error| refused(Doing::CaptureRefund, error))?;
        Ok(Reply::text("The refund is captured"))
    }

    pub(super) async fn cancel_refund(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let (refund, payment) = self.asked_refund(merchant, wish, Doing::CancelRefund).await?;
        let released = self.gateway.release_refund(&refund, payment).await;
        released.map_err(|error| refused(Doing::CancelRefund, error))?;
        Ok(Reply::text("The refund is cancelled"))
    }
}

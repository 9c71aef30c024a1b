//! The engine that does the work: operations as calls of the gateway.
//!
//! Inputs are read by [`wish`], refusals become sentences in [`refusal`]; in between an operation is one or two calls.

mod manage;
mod payments;
mod refunds;
mod refusal;
mod wish;

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{BeaconId, MobilePayMerchant, MobilePayTerminal, Span, Timestamp};
use gateway::points_of_sale::PointOfSale;
use gateway::{Error, Gateway};

use crate::engine::Engine;
use crate::fault::Problem;
use crate::inputs::Inputs;
use crate::operation::Operation;
use crate::reply::{Outcome, Refused};

use refusal::{Doing, refused};
use wish::Wish;

/// How long a client may wait between two polls (§5).
const POLL_DELAY_MS: u32 = 1_000;
const REFUND_POLL_DELAY_MS: u32 = 100;

/// What the house goes by.
#[derive(Debug, Clone)]
pub struct HouseSettings {
    /// Scheme and host that phones reach this server by, without a slash at the end.
    pub public_url: String,
    /// How long an open payment waits for whoever is to do something next (§7.1).
    pub inactivity: Span,
}

/// The usual time before a payment nobody goes on with is over.
pub const INACTIVITY: Span = Span::from_secs(10 * 60);

/// The gateway, in this interface's words.
pub struct House {
    gateway: Arc<Gateway>,
    settings: HouseSettings,
}

impl House {
    #[must_use]
    pub fn new(gateway: Arc<Gateway>, settings: HouseSettings) -> Self {
        Self { gateway, settings }
    }

    fn terminal(&self, merchant: &MobilePayMerchant, name: &str) -> Result<Arc<MobilePayTerminal>, Refused> {
        let directory = self.gateway.directory();
        let terminal = directory.mobilepay().terminal_of(merchant.id, name);
        terminal.cloned().ok_or_else(|| Problem::TerminalUnknown.into())
    }

    async fn pos_of(&self, merchant: &MobilePayMerchant, terminal: &str) -> Result<PointOfSale, Refused> {
        let terminal = self.terminal(merchant, terminal)?;
        let found = self.gateway.point_of_sale_of(&terminal).await;
        found.map_err(|error| refused(Doing::Asking, error))
    }
}

/// What is common to all operations when the gateway could not do something.
impl From<Error> for Refused {
    fn from(error: Error) -> Self {
        match error {
            Error::Overloaded => Self::Overloaded,
            other => {
                tracing::error!(cause = %other, "a request failed");
                Self::Internal
            }
        }
    }
}

#[async_trait]
impl Engine for House {
    fn merchant(&self, bio_code: &str, token: &str) -> Option<Arc<MobilePayMerchant>> {
        self.gateway.mobilepay_merchant(bio_code, token)
    }

    fn knows(&self, bio_code: &str) -> bool {
        self.gateway.directory().mobilepay().merchant_by_bio_code(bio_code).is_some()
    }

    async fn issue_token(&self, bio_code: &str, from: Option<IpAddr>) -> Result<String, Refused> {
        let token = self.gateway.issue_mobilepay_token(bio_code, from).await?;
        token.ok_or_else(|| Problem::NoTokenIssued.into())
    }

    async fn reset_token(&self, bio_code: &str, previous: &str) -> Result<String, Refused> {
        let token = self.gateway.reset_mobilepay_token(bio_code, previous).await?;
        token.ok_or_else(|| Problem::Credentials.into())
    }

    async fn answer(&self, operation: Operation, merchant: &MobilePayMerchant, inputs: &Inputs) -> Outcome {
        let wish = Wish::new(operation, inputs);
        match operation {
            Operation::QrCode => self.qr_code(merchant, wish).await,
            Operation::Start => self.start(merchant, wish).await,
            Operation::StartByPosId => self.start_by_pos(merchant, wish).await,
            Operation::Prepare => self.prepare(merchant, wish).await,
            Operation::Ready => self.ready(merchant, wish).await,
            Operation::Status => self.status(merchant, wish).await,
            Operation::Details => self.details(merchant, wish).await,
            Operation::Capture => self.capture(merchant, wish).await,
            Operation::Cancel => self.cancel(merchant, wish).await,
            Operation::Payments => self.payments(merchant, wish).await,
            Operation::RetrieveByState => self.find_captured(merchant, wish).await,
            Operation::RetrieveByTerminal => self.find_at_terminal(merchant, wish).await,
            Operation::RetrieveByPosId => self.find_at_pos(merchant, wish).await,
            Operation::CreateRefund => self.create_refund(merchant, wish).await,
            Operation::RefundDetails => self.refund_details(merchant, wish).await,
            Operation::Refunds => self.refunds(merchant, wish).await,
            Operation::CaptureRefund => self.capture_refund(merchant, wish).await,
            Operation::CancelRefund => self.cancel_refund(merchant, wish).await,
            Operation::CreatePos => self.create_pos(merchant, wish).await,
            Operation::DeletePos => self.delete_pos(merchant, wish).await,
            Operation::TerminalInformation => self.information(merchant, wish).await,
            Operation::Stores => self.stores(merchant),
            Operation::Store => self.store(merchant, wish),
            Operation::CheckInByPosId => self.check_in_at_pos(merchant, wish).await,
            Operation::CheckInByTerminal => self.check_in_at_terminal(merchant, wish).await,
            // The wire asks for these by their own names.
            Operation::Token | Operation::ResetToken => Err(Refused::Internal),
        }
    }

    async fn knows_beacon(&self, beacon: &BeaconId) -> bool {
        match self.gateway.point_of_sale_with(beacon).await {
            Ok(found) => found.is_some(),
            Err(error) => {
                tracing::error!(%error, "a beacon could not be looked up");
                false
            }
        }
    }

    fn now(&self) -> Timestamp {
        self.gateway.clock().now()
    }
}

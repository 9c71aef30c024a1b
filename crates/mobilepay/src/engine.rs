//! What the wire asks of those who do the work.
//!
//! The wire reads, shows who is asking, and writes; everything else is an [`Engine`]'s. There is one real engine, over the
//! gateway, and one in the wire's tests.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{BeaconId, MobilePayMerchant, Timestamp};

use crate::inputs::Inputs;
use crate::operation::Operation;
use crate::reply::{Outcome, Refused};

/// Answers operations.
#[async_trait]
pub trait Engine: Send + Sync + 'static {
    /// The merchant whose token this is. Takes as long for an unknown bioCode as for a wrong token.
    fn merchant(&self, bio_code: &str, token: &str) -> Option<Arc<MobilePayMerchant>>;

    /// Whether there is a merchant with this bioCode.
    fn knows(&self, bio_code: &str) -> bool;

    /// The first token of a merchant that may have one made, `NoTokenIssued` for every other.
    async fn issue_token(&self, bio_code: &str, from: Option<std::net::IpAddr>) -> Result<String, Refused>;

    /// A new token for a merchant whose previous one was shown, `Credentials` for every other.
    async fn reset_token(&self, bio_code: &str, previous: &str) -> Result<String, Refused>;

    /// Does what is asked for, on behalf of a merchant that has shown its token. The reply's values are those of the
    /// operation's type; the two token operations never come here. Begins with [`Operation::missing`].
    async fn answer(&self, operation: Operation, merchant: &MobilePayMerchant, inputs: &Inputs) -> Outcome;

    /// Whether an active point of sale has this beacon.
    async fn knows_beacon(&self, beacon: &BeaconId) -> bool;

    fn now(&self) -> Timestamp;
}

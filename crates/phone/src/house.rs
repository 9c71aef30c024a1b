//! Phones as the gateway has them.

use std::sync::Arc;

use async_trait::async_trait;
use domain::{BeaconId, Timestamp};
use futures_util::{StreamExt, stream};
use gateway::Gateway;
use gateway::phone::{AtPos, Phone, PhoneError, PhoneNumber, PosView};

use crate::phones::{Changes, Phones};

/// The gateway's phones.
pub struct House(Arc<Gateway>);

impl House {
    /// The phones of a sandbox; elsewhere nobody plays a customer.
    #[must_use]
    pub fn new(gateway: &Arc<Gateway>) -> Option<Self> {
        gateway.sandbox().map(|_| Self(Arc::clone(gateway)))
    }
}

#[async_trait]
impl Phones for House {
    async fn check_in(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        self.0.phone_check_in(beacon, phone).await
    }

    async fn accept(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        self.0.phone_accept(beacon, phone).await
    }

    async fn cancel(&self, beacon: &BeaconId, phone: Option<PhoneNumber>) -> Result<(), PhoneError> {
        self.0.phone_cancel(beacon, phone).await
    }

    async fn leave(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError> {
        self.0.phone_leave(beacon, phone).await
    }

    async fn at(&self, beacon: &BeaconId) -> Result<AtPos, PhoneError> {
        self.0.phone_at(beacon).await
    }

    async fn phone(&self, phone: PhoneNumber) -> Result<Phone, PhoneError> {
        self.0.phone(phone).await
    }

    async fn points_of_sale(&self, search: &str) -> Result<Vec<PosView>, PhoneError> {
        self.0.phone_points_of_sale(search).await
    }

    fn changes(&self) -> Changes {
        let changes = self.0.phone_changes();
        stream::unfold(changes, |mut changes| async move { Some((changes.next().await?, changes)) }).boxed()
    }

    fn now(&self) -> Timestamp {
        self.0.clock().now()
    }
}

//! What the door asks of those who do the work: the gateway, or a test's own little world.

use std::pin::Pin;

use async_trait::async_trait;
use domain::{BeaconId, Timestamp};
use futures_util::Stream;
use gateway::phone::{AtPos, Phone, PhoneChange, PhoneError, PhoneNumber, PosView};

/// Never ends while there is somebody to tell of changes.
pub type Changes = Pin<Box<dyn Stream<Item = PhoneChange> + Send>>;

/// Does what phones ask for. Everything it returns from is durable.
#[async_trait]
pub trait Phones: Send + Sync + 'static {
    async fn check_in(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError>;
    /// What came of it is seen in the payment's state.
    async fn accept(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError>;
    /// Without a phone: whoever is checked in.
    async fn cancel(&self, beacon: &BeaconId, phone: Option<PhoneNumber>) -> Result<(), PhoneError>;
    async fn leave(&self, beacon: &BeaconId, phone: PhoneNumber) -> Result<(), PhoneError>;
    async fn at(&self, beacon: &BeaconId) -> Result<AtPos, PhoneError>;
    async fn phone(&self, phone: PhoneNumber) -> Result<Phone, PhoneError>;
    /// Those whose names have the text in them, a bounded number.
    async fn points_of_sale(&self, search: &str) -> Result<Vec<PosView>, PhoneError>;
    fn changes(&self) -> Changes;
    fn now(&self) -> Timestamp;
}

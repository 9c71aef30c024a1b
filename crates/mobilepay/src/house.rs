//! The engine that does the work: operations as calls of the gateway.

use std::net::IpAddr;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{BeaconId, Guid, MobilePayMerchant, MobilePayStore};
use gateway::{Error, Gateway};

use crate::engine::Engine;
use crate::fault::Problem;
use crate::inputs::Inputs;
use crate::operation::Operation;
use crate::reply::{Outcome, Refused, Reply, StoreInformation};

/// The gateway, in this interface's words.
pub struct House {
    gateway: Arc<Gateway>,
}

impl House {
    #[must_use]
    pub fn new(gateway: Arc<Gateway>) -> Self {
        Self { gateway }
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

    async fn issue_token(&self, bio_code: &str, from: Option<IpAddr>) -> Result<String, Refused> {
        let token = self.gateway.issue_mobilepay_token(bio_code, from).await?;
        token.ok_or_else(|| Problem::NoTokenIssued.into())
    }

    async fn reset_token(&self, bio_code: &str, previous: &str) -> Result<String, Refused> {
        let token = self.gateway.reset_mobilepay_token(bio_code, previous).await?;
        token.ok_or_else(|| Problem::Credentials.into())
    }

    async fn answer(&self, operation: Operation, merchant: &MobilePayMerchant, inputs: &Inputs) -> Outcome {
        let missing = operation.missing(inputs);
        if !missing.is_empty() {
            return Err(missing.into());
        }
        match operation {
            Operation::Stores => Ok(self.stores(merchant)),
            Operation::Store => self.store(merchant, inputs),
            _ => Err(Refused::NotHere),
        }
    }

    async fn knows_beacon(&self, _: &BeaconId) -> bool {
        // There are no points of sale that could have one.
        false
    }
}

impl House {
    fn stores(&self, merchant: &MobilePayMerchant) -> Reply {
        let stores = self.gateway.directory().mobilepay().stores_of(merchant.id);
        Reply::list(stores.iter().map(|store| store.guid.to_string()).collect())
    }

    fn store(&self, merchant: &MobilePayMerchant, inputs: &Inputs) -> Outcome {
        let directory = self.gateway.directory();
        let guid: Option<Guid> = inputs.get("storeId").and_then(|text| text.parse().ok());
        let store = guid.and_then(|guid| directory.mobilepay().store_of(merchant.id, guid));
        store.map(|store| information(merchant, store).into()).ok_or_else(|| Problem::StoreUnknown.into())
    }
}

fn information(merchant: &MobilePayMerchant, store: &MobilePayStore) -> StoreInformation {
    StoreInformation {
        store_id: store.guid.to_string(),
        store_name: store.name.clone(),
        store_street: store.street.clone(),
        store_zip_code: store.zip_code.clone(),
        store_city: store.city.clone(),
        brand_name: merchant.brand(&store.brand).map_or_else(String::new, |brand| brand.name.clone()),
        merchant_brand_id: store.brand.clone(),
        merchant_location_id: store.location.clone(),
    }
}

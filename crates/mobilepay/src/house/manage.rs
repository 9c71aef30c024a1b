//! Points of sale, stores, check-ins, and where a terminal's code is (mobilepay.md §6.3).

use domain::{BeaconType, MobilePayMerchant, MobilePayStore};
use gateway::points_of_sale::PointOfSale;

use super::wish::Wish;
use super::{Doing, House, POLL_DELAY_MS, refused};
use crate::code;
use crate::fault::Problem;
use crate::reply::{CheckInStatus, Outcome, PosInformation, Reply, StoreInformation};

impl House {
    pub(super) async fn qr_code(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let terminal = wish.text("terminalId");
        wish.check()?;
        let pos = self.pos_of(merchant, terminal).await?;
        Ok(Reply::text(format!("{}{}", self.settings.public_url, code::path(&pos.beacon))))
    }

    pub(super) async fn create_pos(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let terminal = wish.text("terminalId");
        wish.check()?;
        let terminal = self.terminal(merchant, terminal)?;
        let made = self.gateway.create_point_of_sale(&terminal).await;
        let pos = made.map_err(|error| refused(Doing::Asking, error))?;
        Ok(Reply::text(format!("Point of sale {} is created", self.gateway.pos_guid(pos.id))))
    }

    pub(super) async fn delete_pos(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let terminal = wish.text("terminalId");
        wish.check()?;
        let terminal = self.terminal(merchant, terminal)?;
        let deleted = self.gateway.delete_point_of_sale(&terminal).await;
        let pos = deleted.map_err(|error| refused(Doing::Asking, error))?;
        Ok(Reply::text(format!("Point of sale {} is deleted", self.gateway.pos_guid(pos.id))))
    }

    pub(super) async fn information(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let terminal = wish.text("terminalId");
        wish.check()?;
        let pos = self.pos_of(merchant, terminal).await?;
        let directory = self.gateway.directory();
        let store = directory.mobilepay().store(pos.store);
        let types: Vec<&str> = pos.beacon_types.iter().map(|beacon: &BeaconType| beacon.name()).collect();
        let information = PosInformation {
            beacon_id: pos.beacon.to_string(),
            merchant_pos_id: pos.merchant_pos_id,
            name: pos.name,
            pos_id: self.gateway.pos_guid(pos.id).to_string(),
            require_payment_before_checkin: pos.require_payment_before_checkin,
            store_id: store.map_or_else(String::new, |store| store.guid.to_string()),
            supported_beacon_types: types.join(","),
            callback_alias: pos.callback_alias,
        };
        Ok(information.into())
    }

    pub(super) fn stores(&self, merchant: &MobilePayMerchant) -> Outcome {
        let stores = self.gateway.directory().mobilepay().stores_of(merchant.id);
        Ok(Reply::list(stores.iter().map(|store| store.guid.to_string()).collect()))
    }

    pub(super) fn store(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let guid = wish.guid("storeId");
        wish.check()?;
        let directory = self.gateway.directory();
        let store = directory.mobilepay().store_of(merchant.id, guid);
        store.map(|store| information(merchant, store).into()).ok_or_else(|| Problem::StoreUnknown.into())
    }

    pub(super) async fn check_in_at_pos(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let guid = wish.guid("posId");
        wish.check()?;
        let pos = self.gateway.point_of_sale(merchant.id, guid).await;
        let pos = pos.map_err(|error| refused(Doing::Asking, error))?;
        self.check_in(merchant, &pos).await
    }

    pub(super) async fn check_in_at_terminal(&self, merchant: &MobilePayMerchant, wish: Wish<'_>) -> Outcome {
        let terminal = wish.text("terminalId");
        wish.check()?;
        let pos = self.pos_of(merchant, terminal).await?;
        self.check_in(merchant, &pos).await
    }

    async fn check_in(&self, merchant: &MobilePayMerchant, pos: &PointOfSale) -> Outcome {
        let there = self.gateway.customer_at_pos(pos).await;
        let there = there.map_err(|error| refused(Doing::Asking, error))?;
        let tokens = there.map(|phone| self.gateway.customer_tokens(merchant.id, phone));
        let (customer_token, customer_receipt_token) = tokens.unzip();
        let known = there.and_then(gateway::phone::PhoneNumber::customer);
        let status = CheckInStatus {
            is_user_checked_in: there.is_some(),
            loyalty_ids: known.map(|known| known.loyalty_ids.iter().map(ToString::to_string).collect()),
            poll_delay_in_ms: POLL_DELAY_MS,
            customer_token,
            customer_receipt_token,
        };
        Ok(status.into())
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

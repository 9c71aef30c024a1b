//! What phones are shown, read from what is true at this moment.

use domain::{BeaconId, Guid, Money, MoneyState, Payment, PaymentId};
use store::{DocumentKind, Order};

use super::book::{self, PointOfSale, PosRefund};
use super::check_in::customer;
use super::state::PosState;
use crate::gateway::Gateway;
use crate::guids::GuidOf;
use crate::phone::{
    Activity, AtPos, CheckedIn, PaymentView, Phone, PhoneError, PhoneNumber, PosView, RefundView,
};

/// How many of a customer's payments are shown.
const MOST_PAYMENTS: u32 = 30;
/// How many points of sale a search finds at most.
const MOST_FOUND: usize = 100;

impl Gateway {
    /// A point of sale, who is there, and what is to be paid.
    pub async fn phone_at(&self, beacon: &BeaconId) -> Result<AtPos, PhoneError> {
        let pos = self.pos_at(beacon).await?;
        let (floor, payment) = self.floor_now(pos.id).await?;
        let checked_in = floor.value.present(self.clock.now()).map(|standing| standing.phone);
        let payment = payment.map(|payment| self.payment_view(&payment));
        Ok(AtPos { pos: self.pos_view(&pos), checked_in, payment })
    }

    /// All that a customer's phone shows.
    pub async fn phone(&self, phone: PhoneNumber) -> Result<Phone, PhoneError> {
        customer(phone)?;
        // Where the phone is comes first: a payment that ends in between is then among the activity, and not nowhere.
        let check_in = self.phones_place(phone).await?;
        let (kind, key) = (DocumentKind::OnPhone, phone.number());
        let listed = self.store.documents_of(kind, key, None, Order::NewestFirst, MOST_PAYMENTS).await?;
        let mut activity = Vec::new();
        for place in listed {
            let payment = self.load(PaymentId::new(place.id)).await?;
            let payment = self.refreshed(payment).await?;
            let Some(at) = payment.pos.as_ref() else { continue };
            let Some(pos) = self.kept_pos(at.pos).await? else { continue };
            let pos = self.pos_view(&pos.value);
            if payment.refunds > 0 {
                let refunds = self.pos_refunds(&payment).await?;
                let shown = |refund: &PosRefund| Activity::Refund(pos.clone(), self.refund_view(refund));
                activity.extend(refunds.iter().map(shown));
            }
            activity.push(Activity::Payment(pos, self.payment_view(&payment)));
        }
        activity.sort_by_key(|entry| {
            std::cmp::Reverse(match entry {
                Activity::Payment(_, payment) => payment.changed_at,
                Activity::Refund(_, refund) => refund.changed_at,
            })
        });
        Ok(Phone { number: phone, check_in, activity })
    }

    async fn phones_place(&self, phone: PhoneNumber) -> Result<Option<CheckedIn>, PhoneError> {
        let holder = book::holder(self.store.as_ref(), book::phone_key(phone)).await?;
        let Some(id) = holder else { return Ok(None) };
        let (floor, payment) = self.floor_now(id).await?;
        let present = floor.value.present(self.clock.now()).filter(|standing| standing.phone == phone);
        let (Some(standing), Some(pos)) = (present, self.kept_pos(id).await?) else { return Ok(None) };
        let payment = payment.map(|payment| self.payment_view(&payment));
        Ok(Some(CheckedIn { pos: self.pos_view(&pos.value), since: standing.since, payment }))
    }

    /// Points of sale by any of the names a customer knows.
    pub async fn phone_points_of_sale(&self, search: &str) -> Result<Vec<PosView>, PhoneError> {
        let directory = self.directory();
        let mut terminals: Vec<_> = directory.mobilepay().terminals().cloned().collect();
        terminals.sort_by_key(|terminal| terminal.id);
        let wanted = search.trim().to_lowercase();
        let mut found = Vec::new();
        for terminal in terminals {
            let store = directory.mobilepay().store(terminal.store);
            let merchant = directory.mobilepay().merchant(terminal.merchant);
            let (Some(store), Some(merchant)) = (store, merchant) else { continue };
            let brand = merchant.brand(&store.brand).map_or("", |brand| brand.name.as_str());
            let names = [terminal.name.as_str(), &store.name, &store.city, brand];
            if !names.iter().any(|name| name.to_lowercase().contains(&wanted)) {
                continue;
            }
            match self.point_of_sale_of(&terminal).await {
                Ok(pos) => found.push(self.pos_view(&pos)),
                Err(super::PosError::NoPos) => {}
                Err(other) => return Err(other.into()),
            }
            if found.len() >= MOST_FOUND {
                break;
            }
        }
        Ok(found)
    }

    fn pos_view(&self, pos: &PointOfSale) -> PosView {
        let directory = self.directory();
        let store = directory.mobilepay().store(pos.store);
        let brand = store.and_then(|store| {
            let merchant = directory.mobilepay().merchant(pos.merchant)?;
            merchant.brand(&store.brand).map(|brand| brand.name.clone())
        });
        PosView {
            beacon: pos.beacon.clone(),
            pos: self.pos_guid(pos.id),
            name: pos.name.clone(),
            store_name: store.map_or_else(String::new, |store| store.name.clone()),
            store_city: store.map_or_else(String::new, |store| store.city.clone()),
            brand_name: brand.unwrap_or_default(),
            require_payment_before_checkin: pos.require_payment_before_checkin,
        }
    }

    fn payment_view(&self, payment: &Payment) -> PaymentView {
        let captured = Money::new(payment.captured, payment.amount().currency);
        let changed = match payment.money {
            MoneyState::Authorized => payment.authorized_at,
            MoneyState::Captured => payment.captured_at,
            MoneyState::Open | MoneyState::Closed(_) => None,
        };
        PaymentView {
            id: self.pos_payment_guid(payment),
            order_id: payment.terms.order_number.clone(),
            status: PosState::of(payment).name(),
            amount: payment.agreed_amount(),
            captured: (payment.money == MoneyState::Captured).then_some(captured),
            created_at: payment.created_at,
            changed_at: changed.unwrap_or(payment.changed_at),
            expires_at: self.pos_payment_ends(payment),
        }
    }

    /// When the running timer ends.
    #[must_use]
    pub fn pos_payment_ends(&self, payment: &Payment) -> Option<domain::Timestamp> {
        match payment.money {
            MoneyState::Authorized => payment.hold_end(),
            MoneyState::Open if payment.pending.is_none() => payment.wake_at,
            MoneyState::Open | MoneyState::Captured | MoneyState::Closed(_) => None,
        }
    }

    fn refund_view(&self, refund: &PosRefund) -> RefundView {
        RefundView {
            id: self.pos_refund_guid(refund),
            payment: self.guid_of_payment(refund.payment),
            status: refund.state.name(),
            amount: refund.amount,
            created_at: refund.created_at,
            changed_at: refund.changed_at,
        }
    }

    pub(super) fn guid_of_payment(&self, payment: PaymentId) -> Guid {
        self.guids.guid(GuidOf::Payment, payment.get())
    }
}

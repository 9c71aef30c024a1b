//! How a point of sale's things are kept: as documents and claims.
//!
//! | what | kind | id | parent |
//! |---|---|---|---|
//! | point of sale | `PointOfSale` | its number | the merchant |
//! | its floor | `CheckIn` | the point of sale | the point of sale |
//! | open or held payment | `OpenAtPos` | the payment | the point of sale |
//! | captured or closed payment | `DoneAtPos` | the payment | the point of sale |
//! | payment by order | `PosOrder` | the payment | a keyed hash of merchant and order |
//! | payment on a phone | `OnPhone` | the payment | the phone |
//! | refund | `MobilePayRefund` | its number | the payment |
//!
//! | claim | scope | key | owner |
//! |---|---|---|---|
//! | active payment | `PointOfSale` | the point of sale | the payment |
//! | terminal, beacon, phone | `Name` | what it is and which | the point of sale |

use domain::{BeaconId, BeaconType, Money, PaymentId, Span, Timestamp, Version};
use serde::{Deserialize, Serialize};
use store::{Claim, ClaimScope, Document, DocumentKind, DocumentWrite, Signal, Store, StoreError, Topic};

use crate::documents::{self, Kept};
use crate::phone::PhoneNumber;

/// How long a customer may stand there while nothing is to be paid (§8.3).
pub(crate) const CHECK_IN_LIFE: Span = Span::from_secs(5 * 60);
/// How long a refund waits to be given or released (§7.2).
pub(crate) const REFUND_LIFE: Span = Span::from_hours(24);
/// How long a refund that was sent is left alone.
pub(crate) const REFUND_AGAIN: Span = Span::from_hours(1);
/// What is never changed, only made and removed.
const ONLY: Version = Version::new(1);

/// Where payments are taken. Only whether it is active ever changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PointOfSale {
    pub id: i64,
    /// Numbers of records.
    pub merchant: i64,
    pub store: i64,
    pub terminal: i64,
    pub merchant_pos_id: String,
    pub name: String,
    pub beacon: BeaconId,
    pub beacon_types: Vec<BeaconType>,
    pub require_payment_before_checkin: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub callback_alias: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum_age: Option<u8>,
    pub active: bool,
    pub created_at: Timestamp,
    /// Those its terminal had before, newest first; unknown when it was made before this was written down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub former: Option<Vec<i64>>,
}

/// Who is in front of a point of sale, and what is being paid there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Floor {
    /// There will be no new payments and no more customers.
    #[serde(default)]
    pub(crate) closed: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) customer: Option<Standing>,
    /// The active payment.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) payment: Option<PaymentId>,
    /// When the active payment of a closed one is to be withdrawn, if it can be by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) withdraw_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Standing {
    pub(crate) phone: PhoneNumber,
    pub(crate) since: Timestamp,
}

impl Floor {
    /// When the customer is forgotten, or the payment withdrawn.
    pub(crate) fn wake_at(&self) -> Option<Timestamp> {
        self.forgotten_at().or(self.withdraw_at)
    }

    /// Not while something is to be paid.
    fn forgotten_at(&self) -> Option<Timestamp> {
        self.customer.filter(|_| self.payment.is_none()).map(|standing| standing.since.plus(CHECK_IN_LIFE))
    }

    /// Who stands there at this moment.
    pub(crate) fn present(&self, now: Timestamp) -> Option<Standing> {
        self.customer.filter(|_| self.forgotten_at().is_none_or(|end| end > now))
    }
}

/// A refund of a payment made at a point of sale (§7.2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PosRefund {
    pub id: i64,
    pub payment: PaymentId,
    /// 1 for the first of the payment.
    pub number: u32,
    /// The merchant's own name for it.
    pub order: String,
    pub amount: Money,
    pub state: PosRefundState,
    pub created_at: Timestamp,
    pub changed_at: Timestamp,
    /// Nobody asked for it any more: its time was over when it was sent.
    #[serde(default)]
    pub overdue: bool,
    /// Until then what was sent may still be under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub again_at: Option<Timestamp>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PosRefundState {
    Reserved,
    Captured,
    CancelledByClient,
    CancelledByMobilePay,
    ExpiredAndCaptured,
}

impl PosRefundState {
    /// In the interface's words.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Reserved => "Reserved",
            Self::Captured => "Captured",
            Self::CancelledByClient => "CancelledByClient",
            Self::CancelledByMobilePay => "CancelledByMobilePay",
            Self::ExpiredAndCaptured => "ExpiredAndCaptured",
        }
    }
}

impl PosRefund {
    /// When it is given without anybody asking.
    #[must_use]
    pub fn wake_at(&self) -> Option<Timestamp> {
        let end = self.created_at.plus(REFUND_LIFE);
        (self.state == PosRefundState::Reserved).then(|| self.again_at.map_or(end, |again| again.max(end)))
    }
}

pub(crate) async fn pos(store: &dyn Store, id: i64) -> Result<Option<Kept<PointOfSale>>, StoreError> {
    store.document(DocumentKind::PointOfSale, id).await?.map(|found| documents::read(&found)).transpose()
}

pub(crate) fn pos_write(pos: &PointOfSale, seen: Option<Version>) -> Result<DocumentWrite, StoreError> {
    documents::write(DocumentKind::PointOfSale, pos.id, pos.merchant, None, seen, pos)
}

/// The floor of a point of sale there is.
pub(crate) async fn floor(store: &dyn Store, pos: i64) -> Result<Kept<Floor>, StoreError> {
    match store.document(DocumentKind::CheckIn, pos).await? {
        Some(found) => documents::read(&found),
        None => Ok(Kept { value: Floor::default(), version: None }),
    }
}

pub(crate) fn floor_write(
    pos: i64,
    floor: &Floor,
    seen: Option<Version>,
) -> Result<DocumentWrite, StoreError> {
    documents::write(DocumentKind::CheckIn, pos, pos, floor.wake_at(), seen, floor)
}

pub(crate) async fn refund(store: &dyn Store, id: i64) -> Result<Option<Kept<PosRefund>>, StoreError> {
    store.document(DocumentKind::MobilePayRefund, id).await?.map(|found| documents::read(&found)).transpose()
}

pub(crate) fn refund_write(refund: &PosRefund, seen: Option<Version>) -> Result<DocumentWrite, StoreError> {
    let parent = refund.payment.get();
    documents::write(DocumentKind::MobilePayRefund, refund.id, parent, refund.wake_at(), seen, refund)
}

/// A place in a list.
pub(crate) fn listed(kind: DocumentKind, payment: PaymentId, parent: i64, body: &str) -> DocumentWrite {
    let (id, body) = (payment.get(), body.to_owned());
    DocumentWrite::Insert(Document { kind, id, version: ONLY, parent, wake_at: None, body })
}

/// What the place of a payment in the list of its order says: where and when it was made.
pub(crate) fn order_place(pos: i64, at: Timestamp) -> String {
    format!("{pos} {}", at.millis())
}

/// `None` for a place that was written without it.
pub(crate) fn read_order_place(body: &str) -> Option<(i64, Timestamp)> {
    let (pos, at) = body.split_once(' ')?;
    Some((pos.parse().ok()?, Timestamp::from_millis(at.parse().ok()?)))
}

pub(crate) fn unlisted(kind: DocumentKind, payment: PaymentId) -> DocumentWrite {
    DocumentWrite::Delete { kind, id: payment.get(), expected: ONLY }
}

/// Whether a page of a list has all that was left of it.
pub(crate) fn is_last(page: &[Document], size: u32) -> bool {
    page.len() < usize::try_from(size).unwrap_or(usize::MAX)
}

pub(crate) type ClaimKey = (ClaimScope, Vec<u8>);

fn name(what: &[u8], which: &[u8]) -> ClaimKey {
    (ClaimScope::Name, [what, b"\0", which].concat())
}

pub(crate) fn active_key(pos: i64) -> ClaimKey {
    (ClaimScope::PointOfSale, pos.to_be_bytes().to_vec())
}

pub(crate) fn terminal_key(terminal: i64) -> ClaimKey {
    name(b"point of sale of terminal", &terminal.to_be_bytes())
}

pub(crate) fn beacon_key(beacon: &BeaconId) -> ClaimKey {
    name(b"point of sale with beacon", beacon.to_string().as_bytes())
}

pub(crate) fn phone_key(phone: PhoneNumber) -> ClaimKey {
    name(b"point of sale of phone", &phone.number().to_be_bytes())
}

pub(crate) fn claim((scope, key): ClaimKey, owner: i64, at: Timestamp) -> Claim {
    Claim { scope, key, owner: PaymentId::new(owner), version: Version::default(), fingerprint: vec![], at }
}

/// Which point of sale, or which payment of one, holds a claim.
pub(crate) async fn holder(store: &dyn Store, (scope, key): ClaimKey) -> Result<Option<i64>, StoreError> {
    Ok(store.claim(scope, &key).await?.map(|claim| claim.owner.get()))
}

pub(crate) const fn pos_signal(pos: i64) -> Signal {
    Signal { topic: Topic::PointOfSale, key: pos }
}

pub(crate) const fn phone_signal(phone: PhoneNumber) -> Signal {
    Signal { topic: Topic::Phone, key: phone.number() }
}

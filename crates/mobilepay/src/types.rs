//! The types that answers are made of, in one table: names, namespaces, fields and their order (mobilepay.md §6.0).
//!
//! A correction of the wire is a line here; the writers ([`crate::write`]) and docs/mobilepay.md follow. Types without a
//! published page are reconstructions, and carry aliases: harmless duplicates under the other names a client might
//! look for, written when the setting `np_aliases` is on.

pub const NS_VM: &str = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_ViewModels.ViewModels";
pub const NS_MODELS: &str = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS.Models";
pub const NS_MP: &str = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_Models.MobilePay";
pub const NS_ARR: &str = "http://schemas.microsoft.com/2003/10/Serialization/Arrays";
pub const NS_I: &str = "http://www.w3.org/2001/XMLSchema-instance";
/// The base class of requests: `accessToken` and `bioCode`.
pub const NS_BASE: &str = "http://schemas.datacontract.org/2004/07/_1SA_MobilePay_POS_ViewModels";

/// A root element with its own fields; `errors` and `success` are everybody's.
#[derive(Debug)]
pub struct ResponseType {
    pub root: &'static str,
    /// In the order JSON has them.
    pub fields: &'static [Field],
    pub origin: Origin,
    pub aliases: &'static [Alias],
}

/// Whether the type is known from a page of the original's help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    Documented,
    Reconstructed,
}

#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub kind: Kind,
}

/// What a field holds. Every scalar is a text on this wire.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    Text,
    List,
    Object(&'static ObjectType),
}

/// A nested object; all live in [`NS_MP`].
#[derive(Debug)]
pub struct ObjectType {
    pub name: &'static str,
    pub fields: &'static [Field],
}

/// A duplicate of what is said already.
#[derive(Debug, Clone, Copy)]
pub enum Alias {
    /// The field under another name.
    Named { name: &'static str, of: &'static str },
    /// The members of a nested object, beside it.
    Members { of: &'static str },
}

const fn text(name: &'static str) -> Field {
    Field { name, kind: Kind::Text }
}

const fn list(name: &'static str) -> Field {
    Field { name, kind: Kind::List }
}

const fn object(name: &'static str, of: &'static ObjectType) -> Field {
    Field { name, kind: Kind::Object(of) }
}

const fn documented(root: &'static str, fields: &'static [Field]) -> ResponseType {
    ResponseType { root, fields, origin: Origin::Documented, aliases: &[] }
}

const fn reconstructed(
    root: &'static str,
    fields: &'static [Field],
    aliases: &'static [Alias],
) -> ResponseType {
    ResponseType { root, fields, origin: Origin::Reconstructed, aliases }
}

pub static PAYMENT_START: ResponseType = documented("PaymentStartViewModel", &[text("paymentId")]);
pub static PAYMENT_READY: ResponseType = documented("PosPaymentReadyViewModel", &[text("message")]);
pub static PAYMENT: ResponseType = documented("PosPaymentViewModel", &[text("message")]);
pub static PAYMENTS_IDS: ResponseType = documented("PosPaymentsIdsViewModel", &[list("paymentsIds")]);
pub static PAYMENT_RETRIEVE: ResponseType = documented("PosPaymentRetrieveViewModel", &[text("paymentId")]);
pub static QR_CODE: ResponseType = documented("PosQrCodeViewModel", &[text("qrcodeImagelink")]);
pub static MANAGE: ResponseType = documented("PosManageViewModel", &[text("message")]);
pub static INFORMATION: ResponseType =
    documented("PosInformationViewModel", &[object("posInformation", &POINT_OF_SALE)]);
pub static REFUND_CREATE: ResponseType = documented("PosRefundCreateViewModel", &[text("refundId")]);
pub static PAYMENT_STATUS: ResponseType = reconstructed(
    "PosPaymentStatusViewModel",
    &[text("status")],
    &[Alias::Named { name: "paymentStatus", of: "status" }, Alias::Named { name: "message", of: "status" }],
);
pub static PAYMENT_DETAILS: ResponseType = reconstructed(
    "PosPaymentDetailsViewModel",
    &[object("paymentDetails", &PAYMENT_OBJECT)],
    &[Alias::Members { of: "paymentDetails" }],
);
pub static REFUND: ResponseType = reconstructed("PosRefundViewModel", &[text("message")], &[]);
pub static REFUND_DETAILS: ResponseType = reconstructed(
    "PosRefundDetailsViewModel",
    &[object("refundDetails", &REFUND_OBJECT)],
    &[Alias::Members { of: "refundDetails" }],
);
pub static REFUNDS_IDS: ResponseType = reconstructed("PosRefundsIdsViewModel", &[list("refundsIds")], &[]);
pub static STORES_IDS: ResponseType = reconstructed("PosStoresIdsViewModel", &[list("storesIds")], &[]);
pub static STORE: ResponseType = reconstructed(
    "PosStoreViewModel",
    &[object("storeInformation", &STORE_OBJECT)],
    &[Alias::Members { of: "storeInformation" }],
);
pub static CHECK_IN: ResponseType = reconstructed(
    "PosCheckInStatusViewModel",
    &[object("checkInStatus", &CHECK_IN_OBJECT)],
    &[Alias::Members { of: "checkInStatus" }],
);

/// Every type of an answer.
pub static RESPONSES: [&ResponseType; 17] = [
    &PAYMENT_START,
    &PAYMENT_READY,
    &PAYMENT,
    &PAYMENTS_IDS,
    &PAYMENT_RETRIEVE,
    &QR_CODE,
    &MANAGE,
    &INFORMATION,
    &REFUND_CREATE,
    &PAYMENT_STATUS,
    &PAYMENT_DETAILS,
    &REFUND,
    &REFUND_DETAILS,
    &REFUNDS_IDS,
    &STORES_IDS,
    &STORE,
    &CHECK_IN,
];

pub static POINT_OF_SALE: ObjectType = ObjectType {
    name: "PointOfSalesInformation",
    fields: &[
        text("beaconId"),
        text("merchantPosId"),
        text("name"),
        text("posId"),
        text("requirePaymentBeforeCheckin"),
        text("storeId"),
        text("supportedBeaconTypes"),
        text("callbackAlias"),
    ],
};

pub static PAYMENT_OBJECT: ObjectType = ObjectType {
    name: "PaymentDetails",
    fields: &[
        text("paymentId"),
        text("posId"),
        text("orderId"),
        text("amount"),
        text("currencyCode"),
        object("restrictions", &RESTRICTIONS),
        text("merchantPaymentLabel"),
        text("plannedCaptureDelay"),
        text("status"),
        text("customerToken"),
        text("customerReceiptToken"),
        list("loyaltyIds"),
        text("paymentExpiresAt"),
        text("partialCapturePossible"),
        text("pollDelayInMs"),
    ],
};

pub static RESTRICTIONS: ObjectType = ObjectType {
    name: "PaymentRestrictions",
    fields: &[text("debitCardDisallowed"), text("creditCardDisallowed")],
};

pub static REFUND_OBJECT: ObjectType = ObjectType {
    name: "RefundDetails",
    fields: &[
        text("refundId"),
        text("paymentId"),
        text("refundOrderId"),
        text("amount"),
        text("currencyCode"),
        text("status"),
        text("pollDelayInMs"),
    ],
};

pub static STORE_OBJECT: ObjectType = ObjectType {
    name: "StoreInformation",
    fields: &[
        text("storeId"),
        text("storeName"),
        text("storeStreet"),
        text("storeZipCode"),
        text("storeCity"),
        text("brandName"),
        text("merchantBrandId"),
        text("merchantLocationId"),
    ],
};

pub static CHECK_IN_OBJECT: ObjectType = ObjectType {
    name: "CheckInStatus",
    fields: &[
        text("isUserCheckedIn"),
        list("loyaltyIds"),
        text("pollDelayInMs"),
        text("customerToken"),
        text("customerReceiptToken"),
    ],
};

/// Every nested type.
pub static OBJECTS: [&ObjectType; 6] =
    [&POINT_OF_SALE, &PAYMENT_OBJECT, &RESTRICTIONS, &REFUND_OBJECT, &STORE_OBJECT, &CHECK_IN_OBJECT];

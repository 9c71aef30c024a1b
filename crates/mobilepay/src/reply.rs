//! What an operation's result is made of, before it is written as JSON or XML.
//!
//! The operation says which type is answered with ([`crate::operation::Spec::answer`]); a [`Reply`] has the values of that
//! type's own fields in the table's order. The nested types have structs here, so that a value cannot land in another
//! field; a test holds each of them to its row of the table.

use std::borrow::Cow;

use crate::fault::Problem;
use crate::types::{Field, Kind};

/// A field's value. Whether `Null` is a missing text, list or object is said by the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Text(Cow<'static, str>),
    List(Vec<String>),
    Object(Vec<Value>),
}

/// A result, or why there is none.
pub type Outcome = Result<Reply, Refused>;

/// Why an operation did nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refused {
    /// Said to the caller, all of them; never empty.
    Problems(Vec<Problem>),
    /// Nothing was done; the caller may ask again in a moment.
    Overloaded,
    /// Something is wrong here; the cause is in the log.
    Internal,
}

impl From<Problem> for Refused {
    fn from(problem: Problem) -> Self {
        Self::Problems(vec![problem])
    }
}

impl From<Vec<Problem>> for Refused {
    fn from(problems: Vec<Problem>) -> Self {
        Self::Problems(problems)
    }
}

/// The values of a response type's own fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reply(pub(crate) Vec<Value>);

impl Reply {
    /// For the types that have one text.
    #[must_use]
    pub fn text(text: impl Into<Cow<'static, str>>) -> Self {
        Self(vec![Value::Text(text.into())])
    }

    /// For the types that have one list.
    #[must_use]
    pub fn list(items: Vec<String>) -> Self {
        Self(vec![Value::List(items)])
    }

    /// Whether the values are what these fields hold.
    #[must_use]
    pub fn fits(&self, fields: &[Field]) -> bool {
        fit(&self.0, fields)
    }
}

fn fit(values: &[Value], fields: &[Field]) -> bool {
    let fits = |(value, field): (&Value, &Field)| match (value, field.kind) {
        (Value::Null, _) | (Value::Text(_), Kind::Text) | (Value::List(_), Kind::List) => true,
        (Value::Object(members), Kind::Object(of)) => fit(members, of.fields),
        (Value::Text(_) | Value::List(_) | Value::Object(_), _) => false,
    };
    values.len() == fields.len() && values.iter().zip(fields).all(fits)
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

impl From<&'static str> for Value {
    fn from(text: &'static str) -> Self {
        Self::Text(text.into())
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Text(if truth { "true" } else { "false" }.into())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Text(number.to_string().into())
    }
}

impl From<Vec<String>> for Value {
    fn from(items: Vec<String>) -> Self {
        Self::List(items)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// A nested type: the struct, and its members in the table's order.
macro_rules! nested {
    ($(#[$doc:meta])* $name:ident { $($(#[$note:meta])* $field:ident: $kind:ty,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name {
            $($(#[$note])* pub $field: $kind,)*
        }

        impl From<$name> for Value {
            fn from(object: $name) -> Self {
                Self::Object(vec![$(object.$field.into(),)*])
            }
        }

        impl From<$name> for Reply {
            fn from(object: $name) -> Self {
                Self(vec![object.into()])
            }
        }

        #[cfg(test)]
        impl $name {
            /// The fields' names, for the test that compares them with the table's.
            pub(crate) const FIELDS: &[&str] = &[$(stringify!($field),)*];
        }
    };
}

nested! {
    /// `PointOfSalesInformation`.
    PosInformation {
        beacon_id: String,
        merchant_pos_id: String,
        name: String,
        pos_id: String,
        require_payment_before_checkin: bool,
        store_id: String,
        /// Joined by commas.
        supported_beacon_types: String,
        callback_alias: Option<String>,
    }
}

nested! {
    /// `PaymentDetails`.
    PaymentDetails {
        payment_id: String,
        pos_id: String,
        order_id: String,
        /// Two decimals; none while nothing is agreed.
        amount: Option<String>,
        currency_code: Option<String>,
        restrictions: Option<Restrictions>,
        merchant_payment_label: Option<String>,
        planned_capture_delay: &'static str,
        status: &'static str,
        customer_token: Option<String>,
        customer_receipt_token: Option<String>,
        /// None: not looked up; empty: not enrolled.
        loyalty_ids: Option<Vec<String>>,
        payment_expires_at: Option<String>,
        partial_capture_possible: Option<bool>,
        poll_delay_in_ms: u32,
    }
}

nested! {
    /// Cards that may not be used for a payment.
    Restrictions {
        debit_card_disallowed: bool,
        credit_card_disallowed: bool,
    }
}

nested! {
    /// `RefundDetails`.
    RefundDetails {
        refund_id: String,
        payment_id: String,
        refund_order_id: String,
        amount: String,
        currency_code: String,
        status: &'static str,
        poll_delay_in_ms: u32,
    }
}

nested! {
    /// `StoreInformation`.
    StoreInformation {
        store_id: String,
        store_name: String,
        store_street: String,
        store_zip_code: String,
        store_city: String,
        brand_name: String,
        merchant_brand_id: String,
        merchant_location_id: String,
    }
}

nested! {
    /// `CheckInStatus`.
    CheckInStatus {
        is_user_checked_in: bool,
        loyalty_ids: Option<Vec<String>>,
        poll_delay_in_ms: u32,
        customer_token: Option<String>,
        customer_receipt_token: Option<String>,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{self, ObjectType};

    /// `loyalty_ids` as the wire has it.
    fn camel(name: &str) -> String {
        let mut words = name.split('_');
        let first = words.next().unwrap().to_owned();
        words.fold(first, |joined, word| {
            let (head, tail) = word.split_at(1);
            joined + &head.to_uppercase() + tail
        })
    }

    #[test]
    fn structs_have_the_fields_of_the_table_in_its_order() {
        let pairs: [(&[&str], &ObjectType); 6] = [
            (PosInformation::FIELDS, &types::POINT_OF_SALE),
            (PaymentDetails::FIELDS, &types::PAYMENT_OBJECT),
            (Restrictions::FIELDS, &types::RESTRICTIONS),
            (RefundDetails::FIELDS, &types::REFUND_OBJECT),
            (StoreInformation::FIELDS, &types::STORE_OBJECT),
            (CheckInStatus::FIELDS, &types::CHECK_IN_OBJECT),
        ];
        for (fields, of) in pairs {
            let ours: Vec<String> = fields.iter().map(|name| camel(name)).collect();
            let table: Vec<&str> = of.fields.iter().map(|field| field.name).collect();
            assert_eq!(ours, table, "{}", of.name);
        }
    }
}

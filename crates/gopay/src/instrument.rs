//! GoPay's names of ways to pay (§9), and what a payer's lists of them mean for a payment (§5.2).

use domain::{BankCode, External, MethodKind, OtherMethods, Preselected};

use crate::extra::Payer;

/// The table; every kind once, in the order of [`MethodKind::ALL`].
const NAMES: [(MethodKind, &str); 13] = [
    (MethodKind::Card, "PAYMENT_CARD"),
    (MethodKind::BankTransfer, "BANK_ACCOUNT"),
    (MethodKind::GooglePay, "GPAY"),
    (MethodKind::ApplePay, "APPLE_PAY"),
    (MethodKind::External(External::ClickToPay), "CLICK_TO_PAY"),
    (MethodKind::GoPayWallet, "GOPAY"),
    (MethodKind::PayPal, "PAYPAL"),
    (MethodKind::External(External::Twisto), "TWISTO"),
    (MethodKind::External(External::SkipPay), "SKIPPAY"),
    (MethodKind::External(External::MobilePayment), "MPAYMENT"),
    (MethodKind::External(External::PremiumSms), "PRSMS"),
    (MethodKind::External(External::Paysafecard), "PAYSAFECARD"),
    (MethodKind::External(External::Bitcoin), "BITCOIN"),
];

pub(crate) fn name(kind: MethodKind) -> &'static str {
    NAMES.iter().find(|(own, _)| *own == kind).map_or("", |(_, name)| *name)
}

/// What is behind a name; nothing behind those that only old clients know.
fn kind(name: &str) -> Option<MethodKind> {
    NAMES.iter().find(|(_, own)| *own == name).map(|(kind, _)| *kind)
}

pub(crate) fn is_card_allowed(payer: &Payer) -> bool {
    let allowed = &payer.allowed_payment_instruments;
    allowed.is_empty() || allowed.iter().any(|own| own == name(MethodKind::Card))
}

/// An empty list restricts nothing. A bank that is not known restricts, though it can never be chosen.
pub(crate) fn others(payer: &Payer) -> OtherMethods {
    let (names, swifts) = (&payer.allowed_payment_instruments, &payer.allowed_swifts);
    if names.is_empty() && swifts.is_empty() {
        return OtherMethods::Any;
    }
    let kinds: Vec<MethodKind> = if names.is_empty() {
        MethodKind::ALL.into_iter().filter(|kind| *kind != MethodKind::Card).collect()
    } else {
        names.iter().filter_map(|own| kind(own)).filter(|kind| *kind != MethodKind::Card).collect()
    };
    if kinds.is_empty() {
        return OtherMethods::None;
    }
    let mut banks: Vec<BankCode> =
        swifts.iter().filter_map(|swift| BankCode::new(swift.trim()).ok()).collect();
    if banks.is_empty() && !swifts.is_empty() {
        banks.extend(BankCode::new("NONE").ok());
    }
    OtherMethods::Only { kinds, banks }
}

/// What the page opens with.
pub(crate) fn preselected(payer: &Payer) -> Option<Preselected> {
    let kind = kind(payer.default_payment_instrument.as_deref()?)?;
    let bank = payer.default_swift.as_deref().and_then(|swift| BankCode::new(swift.trim()).ok());
    let bank = bank.filter(|_| kind == MethodKind::BankTransfer);
    // The page opens with the card by itself.
    (kind != MethodKind::Card).then_some(Preselected { kind, bank })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_kind_in_its_order() {
        let kinds: Vec<MethodKind> = NAMES.iter().map(|(kind, _)| *kind).collect();
        assert_eq!(kinds, MethodKind::ALL);
        assert!(NAMES.iter().all(|(own, name)| kind(name) == Some(*own)));
    }

    #[test]
    fn lists_restrict_and_their_absence_does_not() {
        let payer = |names: &[&str], swifts: &[&str]| Payer {
            allowed_payment_instruments: names.iter().map(ToString::to_string).collect(),
            allowed_swifts: swifts.iter().map(ToString::to_string).collect(),
            ..Payer::default()
        };
        let fio = BankCode::new("FIOBCZPP").unwrap();
        assert_eq!(others(&payer(&[], &[])), OtherMethods::Any);
        assert_eq!(others(&payer(&["PAYMENT_CARD", "COUPON"], &["FIOBCZPP"])), OtherMethods::None);
        assert_eq!(
            others(&payer(&["BANK_ACCOUNT"], &["FIOBCZPP", "unknown bank"])),
            OtherMethods::Only { kinds: vec![MethodKind::BankTransfer], banks: vec![fio] }
        );
        let OtherMethods::Only { banks, kinds } = others(&payer(&[], &["unknown bank"])) else { panic!() };
        assert!(kinds.len() == 12 && banks.len() == 1 && banks[0].bank().is_none());
        assert!(is_card_allowed(&payer(&[], &["FIOBCZPP"])));
        assert!(!is_card_allowed(&payer(&["GPAY"], &[])));
    }
}

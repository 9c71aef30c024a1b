//! What ways to pay and banks are called on a page. Names of providers are the same in every language.

use domain::{Bank, External, MethodKind};

use super::page::Page;

pub(super) fn name(page: &Page<'_>, kind: MethodKind) -> String {
    let brand = match kind {
        MethodKind::Card => return page.t("method-payment-card"),
        MethodKind::BankTransfer => return page.t("method-bank-transfer"),
        MethodKind::External(External::MobilePayment) => return page.t("method-mobile-payment"),
        MethodKind::External(External::PremiumSms) => return page.t("method-premium-sms"),
        MethodKind::GooglePay => "Google Pay",
        MethodKind::ApplePay => "Apple Pay",
        MethodKind::GoPayWallet => "GoPay",
        MethodKind::PayPal => "PayPal",
        MethodKind::External(External::ClickToPay) => "Click to Pay",
        MethodKind::External(External::Paysafecard) => "paysafecard",
        MethodKind::External(External::Bitcoin) => "Bitcoin",
        MethodKind::External(External::Twisto) => "Twisto",
        MethodKind::External(External::SkipPay) => "Skip Pay",
    };
    brand.to_owned()
}

/// Whether the name is somebody's who can be asked, rather than that of a way to pay.
pub(super) const fn is_somebody(kind: MethodKind) -> bool {
    !matches!(
        kind,
        MethodKind::Card
            | MethodKind::BankTransfer
            | MethodKind::External(External::MobilePayment | External::PremiumSms | External::Bitcoin)
    )
}

pub(super) fn bank(page: &Page<'_>, bank: &Bank) -> String {
    match bank.code {
        Bank::OTHERS => page.t("bank-other"),
        Bank::QR_PAYMENT => page.t("bank-qr"),
        _ => bank.name.to_owned(),
    }
}

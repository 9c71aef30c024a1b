//! What ways to pay are called, in the thirteen languages of the payment page (§6.9).
//!
//! Names of providers and banks are the same everywhere; only what has a meaning is translated.

use std::collections::BTreeMap;

use domain::{Bank, External, MethodKind};
use serde::Serialize;
use utoipa::ToSchema;

pub(crate) const LANGUAGES: [&str; 13] =
    ["cs", "sk", "en", "de", "ru", "pl", "hu", "ro", "bg", "hr", "it", "fr", "es"];

/// A text in every language, in the order of [`LANGUAGES`].
pub(crate) type Text = [&'static str; 13];

/// A text by language; `cs` is always among them.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = Label)]
pub(crate) struct Label(BTreeMap<&'static str, &'static str>);

impl Label {
    /// In Czech and in the language asked for; in all of them when none is.
    pub(crate) fn of(text: &Text, asked: Option<&str>) -> Self {
        let wanted = |language: &str| language == "cs" || asked.is_none_or(|asked| asked == language);
        Self(LANGUAGES.into_iter().zip(*text).filter(|(language, _)| wanted(language)).collect())
    }
}

const fn same(name: &'static str) -> Text {
    [name; 13]
}

pub(crate) fn kind(kind: MethodKind) -> Text {
    match kind {
        MethodKind::Card => CARD,
        MethodKind::BankTransfer => [
            "Bankovní převod",
            "Bankový prevod",
            "Bank transfer",
            "Banküberweisung",
            "Банковский перевод",
            "Przelew bankowy",
            "Banki átutalás",
            "Transfer bancar",
            "Банков превод",
            "Bankovni prijenos",
            "Bonifico bancario",
            "Virement bancaire",
            "Transferencia bancaria",
        ],
        MethodKind::GooglePay => same("Google Pay"),
        MethodKind::ApplePay => same("Apple Pay"),
        MethodKind::GoPayWallet => same("GoPay"),
        MethodKind::PayPal => same("PayPal"),
        MethodKind::External(external) => match external {
            External::ClickToPay => same("Click to Pay"),
            External::Twisto => same("Twisto"),
            External::SkipPay => same("Skip Pay"),
            External::Paysafecard => same("paysafecard"),
            External::Bitcoin => same("Bitcoin"),
            External::MobilePayment => [
                "m-platba",
                "m-platba",
                "Mobile payment",
                "Handyzahlung",
                "Мобильный платёж",
                "Płatność mobilna",
                "Mobilfizetés",
                "Plată mobilă",
                "Мобилно плащане",
                "Mobilno plaćanje",
                "Pagamento mobile",
                "Paiement mobile",
                "Pago móvil",
            ],
            External::PremiumSms => [
                "Premium SMS",
                "Prémiová SMS",
                "Premium SMS",
                "Premium-SMS",
                "Премиум SMS",
                "SMS Premium",
                "Emelt díjas SMS",
                "SMS cu suprataxă",
                "Премиум SMS",
                "Premium SMS",
                "SMS a pagamento",
                "SMS surtaxé",
                "SMS premium",
            ],
        },
    }
}

const CARD: Text = [
    "Platební karta",
    "Platobná karta",
    "Payment card",
    "Zahlungskarte",
    "Платёжная карта",
    "Karta płatnicza",
    "Bankkártya",
    "Card de plată",
    "Платежна карта",
    "Platna kartica",
    "Carta di pagamento",
    "Carte de paiement",
    "Tarjeta de pago",
];

/// What stands behind a bank's code.
pub(crate) fn bank(bank: &'static Bank) -> Text {
    match bank.code {
        Bank::OTHERS => [
            "Jiná banka",
            "Iná banka",
            "Another bank",
            "Andere Bank",
            "Другой банк",
            "Inny bank",
            "Másik bank",
            "Altă bancă",
            "Друга банка",
            "Druga banka",
            "Altra banca",
            "Autre banque",
            "Otro banco",
        ],
        Bank::QR_PAYMENT => [
            "QR platba",
            "QR platba",
            "QR payment",
            "QR-Zahlung",
            "Оплата по QR-коду",
            "Płatność kodem QR",
            "QR-kódos fizetés",
            "Plată prin cod QR",
            "Плащане с QR код",
            "Plaćanje QR kodom",
            "Pagamento con QR",
            "Paiement par QR",
            "Pago con QR",
        ],
        _ => same(bank.name),
    }
}

/// The groups of §9.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Group {
    CardPayment,
    BankTransfer,
    Wallet,
    Bnpl,
    Others,
}

impl Group {
    pub(crate) const fn of(kind: MethodKind) -> Self {
        match kind {
            MethodKind::Card
            | MethodKind::GooglePay
            | MethodKind::ApplePay
            | MethodKind::External(External::ClickToPay) => Self::CardPayment,
            MethodKind::BankTransfer => Self::BankTransfer,
            MethodKind::GoPayWallet | MethodKind::PayPal | MethodKind::External(External::Bitcoin) => {
                Self::Wallet
            }
            MethodKind::External(External::Twisto | External::SkipPay) => Self::Bnpl,
            MethodKind::External(External::MobilePayment | External::PremiumSms | External::Paysafecard) => {
                Self::Others
            }
        }
    }

    pub(crate) const fn text(self) -> Text {
        match self {
            Self::CardPayment => CARD,
            Self::BankTransfer => [
                "Rychlý bankovní převod",
                "Rýchly bankový prevod",
                "Instant bank transfer",
                "Sofortüberweisung",
                "Быстрый банковский перевод",
                "Szybki przelew bankowy",
                "Gyors banki átutalás",
                "Transfer bancar rapid",
                "Бърз банков превод",
                "Brzi bankovni prijenos",
                "Bonifico bancario rapido",
                "Virement bancaire rapide",
                "Transferencia bancaria rápida",
            ],
            Self::Wallet => [
                "Elektronické peněženky",
                "Elektronické peňaženky",
                "Electronic wallets",
                "Elektronische Geldbörsen",
                "Электронные кошельки",
                "Portfele elektroniczne",
                "Elektronikus pénztárcák",
                "Portofele electronice",
                "Електронни портфейли",
                "Elektronički novčanici",
                "Portafogli elettronici",
                "Portefeuilles électroniques",
                "Monederos electrónicos",
            ],
            Self::Bnpl => [
                "Odložené platby",
                "Odložené platby",
                "Buy now, pay later",
                "Später bezahlen",
                "Оплата позже",
                "Kup teraz, zapłać później",
                "Fizetés később",
                "Cumpără acum, plătești mai târziu",
                "Плащане по-късно",
                "Kupi sad, plati kasnije",
                "Paga dopo",
                "Paiement différé",
                "Pago aplazado",
            ],
            Self::Others => [
                "Ostatní",
                "Ostatné",
                "Other",
                "Sonstige",
                "Другие",
                "Inne",
                "Egyéb",
                "Altele",
                "Други",
                "Ostalo",
                "Altro",
                "Autres",
                "Otros",
            ],
        }
    }
}

/// Paying later, in one go or in three.
pub(crate) const DEFERRED: Text = [
    "Zaplatit později",
    "Zaplatiť neskôr",
    "Pay later",
    "Später zahlen",
    "Заплатить позже",
    "Zapłać później",
    "Fizetés később",
    "Plătește mai târziu",
    "Плати по-късно",
    "Plati kasnije",
    "Paga più tardi",
    "Payer plus tard",
    "Pagar más tarde",
];
pub(crate) const IN_THREE: Text = [
    "Zaplatit na třikrát",
    "Zaplatiť na trikrát",
    "Pay in three",
    "In drei Raten zahlen",
    "Оплата в три части",
    "Zapłać w trzech ratach",
    "Fizetés három részletben",
    "Plătește în trei rate",
    "Плати на три вноски",
    "Plati u tri rate",
    "Paga in tre rate",
    "Payer en trois fois",
    "Pagar en tres plazos",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn czech_is_always_there_and_nothing_is_empty() {
        for own in MethodKind::ALL {
            let text = kind(own);
            assert!(text.iter().all(|text| !text.is_empty()));
            assert!(Label::of(&text, Some("de")).0.keys().eq(["cs", "de"].iter()));
            assert!(Label::of(&text, Some("cs")).0.keys().eq(["cs"].iter()));
            assert!(Label::of(&text, Some("xx")).0.keys().eq(["cs"].iter()));
            assert_eq!(Label::of(&text, None).0.len(), 13);
        }
        assert!(domain::BANKS.iter().all(|own| bank(own).iter().all(|text| !text.is_empty())));
    }
}

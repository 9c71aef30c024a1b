//! Electronic records of sales (EET), as Czech law asked for until 2023 (gopay.md §13): what a sale is divided into, and
//! the receipt that tells how far its report is. The names of the sums are those of the law's own data message.

use serde::{Deserialize, Serialize};

use crate::{Currency, Minor, Payment, PaymentId, ShopId, Span, Timestamp};

/// Who computes the sums of a shop's sales.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EetMode {
    /// Nothing is reported; what a shop sends is ignored.
    #[default]
    Off,
    /// They are computed from the items of the order.
    Auto,
    /// The shop sends them.
    Eet,
}

/// How a shop's sales are reported.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EetSettings {
    pub mode: EetMode,
    /// The merchant's tax number, `CZ1212121218`.
    pub dic: String,
    /// The business premises.
    pub premises: u32,
    /// The cash register.
    pub register: String,
}

/// What a sale comes to, in minor units; negative for money that goes back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct EetSums {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dic_poverujiciho: Option<String>,
    pub celk_trzba: i64,
    pub zakl_nepodl_dph: i64,
    pub zakl_dan: [i64; 3],
    pub dan: [i64; 3],
    pub cest_sluz: i64,
    pub pouzit_zboz: [i64; 3],
    pub urceno_cerp_zuct: i64,
    pub cerp_zuct: i64,
}

/// The rates of the basic, the first and the second reduced tax, in per cent.
const RATES: [&[i64]; 3] = [&[21], &[15, 12], &[10]];
/// Each tax may be rounded by one.
const ROUNDING: i64 = 3;

impl EetSums {
    /// The sums of items that are sold with their tax: amount and rate in per cent.
    #[must_use]
    pub fn of_items(items: impl IntoIterator<Item = (i64, Option<i64>)>) -> Self {
        let mut sums = Self::default();
        for (amount, rate) in items {
            let rate = rate.unwrap_or_default();
            sums.celk_trzba = sums.celk_trzba.saturating_add(amount);
            let place = RATES.iter().position(|known| known.contains(&rate));
            match place.and_then(|place| Some((sums.zakl_dan.get_mut(place)?, sums.dan.get_mut(place)?))) {
                Some((base, tax)) => {
                    let without = amount.saturating_mul(100) / rate.saturating_add(100);
                    *base = base.saturating_add(without);
                    *tax = tax.saturating_add(amount.saturating_sub(without));
                }
                None => sums.zakl_nepodl_dph = sums.zakl_nepodl_dph.saturating_add(amount),
            }
        }
        sums
    }

    fn parts(&self) -> impl Iterator<Item = i64> {
        let [a, b, c] = self.zakl_dan;
        let [d, e, f] = self.dan;
        let [g, h, i] = self.pouzit_zboz;
        [self.zakl_nepodl_dph, a, b, c, d, e, f, self.cest_sluz, g, h, i].into_iter()
    }

    /// Whether bases and taxes come to the whole, roundings aside.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let sum = self.parts().fold(0_i64, i64::saturating_add);
        sum.saturating_sub(self.celk_trzba).saturating_abs() <= ROUNDING
    }

    #[must_use]
    pub fn is_negative_anywhere(&self) -> bool {
        self.celk_trzba < 0 || self.parts().any(|part| part < 0)
    }

    /// A share of the sums, so much of the whole; what is rounded away stays untaxed. The sign is that of `amount`.
    #[must_use]
    pub fn scaled(&self, amount: Minor) -> Self {
        let (amount, whole) = (i128::from(amount.get()), i128::from(self.celk_trzba));
        let share = |part: i64| {
            let scaled = if whole == 0 { 0 } else { i128::from(part) * amount / whole };
            i64::try_from(scaled).unwrap_or_default()
        };
        let mut scaled = Self {
            dic_poverujiciho: self.dic_poverujiciho.clone(),
            celk_trzba: share(self.celk_trzba),
            zakl_nepodl_dph: share(self.zakl_nepodl_dph),
            zakl_dan: self.zakl_dan.map(share),
            dan: self.dan.map(share),
            cest_sluz: share(self.cest_sluz),
            pouzit_zboz: self.pouzit_zboz.map(share),
            urceno_cerp_zuct: share(self.urceno_cerp_zuct),
            cerp_zuct: share(self.cerp_zuct),
        };
        let sum = scaled.parts().fold(0_i64, i64::saturating_add);
        let rest = scaled.celk_trzba.saturating_sub(sum);
        scaled.zakl_nepodl_dph = scaled.zakl_nepodl_dph.saturating_add(rest);
        scaled
    }

    /// The same with the sign of money that goes back.
    #[must_use]
    pub fn returned(&self) -> Self {
        let back = |part: i64| part.saturating_abs().saturating_neg();
        Self {
            dic_poverujiciho: self.dic_poverujiciho.clone(),
            celk_trzba: back(self.celk_trzba),
            zakl_nepodl_dph: back(self.zakl_nepodl_dph),
            zakl_dan: self.zakl_dan.map(back),
            dan: self.dan.map(back),
            cest_sluz: back(self.cest_sluz),
            pouzit_zboz: self.pouzit_zboz.map(back),
            urceno_cerp_zuct: back(self.urceno_cerp_zuct),
            cerp_zuct: back(self.cerp_zuct),
        }
    }
}

/// How far a report is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReceiptState {
    Created,
    DeliveryFailed,
    Delivered,
}

/// The report of one sale, or of money that went back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    pub payment: PaymentId,
    /// The number of the refund among those of the payment, from 1; absent for the sale itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refund: Option<u32>,
    pub shop: ShopId,
    pub currency: Currency,
    pub settings: EetSettings,
    pub sums: EetSums,
    /// When the money moved.
    pub sold_at: Timestamp,
    pub state: ReceiptState,
    /// The message's own number.
    pub uuid: String,
    #[serde(default)]
    pub attempts: u32,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_at: Option<Timestamp>,
    /// What the authority did not like, by its number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fault: Option<u32>,
    /// The merchant's signature, and its short form for the receipt that is printed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pkp: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bkp: Option<String>,
    /// What the authority confirms with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fik: Option<String>,
}

/// What became of an attempt to report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reported {
    Confirmed {
        fik: String,
    },
    /// The message was refused, for this reason.
    Refused {
        fault: u32,
    },
    NoAnswer,
}

/// Waiting before the next attempt; the last one is repeated until the time is over.
const WAITS_S: [i64; 6] = [60, 300, 900, 3_600, 10_800, 21_600];
/// The law's time for a report that could not be made at once.
const AT_MOST: Span = Span::from_hours(48);

impl Receipt {
    /// A receipt's number for people: that of its payment, and of the refund.
    #[must_use]
    pub fn number(&self) -> String {
        match self.refund {
            Some(refund) => format!("{}-{refund}", self.payment),
            None => self.payment.to_string(),
        }
    }

    /// What follows an attempt.
    pub fn record(&mut self, reported: Reported, now: Timestamp) {
        self.attempts = self.attempts.saturating_add(1);
        self.last_at = Some(now);
        match reported {
            Reported::Confirmed { fik } => {
                (self.state, self.fik, self.fault, self.next_at) =
                    (ReceiptState::Delivered, Some(fik), None, None);
            }
            Reported::Refused { fault } => {
                self.fault = Some(fault);
                self.put_off(now);
            }
            Reported::NoAnswer => self.put_off(now),
        }
    }

    fn put_off(&mut self, now: Timestamp) {
        self.state = ReceiptState::DeliveryFailed;
        let place = usize::try_from(self.attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let wait = WAITS_S.get(place).or(WAITS_S.last()).copied().unwrap_or_default();
        let next = now.plus(Span::from_secs(wait));
        self.next_at = (next <= self.sold_at.plus(AT_MOST)).then_some(next);
    }
}

/// The sums a payment's receipt is made of, if its sales are reported.
#[must_use]
pub fn reported_sums(payment: &Payment) -> Option<&EetSums> {
    payment.terms.eet.as_deref()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_are_divided_by_their_rates() {
        let sums =
            EetSums::of_items([(12_100, Some(21)), (11_500, Some(15)), (1_000, Some(0)), (-100, None)]);
        assert_eq!((sums.celk_trzba, sums.zakl_nepodl_dph), (24_500, 900));
        assert_eq!((sums.zakl_dan, sums.dan), ([10_000, 10_000, 0], [2_100, 1_500, 0]));
        assert!(sums.adds_up());
        let back = sums.scaled(Minor::new(-12_250));
        assert_eq!(
            (back.celk_trzba, back.zakl_dan, back.dan),
            (-12_250, [-5_000, -5_000, 0], [-1_050, -750, 0])
        );
        assert!(back.adds_up() && back.is_negative_anywhere());
        assert_eq!(sums.returned().returned(), sums.returned());
    }

    #[test]
    fn a_report_is_tried_for_two_days() {
        let sold_at = Timestamp::from_millis(0);
        let (payment, shop, settings) = (PaymentId::new(1), ShopId::new(1), EetSettings::default());
        let mut receipt = Receipt {
            payment,
            refund: Some(2),
            shop,
            currency: Currency::CZK,
            settings,
            sums: EetSums::default(),
            sold_at,
            state: ReceiptState::Created,
            uuid: String::new(),
            attempts: 0,
            last_at: None,
            next_at: Some(sold_at),
            fault: None,
            pkp: None,
            bkp: None,
            fik: None,
        };
        assert_eq!(receipt.number(), "1-2");
        let mut times = 0;
        while let Some(now) = receipt.next_at {
            receipt.record(Reported::NoAnswer, now);
            times += 1;
            assert!(receipt.next_at.is_none_or(|next| next > now && next <= sold_at.plus(AT_MOST)));
        }
        assert!(times > 6 && times < 20 && receipt.state == ReceiptState::DeliveryFailed);
        receipt.record(Reported::Confirmed { fik: "fik".to_owned() }, sold_at);
        assert_eq!((receipt.state, receipt.next_at), (ReceiptState::Delivered, None));
    }
}

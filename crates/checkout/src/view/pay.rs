//! The payment page itself: what is paid to whom, how, and the card form.
//!
//! Posts `method` and, for a transfer, `bank` to `{path}/method`; `pan`, `exp`, `cvc` and `attempt` to `{path}/card`, where
//! `stored` stands for number and expiry of the card that is kept; nothing to `{path}/cancel`; after a decline, nothing to
//! `{path}/return`, which then stands where cancelling stood: the payer gives up and goes back to the shop.
//! `attempt` is the number of attempts made when the form was shown, so that a form sent twice can be told from a
//! second try.

use askama::Template;
use domain::{Bank, MethodKind};
use jiff::Zoned;

use super::decline::Decline;
use super::methods;
use super::page::Page;
use super::test_card::TestCard;
use crate::card_form::{CardErrors, CvcError, ExpiryError, PanError, YearMonth};
use crate::dates;
use crate::money::Amount;

/// What is being paid.
#[derive(Clone, Debug)]
pub struct Summary {
    pub payee: String,
    pub amount: Amount,
    pub order_number: String,
    /// The shop's own words; may be anything.
    pub description: Option<String>,
    /// Until when the payment can be made, in the time zone in which it is to be shown.
    pub pay_until: Option<Zoned>,
}

/// Whether paying takes the money or reserves it (a preauthorised payment).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    Payment,
    Authorisation,
}

/// A method in the list of methods.
#[derive(Clone, Copy, Debug)]
pub struct MethodTile {
    pub method: MethodKind,
    /// At most one tile is open; its form is below the tiles.
    pub open: bool,
}

/// A bank in the list of banks.
#[derive(Clone, Copy, Debug)]
pub struct BankChoice {
    pub bank: &'static Bank,
    pub chosen: bool,
}

/// What a payment has to do with cards that are kept.
#[derive(Clone, Debug, Default)]
pub struct CardOnFile {
    /// The only card that may pay, by its first six and last four digits.
    pub only: Option<String>,
    /// The same when its number need not be typed: until when it is valid, and whether its code has four digits.
    pub ready: Option<ReadyCard>,
    /// Whether the payer agrees to later charges.
    pub recurs: bool,
}

#[derive(Clone, Debug)]
pub struct ReadyCard {
    pub expiry: YearMonth,
    pub four_digit_code: bool,
}

/// What went wrong with the previous post of this form.
#[derive(Clone, Copy, Debug)]
pub enum Problem {
    /// Nothing was charged or asked: the form has mistakes.
    Form(CardErrors),
    /// Nothing was charged: only one card may pay, and this was another.
    OtherCard,
    /// The form was sent without a bank.
    NoBank,
    /// The issuer, or the way to it, said no.
    Declined(Decline),
}

/// The page on which a payer pays.
#[derive(Clone, Debug, Template)]
#[template(path = "pay.html")]
pub struct PayPage<'a> {
    pub page: Page<'a>,
    pub summary: Summary,
    pub purpose: Purpose,
    /// The ways to pay that shop, payer and currency leave; with none the page says so.
    pub methods: Vec<MethodTile>,
    /// Shown when bank transfer is what is open.
    pub banks: Vec<BankChoice>,
    /// Attempts made before this form was shown.
    pub attempts_made: u32,
    pub attempts_left: u32,
    /// The current month by the gateway's clock, for the checks while typing.
    pub today: YearMonth,
    pub problem: Option<Problem>,
    /// Shown in the sandbox only, whatever is given.
    pub test_cards: Vec<TestCard>,
    pub on_file: CardOnFile,
}

/// How many methods are seen without asking for more.
const SEEN_AT_ONCE: usize = 4;

/// The longest amounts that fit a screen of 320 px on one line in the larger sizes of type. The largest amount there is
/// fits in the smallest.
const AMOUNT_SIZES: [(usize, &str); 2] = [(13, "amount"), (18, "amount long")];

/// The texts the page's script shows while the payer types.
const SCRIPT_TEXTS: [&str; 12] = [
    PanError::Missing.key(),
    PanError::Characters.key(),
    PanError::Length.key(),
    PanError::Checksum.key(),
    ExpiryError::Missing.key(),
    ExpiryError::Format.key(),
    ExpiryError::Past.key(),
    CvcError::Missing.key(),
    CvcError::ThreeDigits.key(),
    CvcError::FourDigits.key(),
    "card-cvc-hint",
    "card-cvc-hint-four",
];

impl PayPage<'_> {
    /// The page as HTML.
    ///
    /// # Errors
    /// When the template cannot be filled, which no value of the fields brings about.
    pub fn render(&self) -> Result<String, askama::Error> {
        Template::render(self)
    }

    pub(crate) fn amount(&self) -> String {
        self.page.amount(&self.summary.amount)
    }

    /// The size of type in which the amount fits the narrowest screen.
    pub(crate) fn amount_class(&self) -> &'static str {
        let length = self.amount().chars().count();
        let fits = AMOUNT_SIZES.iter().find(|(chars, _)| length <= *chars);
        fits.map_or("amount longer", |(_, class)| class)
    }

    /// The method whose form is shown.
    pub(crate) fn open(&self) -> Option<MethodKind> {
        self.methods.iter().find(|tile| tile.open).map(|tile| tile.method)
    }

    /// Methods that are seen at once, and those behind "more".
    pub(crate) fn first_methods(&self) -> Vec<&MethodTile> {
        self.methods.iter().take(SEEN_AT_ONCE).collect()
    }

    pub(crate) fn more_methods(&self) -> Vec<&MethodTile> {
        self.methods.iter().skip(SEEN_AT_ONCE).collect()
    }

    pub(crate) fn more_is_open(&self) -> bool {
        self.more_methods().iter().any(|tile| tile.open)
    }

    pub(crate) fn name(&self, tile: &MethodTile) -> String {
        methods::name(&self.page, tile.method)
    }

    pub(crate) fn chooses_bank(&self) -> bool {
        self.open() == Some(MethodKind::BankTransfer)
    }

    /// The method that is confirmed elsewhere, if it is one of those that is open.
    pub(crate) fn elsewhere(&self) -> Option<&'static str> {
        let open = self.open()?;
        (open != MethodKind::Card && open != MethodKind::BankTransfer).then(|| open.name())
    }

    pub(crate) fn elsewhere_text(&self) -> String {
        match self.open().filter(|open| methods::is_somebody(*open)) {
            Some(open) => self.page.tx("continue-text", &[("provider", &methods::name(&self.page, open))]),
            None => self.page.t("continue-text-next"),
        }
    }

    pub(crate) fn bank_name(&self, choice: &BankChoice) -> String {
        methods::bank(&self.page, choice.bank)
    }

    pub(crate) const fn bank_is_missing(&self) -> bool {
        matches!(self.problem, Some(Problem::NoBank))
    }

    /// Whether the card form is what is open.
    pub(crate) fn pays_by_card(&self) -> bool {
        self.open() == Some(MethodKind::Card)
    }

    pub(crate) fn pay_until(&self) -> Option<String> {
        let moment = dates::format(self.summary.pay_until.as_ref()?, self.page.lang);
        Some(self.page.tx("summary-until", &[("moment", &moment)]))
    }

    pub(crate) fn button(&self) -> String {
        let key = match self.purpose {
            Purpose::Payment => "pay-button",
            Purpose::Authorisation => "hold-button",
        };
        self.page.tx(key, &[("amount", &self.amount())])
    }

    pub(crate) const fn holds(&self) -> bool {
        matches!(self.purpose, Purpose::Authorisation)
    }

    pub(crate) const fn declined(&self) -> Option<Decline> {
        match self.problem {
            Some(Problem::Declined(reason)) => Some(reason),
            Some(Problem::Form(_) | Problem::NoBank | Problem::OtherCard) | None => None,
        }
    }

    const fn form_errors(&self) -> CardErrors {
        match self.problem {
            Some(Problem::Form(errors)) => errors,
            Some(Problem::Declined(_) | Problem::NoBank | Problem::OtherCard) | None => {
                CardErrors { pan: None, expiry: None, cvc: None }
            }
        }
    }

    /// The only card that may pay, in words.
    pub(crate) fn only_card(&self) -> Option<String> {
        let card = self.on_file.only.as_deref()?;
        Some(self.page.tx("card-only", &[("card", card)]))
    }

    /// The card whose number need not be typed.
    pub(crate) fn ready_pan(&self) -> Option<&str> {
        self.on_file.ready.as_ref().and(self.on_file.only.as_deref())
    }

    pub(crate) fn ready_expiry(&self) -> String {
        let expiry = self.on_file.ready.as_ref().map(|ready| ready.expiry);
        expiry.map(|expiry| format!("{:02} / {:02}", expiry.month, expiry.year % 100)).unwrap_or_default()
    }

    pub(crate) fn cvc_hint(&self) -> String {
        let four = self.on_file.ready.as_ref().is_some_and(|ready| ready.four_digit_code);
        self.page.t(if four { "card-cvc-hint-four" } else { "card-cvc-hint" })
    }

    /// What the payer agrees to beside this payment.
    pub(crate) fn agreement(&self) -> Option<String> {
        let agreed = || self.page.tx("agree-later", &[("payee", self.summary.payee.as_str())]);
        self.on_file.recurs.then(agreed)
    }

    pub(crate) fn pan_error(&self) -> Option<String> {
        if matches!(self.problem, Some(Problem::OtherCard)) {
            return self.only_card();
        }
        self.form_errors().pan.map(|error| self.page.t(error.key()))
    }

    pub(crate) fn exp_error(&self) -> Option<String> {
        self.form_errors().expiry.map(|error| self.page.t(error.key()))
    }

    pub(crate) fn cvc_error(&self) -> Option<String> {
        self.form_errors().cvc.map(|error| self.page.t(error.key()))
    }

    /// Field id and complaint, for the summary above the form.
    pub(crate) fn error_list(&self) -> Vec<(String, String)> {
        if self.bank_is_missing() {
            let first = self.banks.first().map_or("", |choice| choice.bank.code);
            return vec![(format!("bank-{first}"), self.page.t("bank-missing"))];
        }
        let fields =
            [("cardPan", self.pan_error()), ("cardExp", self.exp_error()), ("cardCvc", self.cvc_error())];
        let fields = fields.map(|(id, text)| (id.to_owned(), text));
        fields.into_iter().filter_map(|(id, text)| Some((id, text?))).collect()
    }

    pub(crate) fn script_texts(&self) -> Vec<(&'static str, String)> {
        SCRIPT_TEXTS.iter().map(|key| (*key, self.page.t(key))).collect()
    }

    pub(crate) fn today_text(&self) -> String {
        format!("{:04}-{:02}", self.today.year, self.today.month)
    }

    pub(crate) fn offered_cards(&self) -> Vec<&TestCard> {
        self.test_cards.iter().filter(|card| !card.is_declined()).collect()
    }

    pub(crate) fn declined_cards(&self) -> Vec<&TestCard> {
        self.test_cards.iter().filter(|card| card.is_declined()).collect()
    }
}

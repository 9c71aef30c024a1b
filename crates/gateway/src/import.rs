//! Loading merchants, shops, clients, cards and payments with fixed ids from a JSON file. The format is
//! described in docs/fixtures.md.
//!
//! A payment's state is not written, it is reached: the file gives the steps and their times, and the
//! domain decides them as it would have then. So an imported payment has a history, ledger entries and
//! refund records like any other, and a file that asks for the impossible is refused with the step named.
//! Importing the same file twice changes nothing: records are replaced, a payment that exists is left alone.

use std::fmt;

use domain::{
    CancelledBy, CardData, Client, ClientId, Command, Currency, DeclineReason, Door, Event, Expiry, Merchant,
    MerchantId, Minor, Money, OnFile, Outcome, Pan, Payment, PaymentId, RefundRules, Shop, ShopId, Span,
    Terms, Timestamp, decide, entries, evolve,
};
use serde::{Deserialize, Serialize};
use store::{Change, CommitError, PaymentWrite, Record, RecordKind, Recorded, RecordedEntry, Signal, Topic};

use crate::cards::CardFixture;
use crate::eet::EetKeyFixture;
use crate::error::Error;
use crate::gateway::Gateway;
use crate::logins::RegisterLoginFixture;
use crate::mobilepay::{self, MobilePayMerchantFixture, MobilePayStoreFixture, MobilePayTerminalFixture};
use crate::people::{OauthClientFixture, PersonFixture};
use crate::recurrences::RecurrenceFixture;
use crate::terminals::TerminalFixture;

/// The contents of a fixture file.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Fixtures {
    pub merchants: Vec<Merchant>,
    pub shops: Vec<Shop>,
    pub clients: Vec<ClientFixture>,
    pub cards: Vec<CardFixture>,
    pub register_logins: Vec<RegisterLoginFixture>,
    pub oauth_clients: Vec<OauthClientFixture>,
    pub people: Vec<PersonFixture>,
    pub terminals: Vec<TerminalFixture>,
    pub mobilepay_merchants: Vec<MobilePayMerchantFixture>,
    pub mobilepay_stores: Vec<MobilePayStoreFixture>,
    pub mobilepay_terminals: Vec<MobilePayTerminalFixture>,
    pub eet_keys: Vec<EetKeyFixture>,
    pub payments: Vec<PaymentFixture>,
}

/// A client with its secret, which is hashed on the way in.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientFixture {
    pub id: ClientId,
    pub merchant: MerchantId,
    pub secret: String,
}

impl fmt::Debug for ClientFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientFixture({})", self.id)
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaymentFixture {
    pub id: PaymentId,
    pub shop: ShopId,
    pub amount: Minor,
    pub currency: Currency,
    pub order_number: String,
    #[serde(default)]
    pub description: Option<String>,
    #[serde(default)]
    pub return_url: Option<String>,
    #[serde(default)]
    pub notification_url: Option<String>,
    #[serde(default)]
    pub preauthorised: bool,
    pub created_at: jiff::Timestamp,
    /// The payment is the first of a recurrence.
    #[serde(default)]
    pub recurrence: Option<RecurrenceFixture>,
    /// The stored card that paid, and that alone could.
    #[serde(default)]
    pub stored_card: Option<i64>,
    #[serde(default)]
    pub history: Vec<Step>,
    /// The GoPay door's own part: the members of its create request that it echoes.
    #[serde(default)]
    pub extra: serde_json::Map<String, serde_json::Value>,
}

/// One thing that happened, and when.
#[derive(Debug, Deserialize)]
pub struct Step {
    pub at: jiff::Timestamp,
    #[serde(flatten)]
    pub what: What,
}

#[derive(Deserialize)]
#[serde(tag = "do", rename_all = "snake_case")]
pub enum What {
    /// A test card pays; for a preauthorised payment it is authorised.
    Pay {
        #[serde(default = "default_card")]
        card: String,
    },
    Decline {
        reason: DeclineReason,
    },
    Cancel,
    Expire,
    Capture {
        amount: Option<Minor>,
    },
    Void,
    Refund {
        amount: Option<Minor>,
    },
}

fn default_card() -> String {
    acquirer::DEFAULT_CARD.to_owned()
}

/// How much was loaded.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Imported {
    pub records: usize,
    pub payments: usize,
    /// Payments that were there already.
    pub skipped: usize,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("payment {payment}: {what}")]
    Payment { payment: PaymentId, what: String },
    #[error("{0}")]
    Record(String),
    #[error(transparent)]
    Gateway(#[from] Error),
}

impl Gateway {
    pub async fn import(&self, fixtures: &Fixtures) -> Result<Imported, ImportError> {
        let records = self.records(fixtures)?;
        let all = records.len().saturating_add(fixtures.cards.len());
        let mut imported = Imported { records: all, ..Imported::default() };
        // Nodes that are running read the directory again.
        let signals = vec![Signal { topic: Topic::Directory, key: 0 }];
        self.store.commit(Change { records, signals, ..Change::default() }).await.map_err(Error::from)?;
        self.reload_directory().await?;
        for card in &fixtures.cards {
            self.import_card(card).await?;
        }
        for payment in &fixtures.payments {
            let refused = |what| ImportError::Payment { payment: payment.id, what };
            let mut on_file = self.imported_terms(payment).await?;
            if let Some(recurrence) = &payment.recurrence {
                on_file.recurrence = Some(recurrence.terms().map_err(refused)?);
            }
            let (after, mut change) = self.history(payment, on_file).map_err(refused)?;
            if let Some(recurrence) = &payment.recurrence {
                let card = payment.card().map_err(refused)?;
                self.import_recurrence(recurrence, &after, &card, &mut change).await?;
            }
            match self.store.commit(change).await {
                Ok(()) => imported.payments += 1,
                Err(CommitError::Conflict(_)) => imported.skipped += 1,
                Err(other) => return Err(Error::from(other).into()),
            }
        }
        Ok(imported)
    }

    fn records(&self, fixtures: &Fixtures) -> Result<Vec<Record>, ImportError> {
        let mut records = Vec::new();
        for merchant in &fixtures.merchants {
            records.push(record(RecordKind::Merchant, merchant.id.get(), merchant.id, merchant)?);
        }
        for shop in &fixtures.shops {
            records.push(record(RecordKind::Shop, shop.id.get(), shop.merchant, shop)?);
        }
        for client in &fixtures.clients {
            let secret = self.secret_hash(client.id, &client.secret);
            let kept = Client { id: client.id, merchant: client.merchant, secret };
            records.push(record(RecordKind::Client, client.id.get(), client.merchant, &kept)?);
        }
        records.extend(self.register_login_records(&fixtures.register_logins)?);
        records.extend(self.people_records(&fixtures.oauth_clients, &fixtures.people)?);
        for card in &fixtures.cards {
            self.shop_of_fixture(card.shop, fixtures)?;
        }
        for fixture in &fixtures.terminals {
            let shop = self.shop_of_fixture(fixture.shop, fixtures)?;
            let terminal = fixture.terminal(self, &shop).map_err(ImportError::Record)?;
            records.push(record(RecordKind::Terminal, terminal.id.get(), terminal.merchant, &terminal)?);
        }
        records.extend(mobilepay::records(self, fixtures)?);
        let shop = |id| self.shop_of_fixture(id, fixtures).ok();
        records.extend(self.eet_key_records(&fixtures.eet_keys, shop)?);
        Ok(records)
    }

    fn shop_of_fixture(&self, shop: ShopId, fixtures: &Fixtures) -> Result<Shop, ImportError> {
        let here = fixtures.shops.iter().find(|known| known.id == shop).cloned();
        here.or_else(|| self.directory().shop(shop).map(|shop| Shop::clone(shop)))
            .ok_or_else(|| ImportError::Record(format!("shop {shop} is not known")))
    }

    /// Everything that must be written for the payment to stand where its steps lead.
    fn history(&self, fixture: &PaymentFixture, on_file: OnFile) -> Result<(Payment, Change), String> {
        let created_at = millis(fixture.created_at);
        let mut terms = Terms { on_file, ..self.terms(fixture)? };
        if terms.on_file != OnFile::default() {
            terms.other_methods = domain::OtherMethods::None;
        }
        let mut built =
            Built { payment: domain::open(fixture.id, terms.into(), created_at), change: Change::default() };
        built.happen(&[Event::Created], created_at);
        for (place, step) in fixture.history.iter().enumerate() {
            let at = millis(step.at);
            let refused =
                |why: String| format!("step {} ({}): {why}", place.saturating_add(1), step.what.name());
            self.happen(&mut built, &step.what, at).map_err(refused)?;
        }
        let payment = PaymentWrite::Insert(built.payment.clone());
        Ok((built.payment, Change { payment: Some(payment), ..built.change }))
    }

    /// What was agreed about the card: the file names a stored one by its number.
    async fn imported_terms(&self, fixture: &PaymentFixture) -> Result<OnFile, ImportError> {
        let Some(card) = fixture.stored_card else { return Ok(OnFile::default()) };
        let only = self.only_card(fixture.shop, card).await?;
        let what = format!("its e-shop has no stored card {card}");
        let only = only.ok_or(ImportError::Payment { payment: fixture.id, what })?;
        Ok(OnFile { only: Some(only), ..OnFile::default() })
    }

    fn happen(&self, built: &mut Built, what: &What, at: Timestamp) -> Result<(), String> {
        for command in self.commands(what)? {
            let events = decide(&built.payment, command, at).map_err(|why| why.to_string())?;
            built.happen(&events, at);
        }
        if let Some(outcome) = what.outcome(&built.payment) {
            let reference = built.payment.pending.map(|pending| pending.reference).unwrap_or_default();
            let command = Command::Settle { reference, outcome };
            let events = decide(&built.payment, command, at).map_err(|why| why.to_string())?;
            built.happen(&events, at);
        }
        Ok(())
    }

    fn terms(&self, fixture: &PaymentFixture) -> Result<Terms, String> {
        if !fixture.amount.is_positive() || fixture.amount > Minor::MAX || fixture.id.get() <= 0 {
            return Err("its id and amount must be positive, and the amount not far too large".to_owned());
        }
        let directory = self.directory();
        let shop = directory.shop(fixture.shop).ok_or("its shop is not known")?;
        let capture =
            if fixture.preauthorised { domain::CaptureMode::Manual } else { domain::CaptureMode::Automatic };
        Ok(Terms {
            door: Door::GoPay,
            shop: shop.id,
            amount: Money::new(fixture.amount, fixture.currency),
            capture,
            order_number: fixture.order_number.clone(),
            description: fixture.description.clone(),
            language: shop.language.clone(),
            return_url: fixture.return_url.clone(),
            notification_url: fixture.notification_url.clone(),
            card_allowed: true,
            other_methods: domain::OtherMethods::Any,
            preselected: None,
            windows: shop.settings.windows,
            fee: shop.settings.fee,
            terminal: None,
            on_file: OnFile::default(),
            eet: None,
            extra: serde_json::to_string(&fixture.extra).map_err(|error| error.to_string())?,
        })
    }

    /// The commands a step stands for.
    fn commands(&self, what: &What) -> Result<Vec<Command>, String> {
        let forever = RefundRules { window: Span::from_days(36_500), partial_after: Span::from_millis(0) };
        let by_card = |number: &str| -> Result<Command, String> {
            Ok(Command::Authorise(self.summary(&test_card(number)?)))
        };
        Ok(match what {
            What::Pay { card } => vec![by_card(card)?],
            What::Decline { .. } => vec![by_card(&default_card())?],
            What::Cancel => vec![Command::Cancel(CancelledBy::Payer)],
            What::Expire => vec![Command::Expire],
            What::Capture { amount } => vec![Command::Capture { amount: *amount, partial_allowed: true }],
            What::Void => vec![Command::Void],
            What::Refund { amount } => vec![Command::Refund { amount: *amount, rules: forever }],
        })
    }
}

fn test_card(number: &str) -> Result<CardData, String> {
    let pan = Pan::parse(number).map_err(|error| error.to_string())?;
    Ok(CardData { pan, expiry: Expiry { year: 2_030, month: 12 }, cvc: None })
}

impl PaymentFixture {
    /// The card that paid in the end, or would have.
    fn card(&self) -> Result<CardData, String> {
        let paid = self.history.iter().rev().find_map(|step| match &step.what {
            What::Pay { card } => Some(card.as_str()),
            _ => None,
        });
        test_card(paid.unwrap_or(acquirer::DEFAULT_CARD))
    }
}

impl What {
    /// The step's name, without what it holds.
    const fn name(&self) -> &'static str {
        match self {
            Self::Pay { .. } => "pay",
            Self::Decline { .. } => "decline",
            Self::Cancel => "cancel",
            Self::Expire => "expire",
            Self::Capture { .. } => "capture",
            Self::Void => "void",
            Self::Refund { .. } => "refund",
        }
    }

    /// What the acquirer said to it, when it had to be asked.
    fn outcome(&self, payment: &Payment) -> Option<Outcome> {
        match self {
            Self::Decline { reason } => Some(Outcome::Declined(*reason)),
            _ => payment.pending.map(|_| Outcome::Approved),
        }
    }
}

impl fmt::Debug for What {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

struct Built {
    payment: Payment,
    change: Change,
}

impl Built {
    fn happen(&mut self, events: &[Event], at: Timestamp) {
        for event in events {
            self.payment = evolve(self.payment.clone(), event, at);
            let (payment, version) = (self.payment.id, self.payment.version);
            self.change.events.push(Recorded { version, at, event: event.clone() });
            let lines = entries(&self.payment, event).into_iter();
            self.change.entries.extend(lines.map(|entry| RecordedEntry { payment, version, at, entry }));
        }
    }
}

pub(crate) fn record(
    kind: RecordKind,
    id: i64,
    merchant: MerchantId,
    body: &impl Serialize,
) -> Result<Record, ImportError> {
    let body = serde_json::to_string(body).map_err(|error| ImportError::Record(error.to_string()))?;
    Ok(Record { kind, id, merchant, body })
}

fn millis(at: jiff::Timestamp) -> Timestamp {
    Timestamp::from_millis(at.as_millisecond())
}

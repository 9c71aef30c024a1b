//! What a device says. A message is read completely or refused by the name of the member that is wrong; what was sent is
//! never repeated, because it may be a card number, a PIN or a key. So nothing here prints itself.

use domain::{
    CardData, CardEntry, CardError, Currency, Expiry, Minor, Money, Pan, Pin, TaskId, Tid, Timestamp,
};
use gateway::terminals::CardRead;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use zeroize::Zeroizing;

const LONGEST_TEXT: usize = 255;
const LONGEST_SECRET: usize = 128;
const LONGEST_NAME: usize = 64;
/// A JavaScript number is exact up to here.
const LARGEST_ID: i64 = (1 << 53) - 1;

/// What is wrong with a message, without saying what was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct BadMessage(pub(crate) String);

fn bad(what: &str) -> BadMessage {
    BadMessage(what.to_owned())
}

pub(crate) enum DeviceMessage {
    Hello(Box<Hello>),
    Ping,
    Accept(TaskRef),
    Progress(Progress),
    Release(TaskRef),
    Authorise(Box<Authorise>),
    Complete(Complete),
    Abort(Aborted),
    Status(Status),
    Start(Start),
    Totals { request: String },
    Receipt { request: String, task: Option<TaskId> },
}

#[derive(Deserialize, Clone, Copy)]
pub(crate) struct TaskRef {
    pub(crate) task: TaskId,
    pub(crate) attempt: u32,
}

#[derive(Deserialize)]
pub(crate) struct Hello {
    pub(crate) version: u32,
    pub(crate) tid: String,
    pub(crate) secret: Zeroizing<String>,
    pub(crate) instance: String,
    #[serde(default)]
    pub(crate) device: Device,
    #[serde(default)]
    pub(crate) takeover: bool,
    #[serde(default)]
    pub(crate) last: Option<TaskRef>,
}

#[derive(Deserialize, Default)]
pub(crate) struct Device {
    #[serde(default)]
    pub(crate) model: Option<String>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Step {
    Card,
    Pin,
    Tip,
    Signature,
}

#[derive(Deserialize)]
pub(crate) struct Progress {
    #[serde(flatten)]
    pub(crate) of: TaskRef,
    pub(crate) step: Step,
}

#[derive(Deserialize)]
pub(crate) struct Card {
    pub(crate) entry: CardEntry,
    pub(crate) pan: Zeroizing<String>,
    pub(crate) expiry: Zeroizing<String>,
    #[serde(default)]
    pub(crate) pin: Option<Zeroizing<String>>,
    #[serde(default)]
    pub(crate) device_verified: bool,
}

#[derive(Deserialize)]
pub(crate) struct Authorise {
    #[serde(flatten)]
    pub(crate) of: TaskRef,
    pub(crate) presentation: u8,
    pub(crate) card: Card,
    #[serde(default)]
    pub(crate) tip_minor: Option<Minor>,
}

impl Authorise {
    /// The card as the gateway takes it.
    pub(crate) fn read(&self, now: Timestamp) -> Result<CardRead, BadMessage> {
        let wrong = |member: &'static str| move |_: CardError| bad(member);
        let pin = self.card.pin.as_ref().map(|pin| Pin::parse(pin)).transpose();
        Ok(CardRead {
            card: CardData {
                pan: Pan::parse(&self.card.pan).map_err(wrong("card.pan"))?,
                expiry: expiry(&self.card.expiry, now).ok_or_else(|| bad("card.expiry"))?,
                cvc: None,
            },
            entry: self.card.entry,
            pin: pin.map_err(wrong("card.pin"))?,
            device_verified: self.card.device_verified,
            tip: self.tip_minor.unwrap_or_default(),
            conversion: None,
        })
    }
}

/// `YYMM`, in the century that is nearest.
fn expiry(text: &str, now: Timestamp) -> Option<Expiry> {
    let digits: [u8; 4] = text.as_bytes().try_into().ok()?;
    let digit = |byte: u8| byte.is_ascii_digit().then(|| u16::from(byte - b'0'));
    let [y1, y2, m1, m2] = digits.map(digit);
    let (year, month) = (y1? * 10 + y2?, m1? * 10 + m2?);
    let today = jiff::Timestamp::from_millisecond(now.millis()).ok()?;
    let this_century = u16::try_from(today.to_zoned(jiff::tz::TimeZone::UTC).year()).ok()? / 100 * 100;
    Expiry::new(this_century + year, u8::try_from(month).ok()?).ok()
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum CompleteResult {
    Approved,
    CardRefused,
    SignatureRefused,
}

#[derive(Deserialize)]
pub(crate) struct Complete {
    #[serde(flatten)]
    pub(crate) of: TaskRef,
    pub(crate) result: CompleteResult,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum By {
    Customer,
    Operator,
    Device,
}

#[derive(Deserialize)]
pub(crate) struct Aborted {
    #[serde(flatten)]
    pub(crate) of: TaskRef,
    pub(crate) by: By,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Host {
    Up,
    Down,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Paper {
    Ok,
    Low,
    Out,
}

#[derive(Deserialize)]
pub(crate) struct Status {
    #[serde(default)]
    pub(crate) host: Option<Host>,
    #[serde(default)]
    pub(crate) paper: Option<Paper>,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StartKind {
    Sale,
    Refund,
    Void,
    CloseBatch,
}

#[derive(Deserialize)]
pub(crate) struct Start {
    pub(crate) request: String,
    pub(crate) kind: StartKind,
    #[serde(default)]
    amount_minor: Option<Minor>,
    #[serde(default)]
    currency: Option<String>,
    #[serde(default)]
    pub(crate) reference: Option<String>,
    #[serde(default)]
    pub(crate) task: Option<TaskId>,
}

impl Start {
    pub(crate) fn money(&self) -> Result<Money, BadMessage> {
        let amount = self.amount_minor.filter(|amount| amount.is_positive() && *amount <= Minor::MAX);
        let amount = amount.ok_or_else(|| bad("amount_minor"))?;
        let currency = self.currency.as_deref().and_then(|code| code.parse::<Currency>().ok());
        Ok(Money::new(amount, currency.ok_or_else(|| bad("currency"))?))
    }
}

#[derive(Deserialize)]
struct Request {
    request: String,
    #[serde(default)]
    task: Option<TaskId>,
}

/// Reads one message.
pub(crate) fn parse(text: &str) -> Result<DeviceMessage, BadMessage> {
    let value: Value = serde_json::from_str(text).map_err(|_| bad("not JSON"))?;
    let kind = value.get("type").and_then(Value::as_str).ok_or_else(|| bad("type"))?.to_owned();
    Ok(match kind.as_str() {
        "hello" => DeviceMessage::Hello(Box::new(hello(value)?)),
        "ping" => DeviceMessage::Ping,
        "accept" => DeviceMessage::Accept(checked(members(value)?)?),
        "progress" => {
            let progress: Progress = members(value)?;
            checked(progress.of)?;
            DeviceMessage::Progress(progress)
        }
        "release" => DeviceMessage::Release(checked(members(value)?)?),
        "authorise" => {
            let authorise: Authorise = members(value)?;
            checked(authorise.of)?;
            DeviceMessage::Authorise(Box::new(authorise))
        }
        "complete" => {
            let complete: Complete = members(value)?;
            checked(complete.of)?;
            DeviceMessage::Complete(complete)
        }
        "abort" => {
            let abort: Aborted = members(value)?;
            checked(abort.of)?;
            DeviceMessage::Abort(abort)
        }
        "status" => DeviceMessage::Status(members(value)?),
        "start" => DeviceMessage::Start(start(value)?),
        "totals" => DeviceMessage::Totals { request: name(members::<Request>(value)?.request, "request")? },
        "receipt" => {
            let asked: Request = members(value)?;
            DeviceMessage::Receipt { request: name(asked.request, "request")?, task: asked.task }
        }
        _ => return Err(bad("type is not known")),
    })
}

fn members<T: DeserializeOwned>(value: Value) -> Result<T, BadMessage> {
    // The path names the member; the error itself might repeat what was sent.
    serde_path_to_error::deserialize(value).map_err(|error| match error.path().to_string().as_str() {
        "." | "?" | "" => bad("a member is missing or of the wrong type"),
        path => bad(path),
    })
}

fn checked(of: TaskRef) -> Result<TaskRef, BadMessage> {
    if (1..=LARGEST_ID).contains(&of.task.get()) { Ok(of) } else { Err(bad("task")) }
}

/// 8 to 64 letters, digits and dashes.
fn name(text: String, member: &str) -> Result<String, BadMessage> {
    let plain = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    if (8..=LONGEST_NAME).contains(&text.len()) && plain { Ok(text) } else { Err(bad(member)) }
}

fn hello(value: Value) -> Result<Hello, BadMessage> {
    let mut hello: Hello = members(value)?;
    hello.tid.parse::<Tid>().map_err(|_| bad("tid"))?;
    if hello.secret.len() > LONGEST_SECRET {
        return Err(bad("secret"));
    }
    hello.instance = name(hello.instance, "instance")?;
    if hello.device.model.as_ref().is_some_and(|model| model.chars().count() > LONGEST_NAME) {
        return Err(bad("device.model"));
    }
    Ok(hello)
}

fn start(value: Value) -> Result<Start, BadMessage> {
    let mut start: Start = members(value)?;
    start.request = name(start.request, "request")?;
    if start.reference.as_ref().is_some_and(|text| text.chars().count() > LONGEST_TEXT) {
        return Err(bad("reference"));
    }
    Ok(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> String {
        parse(text).err().unwrap().0
    }

    #[test]
    fn a_refusal_names_the_member_and_never_repeats_what_was_sent() {
        let card = r#"{"type":"authorise","task":1,"attempt":1,"presentation":1,"card":{"entry":"tap","pan":"4444444444444448","expiry":"3012","pin":"1234"}}"#;
        for (text, named) in [
            ("{", "not JSON"),
            ("[]", "type"),
            (r#"{"type":"sing"}"#, "type is not known"),
            (r#"{"type":"accept","task":"x","attempt":1}"#, "task"),
            (r#"{"type":"accept","task":0,"attempt":1}"#, "task"),
            (r#"{"type":"totals","request":"short"}"#, "request"),
            (r#"{"type":"hello","version":1,"tid":"1 2","secret":"s","instance":"12345678"}"#, "tid"),
        ] {
            assert_eq!(refusal(text), named, "{text}");
        }
        let told = refusal(card);
        assert!(!told.contains("4444") && !told.contains("tap") && !told.contains("1234"), "{told}");
    }

    #[test]
    fn an_expiry_is_year_and_month() {
        let now = Timestamp::from_millis(1_772_356_502_417);
        assert_eq!(expiry("3012", now), Expiry::new(2030, 12).ok());
        for wrong in ["3013", "30", "30/12", "３０１２", ""] {
            assert_eq!(expiry(wrong, now), None, "{wrong}");
        }
    }
}

//! The shop's own book of what it was told, kept outside the server: what a crash must not contradict.
//!
//! A life is one payment and the steps a shop takes with it. A step that was answered is done. A step whose
//! answer did not come is in doubt, and is asked again under the same key once the server is back, as a shop
//! would.

use testkit::prelude::*;

pub(crate) const AMOUNT: i64 = 10_000;
const PART: i64 = 2_500;

/// What a shop does with a payment.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Step {
    Create,
    Pay,
    CapturePart,
    Void,
    RefundPart,
    RefundRest,
}

/// The three lives there are.
const SALE: &[Step] = &[Step::Create, Step::Pay, Step::RefundPart, Step::RefundRest];
const CAPTURED: &[Step] = &[Step::Create, Step::Pay, Step::CapturePart, Step::RefundRest];
const VOIDED: &[Step] = &[Step::Create, Step::Pay, Step::Void];

/// One payment in the shop's book.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    name: String,
    steps: &'static [Step],
    /// Steps that were answered with success.
    pub(crate) done: usize,
    pub(crate) id: Option<u64>,
    notify: String,
}

/// The server did not answer.
pub(crate) struct Gone;

impl Life {
    pub(crate) fn new(number: usize, notify: &str) -> Self {
        let steps = [SALE, CAPTURED, VOIDED][number % 3];
        Self { name: format!("life-{number}"), steps, done: 0, id: None, notify: notify.to_owned() }
    }

    pub(crate) fn is_over(&self) -> bool {
        self.done == self.steps.len()
    }

    fn is_sale(&self) -> bool {
        self.steps.len() == SALE.len() && matches!(self.steps[2], Step::RefundPart)
    }

    /// Takes the next step, or the same one again when its answer was lost.
    pub(crate) async fn step(&mut self, shop: &Shop, till: &Client) -> Result<(), Gone> {
        let step = self.steps[self.done];
        let shop = shop.keyed(format!("{}-{}", self.name, self.done));
        let path = |action: &str| format!("/api/payments/payment/{}{action}", self.id.unwrap_or_default());
        let form = |amount: i64| {
            Some((("Content-Type", "application/x-www-form-urlencoded"), format!("amount={amount}")))
        };
        let json = |body: Value| Some((("Content-Type", "application/json"), body.to_string()));
        let answer = match step {
            Step::Create => {
                let changes = json!({
                    "preauthorization": !self.is_sale(),
                    "callback": {"notification_url": self.notify},
                });
                let body = json(shop.payment(&changes));
                shop.try_call(http::Method::POST, "/api/payments/payment", body).await
            }
            Step::Pay => {
                let path = format!("/_sandbox/payments/{}/pay", self.id.unwrap_or_default());
                let headers = [("Content-Type", "application/json")];
                till.try_send(http::Method::POST, &path, &headers, "{}").await
            }
            Step::CapturePart => {
                let body = json(json!({"amount": AMOUNT - PART}));
                shop.try_call(http::Method::POST, &path("/capture"), body).await
            }
            Step::Void => shop.try_call(http::Method::POST, &path("/void-authorization"), None).await,
            Step::RefundPart => shop.try_call(http::Method::POST, &path("/refund"), form(PART)).await,
            Step::RefundRest => {
                shop.try_call(http::Method::POST, &path("/refund"), form(AMOUNT - PART)).await
            }
        };
        let Ok(answer) = answer else { return Err(Gone) };
        self.note(step, &answer);
        Ok(())
    }

    fn note(&mut self, step: Step, answer: &Answer) {
        match (step, answer.status.as_u16()) {
            (Step::Create, 200) => self.id = answer.json()["id"].as_u64(),
            (_, 200) => {}
            // The sandbox's button has no key: paid already means that the lost answer was a yes, and an
            // attempt the acquirer never heard of may be made again.
            (Step::Pay, 409) => return self.done += usize::from(answer.text().contains("not_open")),
            (step, status) => panic!("{} {step:?}: {status} {}", self.name, answer.text()),
        }
        self.done += 1;
    }

    /// The state GoPay must show after the steps that were answered.
    pub(crate) fn expected_state(&self) -> &'static str {
        let last = self.done.checked_sub(1).map(|last| self.steps[last]);
        match last {
            None | Some(Step::Create) => "CREATED",
            Some(Step::Pay) if self.is_sale() => "PAID",
            Some(Step::Pay) => "AUTHORIZED",
            Some(Step::CapturePart) => "PAID",
            Some(Step::Void) => "CANCELED",
            Some(Step::RefundPart) => "PARTIALLY_REFUNDED",
            Some(Step::RefundRest) => "REFUNDED",
        }
    }

    /// Changes of state that a shop is told of, so far.
    pub(crate) fn expected_messages(&self) -> usize {
        self.done.saturating_sub(1)
    }

    /// What is the shop's after all this.
    pub(crate) fn expected_balance(&self) -> i64 {
        match self.expected_state() {
            "PAID" if self.is_sale() => AMOUNT,
            "PAID" | "PARTIALLY_REFUNDED" => AMOUNT - PART,
            _ => 0,
        }
    }

    /// Refunds that must be listed, each once.
    pub(crate) fn expected_refunds(&self) -> usize {
        let answered = &self.steps[..self.done];
        answered.iter().filter(|step| matches!(step, Step::RefundPart | Step::RefundRest)).count()
    }
}

//! `kill -9` in the middle of payments at points of sale, again and again. The register has no keys to ask again with:
//! what was lost it finds by its order, and asks for in the same words. Afterwards every order has one payment, in the
//! state that was answered, and the ledger has every amount once.
//!
//! `POLYTILL_KILLS=1000` makes it a long run.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use testkit::prelude::*;
use tokio::task::JoinSet;

use super::crash::{Answers, Moments, kills};
use super::journal::Gone;

/// Three points of sale with a customer each.
const PLACES: [(&str, &str); 3] = [("1", "01"), ("2", "03"), ("3", "04")];
/// In hundredths: what is paid, and what is given back of it.
const AMOUNT: i64 = 9_500;
const PART: i64 = 3_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn thirty_kills_at_points_of_sale_on_sqlite() {
    survive(Backend::Sqlite, kills(30)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_kills_at_points_of_sale_on_postgres() {
    survive(Backend::Postgres, kills(10)).await;
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Start,
    Prepare,
    CheckIn,
    Ready,
    Accept,
    Capture,
    Cancel,
    Refund,
    CaptureRefund,
    CancelRefund,
}

const SALE: &[Step] =
    &[Step::Start, Step::CheckIn, Step::Accept, Step::Capture, Step::Refund, Step::CaptureRefund];
const PREPARED: &[Step] = &[
    Step::Prepare,
    Step::CheckIn,
    Step::Ready,
    Step::Accept,
    Step::Capture,
    Step::Refund,
    Step::CancelRefund,
];
const GIVEN_UP: &[Step] = &[Step::Start, Step::CheckIn, Step::Accept, Step::Cancel];

/// One order in the register's book.
#[derive(Clone, Debug)]
struct Life {
    order: String,
    steps: &'static [Step],
    done: usize,
    payment: String,
    refund: String,
}

/// A register with its customer.
#[derive(Clone)]
struct Place {
    cinema: Cinema,
    payer: Payer,
    terminal: &'static str,
    beacon: String,
}

impl Place {
    fn of(till: &Till, number: usize, beacon: &str) -> Self {
        let (terminal, customer) = PLACES[number];
        let cinema = Cinema::demo(till.client().clone());
        let payer = Payer::danish(till.client().clone(), customer);
        Self { cinema, payer, terminal, beacon: beacon.to_owned() }
    }
}

impl Life {
    fn new(number: usize) -> Self {
        let steps = [SALE, PREPARED, GIVEN_UP][number % 3];
        let (payment, refund) = (String::new(), String::new());
        Self { order: format!("order-{number}"), steps, done: 0, payment, refund }
    }

    fn is_over(&self) -> bool {
        self.done == self.steps.len()
    }

    /// Takes the next step, or the same one again when its answer was lost. A step that has to wait is not taken.
    async fn step(&mut self, place: &Place) -> Result<(), Gone> {
        let step = self.steps[self.done];
        let button = match step {
            Step::CheckIn => Some("checkin"),
            Step::Accept => Some("acceptpayment"),
            _ => None,
        };
        if let Some(button) = button {
            let answer = place.payer.try_press(button, &place.beacon).await.map_err(|_| Gone)?;
            match answer.status.as_u16() {
                200 => self.done += 1,
                // What came of it is being found out.
                503 => {}
                status => panic!("{self:?} {step:?}: {status} {}", answer.text()),
            }
            return Ok(());
        }
        let told = self.ask(step, place).await?;
        let errors = told["errors"].to_string();
        match step {
            _ if told["success"] == true => {
                let text = |name: &str| told[name].as_str().unwrap_or_default().to_owned();
                match step {
                    Step::Start | Step::Prepare => self.payment = text("paymentId"),
                    Step::Refund => self.refund = text("refundId"),
                    _ => {}
                }
                self.done += 1;
            }
            // It was begun, and the answer was lost.
            Step::Start | Step::Prepare if errors.contains("1301") => {
                let inputs = [("terminalId", place.terminal), ("orderId", self.order.as_str())];
                let found = place.cinema.try_ask("payments", &inputs).await.map_err(|_| Gone)?.json();
                let ids = found["paymentsIds"].as_array().unwrap();
                assert_eq!(ids.len(), 1, "{self:?} {found}");
                self.payment = ids[0].as_str().unwrap().to_owned();
                self.done += 1;
            }
            // What came of it is being found out.
            _ if errors.contains("2000") => {}
            _ => panic!("{self:?} {step:?}: {told}"),
        }
        Ok(())
    }

    async fn ask(&self, step: Step, place: &Place) -> Result<Value, Gone> {
        let (order, payment, refund) = (self.order.as_str(), self.payment.as_str(), self.refund.as_str());
        let (terminal, order) = (("terminalId", place.terminal), ("orderId", order));
        let (payment, refund) = (("paymentId", payment), ("refundId", refund));
        let (operation, inputs) = match step {
            Step::Start => ("payment/start", vec![terminal, order, ("amount", "95.00")]),
            Step::Prepare => ("payment/prepare", vec![terminal, order]),
            Step::Ready => ("payment/ready", vec![terminal, order, payment, ("amount", "95.00")]),
            Step::Capture => ("payment/capture", vec![payment]),
            Step::Cancel => ("payment/cancel", vec![payment]),
            Step::Refund => ("refund/create", vec![payment, ("refundOrderId", order.1), ("amount", "30.00")]),
            Step::CaptureRefund => ("refund/capture", vec![refund]),
            Step::CancelRefund => ("refund/cancel", vec![refund]),
            Step::CheckIn | Step::Accept => panic!("the customer does that"),
        };
        let answer = place.cinema.try_ask(operation, &inputs).await.map_err(|_| Gone)?;
        Ok(answer.expect_status(200).json())
    }

    /// What is the shop's of it.
    fn balance(&self) -> i64 {
        let done = |step| self.steps[..self.done].contains(&step);
        let captured = if done(Step::Capture) { AMOUNT } else { 0 };
        captured - if done(Step::CaptureRefund) { PART } else { 0 }
    }

    fn state(&self) -> &'static str {
        match self.steps[self.done - 1] {
            Step::Cancel => "CancelledByClient",
            _ => "Captured",
        }
    }
}

async fn survive(backend: Backend, kills: usize) {
    let mut till = Till::sandbox_on(backend).await;
    let mut beacons = Vec::new();
    for (terminal, _) in PLACES {
        beacons.push(Cinema::demo(till.client().clone()).open(terminal).await);
    }
    let numbers = Arc::new(AtomicUsize::new(0));
    let mut moments = Moments(0x0dd5_eed5_0b5e_55ed);
    let mut book: Vec<Life> = Vec::new();
    for _ in 0..kills {
        let answers = Arc::new(Answers::default());
        let mut workers = JoinSet::new();
        for (number, beacon) in beacons.iter().enumerate() {
            let place = Place::of(&till, number, beacon);
            let (numbers, answers) = (Arc::clone(&numbers), Arc::clone(&answers));
            workers.spawn(async move { (number, work(&place, &numbers, &answers).await) });
        }
        answers.reach(moments.next(5, 60)).await;
        till.kill9();
        let worked = workers.join_all().await;
        till.restart().await;
        // Outcomes that were lost are asked for half a minute later.
        till.sandbox_api().advance("PT31S").await.expect_status(200);
        for (number, mut lives) in worked {
            let place = Place::of(&till, number, &beacons[number]);
            if let Some(last) = lives.last_mut() {
                settle(&till, last, &place).await;
            }
            book.extend(lives);
        }
    }
    check(&till, &book).await;
    assert!(book.len() >= kills, "only {} lives were lived", book.len());
    till.terminate().await;
}

/// Lives until the server is gone; returns every life that was begun.
async fn work(place: &Place, numbers: &AtomicUsize, answers: &Answers) -> Vec<Life> {
    let mut lives = Vec::new();
    loop {
        let mut life = Life::new(numbers.fetch_add(1, Ordering::SeqCst));
        while !life.is_over() {
            if let Err(Gone) = life.step(place).await {
                lives.push(life);
                return lives;
            }
            answers.one();
        }
        lives.push(life);
    }
}

/// Goes on where the answer did not come, to the end.
async fn settle(till: &Till, life: &mut Life, place: &Place) {
    for _ in 0..20 {
        if life.is_over() {
            return;
        }
        let before = life.done;
        assert!(life.step(place).await.is_ok(), "the server is gone after a restart");
        if life.done == before {
            till.sandbox_api().advance("PT31S").await.expect_status(200);
        }
    }
    assert!(life.is_over(), "in doubt for ever: {life:?}");
}

async fn check(till: &Till, book: &[Life]) {
    let cinema = Cinema::demo(till.client().clone());
    for life in book {
        assert_eq!(cinema.status(&life.payment).await, life.state(), "{life:?}");
        if !life.refund.is_empty() {
            let wanted = if life.steps == SALE { "Captured" } else { "CancelledByClient" };
            assert_eq!(cinema.refund_status(&life.refund).await, wanted, "{life:?}");
            let all = cinema.done("refunds", &[("paymentId", &life.payment)]).await;
            assert_eq!(all["refundsIds"], json!([life.refund]), "{life:?}");
        }
        // Of each order there is one payment.
        for (terminal, _) in PLACES {
            let inputs =
                [("terminalId", terminal), ("orderId", life.order.as_str()), ("state", life.state())];
            let found = cinema.done("payments", &inputs).await;
            for id in found["paymentsIds"].as_array().unwrap() {
                assert_eq!(id, life.payment.as_str(), "{life:?}");
            }
        }
    }
    let balances = till.client().get("/_sandbox/balances").await.expect_status(200).json();
    let accounts = balances["accounts"].as_array().unwrap();
    let sum = |of: &str| -> i64 {
        let own = accounts.iter().filter(|account| account["account"].as_str().unwrap().starts_with(of));
        own.map(|account| account["amount"].as_i64().unwrap()).sum()
    };
    assert_eq!(sum(""), 0, "{balances}");
    assert_eq!(-sum("shop"), book.iter().map(Life::balance).sum::<i64>(), "{balances}");
}

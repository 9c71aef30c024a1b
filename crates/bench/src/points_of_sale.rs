//! Points of sale and phones: asking how a payment stands in both formats, payments being started, and whole lives from
//! a customer who checks in to money that is captured.
//!
//! Every start needs a point of sale that has no active payment, so there are many and each is used once. In the lives
//! every point of sale has a customer of its own.

use crate::Failure;
use crate::load::{self, Load, Outcome, Until, Window};
use crate::report::Row;
use crate::run::Run;
use crate::targets;
use crate::till::Measured;
use crate::wire::{Connection, request};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use testkit::http::Client;
use testkit::mobilepay::Cinema;
use tokio::task::JoinSet;

/// Points of sale where lives are lived, where payments are started, and where payments are asked about.
const LIVELY: usize = 5_000;
const STARTED: usize = 15_000;
const ASKED: usize = 250;
/// How many of the lives are lived at the same time.
const AT_ONCE: usize = 500;
/// The first of ten thousand customers that are all the same.
const FIRST_PHONE: u64 = 4_570_000_000;
const BIO_CODE: &str = "MEASURED";
const TOKEN: &str = "token-of-the-measured-cinema";

impl Run<'_> {
    pub(crate) async fn points_of_sale(&mut self, binary: &Path) -> Result<(), Failure> {
        let data = self.path("points-of-sale");
        import(binary, &data)?;
        let till = Measured::start(binary, &data, None).await?;
        let (server, connections) = (till.address(), self.options.connections);
        let cinema = Cinema::new(Client::new(server), BIO_CODE, TOKEN);
        let creates: Vec<Vec<u8>> = (0..LIVELY + STARTED + ASKED)
            .map(|number| ask(server, &cinema, "manage/create", &[("terminalId", &number.to_string())]))
            .collect();
        once(server, connections, creates).await?;

        let mut payments = Vec::new();
        for number in LIVELY + STARTED..LIVELY + STARTED + ASKED {
            payments.push(cinema.start(&number.to_string(), "A-1", "95.00").await);
        }
        for (what, accept) in [("MobilePay: status, XML", "xml"), ("MobilePay: status, JSON", "json")] {
            let status = |payment: &String| {
                let asked = ask(server, &cinema, "payment/status", &[("paymentId", payment)]);
                wishing(&asked, accept)
            };
            let requests: Vec<Vec<u8>> = payments.iter().map(status).collect();
            let load = Load { server, connections, requests: requests.into(), keep_ids: 0 };
            let row = Row::load(what, "/s", &load::run(&load, self.effort.timed()).await?);
            self.report.add(row.divided_by(self.baselines.status, targets::STATUS_TO_BARE));
        }

        let lives = lives(&till, &cinema, AT_ONCE, self.effort.timed()).await?;
        let row = Row::load("MobilePay: check in, pay, capture", "/s", &lives);
        self.report.add(row.against(targets::POS_LIVES_PER_S));

        let start = |number: usize| {
            let terminal = number.to_string();
            let inputs = [("terminalId", terminal.as_str()), ("orderId", "A-1"), ("amount", "95.00")];
            ask(server, &cinema, "payment/start", &inputs)
        };
        // As with the baseline it is divided by, a warm-up comes first and is not counted.
        let mut starts: Vec<Vec<u8>> = (LIVELY..LIVELY + STARTED).map(start).collect();
        let warm_up = starts.drain(..STARTED / 5).collect();
        once(server, connections, warm_up).await?;
        let row = Row::load("MobilePay: start", "/s", &once(server, connections, starts).await?);
        self.report.add(row.divided_by(self.baselines.create, targets::POS_START_TO_BARE));
        Ok(())
    }
}

/// Each request once, and each must succeed.
async fn once(server: SocketAddr, connections: usize, requests: Vec<Vec<u8>>) -> Result<Outcome, Failure> {
    let (requests, mut lanes) = (Arc::<[Vec<u8>]>::from(requests), JoinSet::new());
    for lane in 0..connections {
        let (requests, begin) = (Arc::clone(&requests), Instant::now());
        lanes.spawn(async move {
            let mut outcome = Outcome::new();
            let mut connection = Connection::open(server).await?;
            for request in requests.iter().skip(lane).step_by(connections) {
                let sent = Instant::now();
                step(&mut connection, request, "\"success\":tru", "once").await?;
                outcome.latency.record(sent.elapsed());
                outcome.done += 1;
            }
            outcome.elapsed = begin.elapsed();
            Ok::<Outcome, Failure>(outcome)
        });
    }
    let mut total = Outcome::new();
    while let Some(lane) = lanes.join_next().await {
        total.add(lane??);
    }
    Ok(total)
}

fn ask(server: SocketAddr, cinema: &Cinema, operation: &str, inputs: &[(&str, &str)]) -> Vec<u8> {
    request("GET", &cinema.path(operation, inputs), server, "", "", "")
}

/// The same in another format.
fn wishing(request: &[u8], format: &str) -> Vec<u8> {
    let wish = format!("Accept: application/{format}\r\n");
    String::from_utf8_lossy(request).replace("Accept: application/json\r\n", &wish).into_bytes()
}

/// Loads a merchant with all these terminals.
fn import(binary: &Path, data: &Path) -> Result<(), Failure> {
    let terminal = |number: usize| {
        json!({ "id": number + 1, "merchant": 77, "terminal_id": number.to_string(), "store": 77,
            "name": format!("Till {number}") })
    };
    let terminals: Vec<Value> = (0..LIVELY + STARTED + ASKED).map(terminal).collect();
    let fixtures = json!({
        "merchants": [{ "id": 77, "name": "Measured merchant" }],
        "shops": [{ "id": 8_123_456_791_u64, "merchant": 77, "name": "Measured shop", "active": true,
            "currencies": ["DKK"], "language": "da" }],
        "mobilepay_merchants": [{ "id": 77, "bio_code": BIO_CODE, "merchant": 77, "name": "Measured cinema",
            "brands": [{ "id": "POSDK00077", "name": "Measured" }], "token": TOKEN }],
        "mobilepay_stores": [{ "id": 77, "guid": "5b1c0c5e-0d3a-4c4e-9f6e-7a1f6d2b8c77", "merchant": 77,
            "shop": 8_123_456_791_u64, "brand": "POSDK00077", "location": "00077", "name": "Measured" }],
        "mobilepay_terminals": terminals,
    });
    std::fs::create_dir_all(data)?;
    let file = data.with_extension("json");
    std::fs::write(&file, fixtures.to_string())?;
    let done =
        std::process::Command::new(binary).arg("import").arg(&file).arg("--data").arg(data).output()?;
    if done.status.success() {
        return Ok(());
    }
    Err(format!("the fixtures were not loaded: {}", String::from_utf8_lossy(&done.stderr)).into())
}

/// A point of sale, its customer, and the bytes that both send.
struct Place {
    check_in: Vec<u8>,
    start: Vec<u8>,
    accept: Vec<u8>,
}

async fn lives(
    till: &Measured,
    cinema: &Cinema,
    connections: usize,
    until: Until,
) -> Result<Outcome, Failure> {
    let (server, mut lanes) = (till.address(), JoinSet::new());
    for lane in 0..connections {
        let mut places = Vec::new();
        for number in (lane..LIVELY).step_by(connections) {
            places.push(place(server, cinema, number).await);
        }
        let (cinema, window) = (cinema.clone(), Window::of(until, lane, connections));
        lanes.spawn(run_lane(server, cinema, places.into(), window));
    }
    let mut total = Outcome::new();
    while let Some(lane) = lanes.join_next().await {
        total.add(lane?);
    }
    Ok(total)
}

async fn place(server: SocketAddr, cinema: &Cinema, number: usize) -> Place {
    let terminal = number.to_string();
    let pos = cinema.information(&terminal).await;
    let phone = format!("+{}", FIRST_PHONE + number as u64);
    let body = json!({ "beaconId": pos.get("beaconId"), "phoneNumber": phone }).to_string();
    let press = |button: &str| {
        let path = format!("/pos/app/usersimulation/{button}");
        request("POST", &path, server, "", "application/json", &body)
    };
    let inputs = [("terminalId", terminal.as_str()), ("orderId", "A-1"), ("amount", "95.00")];
    let start = ask(server, cinema, "payment/start", &inputs);
    Place { check_in: press("checkin"), start, accept: press("acceptpayment") }
}

async fn run_lane(server: SocketAddr, cinema: Cinema, places: Arc<[Place]>, window: Window) -> Outcome {
    let mut outcome = Outcome::new();
    let mut connection = match Connection::open(server).await {
        Ok(connection) => connection,
        Err(failure) => {
            outcome.failed(&failure);
            return outcome;
        }
    };
    for place in places.iter().cycle() {
        if window.is_over(outcome.done) {
            break;
        }
        let start = Instant::now();
        match live(&mut connection, server, &cinema, place).await {
            Ok(()) if start >= window.from => {
                outcome.latency.record(start.elapsed());
                outcome.done += 1;
            }
            Ok(()) => {}
            Err(failure) => {
                outcome.failed(&failure);
                break;
            }
        }
    }
    outcome.elapsed = window.from.elapsed();
    outcome
}

async fn live(
    connection: &mut Connection,
    server: SocketAddr,
    cinema: &Cinema,
    place: &Place,
) -> Result<(), Failure> {
    step(connection, &place.check_in, "", "check-in").await?;
    let started = step(connection, &place.start, "\"paymentId\":\"", "start").await?;
    step(connection, &place.accept, "", "approval").await?;
    let capture = ask(server, cinema, "payment/capture", &[("paymentId", &started)]);
    step(connection, &capture, "\"message\":\"", "capture").await?;
    Ok(())
}

/// One request that must succeed; the text behind this member of its answer.
async fn step(
    connection: &mut Connection,
    request: &[u8],
    member: &str,
    name: &str,
) -> Result<String, Failure> {
    let answer = connection.exchange(request).await?;
    let body = String::from_utf8_lossy(answer.body);
    let text = body.split_once(member).and_then(|(_, rest)| rest.split('"').next());
    match text {
        Some(text) if answer.status == 200 && (member.is_empty() || !text.is_empty()) => Ok(text.to_owned()),
        _ => Err(format!("{name}: {} {body}", answer.status).into()),
    }
}

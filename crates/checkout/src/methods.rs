//! Paying otherwise than with a typed card: the method is chosen, and somebody else than this page is asked. Who that
//! is, is played by the pages of [`crate::view::Approval`]; where nobody plays, there is nothing here.

use axum::extract::{Path, RawQuery, Request, State};
use axum::response::Response;
use domain::{
    BankCode, CardData, Channel, Confirmation, Cvc, DeclineReason, Evidence, Expiry, Method, MethodKind, Pan,
    Payment, Source, Verdict,
};
use gateway::{DEFAULT_CARD, Error, TEST_CARDS};
use polytill_http::form;
use polytill_http::request_id::RequestId;

use crate::routes::{App, Trouble, answer as respond, asked, fields, find};
use crate::show::{Asked, Shown};
use crate::view::Problem;

const LONGEST_EMAIL: usize = 128;
/// Any code will do for a simulated telephone.
const CVC: &str = "123";

/// `POST {path}/method`
pub(crate) async fn choose(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let id = request.extensions().get::<RequestId>().copied();
    let shown = chosen(&app, &asked, &token, request).await;
    respond(&app, &asked, shown, id.as_ref())
}

async fn chosen(app: &App, asked: &Asked, token: &str, request: Request) -> Result<Shown, Trouble> {
    let payment = find(app, token).await?;
    let fields = fields(request).await?;
    let kind = form::last(&fields, "method").and_then(MethodKind::from_name).ok_or(Trouble::NotFound)?;
    if !app.gateway.offers(kind) {
        return Err(Trouble::NotFound);
    }
    let method = match kind {
        MethodKind::BankTransfer => transfer(form::last(&fields, "bank").unwrap_or_default()),
        other => other.method(),
    };
    let Some(method) = method else {
        return Ok(asked.page(app, &payment, Some(Problem::NoBank))?);
    };
    match app.gateway.choose_method(payment.id, method).await {
        Ok(_) if method == Method::Card => Ok(asked.as_it_stands()),
        Ok(_) => Ok(asked.approval_address()),
        Err(Error::Refused(_)) => Ok(asked.as_it_stands()),
        Err(other) => Err(other.into()),
    }
}

/// Online where the bank has a page for it.
fn transfer(code: &str) -> Option<Method> {
    let bank = BankCode::new(code).ok()?;
    let channel = if bank.bank()?.online { Channel::Online } else { Channel::Offline };
    Some(Method::BankTransfer { bank, channel })
}

/// `GET {path}/approval`: whoever has to be asked.
pub(crate) async fn show(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let shown = match find(&app, &token).await {
        Ok(payment) => asked.approval(&app, &payment, None).map_err(Trouble::from),
        Err(trouble) => Err(trouble),
    };
    respond(&app, &asked, shown, request.extensions().get::<RequestId>())
}

/// `POST {path}/approval`
pub(crate) async fn answer(
    State(app): State<App>,
    Path(token): Path<String>,
    RawQuery(query): RawQuery,
    request: Request,
) -> Response {
    let asked = asked(&token, query.as_deref(), request.headers());
    let id = request.extensions().get::<RequestId>().copied();
    let shown = answered(&app, &asked, &token, request).await;
    respond(&app, &asked, shown, id.as_ref())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Answer {
    Confirm,
    Refuse,
    Review,
}

async fn answered(app: &App, asked: &Asked, token: &str, request: Request) -> Result<Shown, Trouble> {
    let payment = find(app, token).await?;
    let fields = fields(request).await?;
    let field = |name| form::last(&fields, name).unwrap_or_default();
    let Some(method) = payment.method().filter(|method| method.kind().name() == field("method")) else {
        return Ok(asked.as_it_stands());
    };
    if method == Method::Card || !app.gateway.offers(method.kind()) {
        return Err(Trouble::NotFound);
    }
    let answer = match field("answer") {
        "confirm" => Answer::Confirm,
        "review" => Answer::Review,
        _ => Answer::Refuse,
    };
    let email = field("email").trim();
    let wallet = matches!(method, Method::GoPayWallet | Method::PayPal);
    if wallet && answer == Answer::Confirm && !is_email(email) {
        return Ok(asked.approval(app, &payment, Some(email))?);
    }
    let given = Given { method, answer, email, card: field("card"), attempts: attempts(field("attempt")) };
    match given.carry_out(app, &payment).await {
        Ok(()) => Ok(asked.elsewhere()),
        Err(Error::Refused(_)) => Ok(asked.as_it_stands()),
        Err(other) => Err(other.into()),
    }
}

/// What cannot be a number is an old form too.
fn attempts(text: &str) -> Option<u8> {
    (!text.is_empty()).then(|| text.trim().parse().unwrap_or(u8::MAX))
}

fn is_email(text: &str) -> bool {
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control()) && text.len() <= LONGEST_EMAIL;
    plain && matches!(text.split_once('@'), Some((name, host)) if !name.is_empty() && !host.is_empty())
}

/// What the payer answered, to whom.
struct Given<'a> {
    method: Method,
    answer: Answer,
    email: &'a str,
    card: &'a str,
    attempts: Option<u8>,
}

impl Given<'_> {
    async fn carry_out(&self, app: &App, payment: &Payment) -> Result<(), Error> {
        let (id, method) = (payment.id, self.method);
        let source = match method {
            Method::BankTransfer { bank, .. } => app.gateway.payer_account(id, bank),
            Method::GoPayWallet | Method::PayPal => Source::Wallet { email: self.email.to_owned() },
            Method::Card | Method::GooglePay | Method::ApplePay | Method::External(_) => Source::Unnamed,
        };
        let offline = matches!(method, Method::BankTransfer { channel: Channel::Offline, .. });
        let verdict = match self.answer {
            Answer::Refuse => Verdict::Refused(DeclineReason::Refused),
            Answer::Review if offline || matches!(method, Method::External(_)) => Verdict::UnderReview,
            Answer::Confirm if offline => Verdict::Received(Some(Evidence::Statement)),
            Answer::Confirm if matches!(method, Method::External(_)) => Verdict::Received(None),
            Answer::Confirm | Answer::Review if method.is_by_card() => {
                let card = self.card().ok_or_else(|| Error::Internal("no test card".to_owned()))?;
                return app.gateway.pay_by_device(id, method, card, self.attempts).await.map(drop);
            }
            Answer::Confirm | Answer::Review => {
                return app.gateway.collect(id, method, source, self.attempts).await.map(drop);
            }
        };
        if method.is_by_card() {
            // Nobody was asked for anything yet: the sheet is closed, and the other methods are there.
            return Ok(());
        }
        let confirmation = Confirmation { method, verdict, source };
        app.gateway.confirm(id, confirmation, self.attempts).await.map(drop)
    }

    /// One of the published test cards, which is what a simulated telephone has.
    fn card(&self) -> Option<CardData> {
        let number = TEST_CARDS.iter().find(|card| card.number == self.card);
        Some(CardData {
            pan: Pan::parse(number.map_or(DEFAULT_CARD, |card| card.number)).ok()?,
            expiry: Expiry::new(2099, 12).ok()?,
            cvc: Some(Cvc::parse(CVC).ok()?),
        })
    }
}

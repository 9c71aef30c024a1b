//! A payment looked at: which page shows it, and what is on that page.

use axum::http::header::ACCEPT_LANGUAGE;
use axum::http::{HeaderMap, StatusCode};
use domain::{
    CaptureMode, CardSummary, Channel, CloseReason, DeclineReason, Evidence, MAX_CARD_ATTEMPTS, Method,
    MethodKind, Minor, MoneyState, Payment, Source, Timestamp,
};
use jiff::Zoned;
use polytill_http::form;

use crate::card_form::{YearMonth, has_four_digit_code};
use crate::routes::App;
use crate::view::{
    Approval, ApprovalPage, Arrival, BankChoice, CardOnFile, ChallengePage, Decline, MethodTile, Notice,
    NoticePage, Outcome, OutcomePage, Page, PayPage, PaymentCode, Placement, Problem, ProcessingPage,
    Purpose, ReadyCard, ReturningPage, ShopLink, Summary, TransferPage,
};
use crate::{Amount, Lang, ReturnUrl, test_cards};

/// What the payer gets to see.
pub(crate) enum Shown {
    Page {
        status: StatusCode,
        html: String,
    },
    /// The same page by GET, so that a reload does nothing.
    Elsewhere(String),
}

/// What the request says about the page: where it is, how it is shown, in which language.
#[derive(Clone)]
pub(crate) struct Asked {
    path: String,
    /// The language chosen on the page, if any.
    chosen: Option<Lang>,
    /// The browser's, for pages that belong to no payment.
    browser: Option<Lang>,
    placement: Placement,
    /// How often the waiting page has been shown in a row.
    round: u32,
    /// The method whose form the payer wants to see.
    method: Option<MethodKind>,
    /// The payer has just done something here, rather than opened an old page.
    just_now: bool,
    /// The card that the payer need not type.
    ready: Option<CardSummary>,
}

impl Asked {
    pub(crate) fn new(token: &str, query: &str, headers: &HeaderMap) -> Self {
        let pairs = form::parse(query.as_bytes()).unwrap_or_default();
        let value = |name| form::last(&pairs, name);
        let accepted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
        let inline = value("inline") == Some("1");
        // A token is hexadecimal digits; anything else is not put into a page.
        let plain = token.bytes().all(|byte| byte.is_ascii_alphanumeric());
        Self {
            path: format!("/gw/v3/{}", if plain { token } else { "" }),
            chosen: value("lang").and_then(Lang::parse),
            browser: accepted.and_then(Lang::from_accept_language),
            placement: if inline { Placement::Inline } else { Placement::Tab },
            round: value("wait").and_then(|round| round.parse().ok()).unwrap_or(0),
            method: value("method").and_then(MethodKind::from_name),
            just_now: value("just") == Some("1") || value("wait").is_some(),
            ready: None,
        }
    }

    /// The same, knowing which card need not be typed.
    pub(crate) fn with_card(self, ready: Option<CardSummary>) -> Self {
        Self { ready, ..self }
    }

    pub(crate) fn ready_code_has_four_digits(&self) -> bool {
        self.ready.as_ref().is_some_and(|card| has_four_digit_code(&card.first_six))
    }

    fn on_file(&self, payment: &Payment) -> CardOnFile {
        let on_file = &payment.terms.on_file;
        CardOnFile {
            only: on_file.only.as_ref().map(|only| format!("{}******{}", only.first_six, only.last_four)),
            ready: self.ready.as_ref().map(|card| ReadyCard {
                expiry: YearMonth { year: card.expiry.year, month: card.expiry.month },
                four_digit_code: has_four_digit_code(&card.first_six),
            }),
            recurs: on_file.recurrence.is_some(),
        }
    }

    /// This page's address; with a mark when something has just been done.
    pub(crate) fn address(&self, mark: Option<&str>) -> String {
        let lang = self.chosen.map(|lang| format!("lang={}", lang.code()));
        let inline = (self.placement == Placement::Inline).then(|| "inline=1".to_owned());
        let pairs: Vec<String> = [lang, inline, mark.map(str::to_owned)].into_iter().flatten().collect();
        let query = if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) };
        format!("{}{query}", self.path)
    }

    /// The page after something has been done here.
    pub(crate) fn elsewhere(&self) -> Shown {
        Shown::Elsewhere(self.address(Some("just=1")))
    }

    /// The page of whoever has to be asked.
    pub(crate) fn approval_address(&self) -> Shown {
        let page = self.address(None);
        let query = page.split_once('?').map(|(_, query)| format!("?{query}")).unwrap_or_default();
        Shown::Elsewhere(format!("{}/approval{query}", self.path))
    }

    /// The page when nothing has been done.
    pub(crate) fn as_it_stands(&self) -> Shown {
        Shown::Elsewhere(self.address(None))
    }

    /// The month it is by the gateway's clock.
    pub(crate) fn this_month(&self, app: &App) -> YearMonth {
        let date = zoned(app, app.gateway.clock().now()).date();
        YearMonth {
            year: u16::try_from(date.year()).unwrap_or_default(),
            month: u8::try_from(date.month()).unwrap_or(1),
        }
    }

    fn frame<'a>(&self, app: &'a App, payment: Option<&Payment>) -> Page<'a> {
        let shop = payment.and_then(|payment| app.gateway.directory().shop(payment.terms.shop).cloned());
        let agreed = payment
            .and_then(|payment| Lang::parse(&payment.terms.language))
            .or_else(|| Lang::parse(&shop?.language));
        Page {
            locales: &app.locales,
            lang: self.chosen.or(agreed).or(self.browser).unwrap_or(Lang::En),
            path: self.path.clone(),
            placement: self.placement,
            sandbox: app.gateway.sandbox().is_some(),
            shop: payment.map(|payment| shop_link(app, payment)),
        }
    }

    /// The page that shows the payment as it is.
    pub(crate) fn page(
        &self,
        app: &App,
        payment: &Payment,
        problem: Option<Problem>,
    ) -> Result<Shown, askama::Error> {
        let (payee, amount) = (payee(app, payment), amount(payment));
        let page = self.frame(app, Some(payment));
        if payment.pending.is_some() {
            return shown(ProcessingPage { page, payee, amount, round: self.round }.render()?);
        }
        if let Some(outcome) = self.outcome(payment) {
            let ended = OutcomePage {
                page,
                outcome,
                payee,
                order_number: payment.terms.order_number.clone(),
                amount: settled(payment),
                refunded: in_its_currency(payment, payment.refunded),
            };
            return shown(ended.render()?);
        }
        if problem.is_none() && self.method.is_none() && is_awaited(payment) {
            return shown(self.transfer(app, payment).render()?);
        }
        let wrong = matches!(problem, Some(Problem::Form(_) | Problem::NoBank | Problem::OtherCard));
        let asked = self.method.filter(|_| !wrong);
        let asked = asked.or(matches!(problem, Some(Problem::NoBank)).then_some(MethodKind::BankTransfer));
        let open = open(app, payment, asked);
        let declined = payment.last_decline.map(|reason| Problem::Declined(refusal(payment, reason)));
        let html = PayPage {
            page,
            summary: Summary {
                payee,
                amount,
                order_number: payment.terms.order_number.clone(),
                description: payment.terms.description.clone(),
                pay_until: payment.wake_at.map(|at| zoned(app, at)),
            },
            purpose: match payment.terms.capture {
                CaptureMode::Automatic => Purpose::Payment,
                CaptureMode::Manual => Purpose::Authorisation,
            },
            methods: offered(app, payment)
                .map(|method| MethodTile { method, open: open == Some(method) })
                .collect(),
            banks: if open == Some(MethodKind::BankTransfer) { banks(payment) } else { vec![] },
            attempts_made: payment.attempts.into(),
            attempts_left: MAX_CARD_ATTEMPTS.saturating_sub(payment.attempts).into(),
            today: self.this_month(app),
            problem: problem.or(declined),
            test_cards: test_cards::all(),
            on_file: self.on_file(payment),
        }
        .render()?;
        let status = if wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok(Shown::Page { status, html })
    }

    fn outcome(&self, payment: &Payment) -> Option<Outcome> {
        Some(match payment.money {
            MoneyState::Open => return None,
            MoneyState::Authorized if self.just_now => Outcome::Authorised,
            MoneyState::Authorized => Outcome::StillReserved,
            MoneyState::Captured if payment.refunded.is_positive() => {
                if payment.refunded < payment.captured {
                    Outcome::PartlyRefunded
                } else {
                    Outcome::Refunded
                }
            }
            MoneyState::Captured if self.just_now => Outcome::Paid,
            MoneyState::Captured => Outcome::AlreadyPaid,
            MoneyState::Closed(reason) => match reason {
                CloseReason::Declined(reason) => Outcome::Declined(refusal(payment, reason)),
                CloseReason::Expired | CloseReason::HoldExpired => Outcome::Expired,
                CloseReason::CancelledByPayer
                | CloseReason::CancelledByMerchant
                | CloseReason::CancelledByOperator
                | CloseReason::DeviceFault
                | CloseReason::DeviceLost
                | CloseReason::Reversed
                | CloseReason::TooYoung
                | CloseReason::Withdrawn
                | CloseReason::Voided => Outcome::Cancelled,
            },
        })
    }

    /// Whoever has to be asked. `email` is what was typed where an address was expected.
    pub(crate) fn approval(
        &self,
        app: &App,
        payment: &Payment,
        email: Option<&str>,
    ) -> Result<Shown, askama::Error> {
        let method = payment.method().filter(|method| app.gateway.offers(method.kind()));
        let (Some(method), true, None) = (method, payment.is_open(), payment.pending) else {
            return Ok(self.as_it_stands());
        };
        if is_awaited(payment) {
            return shown(self.transfer(app, payment).render()?);
        }
        let approval = match method {
            Method::Card => return Ok(self.as_it_stands()),
            Method::BankTransfer { bank, .. } => Approval::Bank {
                name: bank.bank().map_or("", |bank| bank.name).to_owned(),
                account: match app.gateway.payer_account(payment.id, bank) {
                    Source::Account(account) => Some(account),
                    Source::Wallet { .. } | Source::Unnamed => None,
                },
            },
            Method::GoPayWallet | Method::PayPal => Approval::Wallet {
                email: email.unwrap_or("payer@example.com").to_owned(),
                wrong: email.is_some(),
            },
            Method::GooglePay | Method::ApplePay => Approval::Device { cards: test_cards::in_a_telephone() },
            Method::External(_) => Approval::Provider,
        };
        let page = ApprovalPage {
            page: self.frame(app, Some(payment)),
            kind: method.kind(),
            approval,
            payee: payee(app, payment),
            amount: amount(payment),
            order_number: payment.terms.order_number.clone(),
            attempts_made: payment.attempts.into(),
        };
        let status = if email.is_some() { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
        Ok(Shown::Page { status, html: page.render()? })
    }

    /// The payment order, or the news that something is being looked at.
    fn transfer<'a>(&self, app: &'a App, payment: &Payment) -> TransferPage<'a> {
        let by_order = matches!(payment.method(), Some(Method::BankTransfer { .. }));
        let account = app.gateway.collecting_account(payment.terms.amount.currency).filter(|_| by_order);
        let symbol = payment.id.to_string();
        let until = payment.wake_at.map(|at| zoned(app, at));
        let message = message(app, payment);
        let codes = account.as_ref().map(|account| {
            let until = until.as_ref().map(|at| at.timestamp().strftime("%Y%m%d%H%M%S").to_string());
            let order = qr::Order {
                account,
                money: payment.terms.amount,
                symbol: &symbol,
                message: &message,
                until: until.as_deref().unwrap_or_default(),
            };
            let standards = qr::Standard::of(payment.terms.amount.currency).iter();
            standards.filter_map(|standard| code(*standard, &order)).collect()
        });
        TransferPage {
            page: self.frame(app, Some(payment)),
            payee: payee(app, payment),
            amount: amount(payment),
            message,
            symbol,
            account,
            codes: codes.unwrap_or_default(),
            arrival: match payment.evidence {
                Some(Evidence::Unconfirmed) => Arrival::UnderReview,
                Some(Evidence::Advice | Evidence::Statement) | None => Arrival::Awaited,
            },
            until,
            method: payment.method().map_or("", |method| method.kind().name()),
            attempts_made: payment.attempts.into(),
        }
    }

    /// The issuer's question.
    pub(crate) fn challenge(
        &self,
        app: &App,
        payment: &Payment,
        challenge: String,
    ) -> Result<Shown, askama::Error> {
        let card = payment.card.as_ref();
        let page = ChallengePage {
            page: self.frame(app, Some(payment)),
            challenge,
            issuer: card.map(|card| card.bank.clone()).unwrap_or_default(),
            payee: payee(app, payment),
            amount: amount(payment),
            card_last_four: card.map(|card| card.last_four.clone()).unwrap_or_default(),
        };
        shown(page.render()?)
    }

    /// The page that leads to the shop.
    pub(crate) fn returning(&self, app: &App, payment: &Payment) -> Result<Shown, askama::Error> {
        shown(ReturningPage { page: self.frame(app, Some(payment)) }.render()?)
    }

    /// A few words instead of a payment. A page that cannot be rendered is an empty one.
    pub(crate) fn notice(&self, app: &App, notice: Notice) -> String {
        NoticePage { page: self.frame(app, None), notice }.render().unwrap_or_default()
    }
}

#[expect(clippy::unnecessary_wraps, reason = "stands where rendering may fail")]
fn shown(html: String) -> Result<Shown, askama::Error> {
    Ok(Shown::Page { status: StatusCode::OK, html })
}

fn zoned(app: &App, at: Timestamp) -> Zoned {
    jiff::Timestamp::from_millisecond(at.millis()).unwrap_or_default().to_zoned(app.prague.clone())
}

fn payee(app: &App, payment: &Payment) -> String {
    app.gateway.directory().shop(payment.terms.shop).map(|shop| shop.name.clone()).unwrap_or_default()
}

/// What is asked for.
fn amount(payment: &Payment) -> Amount {
    in_its_currency(payment, payment.terms.amount.amount)
}

/// What the payer's account shows: of what was reserved, the shop may have charged a part.
fn settled(payment: &Payment) -> Amount {
    match payment.money {
        MoneyState::Captured => in_its_currency(payment, payment.captured),
        MoneyState::Open | MoneyState::Authorized | MoneyState::Closed(_) => amount(payment),
    }
}

fn in_its_currency(payment: &Payment, minor: Minor) -> Amount {
    Amount::new(minor.get(), payment.terms.amount.currency.code())
}

fn shop_link(app: &App, payment: &Payment) -> ShopLink {
    let payment_id = payment.id.to_string();
    let return_url = payment.terms.return_url.as_deref().and_then(|url| ReturnUrl::new(url, &payment_id));
    ShopLink { payment_id, state: (app.state_name)(payment).to_owned(), return_url }
}

/// What a payment order says beside its symbol; in a sandbox also that it is none.
fn message(app: &App, payment: &Payment) -> String {
    let order = &payment.terms.order_number;
    if app.gateway.sandbox().is_some() { format!("TEST {order}") } else { order.clone() }
}

fn code(standard: qr::Standard, order: &qr::Order<'_>) -> Option<PaymentCode> {
    let name = match standard {
        qr::Standard::Spayd => "QR Platba",
        qr::Standard::PayBySquare => "PAY by square",
        qr::Standard::Sepa => "SEPA",
        qr::Standard::Mnb => "MNB QR",
    };
    Some(PaymentCode { name, svg: standard.picture(order).ok()?.svg() })
}

/// Whether money is on its way by itself and the payer has nothing to confirm here.
fn is_awaited(payment: &Payment) -> bool {
    let by_order = matches!(payment.method(), Some(Method::BankTransfer { channel: Channel::Offline, .. }));
    let under_review = payment.evidence == Some(Evidence::Unconfirmed);
    (by_order && payment.last_decline.is_none()) || under_review
}

/// The ways to pay that are left, in order.
fn offered<'a>(app: &'a App, payment: &'a Payment) -> impl Iterator<Item = MethodKind> + 'a {
    MethodKind::ALL
        .into_iter()
        .filter(|kind| payment.terms.allows_kind(*kind) && app.gateway.offers(*kind))
        .filter(|kind| *kind != MethodKind::BankTransfer || payment.terms.banks().next().is_some())
}

/// The method whose form is shown: asked for, chosen before, agreed, or the first.
fn open(app: &App, payment: &Payment, asked: Option<MethodKind>) -> Option<MethodKind> {
    let chosen = payment.method().map(Method::kind);
    let agreed = payment.terms.preselected.map(|preselected| preselected.kind);
    let wishes = [asked, chosen, agreed].into_iter().flatten();
    wishes.filter(|wish| offered(app, payment).any(|kind| kind == *wish)).chain(offered(app, payment)).next()
}

fn banks(payment: &Payment) -> Vec<BankChoice> {
    let chosen = match payment.method() {
        Some(Method::BankTransfer { bank, .. }) => Some(bank),
        _ => payment.terms.preselected.and_then(|preselected| preselected.bank),
    };
    let is_chosen = |code: &str| chosen.is_some_and(|chosen| chosen.as_str() == code);
    payment.terms.banks().map(|bank| BankChoice { bank, chosen: is_chosen(bank.code) }).collect()
}

/// Why it was not paid: banks and wallets say less than issuers.
fn refusal(payment: &Payment, reason: DeclineReason) -> Decline {
    match (payment.method(), reason) {
        (_, DeclineReason::TechnicalProblem) => Decline::TechnicalProblem,
        (Some(method), _) if !method.is_by_card() => Decline::AccountRefused,
        (_, reason) => decline(reason),
    }
}

/// What the payer is told. Some reasons are the issuer's secret.
const fn decline(reason: DeclineReason) -> Decline {
    match reason {
        DeclineReason::InsufficientFunds => Decline::InsufficientFunds,
        DeclineReason::CardExpired => Decline::CardExpired,
        DeclineReason::WrongCvc => Decline::WrongCvc,
        DeclineReason::WrongPin | DeclineReason::PinRequired => Decline::WrongPin,
        DeclineReason::LimitExceeded => Decline::LimitExceeded,
        DeclineReason::CardBlocked | DeclineReason::PinTriesExceeded => Decline::CardBlocked,
        DeclineReason::IssuerUnavailable => Decline::IssuerUnavailable,
        DeclineReason::ThreeDSecureFailed => Decline::ThreeDSecureFailed,
        DeclineReason::AccountProblem => Decline::AccountProblem,
        DeclineReason::CardNotSupported | DeclineReason::ChipRequired => Decline::CardNotSupported,
        DeclineReason::RegionNotSupported => Decline::RegionNotSupported,
        DeclineReason::Refused | DeclineReason::LostOrStolen | DeclineReason::SuspectedFraud => {
            Decline::Refused
        }
        DeclineReason::Duplicate => Decline::Duplicate,
        DeclineReason::TechnicalProblem => Decline::TechnicalProblem,
    }
}

//! Pages filled with what tests them.

use domain::{DeclineReason, External, MethodKind};

use super::super::{
    Approval, ApprovalPage, Arrival, BankChoice, CardOnFile, ChallengePage, Decline, MethodTile, Notice,
    NoticePage, Outcome, OutcomePage, Page, PayPage, PaymentCode, Placement, Problem, ProcessingPage,
    Purpose, ReturningPage, ShopLink, Summary, TestCard, TestEffect, TransferPage,
};
use crate::card_form::{CardErrors, CvcError, ExpiryError, PanError, YearMonth};
use crate::{Amount, Lang, Locales, ReturnUrl};

pub(super) const HOSTILE: &str =
    r#"<script>alert(1)</script>" onload='x' <img src=x onerror=alert(2)> {{ 7*7 }} { $amount }"#;
pub(super) const OUTCOMES: [Outcome; 9] = [
    Outcome::Paid,
    Outcome::Authorised,
    Outcome::StillReserved,
    Outcome::AlreadyPaid,
    Outcome::Refunded,
    Outcome::PartlyRefunded,
    Outcome::Declined(Decline::InsufficientFunds),
    Outcome::Cancelled,
    Outcome::Expired,
];

pub(super) fn page(locales: &Locales, lang: Lang, placement: Placement) -> Page<'_> {
    Page {
        locales,
        lang,
        path: "/gw/v3/0123456789abcdef0123456789abcdef".into(),
        placement,
        sandbox: true,
        shop: Some(ShopLink {
            payment_id: "3000000001".into(),
            state: "CREATED".into(),
            return_url: ReturnUrl::new("https://shop.example/back?order=42&x=\"'", "3000000001"),
        }),
    }
}

pub(super) fn pay(page: Page<'_>, problem: Option<Problem>) -> PayPage<'_> {
    PayPage {
        page,
        summary: Summary {
            payee: "Knihy & spol.".into(),
            amount: Amount::new(139_950, "CZK"),
            order_number: "2026/42".into(),
            description: Some(HOSTILE.into()),
            pay_until: Some("2026-11-05T09:07:00[Europe/Prague]".parse().unwrap()),
        },
        purpose: Purpose::Payment,
        methods: vec![MethodTile { method: MethodKind::Card, open: true }],
        banks: vec![],
        attempts_made: 1,
        attempts_left: 2,
        today: YearMonth { year: 2026, month: 11 },
        problem,
        test_cards: vec![
            TestCard { number: "4444444444444448".into(), effect: TestEffect::Approved },
            TestCard {
                number: "4444440000001028".into(),
                effect: TestEffect::Declined(DeclineReason::InsufficientFunds),
            },
        ],
        on_file: CardOnFile::default(),
    }
}

pub(super) fn ended<'a>(page: Page<'a>, outcome: Outcome, payee: &str) -> OutcomePage<'a> {
    let (amount, refunded) = (Amount::new(139_950, "CZK"), Amount::new(1_000, "CZK"));
    OutcomePage { page, outcome, payee: payee.into(), order_number: HOSTILE.into(), amount, refunded }
}

pub(super) fn form_errors() -> Problem {
    Problem::Form(CardErrors {
        pan: Some(PanError::Checksum),
        expiry: Some(ExpiryError::Past),
        cvc: Some(CvcError::Missing),
    })
}

/// Every page in one language, with a name for messages.
pub(super) fn every_page(locales: &Locales, lang: Lang, placement: Placement) -> Vec<(String, String)> {
    let frame = || page(locales, lang, placement);
    let amount = || Amount::new(139_950, "EUR");
    let mut pages = vec![
        ("pay".to_owned(), pay(frame(), None).render().unwrap()),
        ("pay with mistakes".to_owned(), pay(frame(), Some(form_errors())).render().unwrap()),
        ("returning".to_owned(), ReturningPage { page: frame() }.render().unwrap()),
    ];
    for reason in Decline::ALL {
        let page = pay(frame(), Some(Problem::Declined(reason)));
        pages.push((format!("{reason:?}"), page.render().unwrap()));
    }
    for outcome in OUTCOMES {
        let page = ended(frame(), outcome, HOSTILE);
        pages.push((format!("{outcome:?}"), page.render().unwrap()));
    }
    for round in [0, 99] {
        let page = ProcessingPage { page: frame(), payee: HOSTILE.into(), amount: amount(), round };
        pages.push((format!("processing {round}"), page.render().unwrap()));
    }
    let issuer = || "Testbank".to_owned();
    let challenge = ChallengePage {
        page: frame(),
        challenge: "c\"1".into(),
        issuer: issuer(),
        payee: HOSTILE.into(),
        amount: amount(),
        card_last_four: "1002".into(),
    };
    pages.push(("challenge".to_owned(), challenge.render().unwrap()));
    pages.extend(elsewhere(&frame));
    for notice in
        [Notice::NotFound, Notice::Busy, Notice::Unusable, Notice::Failure { reference: HOSTILE.into() }]
    {
        let page = NoticePage { page: Page { shop: None, ..frame() }, notice: notice.clone() };
        pages.push((format!("{notice:?}"), page.render().unwrap()));
    }
    pages
}

/// The pages of whoever has to be asked, and the forms that lead there.
fn elsewhere<'a>(frame: &impl Fn() -> Page<'a>) -> Vec<(String, String)> {
    let tile = |method, open| MethodTile { method, open };
    let bank = |code: &str| BankChoice {
        bank: domain::BankCode::new(code).unwrap().bank().unwrap(),
        chosen: code == "FIOBCZPP",
    };
    let account = domain::BankAccount {
        name: HOSTILE.into(),
        iban: "CZ6508000000192000145399".into(),
        bic: "GIBACZPX".into(),
        local: None,
    };
    let mut banks = pay(frame(), Some(Problem::NoBank));
    banks.methods = vec![tile(MethodKind::Card, false), tile(MethodKind::BankTransfer, true)];
    banks.banks = ["FIOBCZPP", "OBKLCZ2X", "QRPAYMENT", "OTHERS"].map(bank).into();
    let mut all = pay(frame(), None);
    all.methods = MethodKind::ALL.map(|kind| tile(kind, kind == MethodKind::PayPal)).into();
    let cards = vec![TestCard { number: "4444444444444448".into(), effect: TestEffect::Approved }];
    let mut pages = vec![
        ("banks".to_owned(), banks.render().unwrap()),
        ("all methods".to_owned(), all.render().unwrap()),
    ];
    for (kind, approval) in [
        (
            MethodKind::BankTransfer,
            Approval::Bank { name: "Fio banka".into(), account: Some(account.clone()) },
        ),
        (MethodKind::PayPal, Approval::Wallet { email: "no address\" <".into(), wrong: true }),
        (MethodKind::GooglePay, Approval::Device { cards }),
        (MethodKind::External(External::Bitcoin), Approval::Provider),
    ] {
        let page = ApprovalPage {
            page: frame(),
            kind,
            approval,
            payee: HOSTILE.into(),
            amount: Amount::new(139_950, "CZK"),
            order_number: HOSTILE.into(),
            attempts_made: 0,
        };
        pages.push((format!("approval {}", kind.name()), page.render().unwrap()));
    }
    for (arrival, account) in [(Arrival::Awaited, Some(account)), (Arrival::UnderReview, None)] {
        let page = TransferPage { arrival, account, ..transfer(frame()) };
        pages.push((format!("{arrival:?}"), page.render().unwrap()));
    }
    pages
}

pub(super) fn transfer(page: Page<'_>) -> TransferPage<'_> {
    TransferPage {
        page,
        payee: HOSTILE.into(),
        amount: Amount::new(139_950, "CZK"),
        message: HOSTILE.into(),
        symbol: "3000000001".into(),
        account: None,
        codes: vec![PaymentCode { name: "QR Platba", svg: "<svg></svg>".into() }],
        arrival: Arrival::Awaited,
        until: Some("2026-11-05T09:07:00[Europe/Prague]".parse().unwrap()),
        method: "bank_transfer",
        attempts_made: 0,
    }
}

//! Writes every page of the payer's door to a folder, to be looked at: `cargo run -p checkout --example pages DIR [LANG]`.
//!
//! The files stand alone: links to the style sheet and the script lead to copies in the same folder.

use std::error::Error;
use std::path::Path;

use checkout::card_form::{CardErrors, CvcError, ExpiryError, PanError, YearMonth};
use checkout::view::CardOnFile;
use checkout::view::{
    ChallengePage, Decline, MethodTile, Notice, NoticePage, Outcome, OutcomePage, Page, PayPage, Placement,
    Problem, ProcessingPage, Purpose, ReturningPage, ShopLink, Summary, TestCard, TestEffect,
};
use checkout::{Amount, Lang, Locales, ReturnUrl, assets};
use domain::{DeclineReason, MethodKind};

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let folder = args.next().ok_or("name a folder")?;
    let lang = args.next().and_then(|code| Lang::parse(&code)).unwrap_or(Lang::Cs);
    let folder = Path::new(&folder);
    std::fs::create_dir_all(folder)?;
    for path in [assets::stylesheet_path(), assets::script_path(), assets::icon_path(), assets::EMBED_PATH] {
        let asset = assets::find(path).ok_or("an asset is missing")?;
        std::fs::write(folder.join(path.rsplit('/').next().unwrap_or_default()), asset.bytes)?;
    }
    for (name, html) in pages(&Locales::load()?, lang)? {
        std::fs::write(folder.join(format!("{name}.html")), html.replace("/gp-gw/assets/", ""))?;
    }
    Ok(())
}

fn pages(locales: &Locales, lang: Lang) -> Result<Vec<(&'static str, String)>, Box<dyn Error>> {
    let page = || Page {
        locales,
        lang,
        path: "/gw/v3/5f2b8c1e9a7d4036b1c2d3e4f5a6b7c8".into(),
        placement: Placement::Tab,
        sandbox: true,
        shop: Some(ShopLink {
            payment_id: "3000000001".into(),
            state: "CREATED".into(),
            return_url: ReturnUrl::new("https://shop.example/back?order=42", "3000000001"),
        }),
    };
    let production = PayPage { page: Page { sandbox: false, ..page() }, ..pay(page(), None)? };
    let hold = PayPage { purpose: Purpose::Authorisation, ..pay(page(), None)? };
    let mut long = pay(page(), None)?;
    long.summary.payee = "Nejneobhospodařovávatelnější zahradnické družstvo, s.r.o.".into();
    long.summary.description = Some("Wzorzec-bardzo-długiego-opisu-bez-spacji-".repeat(6));
    long.summary.amount = Amount::new(12_345_678_990, "HUF");
    let mistakes = Problem::Form(CardErrors {
        pan: Some(PanError::Checksum),
        expiry: Some(ExpiryError::Past),
        cvc: Some(CvcError::ThreeDigits),
    });
    let outcome = |outcome| {
        let page = page();
        let payee = "Květinářství U Dvou sester".into();
        let (amount, refunded) = (amount(), Amount::new(100, "CZK"));
        OutcomePage { page, outcome, payee, order_number: "2026/42".into(), amount, refunded }.render()
    };
    let processing = |round| {
        ProcessingPage {
            page: page(), payee: "Květinářství U Dvou sester".into(), amount: amount(), round
        }
        .render()
    };
    let notice = |notice| NoticePage { page: Page { shop: None, ..page() }, notice }.render();
    let challenge = ChallengePage {
        page: page(),
        challenge: "1".into(),
        issuer: "Testbank".into(),
        payee: "Květinářství U Dvou sester".into(),
        amount: amount(),
        card_last_four: "1002".into(),
    };
    let inline = || Page { placement: Placement::Inline, ..page() };
    let paid_inline = OutcomePage {
        page: inline(),
        outcome: Outcome::Paid,
        payee: "P".into(),
        order_number: "2026/42".into(),
        amount: amount(),
        refunded: Amount::new(0, "CZK"),
    };
    Ok(vec![
        ("inline-pay", pay(inline(), None)?.render()?),
        ("inline-paid", paid_inline.render()?),
        ("inline-returning", ReturningPage { page: inline() }.render()?),
        ("pay", pay(page(), None)?.render()?),
        ("pay-production", production.render()?),
        ("pay-hold", hold.render()?),
        ("pay-long", long.render()?),
        ("pay-declined", pay(page(), Some(Problem::Declined(Decline::InsufficientFunds)))?.render()?),
        ("pay-mistakes", pay(page(), Some(mistakes))?.render()?),
        ("challenge", challenge.render()?),
        ("paid", outcome(Outcome::Paid)?),
        ("authorised", outcome(Outcome::Authorised)?),
        ("already-paid", outcome(Outcome::AlreadyPaid)?),
        ("still-reserved", outcome(Outcome::StillReserved)?),
        ("refunded", outcome(Outcome::Refunded)?),
        ("partly-refunded", outcome(Outcome::PartlyRefunded)?),
        ("declined", outcome(Outcome::Declined(Decline::CardBlocked))?),
        ("cancelled", outcome(Outcome::Cancelled)?),
        ("expired", outcome(Outcome::Expired)?),
        ("processing", processing(0)?),
        ("processing-slow", processing(99)?),
        ("returning", ReturningPage { page: page() }.render()?),
        ("not-found", notice(Notice::NotFound)?),
        ("busy", notice(Notice::Busy)?),
        ("failure", notice(Notice::Failure { reference: "7f3a-20c1".into() })?),
    ])
}

fn amount() -> Amount {
    Amount::new(139_950, "CZK")
}

fn pay(page: Page<'_>, problem: Option<Problem>) -> Result<PayPage<'_>, jiff::Error> {
    let card = |number: &str, effect| TestCard { number: number.into(), effect };
    Ok(PayPage {
        page,
        summary: Summary {
            payee: "Květinářství U Dvou sester".into(),
            amount: amount(),
            order_number: "2026-000417".into(),
            description: Some("Kytice tulipánů, 25 kusů, doručení v pátek dopoledne".into()),
            pay_until: Some("2026-11-21T16:07:00[Europe/Prague]".parse()?),
        },
        purpose: Purpose::Payment,
        methods: vec![MethodTile { method: MethodKind::Card, open: true }],
        banks: vec![],
        attempts_made: 0,
        attempts_left: 2,
        today: YearMonth { year: 2026, month: 11 },
        problem,
        test_cards: vec![
            card("4444444444444448", TestEffect::Approved),
            card("5447380000000006", TestEffect::Approved),
            card("4444440000001002", TestEffect::Challenge),
            card("4444440000001010", TestEffect::AuthenticationRefused),
            card("4444440000001184", TestEffect::AnswerLost),
            card("4444440000001028", TestEffect::Declined(DeclineReason::InsufficientFunds)),
            card("4444440000001036", TestEffect::Declined(DeclineReason::CardExpired)),
        ],
        on_file: CardOnFile::default(),
    })
}

//! What holds for every page in every language, and what single pages promise.

mod pages;

use domain::{External, MethodKind};

use self::pages::{OUTCOMES, ended, every_page, form_errors, page, pay, transfer};
use super::{Decline, MethodTile, Outcome, Placement, Problem, ProcessingPage, Purpose, ReturningPage};
use crate::{Amount, Lang, Locales};

fn every_page_everywhere(check: impl Fn(&str, &str)) {
    let locales = Locales::load().unwrap();
    for lang in Lang::ALL {
        for placement in [Placement::Tab, Placement::Inline] {
            for (name, html) in every_page(&locales, lang, placement) {
                check(&format!("{name} in {lang:?}, {placement:?}"), &html);
            }
        }
    }
}

/// The tags of a page, without text between them.
fn tags(html: &str) -> impl Iterator<Item = &str> {
    html.split('<').skip(1).map(|rest| rest.split('>').next().unwrap())
}

fn attribute<'a>(tag: &'a str, name: &str) -> Option<&'a str> {
    tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()
}

#[test]
fn no_page_carries_a_script_a_style_or_a_handler_of_its_own() {
    every_page_everywhere(|name, html| {
        for tag in tags(html) {
            assert!(!tag.starts_with("style"), "{name}: <{tag}>");
            assert!(!tag.starts_with("script") || attribute(tag, "src").is_some(), "{name}: <{tag}>");
            assert!(!tag.contains(" style="), "{name}: <{tag}>");
            assert!(!tag.contains(" onload=") && !tag.contains(" onerror="), "{name}: <{tag}>");
        }
        assert!(!html.contains("javascript:"), "{name}");
    });
}

#[test]
fn what_a_shop_wrote_is_text_and_nothing_else() {
    every_page_everywhere(|name, html| {
        assert!(!html.contains("<script>alert") && !html.contains("<img"), "{name}");
        assert!(!html.contains("onload='x'"), "{name}");
    });
    let locales = Locales::load().unwrap();
    let html = pay(page(&locales, Lang::En, Placement::Tab), None).render().unwrap();
    assert!(html.contains("&#60;script&#62;alert(1)&#60;/script&#62;"), "{html}");
    assert!(html.contains("{{ 7*7 }} { $amount }") && html.contains("Knihy &#38; spol."));
}

#[test]
fn no_page_asks_another_host_for_anything() {
    every_page_everywhere(|name, html| {
        for tag in tags(html).filter(|tag| tag.starts_with("link ") || tag.starts_with("script")) {
            let address = attribute(tag, "href").or_else(|| attribute(tag, "src")).unwrap();
            assert!(address.starts_with("/gp-gw/assets/"), "{name}: {address}");
        }
        for tag in tags(html).filter(|tag| tag.starts_with("form ")) {
            let address = attribute(tag, "action").unwrap();
            assert!(address.starts_with("/gw/v3/"), "{name}: {address}");
        }
    });
}

#[test]
fn every_text_was_found() {
    let keys: Vec<&str> = include_str!("../../locales/en.ftl")
        .lines()
        .filter(|line| !line.starts_with(['#', ' ']))
        .filter_map(|line| Some(line.split_once(" =")?.0))
        .filter(|key| key.contains('-'))
        .collect();
    every_page_everywhere(|name, html| {
        for text in html.split('>').filter_map(|rest| rest.split('<').next()) {
            assert!(!keys.contains(&text.trim()), "{name} shows the key {text}");
        }
        assert!(!html.contains("{$") && !html.contains(".advice<"), "{name} shows a placeable");
    });
}

#[test]
fn every_input_has_a_label_and_every_reference_a_target() {
    every_page_everywhere(|name, html| {
        let ids: Vec<&str> = tags(html).filter_map(|tag| attribute(tag, "id")).collect();
        for tag in tags(html).filter(|tag| tag.starts_with("input ") && !tag.contains("type=\"hidden\"")) {
            let id = attribute(tag, "id").unwrap();
            assert!(html.contains(&format!("<label for=\"{id}\">")), "{name}: {id}");
        }
        for tag in tags(html) {
            for reference in ["aria-describedby", "aria-labelledby", "for"] {
                let targets = attribute(tag, reference).unwrap_or_default().split_whitespace();
                assert!(targets.clone().all(|id| ids.contains(&id)), "{name}: <{tag}>");
            }
        }
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(unique.len(), ids.len(), "{name}: an id twice in {ids:?}");
        assert_eq!(html.matches("<h1").count(), 1, "{name}");
    });
}

#[test]
fn every_page_is_in_its_language_and_offers_the_others() {
    let locales = Locales::load().unwrap();
    for lang in Lang::ALL {
        for (name, html) in every_page(&locales, lang, Placement::Inline) {
            assert!(html.contains(&format!("<html lang=\"{}\">", lang.code())), "{name}");
            for other in Lang::ALL {
                let link = format!("?lang={}&#38;inline=1\" lang=\"{}\"", other.code(), other.code());
                assert!(html.contains(&link), "{name} does not lead to {other:?}");
            }
            assert_eq!(
                html.matches("aria-current=\"true\">").count(),
                1 + usize::from(html.contains("<div class=\"tile\""))
            );
        }
    }
}

#[test]
fn the_card_form_has_the_hooks_that_scripts_know() {
    let locales = Locales::load().unwrap();
    let html = pay(page(&locales, Lang::Sk, Placement::Tab), None).render().unwrap();
    for hook in [
        "id=\"cardPan\" name=\"pan\"",
        "id=\"cardExp\" name=\"exp\"",
        "id=\"cardCvc\" name=\"cvc\"",
        "data-cy=\"cardSubmit\"",
        "autocomplete=\"cc-number\"",
        "autocomplete=\"cc-exp\"",
        "autocomplete=\"cc-csc\"",
        "0123456789abcdef/card?lang=sk\"",
        "0123456789abcdef/cancel?lang=sk\"",
        "name=\"attempt\" value=\"1\"",
        "data-today=\"2026-11\"",
        "Platobná karta",
        "Zaplatiť 1\u{a0}399,50\u{a0}CZK",
    ] {
        assert!(html.contains(hook), "{hook}");
    }
    assert_eq!(html.matches("inputmode=\"numeric\"").count(), 3);
    assert!(!html.contains("submitRedirectButton"), "before a decline the payer cancels");
}

#[test]
fn without_a_method_there_is_no_form_but_a_way_out() {
    let locales = Locales::load().unwrap();
    let mut view = pay(page(&locales, Lang::En, Placement::Tab), None);
    view.methods.clear();
    let html = view.render().unwrap();
    assert!(html.contains("the shop offers no suitable payment method"));
    assert!(!html.contains("cardPan") && !html.contains("test-card") && html.contains("/cancel?lang=en"));
}

#[test]
fn a_decline_says_what_to_do_and_offers_the_way_back() {
    let locales = Locales::load().unwrap();
    let problem = Some(Problem::Declined(Decline::WrongCvc));
    let html = pay(page(&locales, Lang::En, Placement::Tab), problem).render().unwrap();
    for text in [
        "role=\"alert\"",
        "The security code does not match the card.",
        "Check the code printed on the card",
        "You have 2 attempts left.",
        "abcdef/return?lang=en",
        "data-cy=\"submitRedirectButton\"",
    ] {
        assert!(html.contains(text), "{text}");
    }
}

#[test]
fn mistakes_are_listed_and_tied_to_their_fields() {
    let locales = Locales::load().unwrap();
    let html = pay(page(&locales, Lang::En, Placement::Tab), Some(form_errors())).render().unwrap();
    assert_eq!(html.matches("aria-invalid=\"true\"").count(), 3);
    for field in ["cardPan", "cardExp", "cardCvc"] {
        assert!(html.contains(&format!("<a href=\"#{field}\">")), "{field}");
    }
    assert_eq!(html.matches("This card is no longer valid. Please use another card.</").count(), 2);
}

#[test]
fn only_success_leaves_by_itself_and_never_inside_a_frame() {
    let locales = Locales::load().unwrap();
    let refreshes = |outcome, placement| {
        let page = ended(page(&locales, Lang::En, placement), outcome, "P");
        page.render().unwrap().contains("http-equiv=\"refresh\"")
    };
    for outcome in OUTCOMES {
        let expected = matches!(outcome, Outcome::Paid | Outcome::Authorised);
        assert_eq!(refreshes(outcome, Placement::Tab), expected, "{outcome:?}");
        assert!(!refreshes(outcome, Placement::Inline), "{outcome:?}");
    }
}

#[test]
fn what_is_reserved_is_not_called_paid_and_a_part_is_not_called_all() {
    let locales = Locales::load().unwrap();
    let (all, part) = (139_950, 1_000);
    for lang in Lang::ALL {
        let [all, part] = [all, part].map(|amount| Amount::new(amount, "CZK").format(lang));
        let said = |outcome| ended(page(&locales, lang, Placement::Tab), outcome, "P").text();
        assert_eq!(said(Outcome::StillReserved), said(Outcome::Authorised));
        assert_ne!(said(Outcome::StillReserved), said(Outcome::AlreadyPaid));
        for outcome in [Outcome::Paid, Outcome::StillReserved, Outcome::AlreadyPaid, Outcome::Refunded] {
            assert!(said(outcome).contains(&all) && !said(outcome).contains(&part), "{lang:?} {outcome:?}");
        }
        let partly = said(Outcome::PartlyRefunded);
        assert!(partly.contains(&all) && partly.contains(&part), "{lang:?} {partly}");
    }
}

#[test]
fn a_tab_goes_back_at_once_and_a_frame_leaves_that_to_the_shop() {
    let locales = Locales::load().unwrap();
    let render = |placement| ReturningPage { page: page(&locales, Lang::En, placement) }.render().unwrap();
    let address = "https://shop.example/back?order=42&#38;x=&#34;&#39;&#38;id=3000000001";
    let tab = render(Placement::Tab);
    assert!(tab.contains(&format!("http-equiv=\"refresh\" content=\"0;url={address}\"")), "{tab}");
    let frame = render(Placement::Inline);
    assert!(!frame.contains("http-equiv"));
    assert!(frame.contains(&format!("href=\"{address}\" data-return target=\"_top\"")), "{frame}");
    assert!(frame.contains("data-parent-origin=\"https://shop.example\""));
}

#[test]
fn without_a_return_address_nothing_leads_away() {
    let locales = Locales::load().unwrap();
    let mut frame = page(&locales, Lang::En, Placement::Tab);
    if let Some(shop) = &mut frame.shop {
        shop.return_url = None;
    }
    let paid = ended(frame.clone(), Outcome::Paid, "P");
    for html in [paid.render().unwrap(), ReturningPage { page: frame }.render().unwrap()] {
        assert!(!html.contains("http-equiv") && !html.contains("data-parent-origin"));
        assert!(html.contains("You may close this page."));
    }
}

#[test]
fn waiting_ends() {
    let locales = Locales::load().unwrap();
    let render = |round| {
        let page = page(&locales, Lang::En, Placement::Tab);
        ProcessingPage { page, payee: "P".into(), amount: Amount::new(1, "EUR"), round }.render().unwrap()
    };
    assert!(
        render(0).contains("content=\"1;url=/gw/v3/0123456789abcdef0123456789abcdef?lang=en&#38;wait=1\"")
    );
    assert!(render(15).contains("wait=16"));
    for round in [16, u32::MAX] {
        let html = render(round);
        assert!(!html.contains("http-equiv") && html.contains("Check again"), "{round}");
    }
}

#[test]
fn test_cards_are_for_the_sandbox_only() {
    let locales = Locales::load().unwrap();
    let mut view = pay(page(&locales, Lang::En, Placement::Tab), None);
    assert!(view.render().unwrap().contains("data-test-card=\"4444444444444448\""));
    view.page.sandbox = false;
    let html = view.render().unwrap();
    assert!(!html.contains("test-card") && !html.contains("4444") && !html.contains("sandbox"));
}

#[test]
fn a_code_of_the_sandbox_says_that_it_must_not_be_paid() {
    let locales = Locales::load().unwrap();
    let mut order = transfer(page(&locales, Lang::En, Placement::Tab));
    let html = order.render().unwrap();
    let (warning, code) = (html.find("Test code: do not pay it."), html.find("<svg></svg>"));
    assert!(warning.is_some() && warning < code, "the warning stands above the code");
    order.page.sandbox = false;
    let html = order.render().unwrap();
    assert!(html.contains("<svg></svg>") && !html.contains("Test code"));
}

#[test]
fn what_is_nobody_is_not_spoken_of_as_somebody() {
    let locales = Locales::load().unwrap();
    let said = |kind, lang| {
        let mut view = pay(page(&locales, lang, Placement::Tab), None);
        view.methods = vec![MethodTile { method: kind, open: true }];
        view.elsewhere_text()
    };
    for lang in Lang::ALL {
        for kind in [External::MobilePayment, External::PremiumSms, External::Bitcoin] {
            let name =
                super::methods::name(&page(&locales, lang, Placement::Tab), MethodKind::External(kind));
            assert!(!said(MethodKind::External(kind), lang).contains(&name), "{lang:?} {name}");
        }
        assert!(said(MethodKind::PayPal, lang).contains("PayPal"), "{lang:?}");
    }
}

#[test]
fn a_preauthorisation_says_that_it_reserves() {
    let locales = Locales::load().unwrap();
    let mut view = pay(page(&locales, Lang::En, Placement::Tab), None);
    view.purpose = Purpose::Authorisation;
    let html = view.render().unwrap();
    assert!(html.contains("Reserve CZK\u{a0}1,399.50") && html.contains("only reserved on your card now"));
}

#[test]
fn the_challenge_says_that_it_is_a_simulation() {
    let locales = Locales::load().unwrap();
    for (name, html) in every_page(&locales, Lang::En, Placement::Tab) {
        if name == "challenge" {
            assert!(html.contains("Simulation: this page stands in for the bank"));
            assert!(html.contains("id=\"confirm\" name=\"answer\" value=\"confirm\""));
            assert!(html.contains("id=\"refuse\" name=\"answer\" value=\"refuse\""));
            assert!(html.contains("name=\"challenge\" value=\"c&#34;1\""));
            return;
        }
    }
    panic!("no challenge among the pages");
}

//! After payments with marked cards, nothing that was kept or said has a card number, a code or a secret in it.
//!
//! Looked at are the database as it is while the server is killed in the middle (with the log of writes that are not
//! yet in its tables), the same after a clean stop, a dump of PostgreSQL, the logs at their most talkative, and
//! every answer.

use std::path::{Path, PathBuf};

use testkit::prelude::*;

/// Cards that pass the Luhn check and appear nowhere else. Those with four-digit codes are of the brand that has them.
const CARDS: [&str; 5] =
    ["4929135792468013", "5425233430109903", "6011654321098764", "347239154801266", "371812349056787"];
/// The codes of the payments that are accepted. Three digits are found everywhere; only those of four are searched for.
const CODES: [&str; 5] = ["864", "795", "619", "8539", "9274"];
/// The code of a form that is refused.
const REFUSED_CODE: &str = "86420";

fn everything_below(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(everything_below(&path)) } else { found.push(path) }
    }
    found
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle.as_bytes())
}

/// The digits stand alone: not inside a longer number, a time or a hash.
fn contains_word(haystack: &[u8], digits: &str) -> bool {
    let part_of_more =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'.');
    haystack.windows(digits.len()).enumerate().any(|(place, window)| {
        let before = place.checked_sub(1).and_then(|place| haystack.get(place));
        window == digits.as_bytes()
            && !part_of_more(before)
            && !part_of_more(haystack.get(place + digits.len()))
    })
}

/// A number as people group it.
fn grouped(card: &str, separator: &str) -> String {
    let groups: Vec<String> =
        card.as_bytes().chunks(4).map(|four| String::from_utf8_lossy(four).into()).collect();
    groups.join(separator)
}

/// Pays with every marked card in every way there is; returns all that was said.
async fn pay_with_all(till: &Till) -> String {
    let shop = till.shop();
    let mut said = String::new();
    for (card, code) in CARDS.iter().zip(CODES) {
        // Kept in the vault for a token and for a recurrence, and charged from there.
        let kept = json!({"payer": {"request_card_token": true, "verify_pin": "4711"},
            "recurrence": {"recurrence_cycle": "ON_DEMAND", "recurrence_date_to": "2090-12-31"}});
        let id = shop.created(&kept).await;
        said.push_str(&till.sandbox_api().pay_with(id, card).await.text());
        said.push_str(&shop.status(id).await.text());
        said.push_str(&form(till, &shop, id, &[("pan", card), ("exp", "1230"), ("cvc", REFUSED_CODE)]).await);
        let other = shop.created(&json!({})).await;
        for fields in [
            [("pan", *card), ("exp", "1230"), ("cvc", REFUSED_CODE)],
            [("pan", *card), ("exp", "1220"), ("cvc", code)],
            [("pan", &grouped(card, " ")), ("exp", "12/30"), ("cvc", code)],
        ] {
            said.push_str(&form(till, &shop, other, &fields).await);
        }
        assert_eq!(shop.state(other).await, "PAID", "{card}");
        said.push_str(&shop.create_recurrence(id, 100, &json!({})).await.expect_status(200).text());
        said.push_str(&paid_by_token(till, &shop, id).await);
    }
    said.push_str(&till.sandbox_api().rotate_vault().await.expect_status(200).text());
    let vault = till.sandbox_api().vault().await.expect_status(200);
    assert_eq!(vault.json()["entries"].as_array().unwrap().len(), 2 * CARDS.len(), "the vault is in use");
    said.push_str(&vault.text());
    said
}

/// Pays another payment with the card that this one has kept; returns what was said about the card.
async fn paid_by_token(till: &Till, shop: &Shop, id: u64) -> String {
    let payer = shop.status(id).await.expect_status(200).json()["payer"].clone();
    let token = &payer["payment_card"]["card_token"];
    let bound = shop.created(&json!({"payer": {"allowed_card_token": token}})).await;
    let page = shop.status(bound).await.json()["gw_url"].as_str().unwrap().to_owned();
    let path = page.strip_prefix(&till.url("")).unwrap();
    let mut said = till.client().get(path).await.expect_status(200).text();
    said.push_str(&till.sandbox_api().pay_with(bound, "stored").await.expect_status(200).text());
    said.push_str(&shop.card(payer["card_id"].as_u64().unwrap()).await.expect_status(200).text());
    said
}

async fn form(till: &Till, shop: &Shop, id: u64, fields: &[(&str, &str)]) -> String {
    let page = shop.status(id).await.json()["gw_url"].as_str().unwrap().to_owned();
    let path = page.strip_prefix(&till.url("")).unwrap().to_owned();
    till.client().post_form(&format!("{path}/card"), fields).await.text()
}

/// Files and logs of a till, by their names.
fn kept(till: &Till) -> Vec<(String, Vec<u8>)> {
    let files = everything_below(&till.data()).into_iter().chain([till.stdout_file(), till.stderr_file()]);
    files.map(|path| (path.display().to_string(), std::fs::read(&path).unwrap())).collect()
}

fn search(kept: &[(String, Vec<u8>)], bearer: &str) {
    assert!(kept.iter().any(|(_, bytes)| contains(bytes, "492913")), "the search finds what may be kept");
    for (place, bytes) in kept {
        for card in CARDS {
            for spelling in [card.to_owned(), grouped(card, " "), grouped(card, "-")] {
                assert!(!contains(bytes, &spelling), "{spelling} is in {place}");
            }
        }
        for code in CODES.iter().filter(|code| code.len() > 3).chain([&REFUSED_CODE]) {
            assert!(!contains_word(bytes, code), "the code {code} is in {place}");
        }
        assert!(!contains(bytes, bearer), "a token is in {place}");
        // The banner of a sandbox prints the secret that the provider's own documents print.
        assert!(place.contains("stdout") || !contains(bytes, "stDTmVXF"), "a secret is in {place}");
    }
}

#[tokio::test]
async fn no_card_number_code_or_token_is_kept_or_said() {
    let mut till = Till::builder().env("POLYTILL_LOG", "trace").start().await;
    let said = pay_with_all(&till).await;
    let shop = till.shop();
    let bearer = shop.bearer().await.unwrap().to_owned();
    till.kill9();
    let mut at_once = kept(&till);
    let log = at_once.iter().find(|(name, _)| name.ends_with("-wal")).expect("the log of writes is there");
    assert!(contains(&log.1, "492913"), "the payments are still in the log of writes");
    at_once.push(("answers".to_owned(), said.into_bytes()));
    search(&at_once, &bearer);
    till.restart().await;
    till.terminate().await;
    search(&kept(&till), &bearer);
}

#[tokio::test]
async fn nor_in_postgres() {
    let mut till = Till::sandbox_on(Backend::Postgres).await;
    let said = pay_with_all(&till).await;
    let shop = till.shop();
    let bearer = shop.bearer().await.unwrap().to_owned();
    let mut all = kept(&till);
    let tables = "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'";
    let database = till.test_database().expect("a database of its own");
    for table in database.query(tables).lines() {
        let rows = database.query(&format!("SELECT t::text FROM {table} t"));
        all.push((table.to_owned(), rows.into_bytes()));
    }
    all.push(("answers".to_owned(), said.into_bytes()));
    search(&all, &bearer);
    till.terminate().await;
}

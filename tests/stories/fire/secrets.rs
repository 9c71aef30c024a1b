//! After payments with marked cards, nothing that was kept or said has a card number, a code or a secret in it.

use std::path::{Path, PathBuf};

use testkit::prelude::*;

/// Cards that pass the Luhn check and appear nowhere else, and codes and secrets as rare.
const CARDS: [&str; 3] = ["4929135792468013", "5425233430109903", "6011654321098764"];

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

#[tokio::test]
async fn no_card_number_code_or_token_is_kept_or_said() {
    let mut till = Till::builder().env("POLYTILL_LOG", "trace").start().await;
    let shop = till.shop();
    let mut said = String::new();
    for card in CARDS {
        let id = shop.created(&json!({})).await;
        let answer = till.sandbox_api().pay_with(id, card).await;
        said.push_str(&answer.text());
        said.push_str(&shop.status(id).await.text());
        let page = shop.status(id).await.json()["gw_url"].as_str().unwrap().to_owned();
        let path = page.strip_prefix(&till.url("")).unwrap().to_owned();
        let fields = [("pan", card), ("exp", "1230"), ("cvc", "86420")];
        said.push_str(&till.client().post_form(&format!("{path}/card"), &fields).await.text());
        let other = shop.created(&json!({})).await;
        let page = shop.status(other).await.json()["gw_url"].as_str().unwrap().to_owned();
        let path = page.strip_prefix(&till.url("")).unwrap().to_owned();
        for fields in [
            [("pan", card), ("exp", "1220"), ("cvc", "864")],
            [("pan", card), ("exp", "1230"), ("cvc", "864")],
        ] {
            said.push_str(&till.client().post_form(&format!("{path}/card"), &fields).await.text());
        }
        assert_eq!(shop.state(other).await, "PAID");
    }
    let bearer = shop.bearer().await.unwrap().to_owned();
    till.terminate().await;
    let mut kept: Vec<(String, Vec<u8>)> = everything_below(&till.data())
        .into_iter()
        .chain([till.stdout_file(), till.stderr_file()])
        .map(|path| (path.display().to_string(), std::fs::read(&path).unwrap()))
        .collect();
    kept.push(("answers".to_owned(), said.into_bytes()));
    assert!(kept.iter().any(|(_, bytes)| contains(bytes, "492913")), "the search finds what may be kept");
    for (place, bytes) in &kept {
        for card in CARDS {
            assert!(!contains(bytes, card), "{card} is in {place}");
        }
        assert!(!contains(bytes, &bearer), "a token is in {place}");
        assert!(!contains(bytes, "86420"), "a code is in {place}");
        let printed = place.ends_with("stdout") || place.contains("stdout");
        assert!(printed || !contains(bytes, "stDTmVXF"), "a secret is in {place}");
    }
}

//! Return and notification addresses: the payment's number arrives as the last parameter, and nothing else changes.
#![no_main]

use checkout::ReturnUrl;
use libfuzzer_sys::fuzz_target;
use polytill_http::query::append;
use url::Url;

const ID: &str = "3000000001";

fn has_id(text: &str) -> bool {
    let url = Url::parse(text).expect("an address stays an address");
    url.query_pairs().last().is_some_and(|(name, value)| name == "id" && value == ID)
}

fuzz_target!(|text: &str| {
    if let Some(url) = ReturnUrl::new(text, ID) {
        let given = Url::parse(text.trim()).expect("it was one");
        let made = Url::parse(url.as_str()).expect("an address stays an address");
        assert_eq!(
            (given.origin(), given.path(), given.fragment()),
            (made.origin(), made.path(), made.fragment())
        );
        assert!(has_id(url.as_str()));
        assert_eq!(append(text.trim(), "id", ID), url.as_str());
    }
});

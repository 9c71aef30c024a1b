//! The documents of the API are made by the code, kept in the repository, and may not drift.

#[test]
fn the_gopay_document_is_what_the_code_says() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi/gopay.json");
    let made = gopay::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(path).unwrap_or_default();
    assert!(kept == made, "docs/openapi/gopay.json has drifted: run with UPDATE_OPENAPI=1");
}

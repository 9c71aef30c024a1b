//! MobilePay's merchants: written down, given tokens, and told apart.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a panic with its place is the best report")]

use std::collections::HashMap;
use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use domain::{Guid, Span};
use gateway::{
    Acquirer, Courier, Fixtures, Gateway, Keyring, Outbox, Parts, SandboxClock, SandboxParts, Simulator,
};
use serde_json::{Value, json};
use store::RecordKind;

struct Nobody;

#[async_trait]
impl Courier for Nobody {
    async fn call(&self, _: &str) -> Result<u16, String> {
        Err("nobody is called here".to_owned())
    }
}

struct House {
    gateway: Arc<Gateway>,
    clock: Arc<SandboxClock>,
}

impl House {
    async fn open(store: Arc<dyn store::Store>) -> Self {
        let simulator = Arc::new(Simulator::new());
        let clock = Arc::new(SandboxClock::default());
        let parts = Parts {
            store,
            acquirer: Arc::clone(&simulator) as Arc<dyn Acquirer>,
            keyring: Keyring::parse(&"07".repeat(32)).unwrap(),
            announcers: HashMap::new(),
            outbox: Outbox::new(Arc::new(Nobody)),
            sandbox: Some(SandboxParts { clock: Arc::clone(&clock), simulator }),
            tuning: gateway::Tuning::default(),
        };
        Self { gateway: Gateway::open(parts).await.unwrap(), clock }
    }

    async fn import(&self, merchant: Value) -> Result<(), String> {
        let fixtures: Fixtures = serde_json::from_value(json!({
            "merchants": [{"id": 1, "name": "Biograferne"}],
            "shops": [{"id": 8_000_000_001_i64, "merchant": 1, "name": "Grand", "active": true,
                       "currencies": ["DKK"], "language": "da"}],
            "mobilepay_merchants": [merchant],
        }))
        .map_err(|error| error.to_string())?;
        self.gateway.import(&fixtures).await.map(|_| ()).map_err(|error| error.to_string())
    }

    async fn issue(&self, from: Option<&str>) -> Option<String> {
        let from = from.map(|address| address.parse().unwrap());
        self.gateway.issue_mobilepay_token("BIO-1", from).await.unwrap()
    }

    fn opens(&self, token: &str) -> bool {
        self.gateway.mobilepay_merchant("BIO-1", token).is_some()
    }
}

async fn store(folder: &Path) -> Arc<dyn store::Store> {
    store::open(folder.join("till.db").to_str().unwrap(), 64).await.unwrap()
}

fn merchant(more: &Value) -> Value {
    let mut merchant = json!({
        "id": 1, "bio_code": "BIO-1", "merchant": 1, "name": "Grand",
        "brands": [{"id": "POSDK12345", "name": "Biograferne"}],
    });
    merchant.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    merchant
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_made_once_while_issuing_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(store(folder.path()).await).await;
    assert_eq!(house.issue(None).await, None, "nobody is known");
    house.import(merchant(&json!({}))).await.unwrap();
    assert_eq!(house.issue(None).await, None, "issuing is closed");
    assert!(!house.opens("") && !house.opens("x"), "no token opens for a merchant without one");

    house.import(merchant(&json!({"issuing": "once"}))).await.unwrap();
    let token = house.issue(None).await.unwrap();
    assert!(house.opens(&token) && !house.opens(&format!("{token}0")) && !house.opens(""));
    assert_eq!(token.len(), 43);
    assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)), "{token}");
    assert_eq!(house.issue(None).await, None, "there is one");
    assert!(house.gateway.mobilepay_merchant("bio-1", &token).is_none(), "bioCodes are compared exactly");

    // Importing the file again neither takes the token away nor gives another.
    house.import(merchant(&json!({"issuing": "once"}))).await.unwrap();
    assert!(house.opens(&token));
    assert_eq!(house.issue(None).await, None);
    // Only the operator can have it forgotten.
    house.import(merchant(&json!({"issuing": "once", "forget_token": true}))).await.unwrap();
    assert!(!house.opens(&token));
    let second = house.issue(None).await.unwrap();
    assert!(house.opens(&second) && second != token);
    house.import(merchant(&json!({"forget_token": true}))).await.unwrap();
    assert_eq!(house.issue(None).await, None, "once was once");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn issuing_ends_with_its_time_and_keeps_to_its_networks() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(store(folder.path()).await).await;
    let end = jiff::Timestamp::from_millisecond(house.gateway.clock().now().millis() + 60_000).unwrap();
    let open = json!({"issuing": {"until": end}, "issuing_networks": ["192.0.2.0/24", "2001:db8::1"]});
    house.import(merchant(&open)).await.unwrap();
    for stranger in [None, Some("198.51.100.1"), Some("2001:db8::2")] {
        assert_eq!(house.issue(stranger).await, None, "{stranger:?}");
    }
    assert!(house.issue(Some("::ffff:192.0.2.77")).await.is_some());
    let mut anew = open.clone();
    anew["forget_token"] = json!(true);
    house.import(merchant(&anew)).await.unwrap();
    house.clock.set_ahead(house.clock.ahead_after(Span::from_secs(61)));
    assert_eq!(house.issue(Some("192.0.2.77")).await, None, "too late");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reset_needs_the_present_token_and_ends_it() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(store(folder.path()).await).await;
    house.import(merchant(&json!({"token": "imported-token-of-old"}))).await.unwrap();
    assert!(house.opens("imported-token-of-old"), "clients keep what they have configured");
    let reset = |previous: String| {
        let gateway = Arc::clone(&house.gateway);
        async move { gateway.reset_mobilepay_token("BIO-1", &previous).await.unwrap() }
    };
    assert_eq!(reset("wrong".to_owned()).await, None);
    assert_eq!(reset(String::new()).await, None);
    let next = reset("imported-token-of-old".to_owned()).await.unwrap();
    assert!(house.opens(&next) && !house.opens("imported-token-of-old"));
    assert_eq!(reset("imported-token-of-old".to_owned()).await, None);
}

/// Twenty requests on two nodes at once: one has the token, and it is the one that opens.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_many_requests_at_once_one_gets_the_token() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let one = House::open(Arc::clone(&store)).await;
    one.import(merchant(&json!({"issuing": "once"}))).await.unwrap();
    let two = House::open(store).await;
    let asked = (0..20).map(|turn| {
        let gateway = Arc::clone(if turn % 2 == 0 { &one.gateway } else { &two.gateway });
        tokio::spawn(async move { gateway.issue_mobilepay_token("BIO-1", None).await.unwrap() })
    });
    let asked: Vec<_> = asked.collect();
    let mut tokens = Vec::new();
    for answer in asked {
        tokens.extend(answer.await.unwrap());
    }
    assert_eq!(tokens.len(), 1);
    for house in [&one, &two] {
        house.gateway.reload_directory().await.unwrap();
        assert!(house.opens(&tokens[0]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_are_kept_as_hashes_bound_to_their_merchant() {
    let folder = tempfile::tempdir().unwrap();
    let store = store(folder.path()).await;
    let house = House::open(Arc::clone(&store)).await;
    for (id, bio_code) in [(1, "BIO-1"), (2, "BIO-2")] {
        let both = json!({"id": id, "bio_code": bio_code, "token": "the-same-token-for-both"});
        house.import(merchant(&both)).await.unwrap();
    }
    let records = store.records(RecordKind::MobilePayMerchant).await.unwrap();
    let kept: Vec<Value> = records.iter().map(|record| serde_json::from_str(&record.body).unwrap()).collect();
    assert_eq!(kept.len(), 2);
    assert_ne!(kept[0]["token"]["hash"], kept[1]["token"]["hash"]);
    for merchant in &kept {
        assert_eq!(merchant["token"]["hint"], "both");
        assert!(!merchant.to_string().contains("the-same-token"), "{merchant}");
    }
    assert!(!format!("{:?}", house.gateway.directory().mobilepay()).contains("the-same-token"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_that_contradicts_itself_is_refused_with_the_place_named() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(store(folder.path()).await).await;
    house.import(merchant(&json!({}))).await.unwrap();
    for (wrong, sentence) in [
        (json!({"id": 0}), "its id is not positive"),
        (json!({"id": 2}), "another merchant has this bioCode"),
        (json!({"bio_code": ""}), "a bioCode has 1 to 64 characters"),
        (json!({"bio_code": " BIO"}), "a bioCode does not begin or end with white space"),
        (json!({"merchant": 7}), "its merchant is not known"),
        (json!({"vat_number": "DK1234567"}), "a VAT number is DK and eight digits"),
        (json!({"currency": "CZK"}), "its currency is neither DKK nor EUR"),
        (
            json!({"brands": [{"id": "POSSE12345", "name": "x"}]}),
            "a brand is POSDK, POSFI or MPPOS and five characters",
        ),
        (json!({"token": "short"}), "a token has 16 to 512 characters without white space"),
        (json!({"token": "long-enough-token", "forget_token": true}), "forget_token goes without a token"),
        (json!({"issuing_networks": ["here"]}), "an entry of issuing_networks is no network"),
    ] {
        let told = house.import(merchant(&wrong)).await.unwrap_err();
        let name = wrong["bio_code"].as_str().unwrap_or("BIO-1");
        assert_eq!(told, format!("MobilePay merchant {name}: {sentence}"));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stores_and_terminals_are_found_by_their_own_merchant_only() {
    let folder = tempfile::tempdir().unwrap();
    let house = House::open(store(folder.path()).await).await;
    house.import(merchant(&json!({}))).await.unwrap();
    house.import(merchant(&json!({"id": 2, "bio_code": "BIO-2"}))).await.unwrap();
    let guid = "7f3f2c60-5b52-4d0b-8d3c-0d4f4a3f1e01";
    let whole = json!({
        "mobilepay_stores": [{"id": 1, "guid": guid, "merchant": 1, "shop": 8_000_000_001_i64,
            "brand": "POSDK12345", "location": "00001", "name": "Grand"}],
        "mobilepay_terminals": [{"id": 1, "merchant": 1, "terminal_id": "T1", "store": 1, "name": "Kasse 1",
            "beacon": "100000000012345"}],
    });
    let import = |file: Value| {
        let gateway = Arc::clone(&house.gateway);
        async move {
            let fixtures: Fixtures = serde_json::from_value(file).map_err(|error| error.to_string())?;
            gateway.import(&fixtures).await.map_err(|error| error.to_string())
        }
    };
    assert_eq!(import(whole.clone()).await.unwrap().records, 2);
    assert_eq!(import(whole.clone()).await.unwrap().records, 2, "twice is once");
    let directory = house.gateway.directory();
    let book = directory.mobilepay();
    let guid: Guid = guid.parse().unwrap();
    assert!(book.store_of(1, guid).is_some() && book.store_of(2, guid).is_none());
    assert!(book.terminal_of(1, "T1").is_some());
    assert!(book.terminal_of(2, "T1").is_none() && book.terminal_of(1, "t1").is_none());
    assert_eq!((book.stores_of(1).len(), book.stores_of(2).len()), (1, 0));

    for (place, change, sentence) in [
        ("mobilepay_stores", json!({"shop": 5}), "its shop is not one of its merchant's"),
        ("mobilepay_stores", json!({"brand": "POSDK99999"}), "its brand is not one of its merchant's"),
        ("mobilepay_stores", json!({"location": "1"}), "a location has five characters"),
        ("mobilepay_stores", json!({"id": 2}), "another store has this guid"),
        ("mobilepay_stores", json!({"merchant": 9}), "its merchant is not known"),
        ("mobilepay_terminals", json!({"id": 2}), "another terminal of the merchant has this terminal_id"),
        ("mobilepay_terminals", json!({"merchant": 2}), "its store is not one of its merchant's"),
        ("mobilepay_terminals", json!({"name": "x".repeat(37)}), "a name has 1 to 36 characters"),
        ("mobilepay_terminals", json!({"beacon_types": []}), "it has no beacon_types"),
        ("mobilepay_terminals", json!({"beacon": "12345"}), "a beacon is a GUID or 15 digits"),
    ] {
        let mut file = whole.clone();
        file[place][0].as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        let told = import(file).await.unwrap_err();
        assert!(told.contains(sentence), "{told}");
    }
}

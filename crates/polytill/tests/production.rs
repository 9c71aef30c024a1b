//! What a production server does not have. None can be started while there is no acquirer that moves money,
//! so the house is put together here as it would be.

use std::sync::Arc;

use gateway::Fixtures;
use polytill::assembly::{self, Settings};
use polytill::config::Config;
use polytill::keyring::KeyringSource;
use polytill::node::Node;
use polytill::observe;
use polytill_http::server::{self, ServerOptions};
use testkit::gopay::ShopKeys;
use testkit::prelude::*;

#[tokio::test]
async fn there_is_no_tester_s_door_and_no_demo_merchant() {
    let folder = tempfile::tempdir().unwrap();
    let config = Config {
        production: true,
        data: folder.path().to_owned(),
        keyring: Some(KeyringSource::try_from("5a".repeat(32)).unwrap()),
        ..Config::default()
    };
    let node = Node::open(&config).await.unwrap();
    assert!(!node.knows_the_demo_secret());
    assert!(node.gateway.directory().is_empty());
    assert!(!folder.path().join("keyring").exists(), "the keyring was written beside the data");

    // Even when the assembly is asked for it, there is nothing to mount.
    let settings = Settings {
        public_url: "https://pay.example.com".to_owned(),
        sandbox_api: true,
        strict_scopes: false,
        accept_unknown_card_tokens: None,
        mobilepay: mobilepay::Settings::default(),
        inactivity: config.mobilepay.inactivity(),
        gptom: gptom::Profile::load(None).unwrap(),
    };
    let devices = terminal::Door::new(Arc::clone(&node.gateway), 100);
    assert!(devices.simulate().await.is_empty(), "there is no simulated device in production");
    assert!(phone::House::new(&node.gateway).is_none(), "nobody plays a customer in production");
    let metrics = observe::metrics().unwrap();
    let router = assembly::router(&node.gateway, &settings, metrics, &devices, None).unwrap();
    let listener = server::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let client = Client::new(listener.local_addr().unwrap());
    let serving =
        tokio::spawn(server::serve(vec![listener], router, ServerOptions::default(), std::future::pending()));
    for path in
        ["/_sandbox/clock", "/_sandbox/cards", "/_sandbox", "/phone", "/pos/app/usersimulation/customers"]
    {
        let answer = client.get(path).await.expect_status(404);
        assert_eq!(answer.text(), "There is nothing here.\n", "{path}");
    }
    client.get("/healthz").await.expect_status(200);

    // A token that was never given out means no card, and no payment that any card could pay.
    let fixtures: Fixtures =
        serde_json::from_str(include_str!("../../../docs/fixtures.example.json")).unwrap();
    node.gateway.import(&fixtures).await.unwrap();
    let keys = ShopKeys { goid: 8_761_908_826, client_id: "1689337452", client_secret: "a-secret-for-tests" };
    let shop = Shop::new(client, keys);
    let refused = shop.create(&json!({"payer": {"allowed_card_token": "made-up"}})).await.expect_status(409);
    assert_eq!(refused.json()["errors"][0]["field"], "payer.allowed_card_token");
    let token = shop.card(3_011_475_940).await.expect_status(200).json()["card_token"].clone();
    shop.create(&json!({"payer": {"allowed_card_token": token}})).await.expect_status(200);
    serving.abort();
}

//! What a production server does not have. None can be started while there is no acquirer that moves money,
//! so the house is put together here as it would be.

use std::sync::Arc;

use polytill::assembly::{self, Settings};
use polytill::config::Config;
use polytill::keyring::KeyringSource;
use polytill::node::Node;
use polytill::observe;
use polytill_http::server::{self, ServerOptions};
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
        gptom: gptom::Profile::load(None).unwrap(),
    };
    let devices = terminal::Door::new(Arc::clone(&node.gateway), 100);
    assert!(devices.simulate().await.is_empty(), "there is no simulated device in production");
    let router = assembly::router(&node.gateway, &settings, observe::metrics().unwrap(), &devices).unwrap();
    let listener = server::bind(([127, 0, 0, 1], 0).into()).unwrap();
    let client = Client::new(listener.local_addr().unwrap());
    let serving =
        tokio::spawn(server::serve(vec![listener], router, ServerOptions::default(), std::future::pending()));
    for path in ["/_sandbox/clock", "/_sandbox/cards", "/_sandbox"] {
        let answer = client.get(path).await.expect_status(404);
        assert_eq!(answer.text(), "There is nothing here.\n", "{path}");
    }
    client.get("/healthz").await.expect_status(200);
    serving.abort();
}

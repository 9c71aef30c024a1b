//! More than the store can take: a refusal at once that the shop understands, and service as before once it
//! is over.

use testkit::prelude::*;
use tokio::task::JoinSet;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_queue_is_told_and_forgotten() {
    // A queue of one makes any two payments at once too many.
    let till = Till::builder().env("POLYTILL_QUEUE", "1").start().await;
    let shop = till.shop();
    shop.bearer().await.unwrap();
    let mut refused = 0;
    let mut done = 0;
    for _ in 0..20 {
        let mut running = JoinSet::new();
        for _ in 0..100 {
            let shop = shop.clone();
            running.spawn(async move { shop.create(&json!({})).await });
        }
        for answer in running.join_all().await {
            match answer.status.as_u16() {
                200 => done += 1,
                409 => {
                    refused += 1;
                    assert_eq!(answer.json()["errors"][0]["error_code"], 302);
                    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
                }
                other => panic!("{other}: {}", answer.text()),
            }
        }
    }
    assert!(refused > 0 && done > 0, "{refused} refused, {done} done");
    shop.create(&json!({})).await.expect_status(200);
}

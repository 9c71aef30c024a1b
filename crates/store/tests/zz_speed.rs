use std::sync::Arc;
use std::time::Instant;
use store::*;
#[path = "stories/fixtures.rs"]
#[allow(dead_code)]
mod fixtures;
use fixtures::*;
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn speed() {
    let url = std::env::var("SPEED").unwrap();
    let store: Arc<dyn Store> = if url.starts_with("postgres") { Arc::new(PostgresStore::open(&url).await.unwrap()) } else { Arc::new(SqliteStore::open(url.as_ref()).unwrap()) };
    let base = store.allocate_ids(1_000_000).await.unwrap().get() - id(0).get();
    for clients in [1_i64, 16, 64, 256] {
        let per = if clients == 1 { 500 } else { 40_000 / clients };
        let start = Instant::now();
        let tasks = (0..clients).map(|c| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..per {
                    let number = base + clients * 100_000_0 + c * per + n;
                    let (payment, mut change) = created(number);
                    change.claims.push(claim(&format!("k{number}"), &payment));
                    store.commit(change).await.unwrap();
                }
            })
        });
        futures_util::future::join_all(tasks).await.into_iter().for_each(|t| t.unwrap());
        let creates = (clients * per) as f64 / start.elapsed().as_secs_f64();
        let start = Instant::now();
        let tasks = (0..clients).map(|c| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..per {
                    let number = base + clients * 100_000_0 + c * per + n;
                    let (payment, _) = created(number);
                    let (after, mut change) = advanced(&payment, &paid(domain::Minor::new(5), domain::Minor::new(1)), at(1));
                    change.notifications.push(message(&after, "shop.example:443", at(1)));
                    store.commit(change).await.unwrap();
                }
            })
        });
        futures_util::future::join_all(tasks).await.into_iter().for_each(|t| t.unwrap());
        let updates = (clients * per) as f64 / start.elapsed().as_secs_f64();
        let start = Instant::now();
        let tasks = (0..clients).map(|c| {
            let store = store.clone();
            tokio::spawn(async move {
                for n in 0..per {
                    let number = base + clients * 100_000_0 + c * per + n;
                    assert!(store.payment(id(number)).await.unwrap().is_some());
                }
            })
        });
        futures_util::future::join_all(tasks).await.into_iter().for_each(|t| t.unwrap());
        let reads = (clients * per) as f64 / start.elapsed().as_secs_f64();
        println!("{clients:4} clients: {creates:8.0} creates/s {updates:8.0} pays/s {reads:8.0} reads/s");
    }
}

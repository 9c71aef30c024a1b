//! The shops' notification address during a load: as little work as a receiver can do.
//!
//! The path of each lane's `notification_url` ends in the lane's number, so an arrival goes straight to the
//! lane that waits for it. Every notification is answered 200 on a kept-alive connection.

use crate::Failure;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::task::{JoinHandle, JoinSet};

const ANSWER: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
const HEAD_LIMIT: usize = 16 * 1024;
/// Arrivals a lane has not looked at; a lane has one life at a time, so more are repetitions.
const BACKLOG: usize = 64;

#[derive(Debug)]
pub(crate) struct Notifications {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Notifications {
    /// Listens for so many lanes; each gets the ids of its payments as they are announced.
    pub(crate) async fn listen(lanes: usize) -> Result<(Self, Vec<Receiver<u64>>), Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let (senders, arrivals): (Vec<_>, Vec<_>) = (0..lanes).map(|_| channel(BACKLOG)).unzip();
        let serving = tokio::spawn(accept(listener, Arc::from(senders)));
        Ok((Self { address, serving }, arrivals))
    }

    pub(crate) fn url(&self, lane: usize) -> String {
        format!("http://{}/n/{lane}", self.address)
    }
}

impl Drop for Notifications {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn accept(listener: TcpListener, lanes: Arc<[Sender<u64>]>) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        connections.spawn(serve(stream, Arc::clone(&lanes)));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(mut stream: TcpStream, lanes: Arc<[Sender<u64>]>) -> Option<()> {
    let mut received = Vec::with_capacity(2048);
    loop {
        while let Some(end) = received.windows(4).position(|four| four == b"\r\n\r\n") {
            if let Some((lane, id)) = received.get(..end).and_then(announced) {
                // A full lane has what it waits for and may miss the repetition.
                let _ = lanes.get(lane)?.try_send(id);
            }
            received.drain(..end + 4);
            stream.write_all(ANSWER).await.ok()?;
        }
        if received.len() > HEAD_LIMIT || stream.read_buf(&mut received).await.ok()? == 0 {
            return None;
        }
    }
}

/// The lane and the payment of `GET /n/{lane}?id={id} HTTP/1.1`.
fn announced(head: &[u8]) -> Option<(usize, u64)> {
    let line = std::str::from_utf8(head.split(|&byte| byte == b'\r').next()?).ok()?;
    let (lane, id) = line.strip_prefix("GET /n/")?.split(' ').next()?.split_once("?id=")?;
    Some((lane.parse().ok()?, id.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use testkit::http::Client;

    #[tokio::test]
    async fn an_announcement_reaches_its_lane() {
        let (notifications, mut lanes) = Notifications::listen(2).await.unwrap();
        let server = Client::new(notifications.address);
        assert_eq!(server.get("/n/1?id=3000000007").await.status, 200);
        assert_eq!(server.get("/n/1?id=3000000008").await.status, 200);
        assert_eq!(
            (lanes[1].recv().await, lanes[1].recv().await),
            (Some(3_000_000_007), Some(3_000_000_008))
        );
        assert!(lanes[0].try_recv().is_err());
    }
}

//! The shop's own server: takes notifications on a loopback port and answers them as the story wants.
//!
//! Every request is recorded before it is answered, so a request that was seen answered is always in the
//! record. Without instructions the answer is `200 OK`. Instructions are looked up in this order: the next
//! one queued by [`answer_next`](Receiver::answer_next), the longest path given to
//! [`answer_path`](Receiver::answer_path), the one for all.

use crate::PATIENCE;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Mutex as AsyncMutex, mpsc};
use tokio::task::JoinHandle;
use tokio::time::timeout;

/// The largest request that is read, in bytes: head and body each.
const REQUEST_LIMIT: u64 = 64 * 1024;

/// What to answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// This status with an empty body.
    Status(u16),
    /// 302 to this URL.
    Redirect(String),
    /// These bytes, whatever they are, and then the end of the connection.
    Bytes(Vec<u8>),
    /// Nothing, ever; the connection stays open.
    Hang,
    /// Nothing; the connection is closed.
    Close,
}

/// A request as it came.
#[derive(Clone, Debug)]
pub struct Received {
    pub method: String,
    /// The target up to the question mark.
    pub path: String,
    /// What follows it, undecoded; empty without one.
    pub query: String,
    /// Names in lower case, in order.
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Received {
    /// A header's value, empty when it is absent.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        self.headers.iter().find(|(own, _)| own == name).map_or("", |(_, value)| value)
    }

    /// The value of a query parameter, as it was sent.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .find(|(own, _)| *own == name)
            .map(|(_, v)| v)
    }

    /// The payment a GoPay notification is about (gopay.md §11: `id`).
    ///
    /// # Panics
    /// When the request has no such number.
    #[must_use]
    pub fn payment(&self) -> u64 {
        self.parameter("id").and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {self:?}"))
    }
}

#[derive(Debug)]
struct Shared {
    record: Mutex<Vec<Received>>,
    next: Mutex<VecDeque<Reply>>,
    by_path: Mutex<Vec<(String, Reply)>>,
    connections: Mutex<usize>,
    /// Unbounded because it never holds more than the record does, and a story is finite.
    arrivals: mpsc::UnboundedSender<Received>,
}

/// A notification address. It stops listening when it is dropped.
#[derive(Debug)]
pub struct Receiver {
    address: SocketAddr,
    shared: Arc<Shared>,
    arrived: AsyncMutex<mpsc::UnboundedReceiver<Received>>,
    listening: JoinHandle<()>,
}

impl Receiver {
    /// Listens on a free loopback port.
    pub async fn start() -> Self {
        Self::start_on(([127, 0, 0, 1], 0).into()).await
    }

    /// Listens on this address, for a story whose receiver goes away and comes back.
    ///
    /// # Panics
    /// When the address is taken.
    pub async fn start_on(address: SocketAddr) -> Self {
        let listener = TcpListener::bind(address).await.expect("bind the receiver");
        let address = listener.local_addr().expect("a bound listener has an address");
        let (arrivals, arrived) = mpsc::unbounded_channel();
        let shared = Arc::new(Shared {
            record: Mutex::default(),
            next: Mutex::default(),
            by_path: Mutex::new(vec![(String::new(), Reply::Status(200))]),
            connections: Mutex::default(),
            arrivals,
        });
        let listening = tokio::spawn(listen(listener, Arc::clone(&shared)));
        Self { address, shared, arrived: AsyncMutex::new(arrived), listening }
    }

    /// Stops listening, and is gone when this returns: what comes now is refused. The address is returned so
    /// that another receiver can take its place.
    pub async fn stop(mut self) -> SocketAddr {
        self.listening.abort();
        let _ = (&mut self.listening).await;
        self.address
    }

    /// Where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// A URL of it, for `notification_url`.
    #[must_use]
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The answer to every request that has no other.
    pub fn answer_all(&self, reply: Reply) {
        self.answer_path("", reply);
    }

    /// The answer to requests whose path starts like this.
    pub fn answer_path(&self, path: &str, reply: Reply) {
        let mut by_path = self.shared.by_path.lock().unwrap();
        by_path.retain(|(own, _)| own != path);
        by_path.push((path.to_owned(), reply));
        by_path.sort_by_key(|(own, _)| std::cmp::Reverse(own.len()));
    }

    /// The answer to one request that is still to come; several are used in order.
    pub fn answer_next(&self, reply: Reply) {
        self.shared.next.lock().unwrap().push_back(reply);
    }

    /// The next request nobody has taken yet; waits for it.
    ///
    /// # Panics
    /// When none comes within [`PATIENCE`].
    pub async fn next(&self) -> Received {
        let next = timeout(PATIENCE, async { self.arrived.lock().await.recv().await });
        next.await.expect("a notification arrives").expect("the receiver still listens")
    }

    /// All requests so far, taken or not.
    #[must_use]
    pub fn record(&self) -> Vec<Received> {
        self.shared.record.lock().unwrap().clone()
    }

    /// How many requests so far.
    #[must_use]
    pub fn count(&self) -> usize {
        self.shared.record.lock().unwrap().len()
    }

    /// How many of them were about this payment.
    #[must_use]
    pub fn count_for(&self, payment: u64) -> usize {
        let id = payment.to_string();
        self.record().iter().filter(|request| request.parameter("id") == Some(&id)).count()
    }

    /// How many connections were accepted so far.
    #[must_use]
    pub fn connections(&self) -> usize {
        *self.shared.connections.lock().unwrap()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

async fn listen(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, which ends every connection with it.
    let mut connections = tokio::task::JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        *shared.connections.lock().unwrap() += 1;
        connections.spawn(serve(stream, Arc::clone(&shared)));
        while connections.try_join_next().is_some() {}
    }
}

async fn serve(stream: TcpStream, shared: Arc<Shared>) -> Option<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let request = read_request(&mut stream).await?;
        let reply = choose(&shared, &request.path);
        shared.record.lock().unwrap().push(request.clone());
        // The receiver may be gone while its last connection finishes.
        let _ = shared.arrivals.send(request);
        let head = match reply {
            Reply::Status(status) => format!("HTTP/1.1 {status} Answer\r\nContent-Length: 0\r\n\r\n"),
            Reply::Redirect(to) => {
                format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
            }
            Reply::Bytes(bytes) => {
                stream.write_all(&bytes).await.ok()?;
                return None;
            }
            Reply::Hang => std::future::pending().await,
            Reply::Close => return None,
        };
        stream.write_all(head.as_bytes()).await.ok()?;
    }
}

fn choose(shared: &Shared, path: &str) -> Reply {
    if let Some(reply) = shared.next.lock().unwrap().pop_front() {
        return reply;
    }
    let by_path = shared.by_path.lock().unwrap();
    by_path
        .iter()
        .find(|(own, _)| path.starts_with(own.as_str()))
        .map_or(Reply::Status(200), |(_, r)| r.clone())
}

async fn read_request(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut head = stream.take(REQUEST_LIMIT);
    let mut lines = Vec::new();
    loop {
        let mut line = String::new();
        let read = head.read_line(&mut line).await.ok()?;
        match line.trim_end() {
            _ if read == 0 => return None,
            "" => break,
            line => lines.push(line.to_owned()),
        }
    }
    let mut first = lines.first()?.split(' ');
    let (method, target) = (first.next()?.to_owned(), first.next()?);
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header =
        |line: &String| line.split_once(':').map(|(n, v)| (n.to_ascii_lowercase(), v.trim().to_owned()));
    let mut request = Received {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: lines.iter().skip(1).filter_map(header).collect(),
        body: String::new(),
    };
    let length: u64 = request.header("content-length").parse().unwrap_or(0).min(REQUEST_LIMIT);
    let mut body = vec![0; usize::try_from(length).ok()?];
    stream.read_exact(&mut body).await.ok()?;
    request.body = String::from_utf8_lossy(&body).into_owned();
    Some(request)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::Client;

    #[tokio::test]
    async fn answers_follow_the_queue_then_the_path_then_the_rule_for_all() {
        let receiver = Receiver::start().await;
        receiver.answer_all(Reply::Status(500));
        receiver.answer_path("/good", Reply::Status(204));
        receiver.answer_next(Reply::Redirect("http://elsewhere.example/".to_owned()));
        let shop = Client::new(receiver.address());
        let mut statuses = Vec::new();
        for path in ["/good?id=7", "/good?id=8", "/bad?id=8"] {
            statuses.push(shop.get(path).await.status.as_u16());
        }
        assert_eq!(statuses, [302, 204, 500]);
        assert_eq!(receiver.next().await.payment(), 7);
        assert_eq!((receiver.count_for(8), receiver.count()), (2, 3));
    }

    #[tokio::test]
    async fn a_stopped_receiver_refuses_and_another_takes_its_place() {
        let address = Receiver::start().await.stop().await;
        assert!(Client::new(address).try_send(http::Method::GET, "/", &[], "").await.is_err());
        let second = Receiver::start_on(address).await;
        Client::new(address).get("/?id=1").await;
        assert_eq!(second.next().await.payment(), 1);
    }
}

//! A stream that closes itself when its peer is too slow: the deadlines of one connection.
//!
//! hyper has one timer, from the end of an answer to the end of the next request's head. That cannot be both generous to
//! an idle keep-alive connection and strict with a head that trickles in, so the deadlines live here, under hyper: the
//! service tells the [`Phase`], the stream watches the clock.
//!
//! Always true: a connection waits for a head at most `head`, idles at most `idle`, and waits for its peer to take bytes
//! at most `write`. While a request is being worked on there is no read deadline (its body has one, see `crate::body`),
//! and none after an upgrade. There is one timer per connection and it is only ever moved to an earlier time, or on
//! when it fires, so that a busy connection does not touch the runtime's timer wheel at all.

use std::{
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, ready},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep, sleep_until},
};

/// What a connection is doing, shared between the stream and the service above it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Phase(Arc<AtomicU8>);

impl Phase {
    const HEAD: u8 = 0;
    const IDLE: u8 = 1;
    const BUSY: u8 = 2;
    const UPGRADED: u8 = 3;

    /// A request's head has been read; its handler runs.
    pub(crate) fn busy(&self) {
        self.0.store(Self::BUSY, Ordering::Relaxed);
    }

    /// The handler has answered.
    pub(crate) fn answered(&self, upgraded: bool) {
        self.0.store(if upgraded { Self::UPGRADED } else { Self::IDLE }, Ordering::Relaxed);
    }

    fn head(&self) {
        self.0.store(Self::HEAD, Ordering::Relaxed);
    }

    fn get(&self) -> u8 {
        self.0.load(Ordering::Relaxed)
    }
}

/// How long a peer may take.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadlines {
    pub(crate) head: Duration,
    pub(crate) idle: Duration,
    pub(crate) write: Duration,
}

/// The stream with its deadlines; a missed one is [`io::ErrorKind::TimedOut`], on which hyper closes the connection.
pub(crate) struct Timed<S> {
    stream: S,
    phase: Phase,
    deadlines: Deadlines,
    /// The read deadline and the phase it was set for; a deadline of another phase is stale.
    reading: Option<(u8, Instant)>,
    /// Since when the peer has not taken what we write.
    writing: Option<Instant>,
    /// Made when first needed: many a connection is answered and closed without ever waiting.
    sleep: Option<Pin<Box<Sleep>>>,
}

impl<S> Timed<S> {
    pub(crate) fn new(stream: S, phase: Phase, deadlines: Deadlines) -> Self {
        Self { stream, phase, deadlines, reading: None, writing: None, sleep: None }
    }

    fn read_deadline(&mut self) -> Option<Instant> {
        let phase = self.phase.get();
        let allowed = match phase {
            Phase::HEAD => self.deadlines.head,
            Phase::IDLE => self.deadlines.idle,
            _ => {
                self.reading = None;
                return None;
            }
        };
        match self.reading {
            Some((set_for, at)) if set_for == phase => Some(at),
            _ => {
                let at = Instant::now() + allowed;
                self.reading = Some((phase, at));
                Some(at)
            }
        }
    }

    /// Ready when `deadline` has passed; otherwise the task is woken no later than that.
    fn poll_passed(&mut self, cx: &mut Context<'_>, deadline: Instant) -> Poll<()> {
        let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
        if sleep.deadline() > deadline {
            sleep.as_mut().reset(deadline);
        }
        loop {
            ready!(sleep.as_mut().poll(cx));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
            sleep.as_mut().reset(deadline);
        }
    }

    fn poll_read_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        match self.read_deadline() {
            Some(deadline) => self.poll_passed(cx, deadline),
            None => Poll::Pending,
        }
    }

    /// The write side's answer, with the deadline put on a pending one and taken off by progress.
    fn timed_write<T>(&mut self, cx: &mut Context<'_>, polled: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            self.writing = None;
            return polled;
        }
        let allowed = self.deadlines.write;
        let deadline = *self.writing.get_or_insert_with(|| Instant::now() + allowed);
        self.poll_passed(cx, deadline).map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Timed<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buf.filled().len();
        match Pin::new(&mut self.stream).poll_read(cx, buf) {
            Poll::Ready(result) => {
                if buf.filled().len() > before && self.phase.get() == Phase::IDLE {
                    self.phase.head();
                }
                Poll::Ready(result)
            }
            Poll::Pending => self.poll_read_deadline(cx).map(|()| Err(io::ErrorKind::TimedOut.into())),
        }
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Timed<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(cx, buf);
        // An answer on its way is not idleness: the idle time starts after the last byte.
        self.reading = None;
        self.timed_write(cx, polled)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write_vectored(cx, bufs);
        self.reading = None;
        self.timed_write(cx, polled)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_flush(cx);
        let flushed = self.timed_write(cx, polled);
        // hyper does not read again after an answer until something wakes it, so the idle deadline is armed here; when
        // it fires, hyper reads and meets it there.
        if flushed.is_ready() && self.phase.get() == Phase::IDLE {
            let _woken_later = self.poll_read_deadline(cx);
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let polled = Pin::new(&mut self.stream).poll_shutdown(cx);
        self.timed_write(cx, polled)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, duplex};

    use super::*;

    const DEADLINES: Deadlines = Deadlines {
        head: Duration::from_secs(10),
        idle: Duration::from_secs(75),
        write: Duration::from_secs(30),
    };

    fn timed() -> (Timed<DuplexStream>, Phase, DuplexStream) {
        let (ours, theirs) = duplex(64);
        let phase = Phase::default();
        (Timed::new(ours, phase.clone(), DEADLINES), phase, theirs)
    }

    /// Reads until the deadline and says when that was. The time is the runtime's paused one.
    async fn given_up_after(stream: &mut Timed<DuplexStream>) -> Duration {
        let start = Instant::now();
        let error = stream.read_to_end(&mut Vec::new()).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
        start.elapsed()
    }

    fn is_about(elapsed: Duration, expected: Duration) -> bool {
        (expected..expected + Duration::from_millis(5)).contains(&elapsed)
    }

    #[tokio::test(start_paused = true)]
    async fn bytes_that_keep_coming_do_not_prolong_a_head() {
        let (mut stream, _phase, mut peer) = timed();
        let trickle = tokio::spawn(async move {
            let mut beat = tokio::time::interval(Duration::from_secs(3));
            loop {
                beat.tick().await;
                if peer.write_all(b"x").await.is_err() {
                    return;
                }
            }
        });
        assert!(is_about(given_up_after(&mut stream).await, DEADLINES.head));
        trickle.abort();
    }

    #[tokio::test(start_paused = true)]
    async fn every_phase_has_its_own_patience() {
        let (mut stream, phase, mut peer) = timed();
        phase.busy();
        phase.answered(false);
        stream.flush().await.unwrap();
        // Idle until the first byte of the next head, and then strict.
        peer.write_all(b"G").await.unwrap();
        assert!(is_about(given_up_after(&mut stream).await, DEADLINES.head));

        phase.busy();
        phase.answered(false);
        stream.write_all(b"answer").await.unwrap();
        assert!(is_about(given_up_after(&mut stream).await, DEADLINES.idle));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_being_worked_on_and_an_upgraded_connection_may_be_silent() {
        let (mut stream, phase, _peer) = timed();
        let hours = Duration::from_secs(10_000);
        phase.busy();
        assert!(tokio::time::timeout(hours, stream.read_u8()).await.is_err());
        phase.answered(true);
        assert!(tokio::time::timeout(hours, stream.read_u8()).await.is_err());
    }

    #[tokio::test(start_paused = true)]
    async fn progress_in_writing_is_all_that_is_asked() {
        let (mut stream, phase, mut peer) = timed();
        phase.busy();
        let reader = tokio::spawn(async move {
            let mut beat = tokio::time::interval(Duration::from_secs(20));
            for _ in 0..10 {
                beat.tick().await;
                peer.read_exact(&mut [0; 64]).await.unwrap();
            }
            peer
        });
        stream.write_all(&[0; 640]).await.unwrap();
        let _peer = reader.await.unwrap();
        let error = stream.write_all(&[0; 640]).await.unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}

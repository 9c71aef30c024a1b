//! A device's WebSocket: frames in, frames out, and every limit that a device has to keep.
//!
//! One message at a time: the next is read when the former is done, so a device that is too fast is slowed by TCP. A
//! device that takes nothing for [`WRITE_WITHIN`] is cut off, one that is silent for [`SILENCE`] too.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket};
use domain::Tid;
use gateway::Gateway;
use gateway::terminals::{DeviceInfo, Poke, TerminalError};
use polytill_http::peer::Peer;
use polytill_http::throttle::LoginThrottle;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::{Instant, timeout, timeout_at};
use zeroize::Zeroize;

use crate::session::{Opened, Over, Session};
use crate::wire::{self, BadMessage, Code, DeviceMessage, Hello};
use crate::{SILENCE, VERSION, stopped};

/// For `hello`, after connecting.
const HELLO_WITHIN: Duration = Duration::from_secs(10);
/// For a device to take what it is sent.
const WRITE_WITHIN: Duration = Duration::from_secs(30);
/// For a device to take leave.
const CLOSE_WITHIN: Duration = Duration::from_secs(2);
/// Messages that were not understood, before it is over.
const MOST_BAD: u8 = 10;
/// After a look at the store failed, the next one is taken this much later.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// Close codes (docs/terminal-protocol.md).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Close {
    GoingDown,
    Binary,
    Protocol,
    TooLarge,
    NotLetIn,
    Silent,
    Occupied,
    Replaced,
    TooMany,
}

impl Close {
    const fn frame(self) -> (u16, &'static str) {
        match self {
            Self::GoingDown => (1001, "connect again"),
            Self::Binary => (1003, "text only"),
            Self::Protocol => (1008, "not the protocol"),
            Self::TooLarge => (1009, "too large"),
            Self::NotLetIn => (4401, "not let in"),
            Self::Silent => (4408, "silent for too long"),
            Self::Occupied => (4409, "another device is this terminal"),
            Self::Replaced => (4410, "replaced"),
            Self::TooMany => (4429, "too many"),
        }
    }
}

/// How a connection ends: with a word, or without because the device has gone.
enum End {
    Close(Close),
    Gone,
}

pub(crate) struct Connection {
    pub(crate) gateway: Arc<Gateway>,
    pub(crate) throttle: Arc<LoginThrottle>,
    pub(crate) peer: Peer,
    pub(crate) stopping: watch::Receiver<bool>,
}

impl Connection {
    /// Serves a device from its first word to its last.
    pub(crate) async fn run(mut self, mut socket: WebSocket) {
        let end = self.serve(&mut socket).await;
        if let End::Close(close) = end {
            let (code, reason) = close.frame();
            let frame = CloseFrame { code, reason: Utf8Bytes::from_static(reason) };
            let leave = async {
                socket.send(Message::Close(Some(frame))).await.ok()?;
                // The device's own close, or its end: then nothing sent is lost on the way.
                while let Some(Ok(_)) = socket.recv().await {}
                Some(())
            };
            let _ = timeout(CLOSE_WITHIN, leave).await;
        }
    }

    async fn serve(&mut self, socket: &mut WebSocket) -> End {
        let hello = match timeout(HELLO_WITHIN, self.hello(socket)).await {
            Ok(Ok(hello)) => hello,
            Ok(Err(end)) => return end,
            Err(_late) => return End::Close(Close::Protocol),
        };
        match self.let_in(&hello).await {
            Ok((session, poke, welcome)) => {
                let mut session = *session;
                let end = match send_all(socket, &welcome).await {
                    Ok(()) => self.converse(socket, &mut session, &poke).await,
                    Err(end) => end,
                };
                session.close().await;
                end
            }
            Err((refused, close)) => match send_all(socket, &[refused]).await {
                Ok(()) => End::Close(close),
                Err(end) => end,
            },
        }
    }

    async fn hello(&mut self, socket: &mut WebSocket) -> Result<Box<Hello>, End> {
        loop {
            match self.next(socket).await? {
                Some(Ok(DeviceMessage::Hello(hello))) => return Ok(hello),
                Some(Ok(_)) => return Err(End::Close(Close::Protocol)),
                Some(Err(BadMessage(what))) => {
                    send_all(socket, &[wire::error(Code::BadMessage, &what, None)]).await?;
                    return Err(End::Close(Close::Protocol));
                }
                None => {}
            }
        }
    }

    /// The next message; `None` for a sign of life that is none.
    async fn next(
        &mut self,
        socket: &mut WebSocket,
    ) -> Result<Option<Result<DeviceMessage, BadMessage>>, End> {
        let received = tokio::select! {
            received = socket.recv() => received,
            () = stopped(&mut self.stopping) => return Err(End::Close(Close::GoingDown)),
        };
        match received {
            Some(Ok(Message::Text(text))) => {
                let message = wire::parse(&text);
                wipe(text);
                Ok(Some(message))
            }
            Some(Ok(Message::Ping(_) | Message::Pong(_))) => Ok(None),
            Some(Ok(Message::Binary(_))) => Err(End::Close(Close::Binary)),
            Some(Ok(Message::Close(_))) | None => Err(End::Gone),
            Some(Err(error)) if is_too_large(&error) => Err(End::Close(Close::TooLarge)),
            Some(Err(_)) => Err(End::Gone),
        }
    }

    /// Lets a device in, or says why not.
    async fn let_in(&self, hello: &Hello) -> Result<(Box<Session>, Poke, Vec<Value>), (Value, Close)> {
        let no = |code: &str, message: &str, close| (wire::refused(code, message, None), close);
        if hello.version != VERSION {
            return Err(no("version", "this server speaks version 1", Close::Protocol));
        }
        if let Err(wait) = self.throttle.check(self.peer.ip, &hello.tid) {
            let after = u64::try_from(wait.0.as_millis()).unwrap_or(u64::MAX);
            let refused = wire::refused("throttled", "too many wrong secrets", Some(after));
            return Err((refused, Close::TooMany));
        }
        let tid = hello.tid.parse::<Tid>().ok();
        let Some(terminal) = tid.and_then(|tid| self.gateway.admit_device(&tid, &hello.secret)) else {
            self.throttle.failed(self.peer.ip, &hello.tid);
            return Err(no("credentials", "unknown TID or wrong secret", Close::NotLetIn));
        };
        let Some(poke) = self.gateway.wait_for_news(terminal.id) else {
            return Err(no("connections", "too many connections of this terminal", Close::TooMany));
        };
        let device = DeviceInfo {
            instance: hello.instance.clone(),
            model: hello.device.model.clone().unwrap_or_default(),
        };
        match Session::open(&self.gateway, terminal, device, hello.takeover, false, hello.last).await {
            Ok(Opened::In(session, welcome)) => Ok((session, poke, welcome)),
            Ok(Opened::Occupied(model)) => {
                let message = format!("another device is this terminal: {model}");
                Err(no("occupied", &message, Close::Occupied))
            }
            Err(TerminalError::Inactive) => {
                Err(no("inactive", "the terminal is switched off", Close::NotLetIn))
            }
            Err(error) => {
                tracing::error!(%error, "a device could not be let in");
                Err(no("connections", "try again shortly", Close::TooMany))
            }
        }
    }

    async fn converse(&mut self, socket: &mut WebSocket, session: &mut Session, poke: &Poke) -> End {
        let mut bad: u8 = 0;
        let mut silent_until = Instant::now() + SILENCE;
        loop {
            let message = tokio::select! {
                next = timeout_at(silent_until, self.next(socket)) => match next {
                    Err(_silence) => return End::Close(Close::Silent),
                    Ok(Err(end)) => return end,
                    Ok(Ok(next)) => Some(next),
                },
                () = poke.poked() => None,
            };
            let spoke = message.is_some();
            let told = match message {
                None => tell_news(session).await,
                Some(None) => Ok(vec![]),
                Some(Some(Ok(message))) => Ok(session.handle(&message).await),
                Some(Some(Err(BadMessage(what)))) => {
                    bad = bad.saturating_add(1);
                    Ok(vec![wire::error(Code::BadMessage, &what, None)])
                }
            };
            let (messages, over) = match told {
                Ok(messages) => (messages, None),
                Err((messages, over)) => (messages, Some(over)),
            };
            if let Err(end) = send_all(socket, &messages).await {
                return end;
            }
            match over {
                Some(Over::Replaced) => return End::Close(Close::Replaced),
                Some(Over::Forgotten) => return End::Close(Close::GoingDown),
                None if bad >= MOST_BAD => return End::Close(Close::Protocol),
                None => {}
            }
            // Measured from the end of the work: a device is not silent while it waits.
            if spoke {
                silent_until = Instant::now() + SILENCE;
            }
        }
    }
}

/// News, and whether the session is over with it. A look that failed is taken again.
async fn tell_news(session: &mut Session) -> Result<Vec<Value>, (Vec<Value>, Over)> {
    loop {
        match session.news().await {
            Ok(told) => {
                return match told.over {
                    Some(over) => Err((told.messages, over)),
                    None => Ok(told.messages),
                };
            }
            Err(error) => {
                tracing::warn!(%error, terminal = %session.place.terminal.tid, "news could not be looked up");
                tokio::time::sleep(LOOK_AGAIN).await;
            }
        }
    }
}

async fn send_all(socket: &mut WebSocket, messages: &[Value]) -> Result<(), End> {
    for message in messages {
        let text = Message::Text(message.to_string().into());
        match timeout(WRITE_WITHIN, socket.send(text)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) | Err(_) => return Err(End::Gone),
        }
    }
    Ok(())
}

/// A frame may hold a card number: what can be wiped of it is.
fn wipe(text: Utf8Bytes) {
    let bytes: axum::body::Bytes = text.into();
    if let Ok(mut bytes) = bytes.try_into_mut() {
        bytes.as_mut().zeroize();
    }
}

fn is_too_large(error: &axum::Error) -> bool {
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(error) = cause {
        // The library's own error is not part of its interface; its text for this has been the same for years.
        if error.to_string().contains("too long") || error.to_string().contains("too large") {
            return true;
        }
        cause = error.source();
    }
    false
}

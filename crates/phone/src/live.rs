//! Phones that listen: told what they show at once, and again when it has changed.
//!
//! One task hears of every change and pokes those whom it is about; only they look, and only what differs is sent. A
//! stream that a phone does not read looks no further. Streams are few of one phone, bounded in all, and each ends by
//! itself after a while, so that what was forgotten somewhere goes away.

use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use futures_util::StreamExt;
use futures_util::stream;
use gateway::phone::{Phone, PhoneChange, PhoneError, PhoneNumber};
use parking_lot::Mutex;
use tokio::sync::watch;
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, sleep_until};

use crate::phones::{Changes, Phones};
use crate::show;

/// Of all phones together, and of one.
const MOST: usize = 1_000;
const MOST_OF_ONE: usize = 8;
/// How often a quiet stream says that it is there. Below every usual proxy's patience.
const HEARTBEAT: Duration = Duration::from_secs(15);
const LIFE: Duration = Duration::from_secs(600);

/// Who listens.
pub(crate) struct Live {
    phones: Mutex<HashMap<PhoneNumber, Listeners>>,
    stop: watch::Sender<bool>,
}

struct Listeners {
    poke: watch::Sender<()>,
    number: usize,
}

impl Live {
    /// Listens for changes until the door is closed or there is nobody left to tell of any.
    pub(crate) fn start(changes: Changes) -> Arc<Self> {
        let live = Arc::new(Self { phones: Mutex::default(), stop: watch::channel(false).0 });
        tokio::spawn(Arc::clone(&live).pass_on(changes));
        live
    }

    async fn pass_on(self: Arc<Self>, mut changes: Changes) {
        let mut stop = self.stop.subscribe();
        loop {
            let change = tokio::select! {
                _ = stop.wait_for(|stop| *stop) => return,
                change = changes.next() => change,
            };
            let phones = self.phones.lock();
            match change {
                None => return,
                Some(PhoneChange::Of(phone)) => {
                    if let Some(listeners) = phones.get(&phone) {
                        listeners.poke.send_replace(());
                    }
                }
                Some(PhoneChange::All) => phones.values().for_each(|listeners| {
                    listeners.poke.send_replace(());
                }),
            }
        }
    }

    pub(crate) fn stop(&self) {
        self.stop.send_replace(true);
    }

    /// A place for one more stream of this phone, if there is one.
    pub(crate) fn place(self: &Arc<Self>, phone: PhoneNumber) -> Option<Place> {
        let mut phones = self.phones.lock();
        let all: usize = phones.values().map(|listeners| listeners.number).sum();
        let own = phones.get(&phone).map_or(0, |listeners| listeners.number);
        if all >= MOST || own >= MOST_OF_ONE || *self.stop.borrow() {
            return None;
        }
        let listeners =
            phones.entry(phone).or_insert_with(|| Listeners { poke: watch::channel(()).0, number: 0 });
        listeners.number += 1;
        metrics::gauge!("polytill_phone_streams").increment(1);
        Some(Place { live: Arc::clone(self), phone, poked: listeners.poke.subscribe() })
    }
}

/// A stream's place, given back when it is dropped.
pub(crate) struct Place {
    live: Arc<Live>,
    phone: PhoneNumber,
    poked: watch::Receiver<()>,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut phones = self.live.phones.lock();
        if let Some(listeners) = phones.get_mut(&self.phone) {
            listeners.number -= 1;
            if listeners.number == 0 {
                phones.remove(&self.phone);
            }
        }
        metrics::gauge!("polytill_phone_streams").decrement(1);
    }
}

/// A stream that is being written.
struct Telling {
    place: Place,
    phones: Arc<dyn Phones>,
    stop: watch::Receiver<bool>,
    heartbeat: Interval,
    end: Instant,
    /// What the phone was told last.
    told: Option<Phone>,
    /// What it is to be told next.
    next: Option<Phone>,
}

impl Place {
    /// The body of a stream that begins with this.
    pub(crate) fn stream(self, phones: Arc<dyn Phones>, first: Phone) -> Body {
        let now = Instant::now();
        let mut heartbeat = interval_at(now + HEARTBEAT, HEARTBEAT);
        heartbeat.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let stop = self.live.stop.subscribe();
        let telling =
            Telling { place: self, phones, stop, heartbeat, end: now + LIFE, told: None, next: Some(first) };
        Body::from_stream(stream::unfold(telling, |mut telling| async move {
            telling.event().await.map(|event| (Ok::<_, Infallible>(Bytes::from(event)), telling))
        }))
    }
}

impl Telling {
    /// What to write next; `None` ends the stream.
    async fn event(&mut self) -> Option<String> {
        loop {
            if let Some(phone) = self.next.take()
                && self.told.as_ref() != Some(&phone)
            {
                let event = format!("event: phone\ndata: {}\n\n", show::phone(&phone, self.phones.now()));
                self.told = Some(phone);
                return Some(event);
            }
            tokio::select! {
                biased;
                _ = self.stop.wait_for(|stop| *stop) => return None,
                () = sleep_until(self.end) => return None,
                poked = self.place.poked.changed() => poked.ok()?,
                _ = self.heartbeat.tick() => return Some(":\n\n".to_owned()),
            }
            match self.phones.phone(self.place.phone).await {
                Ok(phone) => self.next = Some(phone),
                // The phone asks again by itself, and then looks at everything.
                Err(PhoneError::Internal(error)) => {
                    tracing::error!(error, "a listening phone could not be shown");
                    return None;
                }
                Err(_) => return None,
            }
        }
    }
}

//! Word that something has changed, to every node that may be waiting for it.
//!
//! A signal is told once the change it travels with is durable: at once on the node that wrote it, and on
//! PostgreSQL to all other nodes. It carries no news, only where to look. It may be told twice, and when it
//! cannot be known what was missed, [`Topic::Lost`] says that everything has to be looked at again.

use std::fmt;

use tokio::sync::broadcast;

/// How many signals a slow listener may be behind before it has to look at everything again.
const BEHIND: usize = 4_096;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Signal {
    pub topic: Topic,
    /// Which one of them.
    pub key: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    Terminal,
    PointOfSale,
    Payment,
    /// A payer's phone, by its number.
    Phone,
    Directory,
    /// Signals may have been missed.
    Lost,
}

impl Topic {
    const ALL: [Self; 6] =
        [Self::Terminal, Self::PointOfSale, Self::Payment, Self::Phone, Self::Directory, Self::Lost];

    const fn letter(self) -> char {
        match self {
            Self::Terminal => 't',
            Self::PointOfSale => 'p',
            Self::Payment => 'y',
            Self::Phone => 'c',
            Self::Directory => 'd',
            Self::Lost => 'l',
        }
    }
}

/// As PostgreSQL carries it: a letter and a number.
impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.topic.letter(), self.key)
    }
}

impl Signal {
    pub(crate) const LOST: Self = Self { topic: Topic::Lost, key: 0 };

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut letters = text.chars();
        let letter = letters.next()?;
        let topic = Topic::ALL.into_iter().find(|topic| topic.letter() == letter)?;
        Some(Self { topic, key: letters.as_str().parse().ok()? })
    }
}

/// Where listeners of this node come to.
#[derive(Debug, Clone)]
pub(crate) struct Signals(broadcast::Sender<Signal>);

impl Default for Signals {
    fn default() -> Self {
        Self(broadcast::channel(BEHIND).0)
    }
}

impl Signals {
    pub(crate) fn listen(&self) -> broadcast::Receiver<Signal> {
        self.0.subscribe()
    }

    /// Nobody listening is no error.
    pub(crate) fn tell(&self, signal: Signal) {
        let _ = self.0.send(signal);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signal_survives_its_text_form() {
        for topic in Topic::ALL {
            let signal = Signal { topic, key: -7 };
            assert_eq!(Signal::parse(&signal.to_string()), Some(signal));
        }
        for wrong in ["", "t", "x1", "t1 "] {
            assert_eq!(Signal::parse(wrong), None, "{wrong}");
        }
    }
}

//! Why the program ended without doing what it was started for: in lines for a person, and an exit code.

use std::fmt::Display;

/// Exit code 2 for a wrong way of calling it, 1 for everything else.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// An option, a variable or a key of the file is wrong.
    #[error("{0}")]
    Usage(String),
    /// The world is not as it must be.
    #[error("{0}")]
    Failed(String),
    /// Production has conditions; these are not met.
    #[error("refusing to start in production: {}", .0.join("; "))]
    Refused(Vec<String>),
}

impl StartError {
    /// What we were doing, and what came of it.
    pub fn failed(doing: impl Display, cause: impl Display) -> Self {
        Self::Failed(format!("{doing}: {cause}"))
    }

    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Usage(_) => 2,
            Self::Failed(_) | Self::Refused(_) => 1,
        }
    }

    /// One line for each thing that is wrong; nearly always there is one.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        match self {
            Self::Usage(text) | Self::Failed(text) => vec![one_line(text)],
            Self::Refused(reasons) => {
                reasons.iter().map(|reason| one_line(&format!("production: {reason}"))).collect()
            }
        }
    }
}

/// The text with every run of white space as one space.
#[must_use]
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

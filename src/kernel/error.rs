//! The one error of every action: refused by a rule, busy for the moment, or broken.

use std::error::Error as StdError;
use std::fmt;

use crate::kernel::refused::Refused;

/// What every action returns.
pub type Result<T> = std::result::Result<T, Error>;

/// Why an action did not happen.
#[derive(Debug)]
pub enum Error {
    /// A rule said no; the caller is told everything.
    Refused(Box<Refused>),
    /// The store is overloaded or locked; the same call may succeed shortly.
    Busy,
    /// Something failed that should not; logged once, and the caller learns only a trace id.
    Broken(Box<dyn StdError + Send + Sync>),
}

impl Error {
    /// Wraps a fault of something below us.
    pub fn broken(cause: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::Broken(cause.into())
    }

    /// Returns the code of a refusal.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            Self::Refused(refused) => Some(refused.code),
            Self::Busy | Self::Broken(_) => None,
        }
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(Box::new(refused))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => {
                write!(f, "refused: {}", refused.code)?;
                for finding in &refused.findings {
                    write!(f, "; {} {}", finding.pointer, finding.code)?;
                }
                Ok(())
            }
            Self::Busy => f.write_str("the store is busy, try again"),
            Self::Broken(cause) => write!(f, "broken: {cause}"),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Broken(cause) => Some(cause.as_ref()),
            Self::Refused(_) | Self::Busy => None,
        }
    }
}

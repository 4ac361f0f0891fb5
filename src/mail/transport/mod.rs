//! Hands one finished message to the outside world and says what became of it.
//!
//! A transport knows neither the outbox nor its states, neither clocks nor working hours: it
//! gets bytes and an envelope and answers with an [`Outcome`]. When to try again, how often and
//! whom to tell is the business of its caller.

mod fault;
mod folder;
mod letter;
mod smtp;
mod wire;

#[cfg(test)]
pub(super) mod tests;

use std::time::Duration;

pub(crate) use self::folder::Folder;
pub(crate) use self::smtp::Smtp;
use crate::kernel::error::Error;
use crate::kernel::time::Moment;
pub(crate) use crate::settings::mail::{MailSettings, Misconfigured, Way};

/// Removes what killed processes left half written in the folder of letters, where there is one;
/// returns how many files.
///
/// # Errors
/// Faults of the folder.
pub(crate) fn sweep(settings: &MailSettings, now: Moment) -> crate::kernel::error::Result<usize> {
    match settings.transport {
        Way::Folder => {
            let folder = settings.folder().map_err(Error::broken)?;
            folder::sweep(&folder, now).map_err(Error::broken)
        }
        Way::Smtp | Way::Record => Ok(0),
    }
}

/// One message for one recipient, finished: no attempt changes a byte of it.
#[derive(Debug, Clone)]
pub(crate) struct Parcel {
    /// Envelope sender, a bare address; replies of mail systems go there.
    pub(crate) from: String,
    /// Envelope recipient, a bare address.
    pub(crate) to: String,
    /// The value of the `Message-ID` field, with or without its angle brackets.
    pub(crate) message_id: String,
    /// The whole message: header and body, lines ended by CRLF.
    pub(crate) bytes: Vec<u8>,
}

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The other side took responsibility for the message.
    Sent {
        /// Its words.
        reply: String,
    },
    /// Nothing was accepted; the same bytes may be tried again without fear of a duplicate.
    Retry {
        /// What happened, in words for the console; never holds the password.
        why: String,
        /// True when the fault is the relay's, so that other messages would meet it too.
        relay_wide: bool,
    },
    /// The relay refuses this message or this recipient for good.
    Bounced {
        /// What happened, in words for the console; never holds the password.
        why: String,
    },
    /// The whole message was sent and no answer came: it may have been accepted. RFC 1047 tells
    /// how this comes about and why no client can avoid it.
    Ambiguous {
        /// What happened, in words for the console; never holds the password.
        why: String,
    },
}

/// The ways by which letters leave.
pub(crate) enum Transport {
    /// One file per message in a folder.
    Folder(Folder),
    /// A mail relay.
    Smtp(Box<Smtp>),
    /// Nowhere: every message counts as sent and none leaves. For rehearsals.
    Record,
}

impl Transport {
    /// Makes the transport the settings ask for; connects to nothing and writes nothing yet.
    ///
    /// # Errors
    /// [`Misconfigured`] names the setting that is missing or does not hold.
    pub(crate) fn from_settings(settings: &MailSettings) -> Result<Self, Misconfigured> {
        match settings.transport {
            Way::Folder => settings
                .folder()
                .map(|path| Self::Folder(Folder::new(path))),
            Way::Smtp => Smtp::new(settings.smtp()?).map(|smtp| Self::Smtp(Box::new(smtp))),
            Way::Record => Ok(Self::Record),
        }
    }

    /// Tries once to hand over one message; always ends within [`Transport::patience`], not
    /// counting the wait for a free session.
    pub(crate) async fn deliver(&self, parcel: &Parcel) -> Outcome {
        match self {
            Self::Folder(folder) => folder.deliver(parcel).await,
            Self::Smtp(smtp) => smtp.deliver(parcel).await,
            Self::Record => Outcome::Sent {
                reply: "recorded only, not sent".to_owned(),
            },
        }
    }

    /// Ends the sessions kept open for the next message; to be called when a round is over.
    pub(crate) async fn hang_up(&self) {
        if let Self::Smtp(smtp) = self {
            smtp.hang_up().await;
        }
    }

    /// Returns the longest time one attempt can take. A lease on a message that is being sent
    /// must be longer, or a second sender takes over while the first still waits.
    pub(crate) fn patience(&self) -> Duration {
        match self {
            Self::Smtp(smtp) => smtp.patience(),
            // A local disk has no deadline; this is only a measure for leases.
            Self::Folder(_) | Self::Record => Duration::from_mins(1),
        }
    }
}

//! What went wrong at which step of an SMTP talk, and what it means for the letter: pure.

use std::error::Error as _;

use super::Outcome;

/// Longest text kept of what a relay says, in characters.
const WORDS_LIMIT: usize = 300;

/// Replies that speak of the session or of this site, at whichever command they come: closing
/// down (421), wrong order (503), sign-in wanted, too weak, refused or to be encrypted (530, 534,
/// 535, 538; RFC 4954, 6). They would meet every letter, so they never condemn one.
const ABOUT_THE_RELAY: [u16; 6] = [421, 503, 530, 534, 535, 538];

/// The steps of handing a letter over, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Step {
    /// TCP, and TLS where it comes first.
    Connect,
    /// The relay's greeting and EHLO.
    Greeting,
    /// STARTTLS and the handshake.
    StartTls,
    /// AUTH.
    SignIn,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// The message, before its end.
    Body,
    /// The answer after its end.
    Reply,
}

impl Step {
    fn words(self) -> &'static str {
        match self {
            Self::Connect => "connecting to the relay",
            Self::Greeting => "greeting the relay",
            Self::StartTls => "protecting the connection by STARTTLS",
            Self::SignIn => "signing in (check mail.smtp_user and mail.smtp_password)",
            Self::Mail => "naming the sender",
            Self::Rcpt => "naming the recipient",
            Self::Data => "announcing the message",
            Self::Body => "sending the message",
            Self::Reply => "waiting for the answer to the whole message",
        }
    }

    fn not_offered(self) -> &'static str {
        match self {
            Self::StartTls => {
                "the relay does not offer it, and nothing is sent unprotected unless \
                 mail.smtp_tls is none"
            }
            Self::SignIn => "the relay offers neither PLAIN nor LOGIN on this connection",
            _ => "the relay does not offer it",
        }
    }
}

/// Why a step did not succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fault {
    /// The relay said no.
    Refused {
        /// Its reply code, 4xx or 5xx.
        code: u16,
        /// Its words.
        text: String,
    },
    /// The connection broke, TLS failed, or the answer was no SMTP.
    Broken(String),
    /// The time was over.
    Silent,
    /// The relay does not offer what the settings demand.
    NotOffered,
}

impl Fault {
    /// Reads the library's error.
    pub(super) fn of(error: &lettre::transport::smtp::Error) -> Self {
        match error.status() {
            Some(code) => Self::Refused {
                code: code.into(),
                text: error
                    .source()
                    .map(|text| words(&text.to_string()))
                    .unwrap_or_default(),
            },
            None => Self::Broken(words(&error.to_string())),
        }
    }

    /// Leaves out everything the relay said: some relays repeat what they were sent, be it a
    /// password.
    pub(super) fn without_words(self) -> Self {
        match self {
            Self::Refused { code, .. } => Self::Refused {
                code,
                text: String::new(),
            },
            Self::Broken(_) => {
                Self::Broken("the connection broke or the answer was no SMTP".into())
            }
            other => other,
        }
    }

    /// True when the session is over, whatever letter was on its way.
    pub(super) fn ends_session(&self) -> bool {
        matches!(self, Self::Broken(_) | Self::Refused { code: 421, .. })
    }
}

/// Returns what a fault at a step means for the letter.
pub(super) fn outcome(step: Step, fault: Fault) -> Outcome {
    let said = match &fault {
        Fault::Refused { code, text } => format!("{code} {text}").trim_end().to_owned(),
        Fault::Broken(what) => what.clone(),
        Fault::Silent => "no answer in time".to_owned(),
        Fault::NotOffered => step.not_offered().to_owned(),
    };
    let why = format!("{}: {said}", step.words());
    let opening = step < Step::Mail;
    match fault {
        Fault::Refused { code, .. } => {
            let relay_wide = opening || ABOUT_THE_RELAY.contains(&code);
            if code >= 500 && !relay_wide {
                Outcome::Bounced { why }
            } else {
                Outcome::Retry { why, relay_wide }
            }
        }
        Fault::Broken(_) | Fault::Silent if step == Step::Reply => Outcome::Ambiguous { why },
        // A relay that dies of one letter must not stop the others; one that does not even let
        // us in concerns them all.
        Fault::Broken(_) | Fault::Silent | Fault::NotOffered => Outcome::Retry {
            why,
            relay_wide: opening,
        },
    }
}

/// Makes foreign text fit for a log line and a table: one line, no controls, not too long.
pub(super) fn words(text: &str) -> String {
    let line: Vec<_> = text
        .split(|c: char| c.is_control() || c.is_whitespace())
        .collect();
    let line = line
        .into_iter()
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    line.chars().take(WORDS_LIMIT).collect()
}

//! The settings of the mail transport: what an operator may say, and what the transport makes of it.
//!
//! Knows no file and no environment; it is read as a part of the whole settings.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use lettre::message::Mailbox;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;

/// RFC 5321, 4.5.3.2.6, wants ten minutes for the final reply, as a message given up too early
/// arrives twice. Below one minute even a relay that scans every mail would be cut off.
const FINAL_REPLY_FLOOR: Duration = Duration::from_mins(1);

/// Parallel sessions with one relay. Postfix starts with 5 per destination; 4 stays below.
const SESSIONS: usize = 4;

/// How long a session without work may be used again. Relays hang up after 300 s by RFC 5321,
/// 4.5.3.2.7, and busy ones much earlier.
const IDLE: Duration = Duration::from_secs(30);

/// The way letters leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Way {
    /// As files into a folder.
    Folder,
    /// To a mail relay.
    Smtp,
    /// Nowhere; they only count as sent.
    Record,
}

/// How the connection to the relay is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Protection {
    /// Not at all.
    None,
    /// By the STARTTLS command; a relay without it gets no mail.
    Starttls,
    /// From the first byte.
    Tls,
}

/// The settings under `mail` that the transport reads.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MailSettings {
    /// `folder`, `smtp` or `record`.
    pub(crate) transport: Way,
    /// Where `folder` puts its files.
    pub(crate) folder: PathBuf,
    /// The address letters come from, with or without a name: `Dispatch <dispatch@example.cn>`.
    pub(crate) from: String,
    /// Name or address of the relay.
    pub(crate) smtp_host: String,
    /// Its port: usually 25 for `none`, 587 for `starttls`, 465 for `tls`.
    pub(crate) smtp_port: u16,
    /// `none`, `starttls` or `tls`.
    pub(crate) smtp_tls: Protection,
    /// User name at the relay; empty: no sign-in.
    pub(crate) smtp_user: Option<String>,
    /// Password at the relay.
    pub(crate) smtp_password: Option<SecretString>,
    /// PEM file of the authorities that may sign the relay's certificate; the system's are then
    /// not trusted. Empty: the system's.
    pub(crate) smtp_ca_file: Option<PathBuf>,
    /// The name this site gives in EHLO; empty: the domain of `from`.
    pub(crate) smtp_hello: Option<String>,
    /// Milliseconds for the TCP connection.
    pub(crate) smtp_connect_timeout_ms: u64,
    /// Milliseconds for everything up to the end of the message, the connection included.
    pub(crate) smtp_session_timeout_ms: u64,
    /// Milliseconds for the answer to the message; at least 60,000.
    pub(crate) smtp_reply_timeout_ms: u64,
    /// Hours after which an undelivered letter is given up.
    pub(crate) life_hours: u32,
    /// Seconds before the first new attempt.
    pub(crate) retry_seconds: u32,
}

impl Default for MailSettings {
    fn default() -> Self {
        Self {
            transport: Way::Folder,
            folder: PathBuf::from("mail"),
            from: "fiveone@localhost".to_owned(),
            smtp_host: String::new(),
            smtp_port: 587,
            smtp_tls: Protection::Starttls,
            smtp_user: None,
            smtp_password: None,
            smtp_ca_file: None,
            smtp_hello: None,
            smtp_connect_timeout_ms: 10_000,
            smtp_session_timeout_ms: 60_000,
            smtp_reply_timeout_ms: 600_000,
            life_hours: 72,
            retry_seconds: 60,
        }
    }
}

/// What the relay is told about who we are.
#[derive(Debug, Clone)]
pub(crate) struct Login {
    /// User name.
    pub(crate) user: String,
    /// Password.
    pub(crate) password: SecretString,
}

/// What the SMTP transport needs, checked by [`MailSettings::smtp`] except for the CA file.
#[derive(Debug, Clone)]
pub(crate) struct SmtpSettings {
    /// Name or address of the relay; its certificate must carry it.
    pub(crate) host: String,
    /// Port of the relay.
    pub(crate) port: u16,
    /// Protection of the connection.
    pub(crate) tls: Protection,
    /// Sign-in, if the relay wants one.
    pub(crate) login: Option<Login>,
    /// Authorities to trust in place of the system's.
    pub(crate) ca_file: Option<PathBuf>,
    /// The name given in EHLO.
    pub(crate) hello: String,
    /// Limit for the TCP connection.
    pub(crate) connect: Duration,
    /// Limit for everything up to the end of the message, the connection included.
    pub(crate) session: Duration,
    /// Limit for the answer to the end of the message.
    pub(crate) reply: Duration,
    /// Sessions open at the same time.
    pub(crate) sessions: usize,
    /// How long a session without work may be used again.
    pub(crate) idle: Duration,
}

/// A setting of the mail transport that cannot be used; the words name it and say what to do.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Misconfigured {
    /// `smtp_host` is empty.
    #[error("mail.smtp_host is empty: name the relay, or set mail.transport to folder")]
    NoHost,
    /// `folder` is empty.
    #[error("mail.folder is empty: name the folder that shall receive the letters")]
    NoFolder,
    /// `from` is no address.
    #[error("mail.from is no mail address: {0:?}")]
    From(String),
    /// `smtp_hello` or what was derived from `from` cannot stand in EHLO.
    #[error("{0:?} cannot stand in EHLO: set mail.smtp_hello to this host's full name")]
    Hello(String),
    /// One of user and password is missing.
    #[error("mail.smtp_user and mail.smtp_password go together: set both or neither")]
    HalfALogin,
    /// A password would travel unprotected.
    #[error(
        "mail.smtp_password would travel unprotected to {0}: set mail.smtp_tls to starttls or tls"
    )]
    PasswordInClear(String),
    /// A time limit is nought.
    #[error("mail.{0} is 0: no message could ever be sent")]
    NoTime(&'static str),
    /// The final reply is not waited for long enough.
    #[error(
        "mail.smtp_reply_timeout_ms is below 60000: a message given up too early arrives twice"
    )]
    ReplyTooShort,
    /// The CA file cannot be read or holds no certificate.
    #[error("mail.smtp_ca_file {path}: {why}", path = .path.display())]
    CaFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The TLS library refuses the configuration.
    #[error("TLS cannot be set up for mail: {0}")]
    Tls(String),
}

impl MailSettings {
    /// Tells whether letters could leave with these settings, so that a slip shows at the start and
    /// not with the first letter. Connects to nothing.
    ///
    /// # Errors
    /// [`Misconfigured`] names the setting.
    pub(crate) fn check(&self) -> Result<(), Misconfigured> {
        self.sender()?;
        match self.transport {
            Way::Folder => self.folder().map(drop),
            Way::Smtp => self.smtp().map(drop),
            Way::Record => Ok(()),
        }
    }

    /// Returns the address letters come from.
    ///
    /// # Errors
    /// [`Misconfigured::From`] when it is none.
    pub(crate) fn sender(&self) -> Result<Mailbox, Misconfigured> {
        (self.from.parse()).map_err(|_| Misconfigured::From(self.from.clone()))
    }

    /// Returns the folder that receives the letters.
    pub(crate) fn folder(&self) -> Result<PathBuf, Misconfigured> {
        if self.folder.as_os_str().is_empty() {
            return Err(Misconfigured::NoFolder);
        }
        Ok(self.folder.clone())
    }

    /// Returns the settings of the SMTP transport.
    pub(crate) fn smtp(&self) -> Result<SmtpSettings, Misconfigured> {
        if self.smtp_host.is_empty() {
            return Err(Misconfigured::NoHost);
        }
        let smtp = SmtpSettings {
            host: self.smtp_host.clone(),
            port: self.smtp_port,
            tls: self.smtp_tls,
            login: self.login()?,
            ca_file: (self.smtp_ca_file.clone()).filter(|path| !path.as_os_str().is_empty()),
            hello: self.hello()?,
            connect: limit("smtp_connect_timeout_ms", self.smtp_connect_timeout_ms)?,
            session: limit("smtp_session_timeout_ms", self.smtp_session_timeout_ms)?,
            reply: limit("smtp_reply_timeout_ms", self.smtp_reply_timeout_ms)?,
            sessions: SESSIONS,
            idle: IDLE,
        };
        if smtp.reply < FINAL_REPLY_FLOOR {
            return Err(Misconfigured::ReplyTooShort);
        }
        Ok(smtp)
    }

    /// A password in clear is accepted on the way to this very machine alone, where nobody but
    /// root could listen: a local relay that wants a sign-in is a common arrangement.
    fn login(&self) -> Result<Option<Login>, Misconfigured> {
        let user = self.smtp_user.clone().filter(|user| !user.is_empty());
        let password =
            (self.smtp_password.clone()).filter(|password| !password.expose_secret().is_empty());
        match (user, password) {
            (None, None) => Ok(None),
            (Some(user), Some(password)) => {
                if self.smtp_tls == Protection::None && !is_this_machine(&self.smtp_host) {
                    return Err(Misconfigured::PasswordInClear(self.smtp_host.clone()));
                }
                Ok(Some(Login { user, password }))
            }
            _ => Err(Misconfigured::HalfALogin),
        }
    }

    fn hello(&self) -> Result<String, Misconfigured> {
        let sender = self.sender()?;
        let hello = (self.smtp_hello.as_deref())
            .filter(|hello| !hello.is_empty())
            .unwrap_or_else(|| sender.email.domain());
        // The name goes into a command line as it is, so nothing may pass that ends or splits it.
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '[' | ']' | ':');
        if hello.chars().all(fits) {
            Ok(hello.to_owned())
        } else {
            Err(Misconfigured::Hello(hello.to_owned()))
        }
    }
}

fn limit(setting: &'static str, milliseconds: u64) -> Result<Duration, Misconfigured> {
    match milliseconds {
        0 => Err(Misconfigured::NoTime(setting)),
        _ => Ok(Duration::from_millis(milliseconds)),
    }
}

fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

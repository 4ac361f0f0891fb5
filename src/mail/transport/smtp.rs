//! Hands messages to a mail relay over SMTP.
//!
//! The library speaks the protocol; this module decides what each ending means and sees to it
//! that there is one: the library bounds the TCP connection alone, so a relay that falls silent
//! or answers a byte a second would hold a session for ever. Two limits rule an attempt: one for
//! everything up to the end of the message, when nothing can have been accepted yet, and one
//! for the answer after it, when giving up may mean a duplicate.
//!
//! Messages are expected in 7 bits, as base64 or quoted-printable; one with 8-bit bytes passes
//! only where the relay offers 8BITMIME. A relay must speak EHLO with its keywords in
//! capitals, and put a space after the code of each reply, as the library reads no other.

use std::fs;
use std::time::Duration;

use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::ClientId;
use lettre::transport::smtp::response::Response;
use secrecy::ExposeSecret;
use tokio::sync::{Mutex, Semaphore, oneshot};
use tokio::time::{Instant, timeout, timeout_at};

use super::fault::{Fault, Step, outcome, words};
use super::letter::Letter;
use super::wire::Wire;
use super::{Outcome, Parcel};
use crate::settings::mail::{Misconfigured, Protection, SmtpSettings};

/// How long QUIT may take. The outcome stands by then, and a relay that is slow to say goodbye
/// must not hold a place others wait for.
const GOODBYE: Duration = Duration::from_secs(2);

/// A mail relay and the sessions kept with it.
pub(crate) struct Smtp {
    settings: SmtpSettings,
    hello: ClientId,
    tls: Option<TlsParameters>,
    /// One permit per session that may be at work.
    places: Semaphore,
    /// Sessions whose last message was accepted, ready for another. Their number and that of
    /// the sessions at work never exceed the places, as a session is opened only when none rests.
    resting: Mutex<Vec<Resting>>,
}

struct Resting {
    session: AsyncSmtpConnection,
    since: Instant,
}

impl Smtp {
    /// Makes the transport and reads the CA file; connects to nothing yet.
    ///
    /// # Errors
    /// [`Misconfigured::CaFile`] or [`Misconfigured::Tls`].
    pub(crate) fn new(settings: SmtpSettings) -> Result<Self, Misconfigured> {
        Ok(Self {
            hello: ClientId::Domain(settings.hello.clone()),
            tls: tls_parameters(&settings)?,
            places: Semaphore::new(settings.sessions),
            resting: Mutex::new(Vec::new()),
            settings,
        })
    }

    /// Returns the longest time one attempt can take once it has a place, with a goodbye to the
    /// session it found ended and one to its own.
    pub(crate) fn patience(&self) -> Duration {
        self.settings.session + self.settings.reply + 2 * GOODBYE
    }

    /// Tries once to hand over one message, waiting for a place if all are taken.
    pub(crate) async fn deliver(&self, parcel: &Parcel) -> Outcome {
        let letter = match Letter::of(parcel) {
            Ok(letter) => letter,
            Err(outcome) => return outcome,
        };
        let Ok(_place) = self.places.acquire().await else {
            return Outcome::Retry {
                why: "the mail transport is shutting down".to_owned(),
                relay_wide: true,
            };
        };
        let until = Instant::now() + self.settings.session;
        if let Some(session) = self.wake().await {
            match self.attempt(session, &letter, until).await {
                // A session the relay has meanwhile ended shows it at the first command. That
                // is no fault of relay or letter, and nothing was sent yet.
                Err((Step::Mail, fault)) if fault.ends_session() => {}
                done => return done.unwrap_or_else(|(step, fault)| outcome(step, fault)),
            }
        }
        let session = match self.open(until).await {
            Ok(session) => session,
            Err((step, fault)) => return outcome(step, fault),
        };
        (self.attempt(session, &letter, until).await)
            .unwrap_or_else(|(step, fault)| outcome(step, fault))
    }

    /// Ends the resting sessions.
    pub(crate) async fn hang_up(&self) {
        let resting = std::mem::take(&mut *self.resting.lock().await);
        for Resting { session, .. } in resting {
            goodbye(session).await;
        }
    }

    async fn wake(&self) -> Option<AsyncSmtpConnection> {
        let mut resting = self.resting.lock().await;
        resting.retain(|session| session.since.elapsed() < self.settings.idle);
        resting.pop().map(|resting| resting.session)
    }

    /// Connects, protects and signs in.
    async fn open(&self, until: Instant) -> Result<AsyncSmtpConnection, (Step, Fault)> {
        let mut session = self.connect(until).await?;
        if let (Protection::Starttls, Some(tls)) = (self.settings.tls, &self.tls) {
            if !session.can_starttls() {
                goodbye(session).await;
                return Err((Step::StartTls, Fault::NotOffered));
            }
            let protection = session.starttls(tls.clone(), &self.hello);
            (by(until, protection).await).map_err(|fault| (Step::StartTls, fault))?;
        }
        if let Some(login) = &self.settings.login {
            let offered = session.server_info().get_auth_mechanism(DEFAULT_MECHANISMS);
            if offered.is_none() {
                goodbye(session).await;
                return Err((Step::SignIn, Fault::NotOffered));
            }
            let credentials = Credentials::new(
                login.user.clone(),
                login.password.expose_secret().to_owned(),
            );
            by(until, session.auth(DEFAULT_MECHANISMS, &credentials))
                .await
                .map_err(|fault| (Step::SignIn, fault.without_words()))?;
        }
        Ok(session)
    }

    /// Connects and greets; with TLS from the first byte the library does it in one.
    async fn connect(&self, until: Instant) -> Result<AsyncSmtpConnection, (Step, Fault)> {
        let relay = (self.settings.host.as_str(), self.settings.port);
        let (hello, limit) = (&self.hello, self.settings.connect);
        if let (Protection::Tls, Some(tls)) = (self.settings.tls, self.tls.clone()) {
            let session =
                AsyncSmtpConnection::connect_tokio1(relay, Some(limit), hello, Some(tls), None);
            return (by(until, session).await).map_err(|fault| (Step::Connect, fault));
        }
        let limit = until.min(Instant::now() + limit);
        let wire = match timeout_at(limit, Wire::connect(relay)).await {
            Ok(Ok(wire)) => Box::new(wire),
            Ok(Err(error)) => return Err((Step::Connect, Fault::Broken(error.to_string()))),
            Err(_) => return Err((Step::Connect, Fault::Silent)),
        };
        let session = AsyncSmtpConnection::connect_with_transport(wire, hello);
        (by(until, session).await).map_err(|fault| (Step::Greeting, fault))
    }

    /// Hands one letter over in an open session and keeps the session if all went well.
    async fn attempt(
        &self,
        mut session: AsyncSmtpConnection,
        letter: &Letter<'_>,
        until: Instant,
    ) -> Result<Outcome, (Step, Fault)> {
        match self.hand_over(&mut session, letter, until).await {
            Ok(outcome @ Outcome::Sent { .. }) => {
                let since = Instant::now();
                self.resting.lock().await.push(Resting { session, since });
                Ok(outcome)
            }
            Ok(outcome) => {
                goodbye(session).await;
                Ok(outcome)
            }
            Err((step, fault)) => {
                if matches!(fault, Fault::Refused { .. }) {
                    goodbye(session).await;
                }
                Err((step, fault))
            }
        }
    }

    async fn hand_over(
        &self,
        session: &mut AsyncSmtpConnection,
        letter: &Letter<'_>,
        until: Instant,
    ) -> Result<Outcome, (Step, Fault)> {
        let parameters = match letter.parameters(session.server_info()) {
            Ok(parameters) => parameters,
            Err(outcome) => return Ok(outcome),
        };
        let at = |step| move |fault| (step, fault);
        let mail = Mail::new(Some(letter.from.clone()), parameters);
        by(until, session.command(mail))
            .await
            .map_err(at(Step::Mail))?;
        let rcpt = Rcpt::new(letter.to.clone(), Vec::new());
        by(until, session.command(rcpt))
            .await
            .map_err(at(Step::Rcpt))?;
        let go_ahead = by(until, session.command(Data))
            .await
            .map_err(at(Step::Data))?;
        // The library takes any 2xx for a yes; a message sent without a 354 would be read as
        // commands.
        if !go_ahead.has_code(354) {
            let fault = Fault::Broken(format!("an unexpected {}", go_ahead.code()));
            return Err((Step::Data, fault));
        }
        let reply = self.send_bytes(session, letter.bytes, until).await?;
        if reply.has_code(354) {
            let fault = Fault::Broken("a second 354".to_owned());
            return Err((Step::Reply, fault));
        }
        let text: Vec<_> = reply.message().collect();
        Ok(Outcome::Sent {
            reply: words(&format!("{} {}", reply.code(), text.join(" "))),
        })
    }

    /// Sends the message and waits for the answer. The library does both in one call; that it
    /// asks for another piece of the message tells that the last one is gone and the end of
    /// data comes next. From then on nobody can know whether the relay has it all, so an end of
    /// data that could not be written counts as written: a needless "perhaps" over a lost "no".
    async fn send_bytes(
        &self,
        session: &mut AsyncSmtpConnection,
        bytes: &[u8],
        until: Instant,
    ) -> Result<Response, (Step, Fault)> {
        let (ended, mut has_ended) = oneshot::channel();
        let pieces = Pieces {
            bytes: Some(bytes),
            ended: Some(ended),
        };
        let talk = session.message_iter(pieces);
        tokio::pin!(talk);
        let answer = tokio::select! {
            biased;
            answer = &mut talk => match answer {
                Err(error) if has_ended.try_recv().is_err() => {
                    return Err((Step::Body, Fault::of(&error)));
                }
                answer => answer,
            },
            Ok(()) = &mut has_ended => match timeout(self.settings.reply, talk).await {
                Ok(answer) => answer,
                Err(_) => return Err((Step::Reply, Fault::Silent)),
            },
            () = tokio::time::sleep_until(until) => return Err((Step::Body, Fault::Silent)),
        };
        answer.map_err(|error| (Step::Reply, Fault::of(&error)))
    }
}

/// Yields the message as one piece and tells when it was asked for a second.
struct Pieces<'a> {
    bytes: Option<&'a [u8]>,
    ended: Option<oneshot::Sender<()>>,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<Self::Item> {
        let piece = self.bytes.take();
        if piece.is_none()
            && let Some(ended) = self.ended.take()
        {
            // The listener is gone only with the whole attempt.
            let _ = ended.send(());
        }
        piece
    }
}

/// Waits for one step of the talk, until the time of the attempt is over.
async fn by<T>(
    until: Instant,
    step: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
) -> Result<T, Fault> {
    match timeout_at(until, step).await {
        Ok(done) => done.map_err(|error| Fault::of(&error)),
        Err(_) => Err(Fault::Silent),
    }
}

async fn goodbye(mut session: AsyncSmtpConnection) {
    // Courtesy only: the outcome is known, and the connection ends here either way.
    drop(timeout(GOODBYE, session.quit()).await);
}

fn tls_parameters(settings: &SmtpSettings) -> Result<Option<TlsParameters>, Misconfigured> {
    if settings.tls == Protection::None {
        return Ok(None);
    }
    let mut tls = TlsParameters::builder(settings.host.clone());
    if let Some(path) = &settings.ca_file {
        let unusable = |why: String| Misconfigured::CaFile {
            path: path.clone(),
            why,
        };
        let pem = fs::read(path).map_err(|error| unusable(error.to_string()))?;
        let authority = Certificate::from_pem(&pem).map_err(|error| unusable(error.to_string()))?;
        // The library takes a file without any certificate for an empty list; every handshake
        // would then fail far from the cause.
        if !pem
            .windows(27)
            .any(|at| at == b"-----BEGIN CERTIFICATE-----")
        {
            return Err(unusable("it holds no PEM certificate".to_owned()));
        }
        tls = (tls.certificate_store(CertificateStore::None)).add_root_certificate(authority);
    }
    let tls = tls
        .build()
        .map_err(|error| Misconfigured::Tls(error.to_string()))?;
    Ok(Some(tls))
}

//! A mail relay for tests, on a real socket: takes what it is sent, remembers it byte for byte,
//! and misbehaves on demand at any step of the talk.
//!
//! It is strict where a lenient relay would hide a fault of the sender: only CRLF ends a line,
//! only CRLF, dot, CRLF ends a message. It depends on nothing of the crate, so that any test
//! can include it.
#![allow(
    dead_code,
    reason = "each test binary that includes this file uses a part of it"
)]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "test support: a broken assumption shall fail the test at once"
)]

#[path = "smtp/received.rs"]
mod received;
#[path = "smtp/talk.rs"]
mod talk;

use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

pub(crate) use self::received::Received;
use self::talk::Talk;

/// How long a test waits for what must come; only a failing test waits that long.
const PATIENCE: Duration = Duration::from_secs(20);

/// How the relay wants the connection protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Security {
    #[default]
    Plain,
    /// Offers STARTTLS and insists on it before MAIL.
    StartTls,
    /// TLS from the first byte.
    Tls,
}

/// What kind of relay to start.
#[derive(Debug, Clone)]
pub(crate) struct Kind {
    pub(crate) security: Security,
    /// User and password wanted before MAIL.
    pub(crate) login: Option<(String, String)>,
    /// Sign-in mechanisms offered.
    pub(crate) mechanisms: &'static str,
    /// Other extensions offered.
    pub(crate) extensions: Vec<&'static str>,
}

impl Default for Kind {
    fn default() -> Self {
        Self {
            security: Security::Plain,
            login: None,
            mechanisms: "PLAIN LOGIN",
            extensions: vec!["PIPELINING", "8BITMIME", "SMTPUTF8", "SIZE 10240000"],
        }
    }
}

/// The steps at which the relay can misbehave.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    Greeting,
    Ehlo,
    StartTls,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// After the first line of the message.
    Body,
    /// After the end of the message.
    Reply,
}

/// What the relay does in place of its usual answer.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Says this; goes on as usual if it is a 2xx or 3xx. `\r\n` inside makes several lines.
    Say(&'static str),
    /// Closes the connection.
    Drop,
    /// Keeps the connection and says nothing more; no longer reads either.
    Silence,
    /// Answers a byte at a time and comes to no end.
    Drip,
    /// Answers as usual once the semaphore is closed.
    Hold(Arc<Semaphore>),
}

#[derive(Debug, Clone)]
struct Fault {
    step: Step,
    act: Act,
    /// Only for this recipient, known from RCPT on.
    to: Option<String>,
    times: usize,
}

#[derive(Debug, Default)]
struct Seen {
    received: Vec<Received>,
    faults: Vec<Fault>,
    commands: Vec<(usize, String)>,
    sessions: usize,
    open: usize,
    peak: usize,
}

struct Shared {
    kind: Kind,
    tls: Option<TlsAcceptor>,
    seen: Mutex<Seen>,
    changed: watch::Sender<()>,
}

impl Shared {
    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap()
    }

    fn change<T>(&self, change: impl FnOnce(&mut Seen) -> T) -> T {
        let changed = change(&mut self.seen());
        self.changed.send_replace(());
        changed
    }

    fn fault(&self, step: Step, to: Option<&str>) -> Option<Act> {
        let mut seen = self.seen();
        let fault = (seen.faults.iter_mut()).find(|fault| {
            fault.step == step
                && fault.times > 0
                && (fault.to.is_none() || fault.to.as_deref() == to)
        })?;
        fault.times -= 1;
        Some(fault.act.clone())
    }
}

/// A running relay; it ends when dropped, with every session.
pub(crate) struct Relay {
    address: SocketAddr,
    shared: Arc<Shared>,
    authority: Option<tempfile::NamedTempFile>,
    accepting: JoinHandle<()>,
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl Relay {
    /// A relay without protection that takes everything.
    pub(crate) async fn plain() -> Self {
        Self::start(Kind::default()).await
    }

    pub(crate) async fn start(kind: Kind) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let (tls, authority) = match kind.security {
            Security::Plain => (None, None),
            Security::StartTls | Security::Tls => {
                let (acceptor, pem) = certified_for("127.0.0.1");
                let file = tempfile::NamedTempFile::new().unwrap();
                std::fs::write(file.path(), pem).unwrap();
                (Some(acceptor), Some(file))
            }
        };
        let shared = Arc::new(Shared {
            kind,
            tls,
            seen: Mutex::default(),
            changed: watch::Sender::new(()),
        });
        let accepting = tokio::spawn(accept(listener, Arc::clone(&shared)));
        Self {
            address,
            shared,
            authority,
            accepting,
        }
    }

    pub(crate) fn host(&self) -> String {
        self.address.ip().to_string()
    }

    pub(crate) fn port(&self) -> u16 {
        self.address.port()
    }

    /// The PEM file of the authority that signed the relay's certificate, which is made out to
    /// 127.0.0.1 alone.
    pub(crate) fn ca_file(&self) -> &Path {
        self.authority.as_ref().expect("a relay with TLS").path()
    }

    /// Misbehaves at this step from now on.
    pub(crate) fn will(&self, step: Step, act: Act) {
        self.plan(step, act, None, usize::MAX);
    }

    /// Misbehaves at this step the next so many times.
    pub(crate) fn will_times(&self, times: usize, step: Step, act: Act) {
        self.plan(step, act, None, times);
    }

    /// Misbehaves from RCPT on for one recipient only.
    pub(crate) fn will_for(&self, to: &str, step: Step, act: Act) {
        self.plan(step, act, Some(to.to_owned()), usize::MAX);
    }

    /// Behaves again.
    pub(crate) fn will_behave(&self) {
        self.shared.seen().faults.clear();
    }

    fn plan(&self, step: Step, act: Act, to: Option<String>, times: usize) {
        let fault = Fault {
            step,
            act,
            to,
            times,
        };
        self.shared.seen().faults.push(fault);
    }

    /// Everything taken so far, in the order of taking.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.shared.seen().received.clone()
    }

    /// Takes out everything taken so far.
    pub(crate) fn collect(&self) -> Vec<Received> {
        std::mem::take(&mut self.shared.seen().received)
    }

    /// Waits until at least so many messages were taken.
    pub(crate) async fn wait_for(&self, count: usize) -> Vec<Received> {
        self.wait_until(|seen| seen.received.len() >= count).await;
        self.received()
    }

    /// Waits until at least so many sessions are open.
    pub(crate) async fn wait_for_open(&self, count: usize) {
        self.wait_until(|seen| seen.open >= count).await;
    }

    /// Waits until every session has ended.
    pub(crate) async fn wait_for_silence(&self) {
        self.wait_until(|seen| seen.open == 0).await;
    }

    async fn wait_until(&self, holds: impl Fn(&Seen) -> bool) {
        let mut changed = self.shared.changed.subscribe();
        let waiting = async {
            while !holds(&self.shared.seen()) {
                changed.changed().await.unwrap();
            }
        };
        let waited = tokio::time::timeout(PATIENCE, waiting).await;
        waited.expect("the relay did not see in time what the test waits for");
    }

    /// How many sessions there were.
    pub(crate) fn sessions(&self) -> usize {
        self.shared.seen().sessions
    }

    /// How many sessions there were at once, at most.
    pub(crate) fn peak(&self) -> usize {
        self.shared.seen().peak
    }

    /// Every command line heard, also those of a sign-in, with the number of its session.
    pub(crate) fn commands(&self) -> Vec<(usize, String)> {
        self.shared.seen().commands.clone()
    }
}

/// A port nobody listens on, kept from others as long as the value lives.
pub(crate) struct ClosedPort(tokio::net::TcpSocket);

impl ClosedPort {
    pub(crate) fn new() -> Self {
        let socket = tokio::net::TcpSocket::new_v4().unwrap();
        socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
        Self(socket)
    }

    pub(crate) fn port(&self) -> u16 {
        self.0.local_addr().unwrap().port()
    }
}

/// Makes an authority and a certificate signed by it.
fn certified_for(name: &str) -> (TlsAcceptor, String) {
    use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, KeyPair};
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = authority.self_signed(&authority_key).unwrap();

    let key = KeyPair::generate().unwrap();
    let mut relay = CertificateParams::new(vec![name.to_owned()]).unwrap();
    relay.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let relay = relay.signed_by(&key, &authority, &authority_key).unwrap();

    let chain: Vec<CertificateDer<'static>> = vec![relay.der().clone()];
    let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    (TlsAcceptor::from(Arc::new(config)), authority.pem())
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    // Dropped with this task, and every session with it.
    let mut sessions = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = Arc::clone(&shared);
        let number = shared.change(|seen| {
            seen.sessions += 1;
            seen.open += 1;
            seen.peak = seen.peak.max(seen.open);
            seen.sessions
        });
        sessions.spawn(async move {
            // A connection that breaks is what many tests are about.
            drop(Talk::serve(stream, number, &shared).await);
            shared.change(|seen| seen.open -= 1);
        });
    }
}

//! The transport against a relay on a real socket, well and badly behaved.

mod delivery;
mod endings;
mod files;
mod protection;

#[path = "../../../../tests/support/smtp.rs"]
pub(in crate::mail) mod relay;

use std::time::Duration;

use super::{Outcome, Parcel, Smtp};
use crate::settings::mail::{Login, Protection, SmtpSettings};
use relay::{Kind, Relay, Security};

/// A limit that must strike: short, as the test waits for it.
const SOON: Duration = Duration::from_millis(300);

/// A limit that must not strike, however busy the machine.
const LATE: Duration = Duration::from_mins(1);

fn settings(relay: &Relay) -> SmtpSettings {
    SmtpSettings {
        host: relay.host(),
        port: relay.port(),
        tls: Protection::None,
        login: None,
        ca_file: None,
        hello: "dispatch.example.cn".to_owned(),
        connect: LATE,
        session: LATE,
        reply: LATE,
        sessions: 4,
        idle: LATE,
    }
}

fn smtp(relay: &Relay) -> Smtp {
    Smtp::new(settings(relay)).unwrap()
}

/// A relay with TLS and a transport that trusts it.
async fn protected(security: Security, login: Option<(&str, &str)>) -> (Relay, SmtpSettings) {
    let relay = Relay::start(Kind {
        security,
        login: login.map(|(user, password)| (user.to_owned(), password.to_owned())),
        ..Kind::default()
    })
    .await;
    let settings = SmtpSettings {
        tls: match security {
            Security::Plain => Protection::None,
            Security::StartTls => Protection::Starttls,
            Security::Tls => Protection::Tls,
        },
        ca_file: (security != Security::Plain).then(|| relay.ca_file().to_owned()),
        login: login.map(|(user, password)| Login {
            user: user.to_owned(),
            password: password.into(),
        }),
        ..settings(&relay)
    };
    (relay, settings)
}

fn parcel() -> Parcel {
    parcel_with(b"From: d@example.cn\r\nSubject: =?utf-8?b?5o+Q6YaS?=\r\n\r\nDear all,\r\n")
}

fn parcel_with(bytes: &[u8]) -> Parcel {
    Parcel {
        from: "bounce+0199b2f0@dispatch.example.cn".to_owned(),
        to: "owner@plant.example.cn".to_owned(),
        message_id: "<0199b2f0-7c11-7e0a-b2a4-5f2d3c1e9a77@dispatch.example.cn>".to_owned(),
        bytes: bytes.to_vec(),
    }
}

/// More than the socket buffers of both ends can hold, so that sending it takes a reader.
fn large_parcel() -> Parcel {
    let mut bytes = b"Subject: large\r\n\r\n".to_vec();
    bytes.extend(b"0123456789012345678901234567890123456789012345678901234567\r\n".repeat(400_000));
    parcel_with(&bytes)
}

#[track_caller]
fn assert_sent(outcome: &Outcome) {
    assert!(matches!(outcome, Outcome::Sent { .. }), "{outcome:?}");
}

#[track_caller]
fn retry(outcome: Outcome) -> (String, bool) {
    match outcome {
        Outcome::Retry { why, relay_wide } => (why, relay_wide),
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn bounced(outcome: Outcome) -> String {
    match outcome {
        Outcome::Bounced { why } => why,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn ambiguous(outcome: Outcome) -> String {
    match outcome {
        Outcome::Ambiguous { why } => why,
        other => panic!("{other:?}"),
    }
}

//! TLS, sign-in, and that the password stays where it belongs. No process-wide TLS provider is
//! installed by any test: the transport must not depend on one.

use super::relay::{Act, Kind, Relay, Security, Step};
use super::*;

const USER: &str = "dispatch";
const PASSWORD: &str = "kept to oneself 7";

fn assert_no_password(text: &str) {
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;
    let plain = format!("\0{USER}\0{PASSWORD}");
    for secret in [
        PASSWORD.to_owned(),
        STANDARD.encode(PASSWORD),
        STANDARD.encode(plain),
    ] {
        assert!(!text.contains(&secret), "{text}");
    }
}

#[tokio::test]
async fn letters_travel_protected_from_the_first_byte_or_by_starttls() {
    for security in [Security::Tls, Security::StartTls] {
        let (relay, settings) = protected(security, None).await;
        let smtp = Smtp::new(settings).unwrap();
        assert_sent(&smtp.deliver(&parcel()).await);
        assert_sent(&smtp.deliver(&parcel()).await);
        let received = relay.received();
        assert_eq!(received.len(), 2);
        assert!(received.iter().all(|letter| letter.protected));
        assert_eq!(received[1].raw, parcel().bytes);
        assert_eq!(relay.sessions(), 1, "{security:?}");
    }
}

#[tokio::test]
async fn a_large_letter_passes_tls_unchanged() {
    let (relay, settings) = protected(Security::StartTls, None).await;
    let letter = large_parcel();
    assert_sent(&Smtp::new(settings).unwrap().deliver(&letter).await);
    assert!(relay.received()[0].raw == letter.bytes);
}

#[tokio::test]
async fn a_relay_without_starttls_gets_no_letter_when_it_is_demanded() {
    let relay = Relay::plain().await;
    let smtp = Smtp::new(SmtpSettings {
        tls: Protection::Starttls,
        ..settings(&relay)
    })
    .unwrap();
    let (why, relay_wide) = retry(smtp.deliver(&parcel()).await);
    assert!(relay_wide);
    assert!(
        why.contains("STARTTLS") && why.contains("does not offer"),
        "{why}"
    );
    assert!(
        !relay
            .commands()
            .iter()
            .any(|(_, line)| line.starts_with("MAIL"))
    );
}

#[tokio::test]
async fn a_relay_that_goes_back_on_starttls_gets_no_letter() {
    for act in [
        Act::Say("454 4.7.0 no TLS now"),
        Act::Say("554 5.7.0 no"),
        Act::Drop,
    ] {
        let (relay, settings) = protected(Security::StartTls, None).await;
        relay.will(Step::StartTls, act);
        let (_, relay_wide) = retry(Smtp::new(settings).unwrap().deliver(&parcel()).await);
        assert!(relay_wide);
        assert!(relay.received().is_empty());
    }
}

#[tokio::test]
async fn replies_put_before_the_handshake_are_not_believed_after_it() {
    let (relay, settings) = protected(Security::StartTls, None).await;
    let forged = "220 go ahead\r\n250-relay.test\r\n250 AUTH PLAIN";
    relay.will(Step::StartTls, Act::Say(forged));
    let (why, relay_wide) = retry(Smtp::new(settings).unwrap().deliver(&parcel()).await);
    assert!(relay_wide);
    assert!(why.starts_with("protecting the connection"), "{why}");
    assert!(relay.received().is_empty());
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_not_accepted() {
    for security in [Security::Tls, Security::StartTls] {
        let (relay, settings) = protected(security, None).await;
        let (other, _) = protected(Security::Tls, None).await;
        for ca_file in [None, Some(other.ca_file().to_owned())] {
            let smtp = Smtp::new(SmtpSettings {
                ca_file,
                ..settings.clone()
            })
            .unwrap();
            let (why, relay_wide) = retry(smtp.deliver(&parcel()).await);
            assert!(relay_wide);
            assert!(why.contains("certificate"), "{why}");
        }
        assert!(relay.received().is_empty());
    }
}

#[tokio::test]
async fn a_certificate_for_another_name_is_not_accepted() {
    for security in [Security::Tls, Security::StartTls] {
        let (relay, settings) = protected(security, None).await;
        let smtp = Smtp::new(SmtpSettings {
            host: "localhost".to_owned(),
            ..settings
        })
        .unwrap();
        let (why, _) = retry(smtp.deliver(&parcel()).await);
        assert!(why.contains("certificate"), "{why}");
        assert!(relay.received().is_empty());
    }
}

#[tokio::test]
async fn a_handshake_that_comes_to_no_end_is_left_in_time() {
    // A relay that greets in clear text where TLS is expected, and one that says nothing.
    for act in [
        Act::Hold(std::sync::Arc::new(tokio::sync::Semaphore::new(0))),
        Act::Drip,
    ] {
        let (relay, mut settings) = protected(Security::StartTls, None).await;
        relay.will(Step::Greeting, act);
        settings.tls = Protection::Tls;
        settings.session = SOON;
        let (_, relay_wide) = retry(Smtp::new(settings).unwrap().deliver(&parcel()).await);
        assert!(relay_wide);
    }
}

#[tokio::test]
async fn signing_in_works_by_plain_and_by_login() {
    for mechanisms in ["PLAIN LOGIN", "PLAIN", "LOGIN", "CRAM-MD5 LOGIN"] {
        let relay = Relay::start(Kind {
            login: Some((USER.to_owned(), PASSWORD.to_owned())),
            mechanisms,
            ..Kind::default()
        })
        .await;
        let smtp = Smtp::new(SmtpSettings {
            login: Some(Login {
                user: USER.to_owned(),
                password: PASSWORD.into(),
            }),
            ..settings(&relay)
        })
        .unwrap();
        assert_sent(&smtp.deliver(&parcel()).await);
        assert_eq!(relay.received()[0].signed_in_as.as_deref(), Some(USER));
    }
}

#[tokio::test]
async fn the_password_travels_under_tls_alone() {
    for security in [Security::Tls, Security::StartTls] {
        let (relay, settings) = protected(security, Some((USER, PASSWORD))).await;
        assert_sent(&Smtp::new(settings).unwrap().deliver(&parcel()).await);
        let received = &relay.received()[0];
        assert!(received.protected);
        assert_eq!(received.signed_in_as.as_deref(), Some(USER));
        let commands = relay.commands();
        let at = |verb: &str| commands.iter().position(|(_, line)| line.starts_with(verb));
        if security == Security::StartTls {
            assert!(at("STARTTLS") < at("AUTH"));
        }
    }
}

#[tokio::test]
async fn a_refused_sign_in_is_told_without_the_password() {
    for mechanisms in ["PLAIN", "LOGIN"] {
        let relay = Relay::start(Kind {
            login: Some((USER.to_owned(), "another".to_owned())),
            mechanisms,
            ..Kind::default()
        })
        .await;
        let settings = SmtpSettings {
            login: Some(Login {
                user: USER.to_owned(),
                password: PASSWORD.into(),
            }),
            ..settings(&relay)
        };
        assert_no_password(&format!("{settings:?}"));
        let (why, relay_wide) = retry(Smtp::new(settings).unwrap().deliver(&parcel()).await);
        assert!(relay_wide, "a wrong password condemns no letter");
        assert!(
            why.contains("535") && why.contains("smtp_password"),
            "{why}"
        );
        assert_no_password(&why);
    }
}

#[tokio::test]
async fn a_garbled_answer_to_the_sign_in_is_told_without_the_password() {
    let (relay, settings) = protected(Security::Tls, Some((USER, PASSWORD))).await;
    relay.will(
        Step::Auth,
        Act::Say("what do you mean by kept to oneself 7"),
    );
    let (why, relay_wide) = retry(Smtp::new(settings).unwrap().deliver(&parcel()).await);
    assert!(relay_wide);
    assert_no_password(&why);
}

#[tokio::test]
async fn a_relay_without_a_usable_mechanism_is_told_of_in_words() {
    let relay = Relay::start(Kind {
        login: Some((USER.to_owned(), PASSWORD.to_owned())),
        mechanisms: "CRAM-MD5",
        ..Kind::default()
    })
    .await;
    let smtp = Smtp::new(SmtpSettings {
        login: Some(Login {
            user: USER.to_owned(),
            password: PASSWORD.into(),
        }),
        ..settings(&relay)
    })
    .unwrap();
    let (why, relay_wide) = retry(smtp.deliver(&parcel()).await);
    assert!(relay_wide);
    assert!(why.contains("neither PLAIN nor LOGIN"), "{why}");
}

#[tokio::test]
async fn a_relay_that_wants_a_sign_in_we_have_not_condemns_no_letter() {
    let (_relay, settings) = protected(Security::Tls, Some((USER, PASSWORD))).await;
    let smtp = Smtp::new(SmtpSettings {
        login: None,
        ..settings
    })
    .unwrap();
    let (why, relay_wide) = retry(smtp.deliver(&parcel()).await);
    assert!(relay_wide);
    assert!(why.contains("530"), "{why}");
}

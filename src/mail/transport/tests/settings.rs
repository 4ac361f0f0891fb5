//! What an operator may say, and what is refused before the first letter.

use secrecy::ExposeSecret as _;

use super::super::{MailSettings, Misconfigured, Transport, Way};
use super::*;

fn smtp_settings() -> MailSettings {
    MailSettings {
        transport: Way::Smtp,
        smtp_host: "relay.example.cn".to_owned(),
        from: "Dispatch <d@dispatch.example.cn>".to_owned(),
        ..MailSettings::default()
    }
}

fn signing_in(settings: MailSettings) -> MailSettings {
    MailSettings {
        smtp_user: Some("dispatch".to_owned()),
        smtp_password: Some("secret".into()),
        ..settings
    }
}

#[track_caller]
fn refused(settings: &MailSettings) -> Misconfigured {
    match Transport::from_settings(settings) {
        Err(refused) => refused,
        Ok(_) => panic!("accepted"),
    }
}

#[test]
fn the_settings_read_as_they_are_written() {
    let read: MailSettings = toml::from_str(
        r#"
        transport = "smtp"
        from = "d@dispatch.example.cn"
        smtp_host = "relay.example.cn"
        smtp_port = 465
        smtp_tls = "tls"
        smtp_user = "dispatch"
        smtp_password = "secret"
        smtp_ca_file = "/etc/fiveone/ca.pem"
        smtp_hello = "host.example.cn"
        smtp_reply_timeout_ms = 120000
        "#,
    )
    .unwrap();
    let smtp = read.smtp().unwrap();
    assert_eq!(read.transport, Way::Smtp);
    assert_eq!((smtp.host.as_str(), smtp.port), ("relay.example.cn", 465));
    assert_eq!(smtp.tls, Protection::Tls);
    assert_eq!(smtp.hello, "host.example.cn");
    let login = smtp.login.unwrap();
    assert_eq!(login.user, "dispatch");
    assert_eq!(login.password.expose_secret(), "secret");
    assert_eq!(smtp.connect, Duration::from_secs(10));
    assert_eq!(smtp.session, Duration::from_mins(1));
    assert_eq!(smtp.reply, Duration::from_mins(2));
    assert_eq!(smtp.sessions, 4);
    assert!(!format!("{read:?}").contains("secret"));
}

#[test]
fn every_value_of_a_choice_is_lower_case_and_nothing_else_passes() {
    for (text, way) in [
        ("folder", Way::Folder),
        ("smtp", Way::Smtp),
        ("record", Way::Record),
    ] {
        let read: MailSettings = toml::from_str(&format!("transport = {text:?}")).unwrap();
        assert_eq!(read.transport, way);
    }
    for (text, tls) in [
        ("none", Protection::None),
        ("starttls", Protection::Starttls),
        ("tls", Protection::Tls),
    ] {
        let read: MailSettings = toml::from_str(&format!("smtp_tls = {text:?}")).unwrap();
        assert_eq!(read.smtp_tls, tls);
    }
    for wrong in [
        "transport = \"SMTP\"",
        "smtp_tls = \"ssl\"",
        "smtp_pasword = \"x\"",
    ] {
        assert!(toml::from_str::<MailSettings>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn an_empty_text_is_a_setting_that_was_not_made() {
    let settings = MailSettings {
        smtp_user: Some(String::new()),
        smtp_password: Some("".into()),
        smtp_ca_file: Some("".into()),
        smtp_hello: Some(String::new()),
        ..smtp_settings()
    };
    let smtp = settings.smtp().unwrap();
    assert!(smtp.login.is_none() && smtp.ca_file.is_none());
    assert_eq!(smtp.hello, "dispatch.example.cn");
}

#[test]
fn a_password_never_travels_in_clear_to_another_machine() {
    for host in [
        "relay.example.cn",
        "10.0.0.1",
        "localhost.example.cn",
        "127.0.0.1.example.cn",
    ] {
        let settings = MailSettings {
            smtp_tls: Protection::None,
            smtp_host: host.to_owned(),
            ..signing_in(smtp_settings())
        };
        assert!(matches!(
            refused(&settings),
            Misconfigured::PasswordInClear(_)
        ));
    }
    for host in ["localhost", "127.0.0.1", "127.8.0.1", "::1"] {
        let settings = MailSettings {
            smtp_tls: Protection::None,
            smtp_host: host.to_owned(),
            ..signing_in(smtp_settings())
        };
        assert!(settings.smtp().is_ok(), "{host}");
    }
}

#[test]
fn a_setting_that_cannot_work_is_refused_by_name() {
    let good = smtp_settings;
    let cases = [
        (
            MailSettings {
                smtp_host: String::new(),
                ..good()
            },
            "mail.smtp_host",
        ),
        (
            MailSettings {
                from: "nobody".to_owned(),
                ..good()
            },
            "mail.from",
        ),
        (
            MailSettings {
                smtp_password: None,
                ..signing_in(good())
            },
            "mail.smtp_password",
        ),
        (
            MailSettings {
                smtp_user: None,
                ..signing_in(good())
            },
            "mail.smtp_user",
        ),
        (
            MailSettings {
                smtp_hello: Some("a b".to_owned()),
                ..good()
            },
            "mail.smtp_hello",
        ),
        (
            MailSettings {
                smtp_hello: Some("a\r\nb".to_owned()),
                ..good()
            },
            "mail.smtp_hello",
        ),
        (
            MailSettings {
                from: "d@调度.cn".to_owned(),
                ..good()
            },
            "mail.smtp_hello",
        ),
        (
            MailSettings {
                smtp_connect_timeout_ms: 0,
                ..good()
            },
            "mail.smtp_connect_timeout_ms",
        ),
        (
            MailSettings {
                smtp_session_timeout_ms: 0,
                ..good()
            },
            "mail.smtp_session_timeout_ms",
        ),
        (
            MailSettings {
                smtp_reply_timeout_ms: 59_999,
                ..good()
            },
            "mail.smtp_reply_timeout_ms",
        ),
        (
            MailSettings {
                smtp_ca_file: Some("/no/such/ca.pem".into()),
                ..good()
            },
            "mail.smtp_ca_file /no/such/ca.pem",
        ),
        (
            MailSettings {
                transport: Way::Folder,
                folder: "".into(),
                ..good()
            },
            "mail.folder",
        ),
    ];
    for (settings, name) in cases {
        let words = refused(&settings).to_string();
        assert!(words.contains(name), "{words}");
        assert!(!words.contains("secret"), "{words}");
    }
    assert!(Transport::from_settings(&good()).is_ok());
}

#[test]
fn a_ca_file_without_a_certificate_is_refused_at_the_start() {
    let file = tempfile::NamedTempFile::new().unwrap();
    for content in ["", "not a certificate", "-----BEGIN CERTIFICATE-----\n"] {
        std::fs::write(file.path(), content).unwrap();
        let settings = MailSettings {
            smtp_ca_file: Some(file.path().to_owned()),
            ..smtp_settings()
        };
        assert!(matches!(refused(&settings), Misconfigured::CaFile { .. }));
    }
}

#[test]
fn the_settings_are_usable_as_they_come() {
    assert!(Transport::from_settings(&MailSettings::default()).is_ok());
    assert!(MailSettings::default().sender().is_ok());
}

//! Settings: defaults < file < environment < command line, read and checked once at the start.
//!
//! `config/default.toml` holds every key with its default and its meaning and is compiled in; a key
//! that is not there is refused wherever it comes from.

pub(crate) mod mail;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Deserializer};

use crate::kernel::clock::Clock;
use crate::kernel::error::{Error, Result};
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::time::{Moment, Zone};

use mail::MailSettings;

/// The defaults, with their meanings in comments.
pub const DEFAULTS: &str = include_str!("../../config/default.toml");

/// Everything a site may set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "config/default.toml says what each key means")]
pub struct Settings {
    pub database: DatabaseSettings,
    pub http: HttpSettings,
    pub site: SiteSettings,
    pub clock: ClockSettings,
    pub auth: AuthSettings,
    pub console: ConsoleSettings,
    pub(crate) mail: MailSettings,
    pub jobs: JobSettings,
    pub escalation: EscalationSettings,
    pub reports: ReportSettings,
    pub blockers: BlockerSettings,
    pub approvals: ApprovalSettings,
    pub pillars: PillarSettings,
    pub imports: ImportSettings,
    pub limits: LimitSettings,
    pub demo: DemoSettings,
    pub log: LogSettings,
}

macro_rules! section {
    ($name:ident { $($field:ident: $type:ty $(, $with:literal)?;)+ }) => {
        /// One section of the settings; `config/default.toml` says what each key means.
        #[derive(Debug, Clone, Deserialize)]
        #[serde(deny_unknown_fields)]
        #[expect(missing_docs, reason = "config/default.toml says what each key means")]
        pub struct $name { $($(#[serde(deserialize_with = $with)])? pub $field: $type),+ }
    };
}

section!(DatabaseSettings {
    url: SecretString;
    readers: u32;
    connections: u32;
    postgres_setup: Option<String>, "filled";
});
section!(HttpSettings {
    listen: SocketAddr;
    workers: usize;
    max_connections: usize;
    request_seconds: u64;
    head_seconds: u64;
    keep_alive_seconds: u64;
    stop_seconds: u64;
    connection_seconds: u64;
});
section!(SiteSettings { zone: Zone; base_url: String; region: Region; });
section!(ClockSettings { fixed: Option<Moment>, "filled"; });
section!(AuthSettings {
    key_file: Option<PathBuf>, "filled";
    access_seconds: u64;
    refresh_days: u32;
    session_days: u32;
});
section!(ConsoleSettings { idle_minutes: u32; session_hours: u32; hsts_seconds: u64; });
section!(JobSettings { enabled: bool; every_seconds: u64; });
section!(EscalationSettings { ladder_file: Option<PathBuf>, "filled"; });
section!(ReportSettings {
    opens_last_working_day: i64;
    due_working_days: i64;
    lock_working_days: i64;
    review_working_days: i64;
    review_after_submission_days: i64;
    return_working_days: i64;
});
section!(BlockerSettings { confirm_working_days: i64; reopen_days: i64; });
section!(ApprovalSettings { supplement_working_days: i64; });
section!(PillarSettings { vacancy_working_days: i64; critical_change_working_days: i64; });
section!(ImportSettings {
    rows: usize;
    reader: Option<PathBuf>, "filled";
    kept_days: u32;
    kept_files: i64;
});
section!(LimitSettings { enabled: bool; json_bytes: usize; form_bytes: usize; upload_bytes: usize; hashing: usize; });
section!(DemoSettings { password: SecretString; });
section!(LogSettings { filter: String; format: LogFormat; });

/// Which database a URL names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    /// `sqlite://PATH`
    Sqlite,
    /// `postgres://…`
    Postgres,
}

impl DatabaseKind {
    /// Reads the scheme of a database URL.
    ///
    /// # Errors
    /// An unknown scheme: it never becomes a new SQLite file of that name.
    pub fn of(url: &str) -> Result<Self> {
        match url.split_once("://") {
            Some(("sqlite", path)) if !path.is_empty() => Ok(Self::Sqlite),
            Some(("postgres" | "postgresql", _)) => Ok(Self::Postgres),
            _ => Err(Error::broken(
                "the database URL must begin with sqlite:// (and a path) or postgres://",
            )),
        }
    }
}

/// How log lines look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For a person at a terminal.
    Text,
}

/// Reads an empty text as nothing.
fn filled<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: std::str::FromStr,
    T::Err: std::fmt::Display,
{
    let text = String::deserialize(deserializer)?;
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(serde::de::Error::custom)
}

/// The variables `FIVEONE_SECTION__KEY`. Their values stay texts until a setting says what it is: a
/// password of digits alone keeps its noughts.
fn environment() -> config::Environment {
    config::Environment::with_prefix("FIVEONE")
        .prefix_separator("_")
        .separator("__")
        .ignore_empty(false)
}

impl DatabaseSettings {
    /// Returns the URL, password and all; for the store alone.
    pub(crate) fn url_text(&self) -> &str {
        self.url.expose_secret()
    }
}

impl Settings {
    /// Reads the settings: defaults, then `file`, then the environment, then `flags`
    /// (`section.key`, value).
    ///
    /// # Errors
    /// An unreadable file, an unknown key, a value out of its range; each is named.
    pub fn read(file: Option<&Path>, flags: &[(String, String)]) -> Result<Self> {
        Self::assemble(file, environment(), flags)
    }

    /// Returns the defaults with `flags` on top, blind to file and environment: for tests.
    ///
    /// # Errors
    /// As [`Settings::read`].
    pub fn from_defaults(flags: &[(String, String)]) -> Result<Self> {
        let nothing = config::Environment::with_prefix("FIVEONE").source(Some(config::Map::new()));
        Self::assemble(None, nothing, flags)
    }

    fn assemble(
        file: Option<&Path>,
        environment: config::Environment,
        flags: &[(String, String)],
    ) -> Result<Self> {
        let mut builder = config::Config::builder()
            .add_source(config::File::from_str(DEFAULTS, config::FileFormat::Toml));
        if let Some(path) = file {
            builder = builder.add_source(config::File::from(path).format(config::FileFormat::Toml));
        }
        builder = builder.add_source(environment);
        for (key, value) in flags {
            builder = builder
                .set_override(key, value.as_str())
                .map_err(Error::broken)?;
        }
        let settings: Self = builder
            .build()
            .and_then(config::Config::try_deserialize)
            .map_err(|fault| Error::broken(format!("settings: {fault}")))?;
        settings.check()?;
        Ok(settings)
    }

    /// Returns the clock these settings ask for.
    pub fn clock(&self) -> Clock {
        self.clock.fixed.map_or(Clock::System, Clock::Fixed)
    }

    fn check(&self) -> Result<()> {
        DatabaseKind::of(self.database.url_text())?;
        let wrong = |key: &str, why: &str| Err(Error::broken(format!("settings: {key}: {why}")));
        if self.database.readers == 0 || self.database.connections == 0 {
            return wrong("database", "at least one connection is needed");
        }
        if self.site.region.level() != Level::Province {
            return wrong("site.region", "must be a province, such as 360000");
        }
        let base = &self.site.base_url;
        if !(base.starts_with("http://") || base.starts_with("https://")) || base.ends_with('/') {
            return wrong(
                "site.base_url",
                "must begin with http:// or https:// and not end with /",
            );
        }
        if !(60..=3600).contains(&self.auth.access_seconds) {
            return wrong("auth.access_seconds", "must lie between 60 and 3600");
        }
        self.mail
            .check()
            .map_err(|fault| Error::broken(format!("settings: {fault}")))?;
        if self.limits.hashing == 0 {
            return wrong("limits.hashing", "must be at least 1");
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(key: &str, value: &str) -> Result<Settings> {
        Settings::from_defaults(&[(key.to_owned(), value.to_owned())])
    }

    #[test]
    fn the_defaults_are_whole_and_valid() {
        let settings = Settings::from_defaults(&[]).unwrap();
        assert_eq!(settings.site.region.as_str(), "360000");
        assert!(settings.clock.fixed.is_none());
    }

    #[test]
    fn a_wrong_value_is_refused_by_name() {
        for (key, value) in [
            ("database.url", "mysql://x"),
            ("site.region", "360100"),
            ("site.base_url", "ftp://x"),
            ("http.colour", "red"),
            ("clock.fixed", "yesterday"),
            ("mail.from", "nobody"),
            ("mail.transport", "smtp"),
        ] {
            let fault = with(key, value).unwrap_err().to_string();
            assert!(
                fault.contains(key.split('.').next().unwrap()),
                "{key}: {fault}"
            );
        }
    }

    #[test]
    fn every_variable_clients_are_promised_is_taken() {
        let promised = [
            ("DATABASE__URL", "postgres://u:p@h/d"),
            ("HTTP__LISTEN", "0.0.0.0:80"),
            ("MAIL__TRANSPORT", "smtp"),
            ("MAIL__FOLDER", "/tmp/letters"),
            ("MAIL__SMTP_HOST", "relay.example.cn"),
            ("MAIL__SMTP_PORT", "465"),
            ("MAIL__SMTP_TLS", "tls"),
            ("MAIL__SMTP_USER", "1001"),
            ("MAIL__SMTP_PASSWORD", "0012"),
            ("MAIL__SMTP_CA_FILE", "/etc/ca.pem"),
            ("MAIL__FROM", "dispatch@example.cn"),
            ("CLOCK__FIXED", "2026-10-10T09:00:00+08:00"),
            ("SITE__ZONE", "Asia/Shanghai"),
            ("SITE__BASE_URL", "https://example.cn"),
            ("JOBS__ENABLED", "false"),
            ("LIMITS__ENABLED", "false"),
            ("DEMO__PASSWORD", "007"),
        ];
        let variables = promised.map(|(name, value)| (format!("FIVEONE_{name}"), value.to_owned()));
        let given = environment().source(Some(variables.into_iter().collect()));
        let settings = Settings::assemble(None, given, &[]).unwrap();
        assert!(!settings.jobs.enabled && !settings.limits.enabled);
        assert_eq!(settings.http.listen.port(), 80);
        assert_eq!(settings.demo.password.expose_secret(), "007");
        let smtp = settings.mail.smtp().unwrap();
        assert_eq!(smtp.port, 465);
        let login = smtp.login.unwrap();
        assert_eq!(login.user, "1001");
        assert_eq!(login.password.expose_secret(), "0012");
        assert!(settings.clock.fixed.is_some());
    }

    #[test]
    fn an_unknown_variable_is_refused() {
        let variable = ("FIVEONE_HTTP__COLOUR".to_owned(), "red".to_owned());
        let given = environment().source(Some(config::Map::from_iter([variable])));
        let fault = Settings::assemble(None, given, &[]).unwrap_err();
        assert!(fault.to_string().contains("colour"), "{fault}");
    }

    #[test]
    fn secrets_are_masked() {
        let settings = with("database.url", "postgres://u:hush@h/d").unwrap();
        assert!(!format!("{settings:?}").contains("hush"));
    }
}

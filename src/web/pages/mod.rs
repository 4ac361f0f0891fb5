//! Pages for people at a browser: templates, forms, cookies and assets, as every feature uses them.
//! Knows no feature and no caller; who visits is known to `people::visit`.
//!
//! A page is a template and what it lays out. Everything around it (the reader's language, who reads,
//! what was typed and what is wrong with it) is the [`Frame`], which the layout and the functions of
//! the templates read.

pub(crate) mod assets;
mod attempt;
pub(crate) mod cookies;
mod environment;
mod fields;
pub(crate) mod form;
mod frame;
pub(crate) mod places;

use minijinja::Value;
use serde::Serialize;

use crate::kernel::error::Result;
use crate::kernel::time::{Moment, Zone};
use crate::settings::Settings;

pub(crate) use attempt::Attempt;
pub(crate) use frame::{Frame, Notice, Reader};

/// What every page of a site has in common; app data of the server.
#[derive(Debug, Clone)]
pub(crate) struct Site {
    /// Whether people reach it by TLS.
    pub(crate) secure: bool,
    /// Scheme, host and port, as browsers name them in `Origin`.
    pub(crate) origin: String,
    pub(crate) zone: Zone,
    /// The fixed moment of a rehearsal.
    pub(crate) rehearsal: Option<Moment>,
    /// Seconds of Strict-Transport-Security; 0 for none.
    pub(crate) hsts_seconds: u64,
}

impl Site {
    /// Reads the settings.
    pub(crate) fn of(settings: &Settings) -> Self {
        let base = settings.site.base_url.as_str();
        // A path behind the host is no part of an origin.
        let host = base.find("://").map_or(0, |at| at.saturating_add(3));
        let end = base.get(host..).and_then(|rest| rest.find('/'));
        let origin = end.and_then(|end| base.get(..host.saturating_add(end)));
        Self {
            secure: base.starts_with("https://"),
            origin: origin.unwrap_or(base).to_ascii_lowercase(),
            zone: settings.site.zone,
            rehearsal: settings.clock.fixed,
            hsts_seconds: settings.console.hsts_seconds,
        }
    }
}

/// A page before it is laid out: made inside the unit that read it, rendered after.
#[derive(Debug)]
pub(crate) struct Page {
    template: &'static str,
    content: Value,
}

impl Page {
    /// Makes a page of a template and what it shows.
    pub(crate) fn new(template: &'static str, content: &impl Serialize) -> Self {
        Self {
            template,
            content: Value::from_serialize(content),
        }
    }

    /// Lays the page out.
    ///
    /// # Errors
    /// Only a template that asks for what is not there.
    pub(crate) fn render(self, frame: Frame) -> Result<String> {
        environment::render(self.template, self.content, frame)
    }
}

/// Returns a page's own path when a link named one: everything else leads home, so that no link can
/// lead a person away from the site.
pub(crate) fn own_path(to: &str) -> &str {
    let is_own = to.starts_with('/')
        && !to.starts_with("//")
        && to.len() <= 2048
        && !to
            .chars()
            .any(|letter| letter.is_control() || letter == '\\' || letter.is_whitespace());
    if is_own { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_paths_are_followed() {
        for own in ["/", "/projects/1?x=1&y=//", "/letters/a-b"] {
            assert_eq!(own_path(own), own);
        }
        for foreign in [
            "",
            "//evil.example",
            "https://evil.example",
            "/\\evil.example",
            "\\\\evil.example",
            "/a\nSet-Cookie: x",
            "/\t/evil.example",
            "javascript:alert(1)",
            "projects",
            " /",
        ] {
            assert_eq!(own_path(foreign), "/", "{foreign:?}");
        }
    }

    #[test]
    fn an_origin_has_no_path() {
        let origin = |base: &str| {
            let flags = [("site.base_url".to_owned(), base.to_owned())];
            Site::of(&Settings::from_defaults(&flags).unwrap()).origin
        };
        assert_eq!(origin("https://A.example:8443"), "https://a.example:8443");
        assert_eq!(origin("https://a.example/fiveone"), "https://a.example");
    }
}

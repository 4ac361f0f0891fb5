//! Cookies of the console, read and written by hand: there are three, and all are alike but for how
//! long they live.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderValue};

use crate::kernel::error::{Error, Result};

/// A cookie of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cookie {
    /// The secret of the session.
    Session,
    /// The language chosen before anyone is known.
    Language,
    /// What the page after a deed says, once.
    Notice,
}

impl Cookie {
    /// Returns the name: bound to the host where the site is reached by TLS.
    pub(crate) fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-fiveone",
            (Self::Session, false) => "fiveone",
            (Self::Language, true) => "__Host-fiveone-language",
            (Self::Language, false) => "fiveone-language",
            (Self::Notice, true) => "__Host-fiveone-notice",
            (Self::Notice, false) => "fiveone-notice",
        }
    }

    /// Seconds the browser keeps it; none: until it is closed.
    const fn kept_seconds(self) -> Option<u32> {
        match self {
            Self::Session => None,
            Self::Language => Some(365 * 86_400),
            Self::Notice => Some(60),
        }
    }

    /// Returns the value the request carries; nothing when it carries none or several.
    pub(crate) fn read(self, req: &HttpRequest, secure: bool) -> Option<String> {
        let name = self.name(secure);
        let mut found = req
            .headers()
            .get_all(header::COOKIE)
            .filter_map(|line| line.to_str().ok())
            .flat_map(|line| line.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(given, _)| *given == name)
            .map(|(_, value)| value.to_owned());
        let first = found.next();
        if found.next().is_some() { None } else { first }
    }

    /// Returns the header that sets it. The value is ours: URL-safe letters alone.
    pub(crate) fn set(self, value: &str, secure: bool) -> Result<HeaderValue> {
        self.header(value, self.kept_seconds(), secure)
    }

    /// Returns the header that takes it back.
    pub(crate) fn clear(self, secure: bool) -> Result<HeaderValue> {
        self.header("", Some(0), secure)
    }

    fn header(self, value: &str, seconds: Option<u32>, secure: bool) -> Result<HeaderValue> {
        let name = self.name(secure);
        let kept = seconds.map_or_else(String::new, |seconds| format!("; Max-Age={seconds}"));
        let tls = if secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/{kept}{tls}; HttpOnly; SameSite=Lax");
        HeaderValue::from_str(&text).map_err(Error::broken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn read(lines: &[&str]) -> Option<String> {
        let mut req = TestRequest::default();
        for line in lines {
            req = req.append_header((header::COOKIE, *line));
        }
        Cookie::Session.read(&req.to_http_request(), true)
    }

    #[test]
    fn a_cookie_is_found_among_others_and_refused_when_it_comes_twice() {
        assert_eq!(read(&["a=b; __Host-fiveone=x; c=d"]).as_deref(), Some("x"));
        assert_eq!(read(&["fiveone=x"]), None);
        assert_eq!(read(&["__Host-fiveone=x; __Host-fiveone=y"]), None);
        assert_eq!(read(&["__Host-fiveone=x", "__Host-fiveone=y"]), None);
    }

    #[test]
    fn a_session_cookie_is_bound_to_the_host_only_by_tls() {
        let set = |secure| Cookie::Session.set("s", secure).unwrap();
        assert_eq!(
            set(true),
            "__Host-fiveone=s; Path=/; Secure; HttpOnly; SameSite=Lax"
        );
        assert_eq!(set(false), "fiveone=s; Path=/; HttpOnly; SameSite=Lax");
    }
}

//! From where a request comes: a form of another site must have no effect here.

use actix_web::HttpRequest;
use actix_web::http::header;

use crate::web::pages::Site;

/// Tells whether a page of this site sent a request: browsers say so, in a header that no page can set.
/// Where they say nothing, as those without TLS do, the origin must be ours.
pub(super) fn is_same_origin(req: &HttpRequest, site: &Site) -> bool {
    let text = |name: header::HeaderName| {
        let mut values = req.headers().get_all(name);
        let first = values.next().map(|value| value.to_str().unwrap_or("?"));
        if values.next().is_some() {
            Some("?")
        } else {
            first
        }
    };
    if let Some(from) = text(header::HeaderName::from_static("sec-fetch-site")) {
        return from == "same-origin";
    }
    let Some(origin) = text(header::ORIGIN) else {
        return false;
    };
    let scheme = if site.secure { "https" } else { "http" };
    let host = text(header::HOST).unwrap_or_default();
    let origin = origin.to_ascii_lowercase();
    origin == site.origin || origin == format!("{scheme}://{}", host.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;
    use actix_web::test::TestRequest;

    fn is_ours(base_url: &str, headers: &[(&str, &str)]) -> bool {
        let flags = [("site.base_url".to_owned(), base_url.to_owned())];
        let site = Site::of(&Settings::from_defaults(&flags).unwrap());
        let mut req = TestRequest::post();
        for (name, value) in headers {
            req = req.append_header((*name, *value));
        }
        is_same_origin(&req.to_http_request(), &site)
    }

    #[test]
    fn what_the_browser_says_goes_before_the_origin() {
        let base = "https://fiveone.example";
        let ours = ("origin", "https://fiveone.example");
        let from = |site| ("sec-fetch-site", site);
        assert!(is_ours(base, &[from("same-origin")]));
        for foreign in ["cross-site", "same-site", "none", "", "SAME-ORIGIN", "?"] {
            assert!(!is_ours(base, &[from(foreign), ours]), "{foreign}");
        }
        assert!(!is_ours(base, &[from("same-origin"), from("cross-site")]));
    }

    #[test]
    fn without_its_word_the_origin_must_be_ours_to_the_letter() {
        let base = "https://fiveone.example";
        for ours in ["https://fiveone.example", "HTTPS://fiveone.EXAMPLE"] {
            assert!(is_ours(base, &[("origin", ours)]), "{ours}");
        }
        for foreign in [
            "null",
            "",
            "https://evil.example",
            "http://fiveone.example",
            "https://fiveone.example.evil.example",
            "https://fiveone.example:444",
        ] {
            assert!(!is_ours(base, &[("origin", foreign)]), "{foreign}");
        }
        assert!(!is_ours(base, &[]));
        let twice = [("origin", base), ("origin", "https://evil.example")];
        assert!(!is_ours(base, &twice));
    }

    #[test]
    fn a_site_reached_by_another_name_takes_its_own_forms() {
        let at = |origin| [("host", "10.1.2.3:8080"), ("origin", origin)];
        let base = "http://fiveone.example";
        assert!(is_ours(base, &at("http://10.1.2.3:8080")));
        assert!(!is_ours(base, &at("http://10.1.2.4:8080")));
        assert!(!is_ours(base, &at("https://10.1.2.3:8080")));
    }
}

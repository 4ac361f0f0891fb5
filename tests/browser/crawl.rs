//! Every page somebody can reach, found as people find them: by the links on the pages before.

use std::collections::{BTreeSet, VecDeque};

use serde_json::json;

use crate::visitor::Visitor;

/// Returns the links of the page to other pages of the site, without what stands behind `#`.
const LINKS: &str = "return [...document.links]
    .filter(a => a.origin === location.origin && !a.download)
    .map(a => a.pathname + a.search)";

/// Own addresses that are not pages.
const BESIDE: [&str; 4] = ["/docs", "/api/", "/openapi.json", "/assets/"];

/// Which pages are one and the same for the purpose of a crawl.
pub(crate) enum Alike {
    /// Pages of one kind: those whose addresses differ by an id, a quarter or a query.
    Kinds,
    /// None: each address counts.
    Addresses,
}

/// What a crawl found.
pub(crate) struct Found {
    /// The addresses of pages, in the order they were seen.
    pub(crate) pages: Vec<String>,
    /// Where links lead to no page, with the status found there.
    pub(crate) broken: Vec<String>,
}

/// Calls `look` on every page that can be reached from `/`, at most once for pages that are alike.
pub(crate) async fn crawl(
    visitor: &Visitor,
    alike: &Alike,
    mut look: impl AsyncFnMut(&str),
) -> Found {
    let mut waiting = VecDeque::from(["/".to_owned()]);
    let mut known: BTreeSet<String> = BTreeSet::new();
    let (mut pages, mut broken) = (Vec::new(), Vec::new());
    while let Some(path) = waiting.pop_front() {
        let mark = match alike {
            Alike::Kinds => kind(&path),
            Alike::Addresses => path.clone(),
        };
        if !known.insert(mark) {
            continue;
        }
        visitor.open(&path).await;
        let status = visitor.status().await;
        if status != 200 {
            drop(visitor.complaints().await);
            broken.push(format!("{path}: {status}"));
            continue;
        }
        look(&path).await;
        let links = visitor.run(LINKS, json!([])).await;
        let links = links.as_array().unwrap().iter();
        let links = links.map(|link| link.as_str().unwrap().to_owned());
        let is_page = |link: &String| !BESIDE.iter().any(|other| link.starts_with(other));
        // Of a form with more and more empty rows there is no end.
        waiting.extend(links.filter(|link| is_page(link) && !link.contains("?rows=")));
        pages.push(path);
    }
    Found { pages, broken }
}

/// The kind of page at an address: ids and quarters are left out, and so is what a query asks.
pub(crate) fn kind(path: &str) -> String {
    let path = path.split('?').next().unwrap();
    let part = |part: &str| {
        let is_id = part.len() == 36 && part.matches('-').count() == 4;
        let is_quarter = part.len() == 6 && part.as_bytes()[4] == b'Q';
        if is_id {
            "id".to_owned()
        } else if is_quarter {
            "quarter".to_owned()
        } else {
            part.to_owned()
        }
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

//! How the cells of ledgers say what the catalogues name.

use crate::kernel::identifiers::Region;
use crate::reference;
use crate::text::{Lang, say_word};

/// Says a value, or nothing.
pub(crate) fn some(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// Says yes or no.
pub(crate) fn yes(lang: Lang, is: bool) -> String {
    say_word(lang, "yes", if is { "yes" } else { "no" })
}

/// Says the name of a region, else its code.
pub(crate) fn region(lang: Lang, code: Region) -> String {
    let named = reference::region(code);
    named.map_or_else(|| code.to_string(), |named| of(lang, &named.zh, &named.en))
}

/// Says the name of an industry, else its slug.
pub(crate) fn industry(lang: Lang, slug: &str) -> String {
    let named = reference::industry(slug);
    named.map_or_else(|| slug.to_owned(), |named| of(lang, &named.zh, &named.en))
}

/// Says the name of a department, else its slug.
pub(crate) fn department(lang: Lang, slug: &str) -> String {
    let named = reference::department(slug);
    named.map_or_else(|| slug.to_owned(), |named| of(lang, &named.zh, &named.en))
}

/// Says the name of a category of blockers, else its slug.
pub(crate) fn category(lang: Lang, slug: &str) -> String {
    let named = reference::blocker_category(slug);
    named.map_or_else(|| slug.to_owned(), |named| of(lang, &named.zh, &named.en))
}

fn of(lang: Lang, zh: &str, en: &str) -> String {
    match lang {
        Lang::Zh => zh.to_owned(),
        Lang::En => en.to_owned(),
    }
}

//! Every code has words in both languages, and every word is said somewhere.

use std::collections::BTreeSet;

use crate::source::{Source, file, files_in, is_word, sources, templates};

/// Words whose keys are put together while the program runs: the beginning of the key, and by whom.
const FAMILIES: &[&str] = &[
    // A letter is named by its kind.
    "letter.",
    // The title of a deadline is named by its kind.
    "deadline.",
    // A word of ours that fills a place in a sentence is named by the place.
    "word.",
    // Why somebody gets a letter is named by their part in the matter.
    "reason.",
    // What looks wrong with a project code is named by the warning.
    "project.warning.",
];

/// Texts that look like codes and are none.
const NO_CODES: &[&str] = &["letter.txt", "letter.html"];

/// What stands before a code: a refusal, a finding, a deed, a remark.
const BEFORE_CODES: &[&str] = &["Deed::on_site(", "Deed::on_project("];
const KINDS: &[&str] = &[
    "Invalid",
    "Malformed",
    "Missing",
    "Conflict",
    "Forbidden",
    "Unauthenticated",
    "Stale",
    "Precondition",
    "MediaType",
    "TooLarge",
    "TooMany",
];

/// The dotted keys of a file of words.
fn keys(toml: &str) -> BTreeSet<String> {
    fn walk(prefix: &str, table: &toml::Table, keys: &mut BTreeSet<String>) {
        for (name, value) in table {
            let key = if prefix.is_empty() {
                name.clone()
            } else {
                format!("{prefix}.{name}")
            };
            match value {
                toml::Value::Table(inner) => walk(&key, inner, keys),
                _ => assert!(keys.insert(key.clone()), "{key} twice"),
            }
        }
    }
    let mut keys = BTreeSet::new();
    walk("", &toml.parse().unwrap(), &mut keys);
    keys
}

fn is_dotted(text: &str) -> bool {
    let parts: Vec<&str> = text.split('.').collect();
    parts.len() > 1
        && parts.iter().all(|part| {
            part.starts_with(|c: char| c.is_ascii_lowercase())
                && part.chars().all(|c| is_word(c) && !c.is_ascii_uppercase())
        })
}

/// The codes of a source: what stands where a code stands, and whatever begins as a key does.
fn codes<'a>(source: &'a Source, sections: &BTreeSet<String>) -> Vec<(usize, &'a str)> {
    let is_settings = source.path.starts_with("src/settings/");
    let texts = source.texts().into_iter().filter(|(at, text)| {
        let before = source.code[..*at].trim_end();
        let in_place = BEFORE_CODES.iter().any(|place| before.ends_with(place))
            || KINDS.iter().any(|kind| {
                before.ends_with(&format!("= {kind}"))
                    || before.ends_with(&format!("Kind::{kind},"))
            });
        let is_arm = before.ends_with("=>") && is_dotted(text);
        let section = text.split('.').next().unwrap();
        let looks = is_dotted(text) && sections.contains(section) && !is_settings;
        (in_place || is_arm || looks) && !NO_CODES.contains(text)
    });
    texts.collect()
}

fn sections(keys: &BTreeSet<String>) -> BTreeSet<String> {
    let firsts = keys.iter().filter_map(|key| key.split('.').next());
    firsts.map(str::to_owned).collect()
}

fn without_words(sources: &[Source], keys: &BTreeSet<String>) -> Vec<String> {
    let sections = sections(keys);
    let mut found = Vec::new();
    for source in sources {
        for (at, code) in codes(source, &sections) {
            if !keys.contains(code) {
                found.push(format!("{}: no words for {code}", source.at(at)));
            }
        }
    }
    found
}

fn unsaid(sources: &[Source], pages: &[Source], keys: &BTreeSet<String>) -> Vec<String> {
    let in_code = sources.iter().flat_map(|source| source.texts());
    let in_pages = pages.iter().flat_map(said_in_page);
    let texts: BTreeSet<&str> = in_code.chain(in_pages).map(|(_, text)| text).collect();
    let unsaid = keys.iter().filter(|key| {
        let is_made = FAMILIES.iter().any(|family| key.starts_with(family));
        !texts.contains(key.as_str()) && !is_made
    });
    unsaid.cloned().collect()
}

/// The keys a template says: `t("a.b")`, with the offset. A key may not be put together, so that it can
/// be found.
fn said_in_page(page: &Source) -> Vec<(usize, &str)> {
    let calls = page.named("t(").into_iter();
    let keys = calls.map(|at| {
        let argument = page.code[at + "t(".len()..].trim_start();
        let key = argument
            .strip_prefix('"')
            .and_then(|rest| rest.split('"').next());
        let rest = key.map_or("", |key| &argument[key.len() + 2..]);
        let is_whole = rest.trim_start().starts_with([',', ')']);
        (at, key.filter(|_| is_whole).unwrap_or("(no text)"))
    });
    keys.collect()
}

fn pages_without_words(pages: &[Source], keys: &BTreeSet<String>) -> Vec<String> {
    let mut found = Vec::new();
    for page in pages {
        for (at, key) in said_in_page(page) {
            if !keys.contains(key) {
                found.push(format!("{}: no words for {key}", page.at(at)));
            }
        }
    }
    found
}

/// The keys of every file of a language.
fn words(lang: &str) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for path in files_in(&format!("src/text/{lang}")) {
        for key in keys(&file(&path)) {
            assert!(all.insert(key.clone()), "{key} twice, again in {path}");
        }
    }
    all
}

#[test]
fn every_code_has_words_in_both_languages() {
    let sources = sources();
    for lang in ["zh", "en"] {
        let mut found = without_words(&sources, &words(lang));
        found.extend(pages_without_words(&templates(), &words(lang)));
        assert!(found.is_empty(), "{lang}\n{}\n", found.join("\n"));
    }
}

#[test]
fn every_word_is_said_somewhere() {
    let unsaid = unsaid(&sources(), &templates(), &words("zh"));
    assert!(unsaid.is_empty(), "nobody says\n{}\n", unsaid.join("\n"));
}

#[test]
fn a_code_without_words_and_a_word_without_use_are_found() {
    let keys =
        keys("[report]\nlate = \"x\"\nmissing = \"y\"\n[letter.reminder]\nsubject = \"z\"\n");
    let source = |text: &str| [Source::of("src/reports/a.rs", text)];
    let missing = |text: &str| without_words(&source(text), &keys).len();
    assert_eq!(missing("X = Conflict \"report.late\","), 0);
    assert_eq!(missing("X = Conflict \"other.late\","), 1);
    assert_eq!(missing("Refused::new(Kind::Stale, \"other.late\")"), 1);
    assert_eq!(missing("Deed::on_site(\n    \"other.done\", x)"), 1);
    assert_eq!(missing("Finding::new(p, \"report.gone\")"), 1);
    assert_eq!(missing("Self::X => \"other.x\""), 1);
    assert_eq!(missing("say(\"fiveone.db\")"), 0);
    let code = source("let a = '\"'; say(\"report.late\")");
    assert_eq!(unsaid(&code, &[], &keys), ["report.missing"]);
}

#[test]
fn words_said_in_a_page_are_found_and_those_put_together_are_not_taken() {
    let keys = keys("[page]\ntitle = \"x\"\nmore = \"y\"\n");
    let page = |text: &str| [Source::page("src/web/templates/a.html", text)];
    let missing = |text: &str| pages_without_words(&page(text), &keys).len();
    assert_eq!(
        missing("{{ t(\"page.title\", n=1) }} {{ t(\"page.more\") }}"),
        0
    );
    assert_eq!(
        missing("{{ t(\"page.gone\") }} {{ about(\"page.gone\") }}"),
        1
    );
    assert_eq!(missing("{{ t(\"page.\" ~ name) }} {{ t(key) }}"), 2);
    let said = page("{{ t(\"page.title\") }}");
    assert_eq!(unsaid(&[], &said, &keys), ["page.more"]);
}

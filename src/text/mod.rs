//! Words for people, by key, in two languages, one folder each. zh-CN comes first; both folders hold
//! the same files with the same keys and places, which tests check.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use include_dir::{Dir, include_dir};
use serde_json::Value;

use crate::kernel::refused::Facts;

crate::words! {
    /// A language a person reads.
    pub enum Lang {
        /// Chinese, the default.
        Zh = "zh-CN",
        /// English.
        En = "en",
    }
}

type Words = BTreeMap<String, String>;

static ZH_FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/text/zh");
static EN_FILES: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/text/en");
static ZH: LazyLock<Words> = LazyLock::new(|| read_all(&ZH_FILES));
static EN: LazyLock<Words> = LazyLock::new(|| read_all(&EN_FILES));

/// Returns the words of `key` with their places `{name}` filled from the facts. A key without words
/// is returned as it is: better a code than silence.
pub(crate) fn say(lang: Lang, key: &str, facts: &Facts) -> String {
    let words = match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    };
    words
        .get(key)
        .map_or_else(|| key.to_owned(), |template| fill(words, template, facts))
}

/// Returns how a word of ours is said: `slug` of a set under `word`, such as `state`. What is in no
/// set is said as it is.
pub(crate) fn say_word(lang: Lang, set: &str, slug: &str) -> String {
    let words = match lang {
        Lang::Zh => &ZH,
        Lang::En => &EN,
    };
    word(words, set, slug).to_owned()
}

/// Tells whether there are words for `key`.
#[cfg(test)]
pub(crate) fn knows(key: &str) -> bool {
    ZH.contains_key(key)
}

/// Fills the places of a template. A fact that is a word of ours, such as a state, is said in the
/// language: its words stand under `word`, by the name of the place.
fn fill(words: &Words, template: &str, facts: &Facts) -> String {
    let mut said = String::with_capacity(template.len());
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        said.push_str(before);
        let Some((name, tail)) = after.split_once('}') else {
            said.push('{');
            rest = after;
            continue;
        };
        match facts.get(name) {
            Some(Value::String(text)) => said.push_str(word(words, name, text)),
            Some(Value::Null) | None => said.push('—'),
            Some(Value::Array(items)) => said.push_str(&list(words, name, items)),
            Some(other) => said.push_str(&other.to_string()),
        }
        rest = tail;
    }
    said.push_str(rest);
    said
}

fn list(words: &Words, name: &str, items: &[Value]) -> String {
    let said = items.iter().map(|item| match item {
        Value::String(text) => word(words, name, text).to_owned(),
        other => other.to_string(),
    });
    said.collect::<Vec<_>>().join(", ")
}

fn word<'a>(words: &'a Words, name: &str, text: &'a str) -> &'a str {
    let said = words.get(&format!("word.{name}.{text}"));
    said.map_or(text, String::as_str)
}

/// Reads every file of a language; a word stands in one of them alone, which a test checks.
fn read_all(files: &Dir) -> Words {
    let texts = files.files().filter_map(include_dir::File::contents_utf8);
    texts.flat_map(read).collect()
}

/// Reads nested tables into dotted keys.
fn read(toml: &str) -> Words {
    fn walk(prefix: &str, value: &toml::Value, words: &mut Words) {
        match value {
            toml::Value::Table(table) => {
                for (key, value) in table {
                    let key = if prefix.is_empty() {
                        key.clone()
                    } else {
                        format!("{prefix}.{key}")
                    };
                    walk(&key, value, words);
                }
            }
            toml::Value::String(text) => {
                words.insert(prefix.to_owned(), text.clone());
            }
            _ => {}
        }
    }
    let mut words = Words::new();
    if let Ok(table) = toml.parse::<toml::Table>() {
        walk("", &toml::Value::Table(table), &mut words);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(template: &str) -> Vec<&str> {
        let mut names: Vec<_> = template
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(n, _)| n)
            .collect();
        names.sort_unstable();
        names.dedup();
        names
    }

    #[test]
    fn both_languages_have_the_same_keys_with_the_same_places() {
        assert!(!ZH.is_empty());
        assert_eq!(ZH.keys().collect::<Vec<_>>(), EN.keys().collect::<Vec<_>>());
        for (key, words) in ZH.iter() {
            assert_eq!(places(words), places(&EN[key]), "{key}");
        }
    }

    #[test]
    fn a_word_stands_in_one_file_alone() {
        for (files, words) in [(&ZH_FILES, &ZH), (&EN_FILES, &EN)] {
            let texts = files.files().filter_map(include_dir::File::contents_utf8);
            let all: usize = texts.map(|text| read(text).len()).sum();
            assert_eq!(all, words.len());
        }
    }

    #[test]
    fn places_are_filled_and_a_missing_fact_is_a_dash() {
        let facts = Facts::none().with("n", 3).with("who", "张三");
        assert_eq!(fill(&ZH, "{who}: {n} {gone}", &facts), "张三: 3 —");
    }

    #[test]
    fn words_of_ours_are_said_in_the_language_and_those_of_people_as_they_are() {
        let facts = Facts::none().with("state", "paused");
        assert!(say(Lang::Zh, "project.not_active", &facts).contains("已暂停"));
        assert!(say(Lang::En, "project.not_active", &facts).contains("paused"));
        let facts = Facts::none()
            .with("state", "in_progress")
            .with("deed", "confirmed")
            .with("possible", ["replied", "resolved"]);
        let said = say(Lang::Zh, "blocker.not_possible", &facts);
        assert!(
            !said.chars().any(|sign| sign.is_ascii_alphabetic()),
            "{said}"
        );
        let facts = Facts::none().with("state", "somewhere");
        assert!(say(Lang::Zh, "project.not_active", &facts).contains("somewhere"));
    }
}

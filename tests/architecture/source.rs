//! The program's own text: files without comments and without tests, their lines kept.

use std::path::Path;

/// One file of `src/`.
#[derive(Debug)]
pub(crate) struct Source {
    /// Its place below the crate, such as `src/people/role.rs`.
    pub(crate) path: String,
    /// Its text, comments and inline tests blanked, so that lines still count.
    pub(crate) code: String,
}

impl Source {
    /// Makes a source of a made-up text: for the tests of the checks themselves.
    pub(crate) fn of(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            code: without_tests(&without_comments(text)),
        }
    }

    /// Makes a source of a template, whose comments are few and say no words.
    pub(crate) fn page(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            code: text.to_owned(),
        }
    }

    /// The room: the folder or file directly under `src/`.
    pub(crate) fn room(&self) -> &str {
        let inside = self.path.strip_prefix("src/").unwrap();
        inside.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// Where something stands, for people.
    pub(crate) fn at(&self, offset: usize) -> String {
        let line = self.code[..offset].matches('\n').count() + 1;
        format!("{}:{line}", self.path)
    }

    /// Offsets at which a text stands on its own, not as a part of a longer name.
    pub(crate) fn named(&self, name: &str) -> Vec<usize> {
        let is_part = |letter: Option<char>| letter.is_some_and(is_word);
        let starts_as_word = name.chars().next().is_some_and(is_word);
        let ends_as_word = name.chars().last().is_some_and(is_word);
        self.code
            .match_indices(name)
            .map(|(at, _)| at)
            .filter(|at| {
                let before = self.code[..*at].chars().last();
                let after = self.code[at + name.len()..].chars().next();
                !(starts_as_word && is_part(before) || ends_as_word && is_part(after))
            })
            .collect()
    }

    /// Every text between quotation marks, with its offset.
    pub(crate) fn texts(&self) -> Vec<(usize, &str)> {
        let (mut found, mut from) = (Vec::new(), 0);
        while let Some(open) = self.code[from..].find('"').map(|at| from + at) {
            if self.code[..open].ends_with('\'') || self.code[..open].ends_with("'\\") {
                from = open + 1;
                continue;
            }
            let mut close = open + 1;
            for (at, letter) in self.code[open + 1..].char_indices() {
                close = open + 1 + at;
                if letter == '"' && !escaped(&self.code[open + 1..close]) {
                    break;
                }
            }
            found.push((open, &self.code[open + 1..close]));
            from = close + 1;
        }
        found
    }
}

/// Tells whether what follows is escaped: an odd number of backslashes stands before it.
fn escaped(before: &str) -> bool {
    before.chars().rev().take_while(|c| *c == '\\').count() % 2 == 1
}

pub(crate) fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// The name that begins a text.
pub(crate) fn first_name(text: &str) -> &str {
    text.split(|letter| !is_word(letter)).next().unwrap()
}

/// Reads a file of the repository.
pub(crate) fn file(path: &str) -> String {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    std::fs::read_to_string(&whole).unwrap_or_else(|fault| panic!("{path}: {fault}"))
}

/// The paths of the files of a folder, in order.
pub(crate) fn files_in(folder: &str) -> Vec<String> {
    let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let entries = std::fs::read_dir(whole).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut paths: Vec<String> = names.map(|name| format!("{folder}/{name}")).collect();
    paths.sort();
    paths
}

/// Every file of `src/` that is no test, in order.
pub(crate) fn sources() -> Vec<Source> {
    let mut paths = Vec::new();
    walk("src", "rs", &mut paths);
    paths.retain(|path| !is_test(path));
    paths.sort();
    let sources = paths.iter().map(|path| Source::of(path, &file(path)));
    sources.collect()
}

/// Every template of the pages, in order.
pub(crate) fn templates() -> Vec<Source> {
    let mut paths = Vec::new();
    walk("src/web/templates", "html", &mut paths);
    let pages = paths.iter().map(|path| Source::page(path, &file(path)));
    pages.collect()
}

/// The paths of the files of a kind below a folder, in order.
fn walk(folder: &str, kind: &str, found: &mut Vec<String>) {
    for path in files_in(folder) {
        let whole = Path::new(env!("CARGO_MANIFEST_DIR")).join(&path);
        if whole.is_dir() {
            walk(&path, kind, found);
        } else if whole.extension().is_some_and(|found| found == kind) {
            found.push(path);
        }
    }
}

fn is_test(path: &str) -> bool {
    path.contains("/tests/")
        || path.ends_with("/tests.rs")
        || path.ends_with("_tests.rs")
        || path.ends_with("/testing.rs")
        || path.ends_with("/samples.rs")
}

/// Blanks comments, leaving line breaks and texts.
fn without_comments(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let (mut code, mut at, mut in_text) = (String::with_capacity(text.len()), 0, false);
    let mut before = String::new();
    while at < letters.len() {
        let (this, next) = (letters[at], letters.get(at + 1).copied());
        if in_text {
            in_text = this != '"' || escaped(&before);
            before.push(this);
            code.push(this);
        } else if this == '/' && next == Some('/') {
            while at < letters.len() && letters[at] != '\n' {
                at += 1;
            }
            code.push('\n');
        } else if this == '/' && next == Some('*') {
            while at < letters.len() && !(letters[at] == '*' && letters.get(at + 1) == Some(&'/')) {
                if letters[at] == '\n' {
                    code.push('\n');
                }
                at += 1;
            }
            at += 1;
        } else if this == '\'' && next == Some('"') {
            code.push_str("'.'");
            at += 2;
        } else {
            in_text = this == '"';
            before.clear();
            code.push(this);
        }
        at += 1;
    }
    code
}

/// Blanks `#[cfg(test)]` items with a body.
fn without_tests(code: &str) -> String {
    let mut left = code.to_owned();
    while let Some(start) = left.find("#[cfg(test)]") {
        let after = &left[start..];
        let end = match (after.find('{'), after.find(';')) {
            (Some(brace), semicolon) if semicolon.is_none_or(|at| brace < at) => {
                start + brace + closing(&after[brace..])
            }
            (_, Some(semicolon)) => start + semicolon + 1,
            _ => left.len(),
        };
        let blank: String = left[start..end]
            .chars()
            .filter(|letter| *letter == '\n')
            .collect();
        left.replace_range(start..end, &blank);
    }
    left
}

/// The length of a text in braces; braces inside texts come in pairs.
fn closing(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, letter) in text.char_indices() {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return at + 1;
        }
    }
    text.len()
}

#[test]
fn comments_and_tests_are_not_code() {
    let source = Source::of(
        "src/web/x.rs",
        "/// crate::people\nfn a() {} // Conn\n/* b\nb */\nconst C: &str = \"// kept\";\n\
         #[cfg(test)]\nmod tests { use crate::people; }\nfn d() {}\n",
    );
    assert!(!source.code.contains("people") && !source.code.contains("Conn"));
    assert!(source.code.contains("// kept"));
    assert_eq!(
        source.at(source.code.find("fn d").unwrap()),
        "src/web/x.rs:8"
    );
    assert_eq!(source.room(), "web");
}

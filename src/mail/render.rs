//! Puts a letter into words: subject, text and HTML in the recipient's language.
//!
//! Decides nothing about whom or when. The words are texts by key; the templates only lay them out,
//! so that text and HTML always say the same. Everything that came from a person is escaped in HTML
//! and kept on one line in text.

use std::sync::LazyLock;

use minijinja::{AutoEscape, Environment, UndefinedBehavior};
use serde::Serialize;

use super::letter::{Item, Letter, Recipient, one_line, plain};
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::Facts;
use crate::text::{Lang, say};

/// Longest subject, in characters; what is longer ends in an ellipsis.
const SUBJECT_LIMIT: usize = 160;

static TEMPLATES: LazyLock<Environment<'static>> = LazyLock::new(templates);

/// A letter in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Rendered {
    pub(super) subject: String,
    pub(super) text: String,
    pub(super) html: String,
}

/// What the templates lay out; every field is finished words.
#[derive(Debug, Serialize)]
struct Page {
    lang: &'static str,
    subject: String,
    heading: String,
    greeting: String,
    intro: String,
    items: Vec<Matter>,
    more: Option<String>,
    answer: String,
    link: String,
    link_words: String,
    footer: String,
}

#[derive(Debug, Serialize)]
struct Matter {
    number: usize,
    title: String,
    project: Option<String>,
    when: Option<String>,
    /// How the day stands: `late`, `today` or `ahead`; decides a colour only.
    tone: &'static str,
    why: String,
    copy: Option<String>,
    link: Option<String>,
    project_label: String,
    when_label: String,
    why_label: String,
}

/// Returns the letter in the words of its recipient; links begin with `base_url`.
///
/// # Errors
/// Only a template that asks for what is not there.
pub(super) fn render(letter: &Letter, to: &Recipient, base_url: &str) -> Result<Rendered> {
    let page = page(letter, to, base_url);
    let fill = |name| -> Result<String> {
        let template = TEMPLATES.get_template(name).map_err(Error::broken)?;
        template.render(&page).map_err(Error::broken)
    };
    Ok(Rendered {
        text: fill("letter.txt")?,
        html: fill("letter.html")?,
        subject: page.subject,
    })
}

fn page(letter: &Letter, to: &Recipient, base_url: &str) -> Page {
    let lang = to.lang;
    let facts = frame(letter, to);
    let words = |part: &str| say(lang, &format!("letter.{}.{part}", letter.name), &facts);
    let all = letter.items.len().saturating_add(letter.more);
    let mixed = is_mixed(letter).then(|| facts.clone().with("heading", words("heading")));
    let subject = match &mixed {
        Some(facts) => say(lang, "letter.mixed_subject", facts),
        None => words(if all > 1 { "subject_many" } else { "subject" }),
    };
    let is_copy = !letter.items.is_empty() && letter.items.iter().all(|item| item.copy);
    let subject = if is_copy {
        let facts = Facts::none().with("subject", subject);
        say(lang, "letter.copy_subject", &facts)
    } else {
        subject
    };
    let link = format!("{base_url}{}", letter.link);
    let more = (letter.more > 0).then(|| {
        say(
            lang,
            "letter.more",
            &Facts::none().with("more", letter.more),
        )
    });
    let items = letter.items.iter().zip(1..);
    Page {
        lang: lang.as_str(),
        subject: shortened(&one_line(&subject)),
        heading: words("heading"),
        greeting: say(lang, "letter.greeting", &facts),
        intro: match &mixed {
            Some(facts) => say(lang, "letter.mixed_intro", facts),
            None => words("intro"),
        },
        items: items
            .map(|(item, number)| matter(item, number, lang, base_url))
            .collect(),
        more,
        answer: words("answer"),
        link,
        link_words: say(lang, "letter.open", &Facts::none()),
        footer: say(lang, "letter.footer", &Facts::none().with("site", base_url)),
    }
}

/// The facts of the frame: the letter's own, else those of its first item and its recipient.
/// Tells whether some of it is overdue and some is not: the words of one kind of letter then fit only
/// its first matters.
fn is_mixed(letter: &Letter) -> bool {
    let days = letter.items.iter().filter_map(|item| item.days_overdue);
    let (late, early): (Vec<i64>, Vec<i64>) = days.partition(|days| *days > 0);
    !late.is_empty() && !early.is_empty()
}

fn frame(letter: &Letter, to: &Recipient) -> Facts {
    let mut facts = plain(&letter.facts);
    let missing = |facts: &Facts, name: &str| facts.get(name).is_none();
    if missing(&facts, "recipient") {
        facts = facts.with("recipient", one_line(&to.name));
    }
    if missing(&facts, "count") {
        facts = facts.with("count", letter.items.len().saturating_add(letter.more));
    }
    if let Some(first) = letter.items.first() {
        let told = first.told();
        if missing(&facts, "title") {
            facts = facts.with("title", told.what(to.lang));
        }
        if missing(&facts, "project")
            && let Some(project) = told.facts.get("project")
        {
            facts = facts.with("project", project);
        }
    }
    facts
}

fn matter(item: &Item, number: usize, lang: Lang, base_url: &str) -> Matter {
    let told = item.told();
    let project = told.facts.get("project").and_then(|name| name.as_str());
    let label = |name: &str| say(lang, &format!("letter.label.{name}"), &Facts::none());
    Matter {
        number,
        title: told.what(lang),
        project: project.map(str::to_owned),
        when: when(item, lang),
        tone: match item.days_overdue {
            Some(1..) => "late",
            Some(0) => "today",
            Some(_) | None => "ahead",
        },
        why: told.why(lang),
        copy: item.copy.then(|| label("copy")),
        link: item.link.as_ref().map(|path| format!("{base_url}{path}")),
        project_label: label("project"),
        when_label: label("when"),
        why_label: label("why"),
    }
}

/// Says by when, or since when.
fn when(item: &Item, lang: Lang) -> Option<String> {
    let due_on = item.due_on?;
    let key = match item.days_overdue {
        None => "by",
        Some(0) => "today",
        Some(1) => "overdue_one",
        Some(2..) => "overdue",
        Some(-1) => "left_one",
        Some(_) => "left",
    };
    let facts = Facts::none()
        .with("due_on", due_on)
        .with("days", item.days_overdue.map(i64::unsigned_abs));
    Some(say(lang, &format!("letter.when.{key}"), &facts))
}

fn shortened(subject: &str) -> String {
    if subject.chars().count() <= SUBJECT_LIMIT {
        return subject.to_owned();
    }
    let kept: String = subject.chars().take(SUBJECT_LIMIT - 1).collect();
    format!("{kept}…")
}

fn templates() -> Environment<'static> {
    let mut templates = Environment::new();
    templates.set_undefined_behavior(UndefinedBehavior::Strict);
    templates.set_trim_blocks(true);
    templates.set_lstrip_blocks(true);
    templates.set_auto_escape_callback(|name| {
        if name.rsplit('.').next() == Some("html") {
            AutoEscape::Html
        } else {
            AutoEscape::None
        }
    });
    for (name, template) in [
        ("letter.txt", include_str!("templates/letter.txt")),
        ("letter.html", include_str!("templates/letter.html")),
    ] {
        // A template that does not parse is then missing, and every test that renders says so.
        if let Err(fault) = templates.add_template(name, template) {
            tracing::error!(name, fault = %fault, "a template of letters does not parse");
        }
    }
    templates
}

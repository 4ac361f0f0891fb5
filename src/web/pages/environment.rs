//! The templates, compiled in, and the words, filters and functions they are written with.

use std::sync::{Arc, LazyLock};

use include_dir::{Dir, include_dir};
use minijinja::value::Kwargs;
use minijinja::{
    AutoEscape, Environment, Error as Fault, ErrorKind, Output, State, UndefinedBehavior, Value,
    escape_formatter,
};

use super::{Frame, assets, fields, places};
use crate::kernel::error::{Error, Result};
use crate::kernel::money::Yuan;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::text::say;

static TEMPLATES: Dir = include_dir!("$CARGO_MANIFEST_DIR/src/web/templates");
static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(environment);

/// Lays a page out. The frame is a global of this rendering alone, so that the macros of imported
/// templates, which do not see the page's own variables, see it too.
///
/// # Errors
/// Only a template that is missing or asks for what is not there.
pub(super) fn render(template: &str, content: Value, frame: Frame) -> Result<String> {
    let mut environment = ENVIRONMENT.clone();
    environment.add_global("frame", Value::from_object(frame));
    let template = environment.get_template(template).map_err(Error::broken)?;
    template.render(content).map_err(Error::broken)
}

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_trim_blocks(true);
    environment.set_lstrip_blocks(true);
    environment.set_auto_escape_callback(|_| AutoEscape::Html);
    environment.set_formatter(write);
    // What people typed is text on every page; nothing may say otherwise.
    environment.remove_filter("safe");
    environment.add_function("t", t);
    environment.add_function("word", word);
    environment.add_function("asset", asset);
    environment.add_function("region_name", region_name);
    environment.add_function("department_name", department_name);
    environment.add_function("industry_name", industry_name);
    environment.add_function("next_page", next_page);
    environment.add_filter("day", day);
    environment.add_filter("moment", moment);
    environment.add_filter("wan", wan);
    environment.add_filter("percent", percent);
    fields::add(&mut environment);
    gather(&TEMPLATES, &mut environment);
    environment
}

fn gather(folder: &'static Dir, environment: &mut Environment<'static>) {
    for file in folder.files() {
        let (Some(name), Some(text)) = (file.path().to_str(), file.contents_utf8()) else {
            continue;
        };
        // A template that does not parse is then missing; a test parses them all.
        if let Err(fault) = environment.add_template(name, text) {
            tracing::error!(name, fault = %fault, "a template of pages does not parse");
        }
    }
    for inner in folder.dirs() {
        gather(inner, environment);
    }
}

/// Writes a value into a page: nothing for null, and text with the five signs escaped that mean
/// something in HTML.
fn write(out: &mut Output, state: &State, value: &Value) -> std::result::Result<(), Fault> {
    let is_html = matches!(state.auto_escape(), AutoEscape::Html);
    match value.as_str() {
        _ if value.is_none() => Ok(()),
        Some(text) if is_html && !value.is_safe() => Ok(out.write_str(&escaped(text))?),
        _ => escape_formatter(out, state, value),
    }
}

fn escaped(text: &str) -> String {
    let mut said = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => said.push_str("&amp;"),
            '<' => said.push_str("&lt;"),
            '>' => said.push_str("&gt;"),
            '"' => said.push_str("&quot;"),
            '\'' => said.push_str("&#39;"),
            other => said.push(other),
        }
    }
    said
}

/// Returns the frame of the page that is being laid out.
pub(super) fn frame(state: &State) -> std::result::Result<Arc<Frame>, Fault> {
    state
        .lookup("frame")
        .and_then(|frame| frame.downcast_object::<Frame>())
        .ok_or_else(|| Fault::new(ErrorKind::InvalidOperation, "there is no frame"))
}

/// Words by key, their places filled by name.
fn t(state: &State, key: &str, named: Kwargs) -> std::result::Result<String, Fault> {
    let mut facts = Facts::none();
    for name in named.args() {
        facts = facts.with(name, named.get::<Value>(name)?);
    }
    Ok(say(frame(state)?.lang, key, &facts))
}

/// A word of ours of a kind, such as a state; a dash for nothing.
pub(super) fn word(state: &State, kind: &str, slug: Value) -> std::result::Result<String, Fault> {
    if slug.is_none() || slug.is_undefined() {
        return Ok("—".to_owned());
    }
    let slug = slug.to_string();
    let key = format!("word.{kind}.{slug}");
    let said = say(frame(state)?.lang, &key, &Facts::none());
    Ok(if said == key { slug } else { said })
}

/// The name of a region by its code; a dash for nothing.
fn region_name(state: &State, code: Value) -> std::result::Result<String, Fault> {
    let lang = frame(state)?.lang;
    Ok(code
        .as_str()
        .map_or_else(|| "—".to_owned(), |code| places::region_name(lang, code)))
}

/// The name of a department by its slug; a dash for nothing.
fn department_name(state: &State, slug: Value) -> std::result::Result<String, Fault> {
    let lang = frame(state)?.lang;
    Ok(slug.as_str().map_or_else(
        || "—".to_owned(),
        |slug| places::department_name(lang, slug),
    ))
}

fn asset(name: &str) -> std::result::Result<String, Fault> {
    assets::address(name)
        .ok_or_else(|| Fault::new(ErrorKind::InvalidOperation, format!("no asset {name}")))
}

/// The address of the page after a cursor: this one with another cursor.
fn next_page(state: &State, cursor: &str) -> std::result::Result<String, Fault> {
    let frame = frame(state)?;
    let kept = frame.query.split('&');
    let kept = kept.filter(|part| !part.is_empty() && !part.starts_with("cursor="));
    let mut query: Vec<String> = kept.map(str::to_owned).collect();
    if !cursor.is_empty() {
        query.push(format!("cursor={cursor}"));
    }
    if query.is_empty() {
        return Ok(frame.path.clone());
    }
    Ok(format!("{}?{}", frame.path, query.join("&")))
}

/// The name of an industry by its slug; a dash for nothing.
fn industry_name(state: &State, slug: Value) -> std::result::Result<String, Fault> {
    let lang = frame(state)?.lang;
    Ok(slug
        .as_str()
        .map_or_else(|| "—".to_owned(), |slug| places::industry_name(lang, slug)))
}

/// A day as it is stored, a dash for none.
fn day(value: Value) -> String {
    if value.is_none() || value.is_undefined() {
        "—".to_owned()
    } else {
        value.to_string()
    }
}

/// A moment as day and time in the site's zone.
fn moment(state: &State, value: Value) -> std::result::Result<String, Fault> {
    let Some(text) = value.as_str() else {
        return Ok("—".to_owned());
    };
    let Ok(moment) = text.parse::<Moment>() else {
        return Ok(text.to_owned());
    };
    let zone = frame(state)?.zone;
    Ok(format!("{} {}", zone.day_of(moment), zone.time_of(moment)))
}

/// Yuan in 万元 with thousands separators, a dash for none.
fn wan(value: Value) -> String {
    let Ok(yuan) = i64::try_from(value) else {
        return "—".to_owned();
    };
    grouped(&Yuan(yuan).wan())
}

/// Puts separators between the thousands of a number.
fn grouped(number: &str) -> String {
    let (sign, number) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (whole, decimals) = number.split_once('.').unwrap_or((number, ""));
    let mut said = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && whole.len().saturating_sub(at).is_multiple_of(3) {
            said.push(',');
        }
        said.push(digit);
    }
    let point = if decimals.is_empty() { "" } else { "." };
    format!("{sign}{said}{point}{decimals}")
}

/// A number of hundredths with its sign, a dash for none.
fn percent(value: Value) -> String {
    if value.is_none() || value.is_undefined() {
        "—".to_owned()
    } else {
        format!("{value}%")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &'static Dir, found: &mut Vec<&'static str>) {
        found.extend(folder.files().filter_map(|file| file.path().to_str()));
        for inner in folder.dirs() {
            names(inner, found);
        }
    }

    #[test]
    fn every_template_parses() {
        let mut found = Vec::new();
        names(&TEMPLATES, &mut found);
        assert!(!found.is_empty());
        for name in found {
            ENVIRONMENT.get_template(name).unwrap();
        }
    }

    #[test]
    fn text_is_text_and_null_is_nothing() {
        let mut environment = ENVIRONMENT.clone();
        let template = "<a title=\"{{ text }}\">{{ text }}</a>{{ nothing }}{{ 1 }}";
        environment.add_template("test.html", template).unwrap();
        let page = environment.get_template("test.html").unwrap();
        let said = page.render(minijinja::context! { text => "<'\"&>/", nothing => () });
        let escaped = "&lt;&#39;&quot;&amp;&gt;/";
        assert_eq!(
            said.unwrap(),
            format!("<a title=\"{escaped}\">{escaped}</a>1")
        );
        environment.add_template("gone.html", "{{ gone }}").unwrap();
        let page = environment.get_template("gone.html").unwrap();
        assert!(page.render(()).is_err());
    }

    #[test]
    fn amounts_have_separators_between_their_thousands() {
        for (yuan, said) in [
            (0_i64, "0"),
            (10_000, "1"),
            (12_345_678, "1,234.5678"),
            (-12_345_678_900, "-1,234,567.89"),
            (9_990_000, "999"),
        ] {
            assert_eq!(wan(Value::from(yuan)), said);
        }
        assert_eq!(wan(Value::from(())), "—");
    }
}

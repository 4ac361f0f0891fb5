//! The functions behind the macros of `form.html`: they know what was typed into which form and what
//! is wrong with it.
//!
//! Macros cannot hand each other anything, so what a form gathers while it is laid out is kept in the
//! temporaries of the rendering: which form it is, and the marks of what stood in its inputs.

use minijinja::value::{Kwargs, ValueKind};
use minijinja::{Environment, Error as Fault, State, Value};
use serde::Serialize;

use super::attempt::mark;
use super::environment::{frame, word};
use crate::kernel::money::Yuan;
use crate::kernel::refused::Facts;
use crate::text::say;

const ACTION: &str = "form_action";
const MARKS: &str = "form_marks";
const PLACED: &str = "form_placed";

type Found<T> = std::result::Result<T, Fault>;

pub(super) fn add(environment: &mut Environment<'static>) {
    environment.add_function("form_begins", form_begins);
    environment.add_function("form_marks", form_marks);
    environment.add_function("field", field);
    environment.add_function("entered", entered);
    environment.add_function("wrongs", wrongs);
    environment.add_function("rows", rows);
    environment.add_function("attempted", attempted);
    environment.add_function("left_over", left_over);
    environment.add_function("labelled", labelled);
    environment.add_function("label_of", label_of);
}

/// Returns the id of an input: names repeat in the forms of a page, ids must not.
pub(super) fn id(action: &str, name: &str) -> String {
    let form: String = mark(action).chars().take(4).collect();
    format!("f{form}-{}", name.replace('.', "-"))
}

fn text_of(value: Option<&Value>) -> String {
    match value {
        // A template says True, a form true.
        Some(value) if value.kind() == ValueKind::Bool => value.is_true().to_string(),
        Some(value) if !value.is_none() && !value.is_undefined() => value.to_string(),
        _ => String::new(),
    }
}

fn temporary(state: &State, name: &str) -> String {
    text_of(state.get_temp(name).as_ref())
}

/// Says which form the inputs that follow belong to; `is_versioned` forms keep marks of what stood in
/// their inputs, so that it can be told what somebody else changed meanwhile.
fn form_begins(state: &State, action: &str) -> Found<bool> {
    state.set_temp(ACTION, action.into());
    state.set_temp(MARKS, "".into());
    let is_attempted = attempted(state, action)?;
    if is_attempted {
        state.set_temp(PLACED, true.into());
    }
    Ok(is_attempted)
}

/// Tells whether the form of a path was handed in and is shown again.
fn attempted(state: &State, action: &str) -> Found<bool> {
    let frame = frame(state)?;
    let attempt = frame.attempt.as_ref();
    Ok(attempt.is_some_and(|attempt| attempt.action == action))
}

/// The marks of the form's inputs so far.
fn form_marks(state: &State) -> String {
    temporary(state, MARKS)
}

/// What an input shows.
#[derive(Serialize)]
struct Field {
    id: String,
    value: String,
    /// Every value typed or stored, where several may be chosen.
    values: Vec<String>,
    errors: Vec<String>,
    /// What is stored now, where somebody else changed it while this was typed.
    now: Option<String>,
}

/// Describes an input: `kind="money"` shows yuan in 万元; of a choice, `options` and the kind of their
/// words say what is stored now.
fn field(state: &State, name: &str, stored: Option<Value>, named: Kwargs) -> Found<Value> {
    let kind = named.get::<Option<&str>>("kind")?;
    let options = named.get::<Option<Value>>("options")?;
    named.assert_all_used()?;
    let is_money = kind == Some("money");
    let action = temporary(state, ACTION);
    let stored = stored.filter(|value| !value.is_undefined());
    let values: Vec<String> = match &stored {
        Some(list) if list.kind() == ValueKind::Seq => {
            list.try_iter()?.map(|value| value.to_string()).collect()
        }
        Some(yuan) if is_money => {
            let yuan = i64::try_from(yuan.clone()).ok();
            yuan.map(|yuan| Yuan(yuan).wan()).into_iter().collect()
        }
        other => Some(text_of(other.as_ref()))
            .filter(|text| !text.is_empty())
            .into_iter()
            .collect(),
    };
    let whole = values.join("\n");
    let marks = temporary(state, MARKS);
    state.set_temp(MARKS, format!("{marks}{name}={} ", mark(&whole)).into());
    let frame = frame(state)?;
    let attempt = frame.attempt.as_ref();
    let Some(attempt) = attempt.filter(|attempt| attempt.action == action) else {
        return Ok(Value::from_serialize(Field {
            id: id(&action, name),
            value: whole,
            values,
            errors: Vec::new(),
            now: None,
        }));
    };
    let was = attempt.was.as_ref().and_then(|was| was.get(name));
    let is_changed = was.is_some_and(|was| *was != mark(&whole));
    let wrongs = attempt.wrongs.iter().filter(|wrong| wrong.name == name);
    Ok(Value::from_serialize(Field {
        id: id(&action, name),
        value: attempt.typed(name).unwrap_or_default().to_owned(),
        values: attempt.all_typed(name).map(str::to_owned).collect(),
        errors: wrongs.map(|wrong| wrong.words.clone()).collect(),
        now: is_changed
            .then(|| {
                values
                    .iter()
                    .map(|one| said(state, one, kind, options.as_ref()))
            })
            .map(Iterator::collect::<Found<Vec<_>>>)
            .transpose()?
            .map(|said| said.join("、")),
    }))
}

/// Says a stored value as the input shows it.
fn said(state: &State, value: &str, kind: Option<&str>, options: Option<&Value>) -> Found<String> {
    for option in options
        .map(Value::try_iter)
        .transpose()?
        .into_iter()
        .flatten()
    {
        let slug = option.get_attr("value").unwrap_or_default();
        if slug.as_str() == Some(value) {
            return Ok(option.get_attr("label")?.to_string());
        }
    }
    match (kind, options) {
        (Some("check"), None) => {
            let key = match value {
                "true" => "page.form.yes",
                _ => "page.form.no",
            };
            Ok(say(frame(state)?.lang, key, &Facts::none()))
        }
        (Some(kind), Some(_)) => word(state, kind, value.into()),
        _ => Ok(value.to_owned()),
    }
}

/// What was typed under a name, else what is stored.
fn entered(state: &State, name: &str, stored: Option<Value>) -> Found<Value> {
    let action = temporary(state, ACTION);
    let frame = frame(state)?;
    let attempt = frame.attempt.as_ref();
    Ok(match attempt.filter(|attempt| attempt.action == action) {
        Some(attempt) => attempt.typed(name).unwrap_or_default().into(),
        None => stored.unwrap_or_default(),
    })
}

/// What is wrong under a name, in words.
fn wrongs(state: &State, name: &str) -> Found<Vec<String>> {
    let action = temporary(state, ACTION);
    let frame = frame(state)?;
    let attempt = frame.attempt.as_ref();
    let attempt = attempt.filter(|attempt| attempt.action == action);
    let found = attempt.map_or(&[][..], |attempt| attempt.wrongs.as_slice());
    let found = found.iter().filter(|wrong| wrong.name == name);
    Ok(found.map(|wrong| wrong.words.clone()).collect())
}

/// One row of a list of inputs.
#[derive(Serialize)]
struct Row {
    index: usize,
    /// The names of its inputs begin with it, a dot behind.
    name: String,
    /// What is stored there; null in a row that is new.
    stored: Value,
}

/// The rows of a list of inputs: those typed or stored, and `blanks` to type more.
fn rows(state: &State, list: &str, stored: Value, blanks: usize) -> Found<Value> {
    let action = temporary(state, ACTION);
    let stored: Vec<Value> = if stored.is_none() || stored.is_undefined() {
        Vec::new()
    } else {
        stored.try_iter()?.collect()
    };
    let frame = frame(state)?;
    let attempt = frame.attempt.as_ref();
    let filled = attempt
        .filter(|attempt| attempt.action == action)
        .map_or(stored.len(), |attempt| attempt.rows(list));
    let rows = (0..filled.saturating_add(blanks)).map(|index| Row {
        index,
        name: format!("{list}.{index}"),
        stored: stored
            .get(index)
            .cloned()
            .unwrap_or_else(|| Value::from(())),
    });
    Ok(Value::from_serialize(rows.collect::<Vec<_>>()))
}

/// Remembers the label of an input for the summary of what is wrong, which says it; says nothing here.
fn labelled(state: &State, id: &str, label: Value) {
    state.set_temp(&format!("label {id}"), label);
}

/// The label of an input the page has shown, null for others.
fn label_of(state: &State, id: &str) -> Value {
    let label = state.get_temp(&format!("label {id}"));
    label.unwrap_or_else(|| Value::from(()))
}

/// What was typed into a form that this page no longer shows, so that it is not lost.
fn left_over(state: &State) -> Found<Value> {
    let frame = frame(state)?;
    let is_placed = state.get_temp(PLACED).is_some();
    let attempt = frame.attempt.as_ref().filter(|_| !is_placed);
    let typed = attempt.map_or(&[][..], |attempt| attempt.typed.as_slice());
    let values = typed.iter().map(|(_, value)| value.as_str());
    Ok(values.filter(|value| !value.trim().is_empty()).collect())
}

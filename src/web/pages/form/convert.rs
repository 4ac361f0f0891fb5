//! From typed inputs to the JSON of a body, by the body's published schema.

use std::collections::BTreeMap;

use serde_json::{Map, Number, Value};
use unicode_normalization::UnicodeNormalization as _;

use crate::kernel::money::{WrongMoney, Yuan};
use crate::kernel::refused::Finding;

/// Inputs below each other by the parts of their names.
#[derive(Debug, PartialEq)]
enum Node {
    /// What was typed under one name.
    Typed(Vec<String>),
    Under(BTreeMap<Part, Node>),
}

/// A part of a name; numbers in their own order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    Row(usize),
    Name(String),
}

impl Part {
    fn of(text: &str) -> Self {
        let is_number = !text.is_empty() && text.bytes().all(|sign| sign.is_ascii_digit());
        text.parse()
            .ok()
            .filter(|_| is_number)
            .map_or_else(|| Self::Name(text.to_owned()), Self::Row)
    }
}

/// Deepest nesting of names; what is deeper stays one name, which no schema knows.
const DEEPEST: usize = 8;

fn tree(pairs: Vec<(String, String)>) -> BTreeMap<Part, Node> {
    let mut root = BTreeMap::new();
    for (name, value) in pairs {
        let parts = name.splitn(DEEPEST, '.').map(Part::of).collect::<Vec<_>>();
        put(&mut root, &parts, value);
    }
    root
}

fn put(under: &mut BTreeMap<Part, Node>, parts: &[Part], value: String) {
    let Some((first, rest)) = parts.split_first() else {
        return;
    };
    if rest.is_empty() {
        match under
            .entry(first.clone())
            .or_insert_with(|| Node::Typed(Vec::new()))
        {
            Node::Typed(values) => values.push(value),
            // A name that is also the beginning of others: typed under none of ours.
            Node::Under(inner) => {
                inner.insert(Part::Name(String::new()), Node::Typed(vec![value]));
            }
        }
        return;
    }
    let inner = under
        .entry(first.clone())
        .or_insert_with(|| Node::Under(BTreeMap::new()));
    if let Node::Typed(values) = inner {
        let typed = Node::Typed(std::mem::take(values));
        *inner = Node::Under(BTreeMap::from([(Part::Name(String::new()), typed)]));
    }
    if let Node::Under(inner) = inner {
        put(inner, rest, value);
    }
}

/// Takes out the rows in which nothing was typed, and those marked to be taken out, and numbers the others anew, so that the pointers of
/// the body and the names of the inputs stay the same.
pub(super) fn without_empty_rows(pairs: Vec<(String, String)>) -> Vec<(String, String)> {
    let has_rows = pairs.iter().any(|(name, _)| {
        let mut parts = name.split('.');
        parts.any(|part| matches!(Part::of(part), Part::Row(_)))
    });
    if !has_rows {
        return pairs;
    }
    let mut flat = Vec::with_capacity(pairs.len());
    spread(String::new(), renumbered(tree(pairs)), &mut flat);
    flat
}

fn renumbered(under: BTreeMap<Part, Node>) -> BTreeMap<Part, Node> {
    let mut next = 0_usize;
    let mut kept = BTreeMap::new();
    for (part, node) in under {
        let node = match node {
            Node::Under(inner) => Node::Under(renumbered(inner)),
            typed @ Node::Typed(_) => typed,
        };
        match part {
            Part::Row(_) if is_blank(&node) || is_taken_out(&node) => {}
            Part::Row(_) => {
                kept.insert(Part::Row(next), node);
                next = next.saturating_add(1);
            }
            Part::Name(_) => {
                kept.insert(part, node);
            }
        }
    }
    kept
}

/// Tells whether a row was marked to be taken out, by its input of this name.
fn is_taken_out(node: &Node) -> bool {
    let Node::Under(inner) = node else {
        return false;
    };
    let mark = inner.get(&Part::Name("_out".to_owned()));
    matches!(mark, Some(Node::Typed(values)) if values.iter().any(|value| value == "true"))
}

/// Tells whether nothing was typed. A box that is not ticked says `false`.
fn is_blank(node: &Node) -> bool {
    match node {
        Node::Typed(values) => values
            .iter()
            .all(|value| value.trim().is_empty() || value == "false"),
        Node::Under(inner) => inner.values().all(is_blank),
    }
}

fn spread(at: String, under: BTreeMap<Part, Node>, flat: &mut Vec<(String, String)>) {
    for (part, node) in under {
        let part = match part {
            Part::Row(index) => index.to_string(),
            Part::Name(name) => name,
        };
        let name = match (at.is_empty(), part.is_empty()) {
            (true, _) => part,
            (false, true) => at.clone(),
            (false, false) => format!("{at}.{part}"),
        };
        match node {
            Node::Typed(values) => {
                flat.extend(values.into_iter().map(|value| (name.clone(), value)));
            }
            // All rows were empty: the list is there, and there is nothing in it.
            Node::Under(inner) if inner.is_empty() => flat.push((name, String::new())),
            Node::Under(inner) => spread(name, inner, flat),
        }
    }
}

/// Makes the body, and finds what was typed that no number can be made of. What a schema does not know
/// stays as it was typed: the strict check names it.
pub(super) fn body(pairs: &[(String, String)], document: &Value) -> (Value, Vec<Finding>) {
    let mut reading = Reading {
        document,
        findings: Vec::new(),
    };
    let shape = reading.shape(document);
    let root = Node::Under(tree(pairs.to_vec()));
    let value = reading.value(&root, &shape, "", "");
    let value = value.unwrap_or_else(|| Value::Object(Map::new()));
    (value, reading.findings)
}

/// What a schema says of one place.
#[derive(Debug, Default, Clone)]
struct Shape<'a> {
    kinds: Vec<&'a str>,
    properties: Vec<&'a Map<String, Value>>,
    items: Option<&'a Value>,
    /// What stands under names of no property.
    others: Option<&'a Value>,
    /// A text that is no free one: a day, a word of a set.
    is_token: bool,
}

impl Shape<'_> {
    fn is(&self, kind: &str) -> bool {
        self.kinds.contains(&kind)
    }
}

struct Reading<'a> {
    document: &'a Value,
    findings: Vec<Finding>,
}

impl<'a> Reading<'a> {
    fn shape(&self, schema: &'a Value) -> Shape<'a> {
        let mut shape = Shape::default();
        self.add(schema, &mut shape, 0);
        shape
    }

    fn add(&self, schema: &'a Value, shape: &mut Shape<'a>, depth: usize) {
        if depth > DEEPEST {
            return;
        }
        let next = depth.saturating_add(1);
        if let Some(pointer) = schema.get("$ref").and_then(Value::as_str)
            && let Some(named) = self.document.pointer(pointer.trim_start_matches('#'))
        {
            self.add(named, shape, next);
        }
        match schema.get("type") {
            Some(Value::String(kind)) => shape.kinds.push(kind),
            Some(Value::Array(kinds)) => shape.kinds.extend(kinds.iter().filter_map(Value::as_str)),
            _ => {}
        }
        shape.is_token |= schema.get("format").is_some() || schema.get("enum").is_some();
        if let Some(Value::Object(properties)) = schema.get("properties") {
            shape.properties.push(properties);
        }
        shape.items = shape.items.or_else(|| schema.get("items"));
        let others = schema.get("additionalProperties");
        shape.others = shape.others.or(others.filter(|others| others.is_object()));
        for several in ["allOf", "oneOf", "anyOf"] {
            let parts = schema.get(several).and_then(Value::as_array);
            for part in parts.into_iter().flatten() {
                self.add(part, shape, next);
            }
        }
    }

    /// Returns what a place becomes; nothing when nothing was typed and null is not allowed.
    fn value(&mut self, node: &Node, shape: &Shape<'a>, at: &str, name: &str) -> Option<Value> {
        match node {
            Node::Typed(values) if shape.is("array") => {
                let items = shape
                    .items
                    .map(|items| self.shape(items))
                    .unwrap_or_default();
                let typed = values.iter().enumerate();
                let typed = typed.filter_map(|(position, value)| {
                    self.scalar(value, &items, &format!("{at}/{position}"), name)
                });
                Some(Value::Array(typed.filter(|item| !item.is_null()).collect()))
            }
            Node::Typed(values) => {
                let last = values.last().map_or("", String::as_str);
                self.scalar(last, shape, at, name)
            }
            Node::Under(_) if !at.is_empty() && is_blank(node) && !shape.is("array") => {
                shape.is("null").then_some(Value::Null)
            }
            Node::Under(inner) => {
                let is_list = (shape.is("array") || shape.kinds.is_empty())
                    && inner.keys().all(|part| matches!(part, Part::Row(_)));
                if is_list {
                    Some(self.list(inner, shape, at))
                } else {
                    Some(self.object(inner, shape, at))
                }
            }
        }
    }

    fn list(&mut self, rows: &BTreeMap<Part, Node>, shape: &Shape<'a>, at: &str) -> Value {
        let items = shape
            .items
            .map(|items| self.shape(items))
            .unwrap_or_default();
        let filled = rows.values().filter(|row| !is_blank(row));
        let rows = filled
            .enumerate()
            .filter_map(|(position, row)| self.value(row, &items, &format!("{at}/{position}"), ""));
        Value::Array(rows.collect())
    }

    fn object(&mut self, fields: &BTreeMap<Part, Node>, shape: &Shape<'a>, at: &str) -> Value {
        let mut object = Map::new();
        for (part, node) in fields {
            let name = match part {
                Part::Row(index) => index.to_string(),
                Part::Name(name) => name.clone(),
            };
            let known = shape.properties.iter().find_map(|of| of.get(&name));
            let known = known.or(shape.others);
            let inner = known.map(|schema| self.shape(schema)).unwrap_or_default();
            let pointer = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
            match self.value(node, &inner, &pointer, &name) {
                Some(value) => {
                    object.insert(name, value);
                }
                // An empty input the schema does not know is as unknown as a filled one.
                None if known.is_none() => {
                    object.insert(name, Value::Null);
                }
                None => {}
            }
        }
        Value::Object(object)
    }

    fn scalar(&mut self, typed: &str, shape: &Shape<'a>, at: &str, name: &str) -> Option<Value> {
        if typed.trim().is_empty() {
            return shape.is("null").then_some(Value::Null);
        }
        let plain: String = typed.nfkc().collect();
        let plain = plain.trim();
        if shape.is("integer") && name.ends_with("_yuan") {
            return Some(match Yuan::from_wan(plain) {
                Ok(yuan) => yuan.0.into(),
                Err(wrong) => self.wrong(typed, at, money_code(wrong)),
            });
        }
        if shape.is("integer") {
            return Some(match plain.parse::<i64>() {
                Ok(number) => number.into(),
                Err(_) => self.wrong(typed, at, "form.whole_number"),
            });
        }
        if shape.is("number") {
            return Some(match number(plain) {
                Some(number) => Value::Number(number),
                None => self.wrong(typed, at, "form.number"),
            });
        }
        if shape.is("boolean") {
            return Some(match plain {
                "true" | "on" => Value::Bool(true),
                "false" => Value::Bool(false),
                _ => Value::String(typed.to_owned()),
            });
        }
        let text = if shape.is_token { plain } else { typed };
        Some(Value::String(text.to_owned()))
    }

    fn wrong(&mut self, typed: &str, at: &str, code: &'static str) -> Value {
        self.findings.push(Finding::new(at, code));
        Value::String(typed.to_owned())
    }
}

/// Reads a plain decimal number as it was typed.
fn number(text: &str) -> Option<Number> {
    let is_plain = text
        .bytes()
        .all(|sign| sign.is_ascii_digit() || sign == b'.' || sign == b'-');
    if !is_plain {
        return None;
    }
    serde_json::from_str(text).ok()
}

const fn money_code(wrong: WrongMoney) -> &'static str {
    match wrong {
        WrongMoney::Number => "form.money",
        WrongMoney::FinerThanYuan => "form.money_finer",
        WrongMoney::TooLarge => "form.money_too_large",
    }
}

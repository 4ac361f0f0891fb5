use proptest::prelude::*;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::*;
use crate::web::extract::present;

const LARGEST: usize = 65_536;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Year {
    year: i64,
    amount_yuan: Option<i64>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Lead {
    name: String,
    is_external: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Plan {
    name: String,
    note: Option<String>,
    weight: i64,
    ratio: Option<f64>,
    is_open: bool,
    total_yuan: i64,
    starts_on: Option<crate::kernel::time::Day>,
    tags: Vec<String>,
    years: Vec<Year>,
    lead: Option<Lead>,
}

#[derive(Debug, PartialEq, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Change {
    name: Option<String>,
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Option<String>)]
    note: Option<Option<String>>,
}

fn form(pairs: &[(&str, &str)]) -> Form {
    let mut bytes = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        bytes.append_pair(name, value);
    }
    Form::read(bytes.finish().as_bytes(), LARGEST).unwrap()
}

fn plan<'a>(more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut pairs = vec![
        ("name", "动力电池"),
        ("note", ""),
        ("weight", "3"),
        ("ratio", ""),
        ("is_open", "false"),
        ("total_yuan", "1.5"),
        ("starts_on", ""),
        ("tags", ""),
        ("lead.name", ""),
        ("lead.is_external", "false"),
        ("years.0.year", ""),
        ("years.0.amount_yuan", ""),
    ];
    for (name, value) in more {
        pairs.retain(|(given, _)| given != name || *name == "tags");
        pairs.push((name, value));
    }
    pairs
}

fn faults(pairs: &[(&str, &str)]) -> Vec<(String, &'static str)> {
    match form(pairs).body::<Plan>() {
        Err(Error::Refused(refused)) => {
            let found = refused.findings.into_iter();
            let mut found: Vec<_> = found.map(|one| (one.pointer, one.code)).collect();
            found.sort();
            found
        }
        other => panic!("{other:?}"),
    }
}

fn fault(name: &str, typed: &str) -> Vec<&'static str> {
    let found = faults(&plan(&[(name, typed)])).into_iter();
    found.map(|(_, code)| code).collect()
}

#[test]
fn an_empty_input_says_nothing_and_an_empty_row_is_none() {
    let body: Plan = form(&plan(&[])).body().unwrap();
    assert_eq!((body.note, body.ratio, body.starts_on), (None, None, None));
    assert_eq!((body.tags, body.years, body.lead), (vec![], vec![], None));
    assert!(!body.is_open);
}

#[test]
fn a_row_that_is_marked_is_taken_out_whatever_stands_in_it() {
    let typed = plan(&[
        ("years.0.year", "2026"),
        ("years.0.amount_yuan", "1"),
        ("years.0._out", "true"),
        ("years.1.year", "2027"),
        ("years.1.amount_yuan", "2"),
    ]);
    let handed_in = form(&typed);
    let body: Plan = handed_in.body().unwrap();
    let years: Vec<i64> = body.years.iter().map(|row| row.year).collect();
    assert_eq!(years, [2027]);
    assert_eq!(handed_in.get("years.0.year"), Some("2027"));
}

#[test]
fn money_is_typed_in_ten_thousands_of_yuan() {
    for (typed, yuan) in [
        ("1.5", 15_000),
        ("276,100", 2_761_000_000),
        ("２７６，１００．２５", 2_761_002_500),
        (" 0.0001 ", 1),
        ("-3", -30_000),
        ("0", 0),
    ] {
        let body: Plan = form(&plan(&[("total_yuan", typed)])).body().unwrap();
        assert_eq!(body.total_yuan, yuan, "{typed}");
    }
    for (typed, code) in [
        ("0.00001", "form.money_finer"),
        ("1,5", "form.money"),
        ("1.5万元", "form.money"),
        ("9999999999999999", "form.money_too_large"),
        ("", "body.missing_field"),
    ] {
        assert_eq!(fault("total_yuan", typed), [code], "{typed}");
    }
}

#[test]
fn numbers_boxes_and_days_are_read_as_people_type_them() {
    let typed = [
        ("weight", "１２"),
        ("ratio", " 62.50 "),
        ("is_open", "true"),
        ("starts_on", "２０２６-10-10 "),
    ];
    let body: Plan = form(&plan(&typed)).body().unwrap();
    assert_eq!(
        (body.weight, body.ratio, body.is_open),
        (12, Some(62.5), true)
    );
    assert_eq!(body.starts_on.unwrap().to_string(), "2026-10-10");
    // A box that is ticked comes behind the hidden input that says it is not.
    let pairs = [plan(&[]), vec![("is_open", "true")]].concat();
    assert!(form(&pairs).body::<Plan>().unwrap().is_open);
    for (name, typed, code) in [
        ("weight", "1.5", "form.whole_number"),
        ("weight", "twelve", "form.whole_number"),
        ("weight", "99999999999999999999", "form.whole_number"),
        ("ratio", "1e999", "form.number"),
        ("ratio", "NaN", "form.number"),
        ("ratio", "62,5", "form.number"),
        ("is_open", "perhaps", "body.wrong_type"),
        ("starts_on", "2026-02-30", "body.wrong_value"),
    ] {
        assert_eq!(fault(name, typed), [code], "{name}={typed}");
    }
}

#[test]
fn rows_keep_their_order_and_what_is_wrong_stays_at_its_row() {
    let typed = [
        ("years.10.year", "2029"),
        ("years.2.year", ""),
        ("years.2.amount_yuan", " "),
        ("years.3.year", "2027"),
        ("years.3.amount_yuan", "1"),
        ("years.4.year", "2028"),
        ("years.4.amount_yuan", "x"),
    ];
    let form = form(&plan(&typed));
    assert_eq!(form.get("years.1.amount_yuan"), Some("x"));
    let Err(Error::Refused(refused)) = form.body::<Plan>() else {
        panic!("taken");
    };
    let found = &refused.findings[0];
    assert_eq!(
        (found.pointer.as_str(), found.code),
        ("/years/1/amount_yuan", "form.money")
    );
    let typed = [typed[0], typed[3], typed[4]];
    let body: Plan = super::tests::form(&plan(&typed)).body().unwrap();
    let years: Vec<_> = body
        .years
        .iter()
        .map(|row| (row.year, row.amount_yuan))
        .collect();
    assert_eq!(years, [(2027, Some(10_000)), (2029, None)]);
}

#[test]
fn everything_that_is_wrong_is_told_at_once_and_an_unknown_input_too() {
    let typed = [
        ("name", " "),
        ("weight", "x"),
        ("colour", "red"),
        ("empty", ""),
        ("lead.name", "张三"),
        ("lead.rank", "1"),
        ("lead.is_external", "false"),
    ];
    let found = faults(&plan(&typed));
    let found: Vec<_> = found
        .iter()
        .map(|(at, code)| (at.as_str(), *code))
        .collect();
    assert_eq!(
        found,
        [
            ("/colour", "body.unknown_field"),
            ("/empty", "body.unknown_field"),
            ("/lead/rank", "body.unknown_field"),
            ("/name", "body.missing_field"),
            ("/weight", "form.whole_number"),
        ]
    );
    assert_eq!(fault("note", "a\0b"), ["body.nul"]);
}

#[test]
fn names_that_lie_across_each_other_are_refused_and_break_nothing() {
    for pairs in [
        vec![("years", "1")],
        vec![("years.0", "1")],
        vec![("name.first", "x")],
        vec![("name", "x"), ("name.first", "y")],
        vec![("name.first", "y"), ("name", "x")],
        vec![("years.x.year", "1")],
        vec![("years.99999999999999999999.year", "1")],
        vec![("a.b.c.d.e.f.g.h.i.j.k", "1")],
        vec![("..", "1")],
        vec![(".", "1")],
        vec![("name/x", "1")],
    ] {
        let pairs = [plan(&[]), pairs].concat();
        assert!(form(&pairs).body::<Plan>().is_err(), "{pairs:?}");
    }
}

#[test]
fn in_a_change_an_input_left_empty_clears_and_a_missing_one_leaves() {
    let body: Change = form(&[("note", "")]).body().unwrap();
    assert_eq!((body.name, body.note), (None, Some(None)));
    let body: Change = form(&[("name", "x")]).body().unwrap();
    assert_eq!((body.name.as_deref(), body.note), (Some("x"), None));
    let body: Change = form(&[("note", "a\r\nb")]).body().unwrap();
    assert_eq!(body.note, Some(Some("a\nb".to_owned())));
}

#[test]
fn what_is_ours_is_no_part_of_the_body() {
    let pairs = [
        ("_version", "7"),
        ("_token", "t"),
        ("_once", "o"),
        ("_was", "note=ab name=cd "),
    ];
    let form = form(&pairs);
    assert_eq!((form.version(), form.get("_once")), (Some(7), Some("o")));
    assert_eq!(form.was().get("note").map(String::as_str), Some("ab"));
    assert!(form.pairs.is_empty());
    assert_eq!(
        form.body::<Change>().unwrap(),
        Change {
            name: None,
            note: None
        }
    );
    assert_eq!(super::tests::form(&[("_version", "x")]).version(), None);
}

#[test]
fn passwords_are_never_shown_again() {
    let form = form(&[("password.new", "x"), ("password", "y"), ("phone", "z")]);
    assert_eq!(form.shown_again(), [("phone".to_owned(), "z".to_owned())]);
}

#[test]
fn a_form_that_is_too_large_is_refused() {
    let refused = |bytes: &[u8]| match Form::read(bytes, LARGEST) {
        Err(Error::Refused(refused)) => refused.kind,
        other => panic!("{other:?}"),
    };
    let fits = format!("note={}", "x".repeat(LARGEST - 4));
    assert!(Form::read(fits.as_bytes(), LARGEST).is_ok());
    assert_eq!(refused(format!("{fits}x").as_bytes()), Kind::TooLarge);
    // A letter of three bytes counts as three, however long it is on the wire.
    let chinese = format!("note={}", "%E7%94%B5".repeat(LARGEST / 3 - 2));
    assert!(Form::read(chinese.as_bytes(), LARGEST).is_ok());
    assert_eq!(refused("a=&".repeat(2_001).as_bytes()), Kind::TooLarge);
    assert_eq!(refused(b"=x"), Kind::Malformed);
    assert_eq!(
        refused(format!("{}=x", "n".repeat(201)).as_bytes()),
        Kind::Malformed
    );
}

/// The inputs of a body, as a page would show them.
fn inputs(at: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    let name = |part: &str| {
        if at.is_empty() {
            part.to_owned()
        } else {
            format!("{at}.{part}")
        }
    };
    match value {
        Value::Object(fields) => {
            for (part, field) in fields {
                inputs(&name(part), field, pairs);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                match item {
                    Value::String(text) => pairs.push((at.to_owned(), text.clone())),
                    _ => inputs(&name(&index.to_string()), item, pairs),
                }
            }
            if items.is_empty() {
                pairs.push((at.to_owned(), String::new()));
            }
        }
        Value::Null => pairs.push((at.to_owned(), String::new())),
        Value::String(text) => pairs.push((at.to_owned(), text.clone())),
        Value::Number(number) if at.ends_with("_yuan") => {
            let yuan = crate::kernel::money::Yuan(number.as_i64().unwrap());
            pairs.push((at.to_owned(), yuan.wan()));
        }
        other => pairs.push((at.to_owned(), other.to_string())),
    }
}

prop_compose! {
    fn any_plan()(
        name in "[^\0\r]*[^\0\r\\s][^\0\r]*",
        note in proptest::option::of("[^\0\r]*[^\0\r\\s]"),
        weight in any::<i64>(),
        ratio in proptest::option::of(-1_000_000..1_000_000_i64),
        is_open in any::<bool>(),
        total_yuan in any::<i64>(),
        tags in proptest::collection::vec("[a-z]{1,8}", 0..4),
        years in proptest::collection::vec((any::<i64>(), proptest::option::of(any::<i64>())), 0..13),
        lead in proptest::option::of(("[^\0\r\\s]+", any::<bool>())),
    ) -> Value {
        let years = years.into_iter().map(|(year, yuan)| json!({ "year": year, "amount_yuan": yuan }));
        let lead = lead.map(|(name, is_external)| json!({ "name": name, "is_external": is_external }));
        json!({
            "name": name, "note": note, "weight": weight, "ratio": ratio.map(|ratio| ratio as f64 / 100.0),
            "is_open": is_open, "total_yuan": total_yuan, "starts_on": "2026-10-10", "tags": tags,
            "years": years.collect::<Vec<_>>(), "lead": lead,
        })
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_body_comes_back_from_its_inputs(body in any_plan()) {
        let mut pairs = Vec::new();
        inputs("", &body, &mut pairs);
        let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let found: Plan = form(&pairs).body().unwrap();
        prop_assert_eq!(serde_json::to_value(found).unwrap(), body);
    }

    #[test]
    fn no_form_breaks_the_reading(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        if let Ok(form) = Form::read(&bytes, LARGEST) {
            let _ = form.body::<Plan>();
            let _ = form.body::<Change>();
        }
    }
}

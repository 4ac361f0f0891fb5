use super::xlsx::day_of;
use super::*;
use crate::kernel::time::Day;

#[test]
fn the_form_is_what_accept_names_first_of_ours() {
    for (accept, form) in [
        ("text/csv", Some(Form::Csv)),
        ("application/json, text/csv;q=0.5", Some(Form::Csv)),
        (XLSX, Some(Form::Xlsx)),
        ("text/html,*/*;q=0.8", None),
        ("", None),
    ] {
        assert_eq!(Form::accepted(accept), form, "{accept}");
    }
    assert_eq!(Form::named("a.b.XLSX"), Some(Form::Xlsx));
    assert_eq!(Form::named("csv"), None);
}

#[test]
fn a_text_that_begins_a_formula_is_disarmed_and_a_number_is_not() {
    let columns = [
        column("ledger.total", Kind::Text, 1),
        column("ledger.total", Kind::Wan, 1),
        column("ledger.total", Kind::Wan, 1),
    ];
    let line = ["=1+1", "-12.5", "-cmd"].map(str::to_owned);
    let mut bytes = Vec::new();
    csv::write(&mut bytes, &line, &columns);
    assert_eq!(bytes, b"\"'=1+1\",\"-12.5\",\"'-cmd\"\r\n");
    for first in ["+", "@", "\t", "\r", "＝", "－"] {
        let mut bytes = Vec::new();
        csv::write(&mut bytes, &[format!("{first}x")], &columns);
        let text = String::from_utf8(bytes).unwrap();
        assert!(text.starts_with("\"'"), "{text:?}");
    }
    let mut bytes = Vec::new();
    csv::write(&mut bytes, &["说“a\"b”,\r\n末".to_owned()], &columns);
    assert_eq!(bytes, "\"说“a\"\"b”,\r\n末\"\r\n".as_bytes());
}

#[test]
fn the_name_of_a_file_is_safe_in_a_header() {
    let named = disposition("projects", "项目\"台账\r\n", "csv");
    assert_eq!(
        named,
        "attachment; filename=\"projects.csv\"; \
         filename*=UTF-8''%E9%A1%B9%E7%9B%AE%22%E5%8F%B0%E8%B4%A6%0D%0A.csv"
    );
}

#[test]
fn a_day_is_kept_as_a_day() {
    assert!(day_of(Day::new(2026, 10, 10).unwrap()).is_some());
    assert!(day_of(Day::new(1850, 1, 1).unwrap()).is_none());
}

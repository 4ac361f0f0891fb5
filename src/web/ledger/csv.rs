//! CSV as spreadsheet programs take it: RFC 4180 with a byte order mark, every field quoted, and no
//! text that one of them would run as a formula (RELIABILITY 43).

use super::{Column, Kind};

/// Signs that begin a formula, in either width.
const TRIGGERS: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// Begins a file.
pub(super) fn begin(to: &mut Vec<u8>) {
    to.extend_from_slice("\u{feff}".as_bytes());
}

/// Writes one row. A number is written as it is, as a minus sign is part of it; of every other text
/// a sign that begins a formula is disarmed.
pub(super) fn write(to: &mut Vec<u8>, line: &[String], columns: &[Column]) {
    for (at, field) in line.iter().enumerate() {
        if at > 0 {
            to.push(b',');
        }
        to.push(b'"');
        let kind = columns.get(at).map_or(Kind::Text, |column| column.kind);
        if !is_number(kind, field) && field.starts_with(TRIGGERS) {
            to.push(b'\'');
        }
        to.extend_from_slice(field.replace('"', "\"\"").as_bytes());
        to.push(b'"');
    }
    to.extend_from_slice(b"\r\n");
}

fn is_number(kind: Kind, field: &str) -> bool {
    let is_counted = matches!(kind, Kind::Count | Kind::Wan | Kind::Percent);
    is_counted && field.parse::<f64>().is_ok()
}

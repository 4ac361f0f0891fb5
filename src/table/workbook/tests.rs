use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

use super::*;

fn book(fill: impl Fn(&mut Workbook)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(&mut book);
    book.save_to_buffer().unwrap()
}

fn read(bytes: &[u8], most: usize) -> Result<Book, Unreadable> {
    let mut printed = Vec::new();
    answer_reading(bytes, &mut printed, most).unwrap();
    Book::printed(&printed)
}

#[test]
fn cells_are_read_as_a_person_sees_them() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        let moment = Format::new().set_num_format("yyyy-mm-dd hh:mm");
        let at = ExcelDateTime::from_ymd(2026, 10, 10).unwrap();
        sheet
            .write_row(0, 0, ["文字", "数", "日", "时", "是"])
            .unwrap();
        sheet.write_string(2, 0, "一\n二").unwrap();
        sheet.write_number(2, 1, 0.1 + 0.2).unwrap();
        sheet.write_with_format(2, 2, &at, &day).unwrap();
        let at = at.and_hms(9, 30, 0).unwrap();
        sheet.write_with_format(2, 3, &at, &moment).unwrap();
        sheet.write_boolean(2, 4, true).unwrap();
        sheet.write_number(3, 1, 1e15).unwrap();
    });
    let book = read(&bytes, 10).unwrap();
    let table = book.first().unwrap().table().unwrap();
    assert_eq!(table.header, ["文字", "数", "日", "时", "是"]);
    assert_eq!(table.rows[0].number, 3, "blank rows are counted");
    let cells = ["一\n二", "0.3", "2026-10-10", "2026-10-10 09:30:00", "TRUE"];
    assert_eq!(table.rows[0].cells, cells);
    assert_eq!(table.rows[1].cells[1], "1000000000000000");
    assert_eq!(table.rows[1].cells.len(), 5, "as wide as the header");
}

#[test]
fn hidden_sheets_are_told_from_those_people_see() {
    let bytes = book(|book| {
        book.add_worksheet();
        let hidden = book.add_worksheet().set_name("h").unwrap();
        hidden.write_string(0, 0, "x").unwrap();
        hidden.set_hidden(true);
        let seen = book.add_worksheet().set_name("s").unwrap();
        seen.write_string(0, 0, "y").unwrap();
    });
    let book = read(&bytes, 10).unwrap();
    assert_eq!(book.first().unwrap().name, "s");
    assert_eq!(book.sheet("h").unwrap().cell(1, 0), Some("x"));
    assert!(book.sheet("h").unwrap().is_hidden);
    assert!(book.sheet("t").is_none());
}

#[test]
fn the_limits_hold_to_the_last_one() {
    let rows = |count: u32| {
        book(|book| {
            let sheet = book.add_worksheet();
            for row in 0..=count {
                sheet.write_string(row, 0, "x").unwrap();
            }
        })
    };
    assert_eq!(read(&rows(10), 10).unwrap().sheets[0].rows.len(), 11);
    let refused = read(&rows(11), 10).unwrap_err();
    assert_eq!(refused, Unreadable::TooManyRows { limit: 10 });

    let columns = |count: u16| {
        book(|book| {
            let sheet = book.add_worksheet();
            sheet.write_string(0, count - 1, "x").unwrap();
        })
    };
    assert!(read(&columns(100), 10).is_ok());
    let wide = Unreadable::TooManyColumns { row: 1, limit: 100 };
    assert_eq!(read(&columns(101), 10).unwrap_err(), wide);

    let text = |length: usize| {
        book(|book| {
            let sheet = book.add_worksheet();
            sheet.write_string(4, 2, "字".repeat(length)).unwrap();
        })
    };
    assert!(read(&text(10_000), 10).is_ok());
    let long = Unreadable::CellTooLong {
        row: 5,
        column: "C".to_owned(),
        limit: 10_000,
    };
    assert_eq!(read(&text(10_001), 10).unwrap_err(), long);

    let sheets = |count: u32| {
        book(|book| {
            for _ in 0..count {
                book.add_worksheet();
            }
        })
    };
    assert!(read(&sheets(20), 10).is_ok());
    let many = Unreadable::TooManySheets { limit: 20 };
    assert_eq!(read(&sheets(21), 10).unwrap_err(), many);
}

#[test]
fn one_text_shown_in_every_cell_is_no_way_round_the_limit() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        let text = "字".repeat(10_000);
        for row in 0..2000 {
            sheet.write_string(row, 0, &text).unwrap();
        }
    });
    assert!(bytes.len() < 1_000_000);
    let refused = read(&bytes, 5000).unwrap_err();
    assert_eq!(refused, Unreadable::Inflates { limit: 50 });
}

#[test]
fn a_formula_is_refused_where_it_stands() {
    let bytes = book(|book| {
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "x").unwrap();
        sheet.write_formula(2, 27, "=1+1").unwrap();
    });
    let formula = Unreadable::Formula {
        row: 3,
        column: "AB".to_owned(),
    };
    assert_eq!(read(&bytes, 10).unwrap_err(), formula);
}

#[test]
fn what_was_printed_by_a_process_that_died_is_no_book() {
    let bytes = book(|book| {
        book.add_worksheet().write_string(0, 0, "x").unwrap();
    });
    let mut printed = Vec::new();
    answer_reading(bytes.as_slice(), &mut printed, 10).unwrap();
    assert!(Book::printed(&printed).is_ok());
    let half = &printed[..printed.len() - 8];
    assert_eq!(Book::printed(half), Err(Unreadable::Broken));
    assert_eq!(Book::printed(b""), Err(Unreadable::Broken));
    assert_eq!(Book::printed(b"[]\n"), Err(Unreadable::Broken));
}

#[test]
fn a_compound_file_is_told_from_an_encrypted_workbook() {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    assert!(is_compound(&bytes) && !is_encrypted(&bytes));
    bytes.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
    assert!(is_encrypted(&bytes));
}

use super::*;

fn read(text: &str) -> Table {
    read_csv(text.as_bytes()).unwrap()
}

fn refusal(text: &str) -> Unreadable {
    read_csv(text.as_bytes()).unwrap_err()
}

fn cells(table: &Table) -> Vec<Vec<&str>> {
    table
        .rows
        .iter()
        .map(|row| row.cells.iter().map(String::as_str).collect())
        .collect()
}

#[test]
fn a_header_and_rows_are_read() {
    let table = read("编号,项目名称\nA1,甲\nA2,乙\n");
    assert_eq!(table.header, ["编号", "项目名称"]);
    assert_eq!(cells(&table), [["A1", "甲"], ["A2", "乙"]]);
    assert_eq!(table.rows[1].number, 3);
}

#[test]
fn a_byte_order_mark_and_any_line_end_are_taken() {
    for text in [
        "\u{feff}a,b\r\n1,2\r\n",
        "a,b\r1,2\r",
        "a,b\n1,2",
        "\u{feff}\"a\",b\n1,2",
    ] {
        let table = read(text);
        assert_eq!(table.header, ["a", "b"], "{text:?}");
        assert_eq!(cells(&table), [["1", "2"]], "{text:?}");
    }
}

#[test]
fn quoted_cells_keep_commas_quotes_and_line_breaks() {
    let table = read("a,b\r\n\"x,\"\"y\"\"\",\"1\r\n2\"\r\n3,4\r\n");
    assert_eq!(cells(&table), [["x,\"y\"", "1\r\n2"], ["3", "4"]]);
    assert_eq!(
        table.rows[1].number, 3,
        "a spreadsheet shows the broken cell as one row"
    );
}

#[test]
fn a_quotation_mark_inside_a_plain_cell_is_text() {
    assert_eq!(cells(&read("a,b\n5\" pipe,x\n")), [["5\" pipe", "x"]]);
}

#[test]
fn semicolons_and_tabs_part_cells_where_the_header_has_no_comma() {
    assert_eq!(cells(&read("a;b\n1,5;2\n")), [["1,5", "2"]]);
    assert_eq!(cells(&read("a\tb\n1;5\t2\n")), [["1;5", "2"]]);
    assert_eq!(read("\"a,b\";c\n1;2\n").header, ["a,b", "c"]);
}

#[test]
fn blank_rows_are_left_out_but_counted() {
    let table = read("a,b\n\n1,2\n , \n3,4\n\n\n");
    let numbers: Vec<u32> = table.rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [3, 5]);
}

#[test]
fn a_list_without_a_header_is_empty() {
    for text in ["", "\u{feff}", "\n", ",,\n1,2,3\n", "  \n"] {
        assert_eq!(refusal(text), Unreadable::Empty, "{text:?}");
    }
    assert_eq!(read("a,b\n").rows, []);
}

#[test]
fn an_unclosed_quotation_mark_is_refused_with_its_line() {
    assert_eq!(
        refusal("a,b\n1,2\n\"3,4\n5,6\n"),
        Unreadable::QuoteUnclosed { line: 3 }
    );
    assert_eq!(refusal("a,\"b\n"), Unreadable::QuoteUnclosed { line: 1 });
    assert_eq!(
        refusal("a\n\"\r\n\r\n\"\n\""),
        Unreadable::QuoteUnclosed { line: 5 }
    );
}

#[test]
fn text_after_a_closing_quotation_mark_is_refused_with_its_line() {
    assert_eq!(
        refusal("a,b\n\"1\"x,2\n"),
        Unreadable::QuoteStray { line: 2 }
    );
    assert_eq!(
        refusal("a,b\n\"1\" ,2\n"),
        Unreadable::QuoteStray { line: 2 }
    );
}

#[test]
fn a_ragged_row_is_refused_with_its_row_and_line() {
    let ragged = |row, line, found| Unreadable::Ragged {
        row,
        line,
        expected: 2,
        found,
    };
    assert_eq!(refusal("a,b\n\"x\ny\",1\n1\n"), ragged(3, 4, 1));
    assert_eq!(refusal("a,b\n1,2,3\n"), ragged(2, 2, 3));
}

#[test]
fn the_encodings_of_our_offices_are_read_and_others_refused_with_the_first_line_that_shows_it() {
    // "编号,项目\n" in GBK.
    let gbk = b"a,b\n\xb1\xe0\xba\xc5,\xcf\xee\xc4\xbf\n";
    assert_eq!(cells(&read_csv(gbk).unwrap()), [["编号", "项目"]]);
    let utf16 = b"\xff\xfea\0,\0b\0\n\0\x16\x7f,\0\xf7S\n\0";
    assert_eq!(cells(&read_csv(utf16).unwrap()), [["编", "号"]]);
    // Neither a letter of GBK nor UTF-8; and a letter of GB18030 nobody writes.
    for other in [b"a,b\n\xff,1\n".as_slice(), b"a,b\n\xaa\xa1,1\n"] {
        assert_eq!(read_csv(other), Err(Unreadable::NotUtf8 { line: 2 }));
    }
}

#[test]
fn control_characters_are_refused_where_they_stand() {
    let refused = refusal("a,b\n1,x\0y\n");
    assert_eq!(
        refused,
        Unreadable::ControlCharacter {
            row: 2,
            column: "B".to_owned()
        }
    );
    assert_eq!(refusal("a\u{1b},b\n").code(), "import.control_character");
    assert_eq!(cells(&read("a,b\n\"1\t2\",3\n")), [["1\t2", "3"]]);
}

#[test]
fn the_limits_hold_to_the_last_one() {
    let rows = |count: usize| format!("a\n{}", "1\n".repeat(count));
    assert_eq!(read(&rows(MAX_ROWS)).rows.len(), MAX_ROWS);
    assert_eq!(
        refusal(&rows(MAX_ROWS + 1)),
        Unreadable::TooManyRows { limit: MAX_ROWS }
    );

    let columns = |count: usize| {
        (0..count)
            .map(|at| format!("c{at}"))
            .collect::<Vec<_>>()
            .join(",")
    };
    assert_eq!(read(&columns(MAX_COLUMNS)).header.len(), MAX_COLUMNS);
    let wide = Unreadable::TooManyColumns {
        row: 1,
        limit: MAX_COLUMNS,
    };
    assert_eq!(refusal(&columns(MAX_COLUMNS + 1)), wide);

    let cell = |count: usize| format!("a,b\n1,{}\n", "字".repeat(count));
    assert_eq!(read(&cell(MAX_CELL)).rows.len(), 1);
    let long = Unreadable::CellTooLong {
        row: 2,
        column: "B".to_owned(),
        limit: MAX_CELL,
    };
    assert_eq!(refusal(&cell(MAX_CELL + 1)), long);

    let large = vec![b'a'; MAX_BYTES + 1];
    assert_eq!(
        read_csv(&large),
        Err(Unreadable::TooLarge { limit: MAX_BYTES })
    );
}

#[test]
fn columns_without_a_name_are_called_by_their_letters_unless_they_are_empty() {
    let table = read("a,,c,,\n1,2,3,,\n");
    assert_eq!(table.header, ["a", "B", "c"]);
    assert_eq!(cells(&table), [["1", "2", "3"]]);
    assert_eq!(csv::letters(25), "Z");
    assert_eq!(csv::letters(26), "AA");
    assert_eq!(csv::letters(99), "CV");
}

#[test]
fn one_name_for_two_columns_is_refused() {
    let twice = |first: &str, second: &str| Unreadable::ColumnTwice {
        first: first.to_owned(),
        second: second.to_owned(),
    };
    assert_eq!(refusal("a, a \n1,2\n"), twice("a", "a"));
    let table = read("名称,Name\n1,2\n");
    let found = Columns::of(&table, &[(1, &["名称", "name"])]).unwrap_err();
    assert_eq!(found, twice("名称", "Name"));
}

#[test]
fn columns_are_found_whatever_the_case_the_width_and_the_spaces() {
    let table = read("总投资（ 万元 ）,ＮＡＭＥ,extra\n1, x ,\"y \"\n");
    let columns = Columns::of(&table, &[('t', &["总投资(万元)"]), ('n', &["name"])]).unwrap();
    assert_eq!(columns.unmapped(), ["extra"]);
    assert!(!columns.has('z'));
    let cells = columns.cells(&table.rows[0]);
    assert_eq!(cells.text('n'), Some("x"));
    assert_eq!(cells.text('z'), None);
    assert_eq!(
        cells.raw()[2],
        ("extra".to_owned(), "y ".to_owned()),
        "kept as it came"
    );
    let remark = cells.remark('t', "import.some", vec![("more", "1".to_owned())]);
    assert_eq!(remark.column, "总投资（ 万元 ）");
    assert_eq!(
        remark.facts,
        [("cell", "1".to_owned()), ("more", "1".to_owned())]
    );
}

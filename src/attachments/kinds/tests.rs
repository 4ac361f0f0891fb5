use std::io::Cursor;

use super::*;

/// An archive of empty files, as its directory tells them.
fn archive(names: &[&str]) -> Vec<u8> {
    let (mut bytes, mut directory) = (Vec::new(), Vec::new());
    let short = |n: usize| u16::try_from(n).unwrap().to_le_bytes();
    let long = |n: usize| u32::try_from(n).unwrap().to_le_bytes();
    for name in names {
        let offset = bytes.len();
        bytes.extend_from_slice(b"PK\x03\x04");
        bytes.extend_from_slice(&[0; 22]);
        bytes.extend_from_slice(&short(name.len()));
        bytes.extend_from_slice(&[0; 2]);
        bytes.extend_from_slice(name.as_bytes());
        directory.extend_from_slice(b"PK\x01\x02");
        directory.extend_from_slice(&[0; 24]);
        directory.extend_from_slice(&short(name.len()));
        directory.extend_from_slice(&[0; 12]);
        directory.extend_from_slice(&long(offset));
        directory.extend_from_slice(name.as_bytes());
    }
    let (offset, size) = (bytes.len(), directory.len());
    bytes.extend_from_slice(&directory);
    bytes.extend_from_slice(b"PK\x05\x06");
    bytes.extend_from_slice(&[0; 4]);
    bytes.extend_from_slice(&short(names.len()));
    bytes.extend_from_slice(&short(names.len()));
    bytes.extend_from_slice(&long(size));
    bytes.extend_from_slice(&long(offset));
    bytes.extend_from_slice(&[0; 2]);
    bytes
}

fn found(kind: Kind, bytes: &[u8]) -> Result<String, Refusal> {
    let length = u64::try_from(bytes.len()).unwrap();
    judge(&mut Cursor::new(bytes), length, kind).unwrap()
}

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";
const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
const JPEG: &[u8] = b"\xff\xd8\xff\xe0\0\x10JFIF\0\xff\xd9";
const DOCX: [&str; 3] = ["[Content_Types].xml", "_rels/.rels", "word/document.xml"];

#[test]
fn every_kind_that_is_taken_is_known_by_its_content() {
    let docx = archive(&DOCX);
    let xlsx = archive(&["xl/workbook.xml", "[Content_Types].xml"]);
    let ofd = archive(&["OFD.xml", "Doc_0/Document.xml"]);
    for (kind, bytes, media_type) in [
        (Kind::Pdf, PDF, "application/pdf"),
        (Kind::Png, PNG, "image/png"),
        (Kind::Jpeg, JPEG, "image/jpeg"),
        (Kind::Ofd, &ofd, "application/ofd"),
        (
            Kind::Txt,
            "会议纪要\r\n\t一、".as_bytes(),
            "text/plain; charset=utf-8",
        ),
        (Kind::Csv, b"\xd7\xd3,1\n", "text/csv; charset=gb18030"),
    ] {
        assert_eq!(found(kind, bytes).as_deref(), Ok(media_type));
    }
    assert!(
        found(Kind::Docx, &docx)
            .unwrap()
            .ends_with("wordprocessingml.document")
    );
    assert!(
        found(Kind::Xlsx, &xlsx)
            .unwrap()
            .ends_with("spreadsheetml.sheet")
    );
}

#[test]
fn content_of_another_kind_is_refused_whatever_the_ending() {
    let docx = archive(&DOCX);
    for (kind, bytes) in [
        (Kind::Pdf, PNG),
        (Kind::Png, PDF),
        (Kind::Jpeg, b"GIF89a......".as_slice()),
        (Kind::Pdf, b"x%PDF-1.7"),
        (Kind::Xlsx, &docx),
        (Kind::Docx, PDF),
        (Kind::Docx, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1encrypted"),
        (Kind::Txt, PDF),
        (Kind::Txt, b"<!DOCTYPE html><script>"),
        (Kind::Csv, b"MZ\x90\0\x03\0\0\0"),
        (Kind::Txt, b"a\0b"),
        (Kind::Txt, b"\xff\xff\xff"),
        (Kind::Csv, b"\x1b[31mred"),
    ] {
        assert_eq!(
            found(kind, bytes),
            Err(Refusal::OtherContent),
            "{kind:?} {bytes:?}"
        );
    }
    assert_eq!(found(Kind::Txt, b""), Err(Refusal::Empty));
}

#[test]
fn a_file_of_two_kinds_at_once_is_refused() {
    let docx = archive(&DOCX);
    let both = |head: &[u8], tail: &[u8]| [head, tail].concat();
    for (kind, bytes) in [
        (Kind::Pdf, both(PDF, &docx)),
        (Kind::Png, both(PNG, &docx)),
        (Kind::Jpeg, both(JPEG, b"<script>alert(1)</script>")),
        (Kind::Png, both(PNG, PDF)),
        (Kind::Docx, both(&docx, b"more")),
        (Kind::Docx, both(b"PK\x03\x04junk", &docx)),
        (Kind::Docx, archive(&["%PDF-1.7", "word/document.xml"])),
    ] {
        assert_eq!(found(kind, &bytes), Err(Refusal::TwoInOne), "{kind:?}");
    }
    let prefixed = both(b"MZ", &docx);
    assert_eq!(found(Kind::Docx, &prefixed), Err(Refusal::OtherContent));
}

#[test]
fn a_document_with_macros_is_refused() {
    let names = [
        "[Content_Types].xml",
        "word/document.xml",
        "word/vbaProject.bin",
    ];
    assert_eq!(found(Kind::Docx, &archive(&names)), Err(Refusal::Macros));
}

#[test]
fn a_hostile_directory_is_refused_without_harm() {
    let mut endless = archive(&DOCX);
    let size = endless.len() - 10;
    endless[size..size + 4].copy_from_slice(&u32::MAX.to_le_bytes());
    assert_eq!(found(Kind::Docx, &endless), Err(Refusal::TwoInOne));
    for cut in 0..endless.len() {
        assert!(found(Kind::Docx, &endless[..cut]).is_err());
    }
    let ends = b"PK\x05\x06".repeat(20_000);
    assert!(found(Kind::Docx, &ends).is_err());
}

#[test]
fn a_sign_cut_in_two_by_the_pieces_is_still_text() {
    let text = format!("a{}", "批".repeat(60_000));
    let told = found(Kind::Txt, text.as_bytes());
    assert_eq!(told.as_deref(), Ok("text/plain; charset=utf-8"));
}

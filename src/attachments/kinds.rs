//! The kinds of files that are taken. A file has to be what its ending says, whole and nothing
//! beside: it is read on other people's machines.

use std::io::{self, Read, Seek, SeekFrom};

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

use super::rules::Refusal;
use super::zipped;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Pdf,
    Png,
    Jpeg,
    Docx,
    Xlsx,
    /// The national format of official documents (版式文档, GB/T 33190).
    Ofd,
    Txt,
    Csv,
}

/// Bytes of a file's beginning that are looked at; a PDF may be recognised anywhere in them.
const HEAD: u64 = 1024;
/// Bytes read at once.
const PIECE: usize = 64 * 1024;

impl Kind {
    /// The endings that are taken, as people are told them.
    pub(super) const ENDINGS: &'static str = "pdf, ofd, docx, xlsx, png, jpg, txt, csv";

    /// Returns the kind an ending names.
    pub(super) fn of_ending(ending: &str) -> Option<Self> {
        match ending.to_ascii_lowercase().as_str() {
            "pdf" => Some(Self::Pdf),
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            "ofd" => Some(Self::Ofd),
            "txt" => Some(Self::Txt),
            "csv" => Some(Self::Csv),
            _ => None,
        }
    }

    /// Returns the media type under which files of this kind are handed out.
    fn media_type(self) -> &'static str {
        match self {
            Self::Pdf => "application/pdf",
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Ofd => "application/ofd",
            Self::Txt => "text/plain",
            Self::Csv => "text/csv",
        }
    }
}

/// Holds a file of `length` bytes against its kind; returns its media type.
///
/// # Errors
/// A file that cannot be read; inside, why it is refused.
pub(super) fn judge(
    file: &mut (impl Read + Seek),
    length: u64,
    kind: Kind,
) -> io::Result<Result<String, Refusal>> {
    if length == 0 {
        return Ok(Err(Refusal::Empty));
    }
    let mut head = Vec::new();
    file.seek(SeekFrom::Start(0))?;
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    let found = infer::get(&head).map(|found| found.mime_type());
    let media_type = kind.media_type().to_owned();
    match kind {
        Kind::Pdf | Kind::Png | Kind::Jpeg => {
            let begins = kind != Kind::Pdf || head.starts_with(b"%PDF-");
            if found != Some(kind.media_type()) || !begins {
                return Ok(Err(Refusal::OtherContent));
            }
            let is_pure = !zipped::ends_as_archive(file, length)? && !holds_page(&head, kind);
            Ok(if is_pure {
                Ok(media_type)
            } else {
                Err(Refusal::TwoInOne)
            })
        }
        Kind::Docx | Kind::Xlsx | Kind::Ofd => {
            let names = zipped::names(file, length)?;
            Ok(document(kind, names.as_deref(), &head).map(|()| media_type))
        }
        Kind::Txt | Kind::Csv => {
            if found.is_some() {
                return Ok(Err(Refusal::OtherContent));
            }
            let charset = charset(file)?.ok_or(Refusal::OtherContent);
            Ok(charset.map(|charset| format!("{media_type}; charset={charset}")))
        }
    }
}

/// Tells whether a beginning is also that of a page, or of a PDF where it should be none.
fn holds_page(head: &[u8], kind: Kind) -> bool {
    let head = head.to_ascii_lowercase();
    let holds = |text: &[u8]| head.windows(text.len()).any(|part| part == text);
    let is_pdf_too = kind != Kind::Pdf && holds(b"%pdf-");
    is_pdf_too
        || [&b"<html"[..], b"<script", b"<!doctype", b"<svg"]
            .iter()
            .any(|text| holds(text))
}

/// Holds the names in an archive against the document it should be.
fn document(kind: Kind, names: Option<&[String]>, head: &[u8]) -> Result<(), Refusal> {
    if !head.starts_with(b"PK\x03\x04") {
        return Err(Refusal::OtherContent);
    }
    // It begins as an archive and does not end as one, or not as that one.
    let names = names.ok_or(Refusal::TwoInOne)?;
    let part = |start: &str, end: &str| {
        let mut names = names.iter();
        names.any(|name| name.starts_with(start) && name.ends_with(end))
    };
    let is_it = match kind {
        Kind::Docx => part("word/document", ".xml"),
        Kind::Xlsx => part("xl/workbook", ".xml"),
        _ => part("OFD.xml", ""),
    };
    if !is_it {
        return Err(Refusal::OtherContent);
    }
    if part("", "vbaProject.bin") {
        return Err(Refusal::Macros);
    }
    if holds_page(head, kind) {
        return Err(Refusal::TwoInOne);
    }
    Ok(())
}

/// Returns the charset in which a file is plain text throughout.
fn charset(file: &mut (impl Read + Seek)) -> io::Result<Option<&'static str>> {
    for (encoding, name) in [(UTF_8, "utf-8"), (GB18030, "gb18030")] {
        file.seek(SeekFrom::Start(0))?;
        if is_text(file, encoding)? {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

fn is_text(file: &mut impl Read, encoding: &'static Encoding) -> io::Result<bool> {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let (mut piece, mut text) = (vec![0; PIECE], String::with_capacity(4 * PIECE));
    loop {
        let read = file.read(&mut piece)?;
        let bytes = piece.get(..read).unwrap_or_default();
        text.clear();
        let (result, _) = decoder.decode_to_string_without_replacement(bytes, &mut text, read == 0);
        let is_clean = matches!(result, DecoderResult::InputEmpty)
            && !text
                .chars()
                .any(|sign| sign.is_control() && !sign.is_whitespace());
        if !is_clean {
            return Ok(false);
        }
        if read == 0 {
            return Ok(true);
        }
    }
}

#[cfg(test)]
mod tests;

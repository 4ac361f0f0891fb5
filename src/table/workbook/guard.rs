//! What an archive is held against before anything reads it as a workbook: how many parts it has,
//! how much it says and how much it turns out to inflate to, and what no honest part contains.

use std::io::{Cursor, Read};

use zip::ZipArchive;
use zip::result::ZipError;

use super::super::Unreadable;
use super::is_zip;

/// The most parts of an archive (RELIABILITY 44); a workbook of 20 sheets has about 50.
pub(super) const MOST_PARTS: usize = 200;
/// The most bytes an archive inflates to, declared and counted: 50 MiB (RELIABILITY 44).
pub(super) const MOST_INFLATED: u64 = 50 * MEBIBYTE;
/// The most one part may be larger than its deflated form (RELIABILITY 44); sheets reach about 30.
const MOST_RATIO: u64 = 100;
/// Below this a ratio says nothing: a short run of blanks deflates to a few bytes.
const RATIO_FROM: u64 = 256 * 1024;
/// The most shared texts: twenty-five for each of the 20,000 rows taken by default.
pub(super) const MOST_TEXTS: usize = 500_000;

const MEBIBYTE: u64 = 1024 * 1024;

/// Holds an archive against the limits; every part is inflated once, into nothing.
///
/// **Errors**: whichever limit it breaks first.
pub(super) fn hold(bytes: &[u8]) -> Result<(), Unreadable> {
    // Counted before the archive is opened: opening one makes room for every part.
    if entries(bytes) > MOST_PARTS {
        return Err(Unreadable::TooManyParts { limit: MOST_PARTS });
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|fault| told(&fault))?;
    let mut declared = 0_u64;
    for at in 0..archive.len() {
        let part = archive.by_index_raw(at).map_err(|fault| told(&fault))?;
        if part.encrypted() {
            return Err(Unreadable::Encrypted);
        }
        let name = part.name().map_err(|fault| told(&fault))?;
        if name.to_ascii_lowercase().ends_with("vbaproject.bin") {
            return Err(Unreadable::Format);
        }
        declared = declared.saturating_add(part.size());
    }
    if declared > MOST_INFLATED {
        return Err(inflates());
    }
    let mut left = MOST_INFLATED;
    for at in 0..archive.len() {
        let part = archive.by_index(at).map_err(|fault| told(&fault))?;
        let most = left.min(most_of(part.compressed_size()));
        let counted = walk(part.take(most.saturating_add(1)))?;
        if counted > most {
            return Err(inflates());
        }
        left = left.saturating_sub(counted);
    }
    Ok(())
}

/// Counts what marks an entry of the directory; deflated bytes look like one once in four thousand
/// million places.
fn entries(bytes: &[u8]) -> usize {
    let marks = bytes.windows(4).filter(|window| *window == b"PK\x01\x02");
    marks.count()
}

/// The most a part of so many deflated bytes may inflate to.
fn most_of(deflated: u64) -> u64 {
    deflated.saturating_mul(MOST_RATIO).max(RATIO_FROM)
}

fn inflates() -> Unreadable {
    Unreadable::Inflates {
        limit: MOST_INFLATED / MEBIBYTE,
    }
}

fn told(fault: &ZipError) -> Unreadable {
    match fault {
        ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED) => Unreadable::Encrypted,
        _ => Unreadable::Broken,
    }
}

/// Inflates one part, looks for what it must not hold, and returns how long it is.
fn walk(mut part: impl Read) -> Result<u64, Unreadable> {
    // Longer than anything looked for, so that nothing hides across two windows.
    const KEPT: usize = 16;
    let mut window = vec![0_u8; 64 * 1024];
    let (mut kept, mut counted, mut texts) = (0, 0_u64, 0_usize);
    loop {
        let free = window.get_mut(kept..).unwrap_or_default();
        let read = part.read(free).map_err(|_| Unreadable::Broken)?;
        if read == 0 {
            return Ok(counted);
        }
        let filled = window.get(..kept.saturating_add(read)).unwrap_or_default();
        if counted == 0 && is_zip(filled) {
            return Err(Unreadable::Nested);
        }
        counted = counted.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        texts = texts.saturating_add(texts_in(filled, kept)?);
        if texts > MOST_TEXTS {
            return Err(Unreadable::TooManyTexts { limit: MOST_TEXTS });
        }
        let keep = filled.len().min(KEPT);
        let from = filled.len().saturating_sub(keep);
        window.copy_within(from..from.saturating_add(keep), 0);
        kept = keep;
    }
}

/// Counts the shared texts that end after the first `seen` bytes, and refuses declarations.
fn texts_in(bytes: &[u8], seen: usize) -> Result<usize, Unreadable> {
    const TEXT: &[u8] = b"<si>";
    let (mut texts, mut at) = (0_usize, 0_usize);
    while let Some(rest) = bytes.get(at..) {
        let Some(next) = rest.iter().position(|byte| *byte == b'<') else {
            break;
        };
        let tag = rest.get(next..).unwrap_or_default();
        if tag.starts_with(b"<!DOCTYPE") || tag.starts_with(b"<!ENTITY") {
            return Err(Unreadable::Entities);
        }
        at = at.saturating_add(next);
        if tag.starts_with(TEXT) && at.saturating_add(TEXT.len()) > seen {
            texts = texts.saturating_add(1);
        }
        at = at.saturating_add(1);
    }
    Ok(texts)
}

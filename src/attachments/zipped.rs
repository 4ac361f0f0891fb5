//! The names inside a zip archive, read from its directory alone: nothing is unpacked, so that no
//! archive can swell.

use std::io::{self, Read, Seek, SeekFrom};

/// Most bytes of a directory that are read: 10,000 entries with names of a hundred bytes.
const LARGEST_DIRECTORY: u64 = 2 * 1024 * 1024;
/// Bytes of the record that ends an archive, without its comment.
const END: usize = 22;
/// Bytes of an entry of the directory, without name, extra field and comment.
const ENTRY: usize = 46;

/// Where the directory of an archive lies.
#[derive(Debug, PartialEq, Eq)]
struct Directory {
    offset: u64,
    size: u64,
    /// Where the record stands that says so.
    end: u64,
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let pair = bytes.get(at..at.checked_add(2)?)?;
    Some(usize::from(u16::from_le_bytes(pair.try_into().ok()?)))
}

fn long(bytes: &[u8], at: usize) -> Option<u64> {
    let four = bytes.get(at..at.checked_add(4)?)?;
    Some(u64::from(u32::from_le_bytes(four.try_into().ok()?)))
}

/// Finds the record that ends an archive, if a file ends with one: readers of archives look for it
/// there, whatever the file begins with.
fn directory(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<Directory>> {
    let most = u64::from(u16::MAX) + 22;
    let start = length.saturating_sub(most);
    let mut tail = Vec::new();
    file.seek(SeekFrom::Start(start))?;
    file.take(most).read_to_end(&mut tail)?;
    let places = tail.windows(4).enumerate().rev();
    for (at, _) in places.filter(|(_, four)| *four == b"PK\x05\x06") {
        let read = || -> Option<Directory> {
            let rest = tail.get(at..)?;
            let comment = word(rest, 20)?;
            if rest.len() != END.checked_add(comment)? {
                return None;
            }
            Some(Directory {
                size: long(rest, 12)?,
                offset: long(rest, 16)?,
                end: start.checked_add(u64::try_from(at).ok()?)?,
            })
        };
        if let Some(found) = read() {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// Tells whether a file ends as an archive does.
pub(super) fn ends_as_archive(file: &mut (impl Read + Seek), length: u64) -> io::Result<bool> {
    Ok(directory(file, length)?.is_some())
}

/// Returns the names in an archive that is nothing but one: its first entry at the start, its
/// directory right before its end. None for everything else.
pub(super) fn names(file: &mut (impl Read + Seek), length: u64) -> io::Result<Option<Vec<String>>> {
    let Some(found) = directory(file, length)? else {
        return Ok(None);
    };
    let meets = found.offset.checked_add(found.size) == Some(found.end);
    if !meets || found.size > LARGEST_DIRECTORY {
        return Ok(None);
    }
    let mut bytes = Vec::new();
    file.seek(SeekFrom::Start(found.offset))?;
    file.take(found.size).read_to_end(&mut bytes)?;
    let (mut names, mut rest, mut first) = (Vec::new(), bytes.as_slice(), None);
    while !rest.is_empty() {
        let read = || -> Option<(String, u64, &[u8])> {
            let is_entry = rest.starts_with(b"PK\x01\x02");
            let (name, extra, comment) = (word(rest, 28)?, word(rest, 30)?, word(rest, 32)?);
            let after_name = ENTRY.checked_add(name)?;
            let text = rest.get(ENTRY..after_name)?;
            let next = after_name.checked_add(extra)?.checked_add(comment)?;
            let name = String::from_utf8_lossy(text).into_owned();
            is_entry.then_some((name, long(rest, 42)?, rest.get(next..)?))
        };
        let Some((name, offset, next)) = read() else {
            return Ok(None);
        };
        first = Some(first.unwrap_or(offset).min(offset));
        names.push(name);
        rest = next;
    }
    Ok((first == Some(0)).then_some(names))
}

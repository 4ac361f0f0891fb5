//! The letters of a list: UTF-8, what spreadsheet programs of our offices save without being asked
//! (GBK, as GB18030), and UTF-16 with its mark.

use std::borrow::Cow;

use encoding_rs::{Encoding, GB18030, UTF_16BE, UTF_16LE};

use super::Unreadable;

/// Reads the bytes of a list as text, without its byte order mark.
///
/// **Errors**: [`Unreadable::NotUtf8`] when they are in none of the encodings.
pub(super) fn decode(bytes: &[u8]) -> Result<Cow<'_, str>, Unreadable> {
    if let Some((encoding, mark)) = Encoding::for_bom(bytes)
        && (encoding == UTF_16LE || encoding == UTF_16BE)
    {
        let rest = bytes.get(mark..).unwrap_or_default();
        let text = encoding.decode_without_bom_handling_and_without_replacement(rest);
        return text.ok_or(Unreadable::NotUtf8 { line: 1 });
    }
    let fault = match std::str::from_utf8(bytes) {
        Ok(text) => return Ok(text.strip_prefix('\u{feff}').unwrap_or(text).into()),
        Err(fault) => fault,
    };
    let text = GB18030.decode_without_bom_handling_and_without_replacement(bytes);
    // Nearly every pair of high bytes is some GB18030 letter; what is in no list of letters shows
    // that it was something else.
    text.filter(|text| text.chars().all(is_written))
        .ok_or_else(|| Unreadable::NotUtf8 {
            line: line_of(bytes, fault.valid_up_to()),
        })
}

/// Tells whether a letter is one people write: not for private use, not a control beyond the line.
fn is_written(letter: char) -> bool {
    !matches!(letter, '\u{80}'..='\u{9f}' | '\u{e000}'..='\u{f8ff}' | '\u{fffd}')
}

fn line_of(bytes: &[u8], at: usize) -> usize {
    1 + bytes.iter().take(at).filter(|byte| **byte == b'\n').count()
}

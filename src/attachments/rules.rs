//! What decides about files: their names, how many a subject holds, until when one may go.

use unicode_normalization::UnicodeNormalization as _;

use super::kinds::Kind;
use crate::kernel::error::Result;
use crate::settings::AttachmentSettings;

crate::words! {
    /// What a file hangs on.
    pub(crate) enum Subject as "AttachmentSubject" {
        /// A quarterly report.
        Report = "report",
        /// A version of a project's plan.
        Plan = "plan",
        /// A blocker.
        Blocker = "blocker",
        /// An approval.
        Approval = "approval",
    }
}

crate::refusals! {
    /// Why something about a file is refused.
    pub(crate) enum Refusal {
        /// No such file, or none in scope.
        Missing = Missing "attachment.missing",
        /// The body is no form.
        MediaType = MediaType "attachment.media_type",
        NameMissing = Invalid "attachment.name_missing",
        NameTooLong = Invalid "attachment.name_too_long",
        /// The name leads somewhere.
        NamePath = Invalid "attachment.name_path",
        /// The name holds signs that cannot be seen or turn others round.
        NameSigns = Invalid "attachment.name_signs",
        /// Files of this ending are not taken.
        Ending = Invalid "attachment.ending",
        Empty = Invalid "attachment.empty",
        /// The content is not what the ending says.
        OtherContent = Invalid "attachment.other_content",
        /// The content is of two kinds at once.
        TwoInOne = Invalid "attachment.two_in_one",
        /// A document that brings programs along.
        Macros = Invalid "attachment.macros",
        TooMany = Conflict "attachment.too_many",
        TooMuch = Conflict "attachment.too_much",
        /// The same file hangs there already.
        AlreadyThere = Conflict "attachment.already_there",
        /// The subject takes no files any more.
        Closed = Conflict "attachment.closed",
        /// What it belongs to was handed in.
        Sealed = Conflict "attachment.sealed",
    }
}

/// Longest name, in characters: with a folder before it, it still fits where people save it.
const LONGEST_NAME: usize = 120;

/// Returns the name a file goes by, and its kind by its ending.
///
/// # Errors
/// 422 `attachment.name_missing`, `attachment.name_too_long`, `attachment.name_path`,
/// `attachment.name_signs`, `attachment.ending`.
pub(super) fn named(sent: Option<&str>) -> std::result::Result<(String, Kind), Refusal> {
    let name: String = sent.unwrap_or_default().trim().nfc().collect();
    if name.is_empty() {
        return Err(Refusal::NameMissing);
    }
    if name.chars().count() > LONGEST_NAME {
        return Err(Refusal::NameTooLong);
    }
    if name.contains(['/', '\\']) || name.starts_with('.') {
        return Err(Refusal::NamePath);
    }
    if name.chars().any(is_hidden) {
        return Err(Refusal::NameSigns);
    }
    let ending = name.rsplit_once('.').map(|(_, ending)| ending);
    let kind = ending.and_then(Kind::of_ending).ok_or(Refusal::Ending)?;
    Ok((name, kind))
}

/// Tells whether a sign does something else than being read: controls, and what turns the direction
/// of writing or has no width.
fn is_hidden(sign: char) -> bool {
    sign.is_control()
        || matches!(sign, '\u{61c}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Returns the `Content-Disposition` under which a file is handed out: always to be saved, its name
/// in ASCII for old programs and whole for the others (RFC 6266, RFC 8187).
pub(super) fn disposition(name: &str) -> String {
    let plain = |sign: char| sign.is_ascii_alphanumeric() || matches!(sign, '.' | '-' | '_' | ' ');
    let ascii: String = name
        .chars()
        .map(|sign| if plain(sign) { sign } else { '_' })
        .collect();
    let whole: String = name
        .bytes()
        .map(|byte| match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'.' | b'-' | b'_' => {
                char::from(byte).to_string()
            }
            _ => format!("%{byte:02X}"),
        })
        .collect();
    format!("attachment; filename=\"{ascii}\"; filename*=UTF-8''{whole}")
}

/// Tells whether one more file fits to those a subject has.
///
/// # Errors
/// 409 `attachment.too_many`, `attachment.too_much`.
pub(super) fn fits(
    (count, bytes): (i64, i64),
    more: i64,
    limits: &AttachmentSettings,
) -> Result<()> {
    if count >= limits.per_subject {
        return Err(Refusal::TooMany.with("most", limits.per_subject).into());
    }
    if bytes.saturating_add(more) > limits.subject_bytes {
        return Err(Refusal::TooMuch.with("most", limits.subject_bytes).into());
    }
    Ok(())
}

/// Tells whether a file has become part of what was handed in.
pub(super) fn is_sealed(of: i64, (version, is_open): (i64, bool)) -> bool {
    of != version || !is_open
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_taken_as_people_write_it() {
        let (name, kind) = named(Some(" 用地批复（2026）.PDF ")).unwrap();
        assert_eq!((name.as_str(), kind), ("用地批复（2026）.PDF", Kind::Pdf));
        let composed = named(Some("cafe\u{301}.txt")).unwrap().0;
        assert_eq!(composed, "caf\u{e9}.txt");
    }

    #[test]
    fn hostile_names_are_refused_with_their_reason() {
        let long = format!("{}.pdf", "长".repeat(300));
        for (name, refusal) in [
            ("", Refusal::NameMissing),
            ("  ", Refusal::NameMissing),
            (long.as_str(), Refusal::NameTooLong),
            ("../../etc/passwd.txt", Refusal::NamePath),
            ("C:\\a.pdf", Refusal::NamePath),
            (".htaccess", Refusal::NamePath),
            ("a\r\nSet-Cookie: x=1.pdf", Refusal::NameSigns),
            ("a\0.pdf", Refusal::NameSigns),
            ("fdp.\u{202e}exe.pdf", Refusal::NameSigns),
            ("a\u{200b}.pdf", Refusal::NameSigns),
            ("a.exe", Refusal::Ending),
            ("a.pdf.html", Refusal::Ending),
            ("pdf", Refusal::Ending),
        ] {
            assert_eq!(named(Some(name)), Err(refusal), "{name:?}");
        }
        assert_eq!(named(None), Err(Refusal::NameMissing));
    }

    #[test]
    fn a_disposition_stays_one_header_whatever_the_name() {
        assert_eq!(
            disposition("批复 \"a\";b%.pdf"),
            "attachment; filename=\"__ _a__b_.pdf\"; \
             filename*=UTF-8''%E6%89%B9%E5%A4%8D%20%22a%22%3Bb%25.pdf"
        );
    }

    #[test]
    fn a_file_is_sealed_with_its_version_or_its_subject() {
        assert!(!is_sealed(2, (2, true)));
        assert!(is_sealed(1, (2, true)));
        assert!(is_sealed(2, (2, false)));
    }
}

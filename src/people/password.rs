//! Passwords: what is accepted, and how they are kept.
//!
//! 15 to 128 code points without rules of composition (NIST SP 800-63B-4), NFC, never cut, not
//! common and not made of the site's or the person's own names. Kept as argon2id.

use std::collections::HashSet;
use std::sync::LazyLock;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use unicode_normalization::UnicodeNormalization as _;

use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::Finding;

/// 46 MiB, one pass, one lane (49 ms measured): an OWASP-recommended setting that lets two at a
/// time serve about forty sign-ins a second.
const MEMORY_KIB: u32 = 46 * 1024;

/// Words that no password may consist of: the site and the field.
const OWN_WORDS: [&str; 8] = [
    "fiveone", "five-one", "wugeyi", "jiangxi", "nanchang", "xiangmu", "zhongda", "province",
];

static COMMON: LazyLock<HashSet<&str>> = LazyLock::new(|| {
    include_str!("../../seeds/reference/common-passwords.txt")
        .lines()
        .collect()
});

/// Tells what is wrong with a password somebody chose.
pub(crate) fn faults(pointer: &str, password: &str, own: &[&str]) -> Vec<Finding> {
    let password: String = password.nfc().collect();
    let length = password.chars().count();
    if !(15..=128).contains(&length) {
        return vec![
            Finding::new(pointer, "password.length")
                .with("least", 15)
                .with("most", 128),
        ];
    }
    let lower = password.to_lowercase();
    let mut core = lower.clone();
    let own = own
        .iter()
        .filter(|word| word.chars().count() >= 3)
        .map(|word| word.to_lowercase());
    for word in OWN_WORDS.iter().map(ToString::to_string).chain(own) {
        core = core.replace(&word, "");
    }
    let distinct: HashSet<char> = lower.chars().collect();
    if COMMON.contains(lower.as_str())
        || is_common_repeated(&lower)
        || is_run(&lower)
        || core.chars().count() < 8
        || distinct.len() < 5
    {
        return vec![Finding::new(pointer, "password.common")];
    }
    Vec::new()
}

/// A common password written several times, or with digits behind it, is still common.
fn is_common_repeated(lower: &str) -> bool {
    let stem = lower.trim_end_matches(|c: char| c.is_ascii_digit() || c.is_ascii_punctuation());
    let repeats = |text: &str| {
        (3..=text.len() / 2)
            .filter(|size| text.len().is_multiple_of(*size))
            .any(|size| {
                text.get(..size)
                    .is_some_and(|part| part.repeat(text.len() / size) == text)
            })
    };
    COMMON.contains(stem) || repeats(lower)
}

/// Digits or letters in their order, up or down: 1234567890123456.
fn is_run(lower: &str) -> bool {
    let codes: Vec<u32> = lower.chars().map(u32::from).collect();
    let follows = |pair: &&[u32]| match pair {
        [a, b] => a.abs_diff(*b) == 1 || (a.abs_diff(*b) == 9 && *a < 128),
        _ => false,
    };
    let steps = codes.windows(2).filter(follows).count();
    steps.saturating_mul(4) >= codes.len().saturating_mul(3)
}

/// Returns the hash to keep. Takes about 50 ms: never inside a unit of work.
///
/// # Errors
/// Only a fault of the library.
pub(crate) fn hash(password: &str) -> Result<String> {
    let password: String = password.nfc().collect();
    let ids = (Id::new(), Id::new());
    let random: Vec<u8> = ids
        .0
        .as_str()
        .bytes()
        .chain(ids.1.as_str().bytes())
        .collect();
    let digest = <sha2::Sha256 as sha2::Digest>::digest(&random);
    let salt = digest.get(..16).unwrap_or_default();
    let salt = SaltString::encode_b64(salt).map_err(|fault| Error::broken(fault.to_string()))?;
    let hashed = hasher()?.hash_password(password.as_bytes(), &salt);
    hashed
        .map(|hash| hash.to_string())
        .map_err(|fault| Error::broken(fault.to_string()))
}

/// Tells whether a password is the kept one. An account without a password costs as much time as
/// one with: nobody learns from a clock which exists.
///
/// # Errors
/// Only a fault of the library.
pub(crate) fn holds(password: &str, kept: Option<&str>) -> Result<bool> {
    static NOBODY: LazyLock<String> =
        LazyLock::new(|| hash("nobody has this password, ever").unwrap_or_default());
    let password: String = password.nfc().collect();
    let known = kept.is_some();
    let kept = kept.unwrap_or(NOBODY.as_str());
    let kept = PasswordHash::new(kept).map_err(|fault| Error::broken(fault.to_string()))?;
    let holds = hasher()?
        .verify_password(password.as_bytes(), &kept)
        .is_ok();
    Ok(holds && known)
}

fn hasher() -> Result<Argon2<'static>> {
    let params =
        Params::new(MEMORY_KIB, 1, 1, None).map_err(|fault| Error::broken(fault.to_string()))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn length_counts_in_code_points_from_15_to_128() {
        assert!(!faults("", "十四个字的口令是不是太短了呢", &[]).is_empty());
        assert!(faults("", "十五个字的口令现在就刚刚好够长", &[]).is_empty());
        assert!(
            faults("", &"长短适中各不同".repeat(18), &[])
                .iter()
                .any(|f| f.code == "password.common")
        );
        assert!(!faults("", &"x".repeat(129), &[]).is_empty());
    }

    #[test]
    fn common_words_own_names_and_repetitions_are_refused() {
        for password in [
            "passwordpassword",
            "aaaaaaaaaaaaaaaa",
            "fiveonefiveonefiveone",
            "wangxiaoming2026",
            "1234567890123456",
        ] {
            assert!(
                !faults("/p", password, &["wangxiaoming"]).is_empty(),
                "{password}"
            );
        }
        assert!(faults("/p", "four boats on the Gan river", &["wangxiaoming"]).is_empty());
    }

    #[test]
    fn a_hash_holds_for_its_password_alone() {
        let kept = hash("four boats on the Gan river").unwrap();
        assert!(holds("four boats on the Gan river", Some(&kept)).unwrap());
        assert!(!holds("four boats on the gan river", Some(&kept)).unwrap());
        assert!(!holds("nobody has this password, ever", None).unwrap());
    }
}

//! How a person is reached: telephone numbers of China and e-mail addresses.

use std::fmt;
use std::str::FromStr;

use crate::kernel::text::written_as_text;

/// Why a text is no telephone number or e-mail address.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongContact {
    /// Not 11 digits that start with 13 to 19.
    #[error("not a mobile number of 11 digits, as 13800138000")]
    Mobile,
    /// Neither a mobile number nor a landline with its area code.
    #[error("not a telephone number: a mobile number, or a landline as 0791-86222222")]
    Phone,
    /// Not a plain address of at most 254 characters.
    #[error("not an e-mail address of ASCII letters, as name@example.cn")]
    Email,
}

/// A mobile number of China: 11 digits.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mobile(String);

impl Mobile {
    /// Returns the 11 digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number as people read it, `138 0013 8000`.
    pub fn spaced(&self) -> String {
        let part = |range| self.0.get(range).unwrap_or_default();
        format!("{} {} {}", part(0..3), part(3..7), part(7..11))
    }

    /// Returns the number with its middle hidden, `138****8000`.
    pub fn masked(&self) -> String {
        hidden(&self.0, 3)
    }
}

impl FromStr for Mobile {
    type Err = WrongContact;

    /// Reads a number with spaces, hyphens and a leading +86, 0086 or 86.
    fn from_str(text: &str) -> Result<Self, WrongContact> {
        let digits = without_country(super::squeezed(text));
        // The series in use are not listed more closely: the regulator opens new ones.
        match digits.as_bytes() {
            [b'1', b'3'..=b'9', rest @ ..]
                if rest.len() == 9 && rest.iter().all(u8::is_ascii_digit) =>
            {
                Ok(Self(digits))
            }
            _ => Err(WrongContact::Mobile),
        }
    }
}

/// A telephone number of China: a mobile number, or a landline as `0791-86222222`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// Returns the 11 digits of a mobile number, or area code, hyphen and number.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the number with all but its head and its last four digits hidden, `138****8000` or
    /// `0791-****2222`.
    pub fn masked(&self) -> String {
        hidden(&self.0, self.0.find('-').map_or(3, |hyphen| hyphen + 1))
    }
}

impl From<Mobile> for Phone {
    fn from(mobile: Mobile) -> Self {
        Self(mobile.0)
    }
}

impl FromStr for Phone {
    type Err = WrongContact;

    /// Reads a mobile number as [`Mobile`] does, or a landline with its area code, spaces and
    /// hyphens anywhere.
    fn from_str(text: &str) -> Result<Self, WrongContact> {
        if let Ok(mobile) = text.parse::<Mobile>() {
            return Ok(mobile.into());
        }
        let digits = without_country(super::squeezed(text));
        if !digits.starts_with('0') || !digits.bytes().all(|sign| sign.is_ascii_digit()) {
            return Err(WrongContact::Phone);
        }
        // An area code has three digits (010, 02x) or four, a number seven or eight.
        let area = match (digits.len(), digits.as_bytes().get(1)) {
            (10, _) | (11, Some(b'1' | b'2')) => 3,
            (11 | 12, _) => 4,
            _ => return Err(WrongContact::Phone),
        };
        let (area, number) = digits.split_at_checked(area).ok_or(WrongContact::Phone)?;
        Ok(Self(format!("{area}-{number}")))
    }
}

/// Drops a leading country code where a full number of 11 digits stays.
fn without_country(number: String) -> String {
    ["+86", "0086", "86"]
        .iter()
        .find_map(|code| number.strip_prefix(code).filter(|rest| rest.len() == 11))
        .map(str::to_owned)
        .unwrap_or(number)
}

/// The first `shown` signs, four stars, the last four signs.
fn hidden(number: &str, shown: usize) -> String {
    let head = number.get(..shown).unwrap_or_default();
    let tail = number
        .get(number.len().saturating_sub(4)..)
        .unwrap_or_default();
    format!("{head}****{tail}")
}

/// An e-mail address as it was given: ASCII, at most 254 characters, no quotes or comments.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// Returns the address as it was given, without white space around it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns the form two spellings of one address share: small letters. For uniqueness only,
    /// never to send to.
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

impl FromStr for Email {
    type Err = WrongContact;

    /// Reads `name@domain` as common mail hosts issue it. The stranger forms of RFC 5322 (quoted
    /// names, comments, addresses of hosts) are refused, as they are slips far more often.
    fn from_str(text: &str) -> Result<Self, WrongContact> {
        let text = text.trim();
        let (name, domain) = text.split_once('@').ok_or(WrongContact::Email)?;
        // Lengths: RFC 5321, section 4.5.3.1, and its limit of 256 for a path with its brackets.
        let fits = text.len() <= 254 && name.len() <= 64;
        if fits && name.split('.').all(is_atom) && is_domain(domain) {
            Ok(Self(text.to_owned()))
        } else {
            Err(WrongContact::Email)
        }
    }
}

/// An atom of RFC 5322: what may stand between the dots of a name.
fn is_atom(part: &str) -> bool {
    !part.is_empty()
        && part
            .chars()
            .all(|sign| sign.is_ascii_alphanumeric() || "!#$%&'*+-/=?^_`{|}~".contains(sign))
}

/// At least two labels of letters, digits and inner hyphens, the last one not a number.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .chars()
                .all(|sign| sign.is_ascii_alphanumeric() || sign == '-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    domain.split('.').all(is_label)
        && domain
            .rsplit_once('.')
            .is_some_and(|(_, top)| top.chars().any(|sign| !sign.is_ascii_digit()))
}

impl fmt::Display for Mobile {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl fmt::Display for Phone {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl fmt::Display for Email {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

// Debug is what ends up in logs, where a private number has no business.

impl fmt::Debug for Mobile {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.masked())
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.masked())
    }
}

written_as_text!(
    Mobile,
    description = Some(
        "A mobile number of China; spaces, hyphens and a leading +86 are taken, 11 digits answered."
    ),
    examples = ["13800138000"],
);
written_as_text!(
    Phone,
    description = Some("A mobile number of China, or a landline with its area code."),
    examples = ["13800138000", "0791-86222222"],
);
written_as_text!(
    Email,
    format = Some(utoipa::openapi::schema::SchemaFormat::Custom(
        "email".to_owned()
    )),
    max_length = Some(254),
    description = Some("An e-mail address."),
    examples = ["name@example.cn"],
);

#[cfg(test)]
mod tests;

//! The unified social credit code (统一社会信用代码, GB 32100-2015) of an enterprise.

use std::fmt;
use std::str::FromStr;

use crate::kernel::text::written_as_text;

/// The signs of the code, each worth its place: digits and capitals without I, O, S, V, Z.
const SIGNS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
/// 3 to the power of the position, modulo 31, for the first 17 positions (GB 32100-2015).
const WEIGHTS: [usize; 17] = [
    1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
];
/// Weights of the eight signs of the organisation code (GB 11714).
const INNER_WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];

/// Why a text is no unified social credit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongCreditCode {
    /// Not 18 characters once spaces and hyphens are gone.
    #[error("a credit code has 18 characters")]
    Length,
    /// A sign that credit codes do not use.
    #[error("a credit code has digits and capital letters without I, O, S, V, Z")]
    Sign,
    /// A letter in the region, positions 3 to 8.
    #[error("characters 3 to 8 of a credit code are the digits of a region")]
    Region,
    /// The last character is not the one the others ask for.
    // The right one is kept back: a reader told it would mend the wrong character.
    #[error("the check character of the credit code does not hold; compare it with the licence")]
    Check,
}

/// A unified social credit code whose check character holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CreditCode(String);

impl CreditCode {
    /// Returns the 18 characters.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Tells whether the check character of the organisation code inside (position 17) holds too.
    ///
    /// One that does not is worth a warning, never a refusal.
    pub fn inner_check_holds(&self) -> bool {
        let sum: u32 = self
            .0
            .chars()
            .skip(8)
            .zip(INNER_WEIGHTS)
            .filter_map(|(sign, weight)| Some(sign.to_digit(36)? * weight))
            .sum();
        let check = match 11 - sum % 11 {
            10 => Some('X'),
            11 => Some('0'),
            digit => char::from_digit(digit, 10),
        };
        self.0.chars().nth(16) == check
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(&self.0)
    }
}

impl FromStr for CreditCode {
    type Err = WrongCreditCode;

    /// Reads a code in any case, with spaces and hyphens anywhere. The authority and the kind of
    /// body in the first two positions are not looked at: their lists grow.
    fn from_str(text: &str) -> Result<Self, WrongCreditCode> {
        let code = super::squeezed(text).to_ascii_uppercase();
        if code.chars().count() != 18 {
            return Err(WrongCreditCode::Length);
        }
        let worth: Option<Vec<usize>> = code.chars().map(|sign| SIGNS.find(sign)).collect();
        let worth = worth.ok_or(WrongCreditCode::Sign)?;
        if !code
            .chars()
            .skip(2)
            .take(6)
            .all(|sign| sign.is_ascii_digit())
        {
            return Err(WrongCreditCode::Region);
        }
        let sum: usize = worth
            .iter()
            .zip(WEIGHTS)
            .map(|(worth, weight)| worth * weight)
            .sum();
        if worth.last() == Some(&((31 - sum % 31) % 31)) {
            Ok(Self(code))
        } else {
            Err(WrongCreditCode::Check)
        }
    }
}

written_as_text!(
    CreditCode,
    description = Some(
        "A unified social credit code (GB 32100-2015); spaces, hyphens and small letters are \
         taken, the check character must hold."
    ),
    examples = ["91360000625912173B"],
);

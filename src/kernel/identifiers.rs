//! Codes and addresses people and authorities go by: what shape they have, how they are written
//! one way, and which of them contradict themselves.
//!
//! Every value is valid from the moment it exists. Whether a code is in use, or a region still
//! current, is reference data and not known here.

mod contact;
mod credit_code;
mod project_code;
mod region;

pub use contact::{Email, Mobile, Phone, WrongContact};
pub use credit_code::{CreditCode, WrongCreditCode};
pub use project_code::{CodeFormat, CodeWarning, KnownCodes, ProjectCode, WrongProjectCode};
pub use region::{Level, Region, WrongRegion};

/// Returns a text without any white space and hyphens, which people put into numbers to read them.
fn squeezed(text: &str) -> String {
    text.chars()
        .filter(|sign| !sign.is_whitespace() && *sign != '-')
        .collect()
}

#[cfg(test)]
mod tests;

//! What every feature shares: time, the calendar, ids, money, identifiers, errors and pages.
//!
//! Nothing in here does input or output, except that `clock` alone reads the time and `id` alone
//! draws random ids. The kernel must not know any feature, nor the database, nor HTTP.

pub mod calendar;
pub mod clock;
pub mod error;
pub mod id;
pub mod identifiers;
pub mod money;
pub mod page;
pub mod refused;
pub(crate) mod search;
mod text;
pub mod time;

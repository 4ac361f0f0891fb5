//! What every feature shares and nothing here does any input or output.

pub mod calendar;
pub mod identifiers;
pub mod money;
mod text;
pub mod time;

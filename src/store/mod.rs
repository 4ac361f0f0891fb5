//! The store: one unit of work over SQLite and PostgreSQL, chosen by the database URL.
//!
//! `open`, `read` and `write` are the whole interface. A feature writes SQL in its own `store.rs`
//! against [`Conn`]; it never begins or ends a transaction and must not know which database it is.

mod columns;
#[allow(
    missing_docs,
    reason = "the derive of the connection makes public items without any"
)]
mod conn;
mod migrate;
pub mod schema;
mod space;
#[cfg(test)]
pub(crate) mod testing;
mod unit;
#[macro_use]
pub mod words;

pub use crate::settings::DatabaseKind as Kind;
pub use conn::{Conn, MultiBackend};
pub use unit::{ProcessLock, Store};

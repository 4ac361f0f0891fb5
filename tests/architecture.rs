//! What the design promises of the code as a whole: who may use whom, who writes which table, what
//! is pure, that every code has words and every word a use, that every route is documented and
//! every setting read. A failure names the file and the line.

#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests"
)]

#[path = "architecture/contract.rs"]
mod contract;
#[path = "architecture/purity.rs"]
mod purity;
#[path = "architecture/source.rs"]
mod source;
#[path = "architecture/tables.rs"]
mod tables;
#[path = "architecture/use_.rs"]
mod use_;
#[path = "architecture/words.rs"]
mod words;

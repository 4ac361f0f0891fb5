//! Files over HTTP: finds what a file hangs on, whichever room owns that, and asks there whether the
//! caller may see it and how it stands.

mod actions;
pub(crate) mod api;

//! Feeds: addresses under which a calendar program reads what its owner owes. Whoever knows the
//! address reads it, so it is a secret: made by the owner, shown once, kept as its fingerprint, and
//! revoked at any time.

mod actions;
pub(crate) mod api;
mod calendar;

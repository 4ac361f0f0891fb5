//! Files people attach as evidence (佐证材料): to reports, plans, blockers
//! and approvals. What they say is
//! judged by their content, never by what the sender calls it, and they are only ever handed out to
//! be saved.
//!
//! Knows nothing of what a subject is: whoever owns one says how it stands.

mod actions;
mod kinds;
mod receiving;
mod rules;
mod sending;
mod store;
mod vault;
mod zipped;

pub(crate) use actions::{Standing, add, find, may_remove, remove};
pub(crate) use receiving::{AttachmentForm, receive};
pub(crate) use rules::{Refusal, Subject};
pub(crate) use sending::respond;
pub(crate) use store::{Attachment, AttachmentView, of_subject, view};
pub(crate) use vault::{Vault, sweep};

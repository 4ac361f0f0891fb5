//! Letters leave through the outbox.
//!
//! A feature builds a [`Letter`] and posts it in the unit of its deed; the postman delivers what is
//! due. Mail must know no calendar, no project and no rule about who is told what: its callers hand
//! in values and questions.

mod letter;
mod message;
mod outbox;
mod render;
#[cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "its one caller, the postman, is yet to come"
    )
)]
mod transport;

pub(crate) use letter::{Item, Letter, Recipient, Told, Urgency};
pub(crate) use outbox::{Ending, State, post};

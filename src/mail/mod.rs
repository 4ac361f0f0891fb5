//! Letters leave through the outbox.
//!
//! A feature builds a [`Letter`] and posts it in the unit of its deed; the postman delivers what is
//! due. Mail must know no calendar, no project and no rule about who is told what: its callers hand
//! in values and questions.

mod letter;
mod message;
mod outbox;
mod postman;
mod reading;
mod render;
mod retry;
mod sending;
mod transport;

#[cfg(test)]
mod tests;

pub(crate) use letter::{Item, Letter, Recipient, Urgency};
pub(crate) use outbox::{Ending, State, post};
pub(crate) use postman::deliver_round;
pub(crate) use reading::{
    KeptItem, KeptLetter, LetterRow, Sight, bounced_addresses, letter, letter_text, letters,
    outbox_list,
};
pub(crate) use sending::Hours;
pub(crate) use transport::{Transport, sweep};

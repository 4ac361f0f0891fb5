//! Letters leave through the outbox.

mod transport;

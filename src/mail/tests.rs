//! The outbox and the postman on both databases.

//! Letters leave through the outbox.

#[cfg_attr(
    not(test),
    expect(
        dead_code,
        unused_imports,
        reason = "its one caller, the postman, is yet to come"
    )
)]
mod transport;

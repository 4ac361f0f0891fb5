//! Accounts: who somebody is, in which role, for which region.

#[allow(
    dead_code,
    reason = "accounts are made of what is read here once people have actions"
)]
mod import;

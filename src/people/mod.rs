//! Accounts, roles and scope; sign-in, tokens and API keys. Everyone who acts is known here.

pub(crate) mod account;
pub(crate) mod actions;
pub(crate) mod api;
pub(crate) mod call;
pub(crate) mod caller;
mod console;
pub(crate) mod directory;
mod import;
pub(crate) mod importing;
mod keys;
mod named;
pub(crate) mod pages;
pub(crate) mod password;
pub(crate) mod role;
mod rules;
pub(crate) mod sessions;
pub(crate) mod token;
pub(crate) mod visit;

pub(crate) use account::Account;
pub(crate) use import::read_people;
pub(crate) use named::{Named, find_named};
pub(crate) use rules::password_faults;

//! Accounts, roles and scope; sign-in, tokens and API keys. Everyone who acts is known here.

pub(crate) mod caller;
pub(crate) mod password;
pub(crate) mod role;
pub(crate) mod token;

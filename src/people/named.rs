//! A person as a body names one: by id, or by address in its stead.

use super::account::{self, Account};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Finding;
use crate::store::Conn;

crate::refusals! {
    /// Why a named person is nobody who can be given anything.
    enum Refusal {
        /// Neither or both of id and address.
        Required = Invalid "person.required",
        /// No such account.
        Unknown = Invalid "person.unknown",
        /// The account is disabled.
        Disabled = Invalid "person.disabled",
    }
}

/// Whom a body means: exactly one of the two.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Named<'a> {
    pub(crate) id: Option<Id>,
    pub(crate) email: Option<&'a str>,
    /// The fields of the two, as pointers say them.
    pub(crate) fields: (&'static str, &'static str),
}

impl<'a> Named<'a> {
    /// Names a person by the fields `person_id` and `email`.
    pub(crate) fn new(id: Option<Id>, email: Option<&'a str>) -> Self {
        Self {
            id,
            email,
            fields: ("person_id", "email"),
        }
    }

    /// Returns the pointer to the field that names the person, below `at`.
    pub(crate) fn pointer(&self, at: &str) -> String {
        let (id, email) = self.fields;
        let field = if self.id.is_none() && self.email.is_some() {
            email
        } else {
            id
        };
        format!("{at}/{field}")
    }
}

/// Returns the enabled account a body names below the pointer `at`; why there is none goes to the
/// findings.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn find_named(
    conn: &mut Conn,
    named: &Named<'_>,
    at: &str,
    findings: &mut Vec<Finding>,
) -> Result<Option<Account>> {
    let account = match (named.id, named.email) {
        (Some(id), None) => account::find(conn, id)?,
        (None, Some(email)) => account::find_by_email(conn, email)?,
        _ => {
            findings.push(Refusal::Required.finding(named.pointer(at)));
            return Ok(None);
        }
    };
    let refusal = match &account {
        None => Refusal::Unknown,
        Some(account) if !account.is_enabled() => Refusal::Disabled,
        Some(_) => return Ok(account),
    };
    findings.push(refusal.finding(named.pointer(at)));
    Ok(None)
}

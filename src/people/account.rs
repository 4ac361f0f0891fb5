//! The account row, and how a caller is made of it.

use std::collections::{BTreeSet, HashMap};

use diesel::prelude::*;

use super::caller::{Caller, Scope};
use super::role::Role;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::time::Moment;
use crate::mail::Recipient;
use crate::store::Conn;
use crate::store::schema::{accounts, project_people};
use crate::text::Lang;

/// A row of the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = accounts, treat_none_as_null = true)]
pub(crate) struct Account {
    pub(crate) id: Id,
    pub(crate) email: String,
    /// The address as compared: lower case.
    pub(crate) email_key: String,
    pub(crate) name: String,
    pub(crate) phone: Option<String>,
    pub(crate) post: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) role: Role,
    pub(crate) region: Option<Region>,
    pub(crate) department: Option<String>,
    pub(crate) language: Lang,
    pub(crate) password_hash: Option<String>,
    /// Raised when password, role, region or state change: older tokens end at once.
    pub(crate) epoch: i64,
    pub(crate) disabled_at: Option<Moment>,
    pub(crate) created_at: Moment,
    pub(crate) version: i64,
}

impl Account {
    /// Tells whether the person can still act and be told.
    pub(crate) fn is_enabled(&self) -> bool {
        self.disabled_at.is_none()
    }

    /// Returns the person as letters are addressed to them.
    pub(crate) fn recipient(&self) -> Recipient {
        Recipient {
            id: self.id,
            name: self.name.clone(),
            address: self.email.clone(),
            lang: self.language,
        }
    }

    /// Makes the caller this account is, with its scope as the database has it now: a region's
    /// reach for all but leads, and the projects of its appointments.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(crate) fn caller(&self, conn: &mut Conn, site: Region) -> Result<Caller> {
        let projects: Vec<Id> = project_people::table
            .filter(project_people::account_id.eq(self.id))
            .select(project_people::project_id)
            .load(conn)?;
        let reach = match self.role {
            Role::Admin => Some(site),
            Role::Lead => None,
            Role::Coordinator | Role::Department | Role::Viewer => self.region,
        };
        Ok(Caller {
            id: Some(self.id),
            name: self.name.clone(),
            role: self.role,
            region: self.region,
            department: self.department.clone(),
            scope: Scope { reach, projects },
            lang: self.language,
            session: None,
            via: "session",
            request_id: None,
        })
    }
}

/// Returns the account of that id.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn find(conn: &mut Conn, id: Id) -> Result<Option<Account>> {
    Ok(accounts::table
        .find(id)
        .select(Account::as_select())
        .first(conn)
        .optional()?)
}

/// Tells whether there is any account at all.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn any(conn: &mut Conn) -> Result<bool> {
    let first: Option<Id> = accounts::table
        .select(accounts::id)
        .first(conn)
        .optional()?;
    Ok(first.is_some())
}

/// Returns the account of that address, however it is written.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn find_by_email(conn: &mut Conn, email: &str) -> Result<Option<Account>> {
    let key = email.trim().to_lowercase();
    let by_key = accounts::table.filter(accounts::email_key.eq(key));
    Ok(by_key.select(Account::as_select()).first(conn).optional()?)
}

/// Returns the enabled coordinators whose region is exactly this one, by id.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn coordinators_of(conn: &mut Conn, region: Region) -> Result<Vec<Account>> {
    Ok(accounts::table
        .filter(
            accounts::region
                .eq(region)
                .and(accounts::role.eq(Role::Coordinator)),
        )
        .filter(accounts::disabled_at.is_null())
        .order(accounts::id)
        .select(Account::as_select())
        .load(conn)?)
}

/// Returns the enabled coordinators whose region is one of these, by region and id, each with their
/// name.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn coordinators_among(
    conn: &mut Conn,
    regions: BTreeSet<Region>,
) -> Result<Vec<(Region, Id, String)>> {
    let rows: Vec<(Option<Region>, Id, String)> = accounts::table
        .filter(
            accounts::region
                .eq_any(regions)
                .and(accounts::role.eq(Role::Coordinator)),
        )
        .filter(accounts::disabled_at.is_null())
        .order((accounts::region, accounts::id))
        .select((accounts::region, accounts::id, accounts::name))
        .load(conn)?;
    let rows = rows.into_iter();
    Ok(rows
        .filter_map(|(region, id, name)| Some((region?, id, name)))
        .collect())
}

/// Returns the enabled accounts of a department whose region is exactly this one, by id.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn department_of(
    conn: &mut Conn,
    department: &str,
    region: Region,
) -> Result<Vec<Account>> {
    Ok(accounts::table
        .filter(
            accounts::region
                .eq(region)
                .and(accounts::department.eq(department)),
        )
        .filter(accounts::disabled_at.is_null())
        .order(accounts::id)
        .select(Account::as_select())
        .load(conn)?)
}

/// Returns the enabled accounts whose region lies in a reach, by name: of one role, or of all but
/// viewers; at most `few`.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn enabled_within(
    conn: &mut Conn,
    reach: Region,
    role: Option<Role>,
    few: i64,
) -> Result<Vec<Account>> {
    let (first, last) = reach.reach();
    let roles = role.map_or_else(
        || vec![Role::Lead, Role::Coordinator, Role::Department],
        |role| vec![role],
    );
    Ok(accounts::table
        .filter(accounts::region.between(first, last))
        .filter(accounts::role.eq_any(roles))
        .filter(accounts::disabled_at.is_null())
        .order((accounts::name, accounts::id))
        .limit(few)
        .select(Account::as_select())
        .load(conn)?)
}

/// Returns those of some accounts that are disabled.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn disabled_among(conn: &mut Conn, among: &[Id]) -> Result<Vec<Id>> {
    if among.is_empty() {
        return Ok(Vec::new());
    }
    Ok(accounts::table
        .filter(accounts::id.eq_any(among))
        .filter(accounts::disabled_at.is_not_null())
        .select(accounts::id)
        .load(conn)?)
}

/// Returns the names of people, for one page at once.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn names(conn: &mut Conn, people: &[Id]) -> Result<HashMap<Id, String>> {
    if people.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<(Id, String)> = accounts::table
        .filter(accounts::id.eq_any(people))
        .select((accounts::id, accounts::name))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

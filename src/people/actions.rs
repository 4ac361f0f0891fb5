//! What is done to accounts.

use diesel::prelude::*;

use super::account::{self, Account};
use super::caller::{Caller, Place};
use super::role::{Act, Role};
use super::rules::{Refusal, check_name, check_place, read_phone};
use super::{call, sessions};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Email, Region};
use crate::kernel::refused::{Finding, Kind, Refused, none_of};
use crate::kernel::search::fold;
use crate::kernel::time::Moment;
use crate::store::Conn;
use crate::store::schema::{accounts, projects};
use crate::text::Lang;

/// A new account as asked for. The password is hashed before the unit begins.
#[derive(Debug, Clone)]
pub(crate) struct NewPerson {
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) phone: Option<String>,
    pub(crate) post: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) role: Role,
    pub(crate) region: Option<Region>,
    pub(crate) department: Option<String>,
    pub(crate) language: Lang,
    pub(crate) password_hash: Option<String>,
    pub(crate) disabled: bool,
}

/// Creates an account. Administrators create any; coordinators create leads, departments and viewers
/// whose home region lies in their own reach.
///
/// # Errors
/// 403 `act.forbidden`, `person.role_not_yours`; 409 `person.email_taken`; 422 with all findings.
pub(crate) fn create(
    conn: &mut Conn,
    by: &Caller,
    new: &NewPerson,
    now: Moment,
) -> Result<Account> {
    let account = drafted(by, new, now)?;
    if account::find_by_email(conn, &account.email)?.is_some() {
        return Err(Refusal::EmailTaken.at("/email").into());
    }
    enter(conn, by, &account, now)?;
    Ok(account)
}

/// Returns the account asked for, so far as it can be checked without the others.
///
/// # Errors
/// As [`create`], `person.email_taken` aside.
pub(super) fn drafted(by: &Caller, new: &NewPerson, now: Moment) -> Result<Account> {
    vet(by, new, Vec::new())?;
    let email = new
        .email
        .parse::<Email>()
        .map_err(|_| Refusal::EmailWrong)?;
    let phone = read_phone(new.phone.as_deref(), &mut Vec::new());
    Ok(Account {
        id: Id::new(),
        email: email.as_str().to_owned(),
        email_key: email.key(),
        name: new.name.trim().to_owned(),
        phone,
        post: new.post.clone(),
        unit: new.unit.clone(),
        role: new.role,
        region: new.region,
        department: new.department.clone(),
        language: new.language,
        password_hash: new.password_hash.clone(),
        epoch: 1,
        disabled_at: new.disabled.then_some(now),
        created_at: now,
        version: 1,
    })
}

/// Permits somebody new, and refuses all that is wrong with them at once: `found` is what was found of
/// their password. Comes before the password is hashed, which is dear: nobody without the right to
/// create people may have it done.
///
/// # Errors
/// 403, 422.
pub(super) fn vet(by: &Caller, new: &NewPerson, found: Vec<Finding>) -> Result<()> {
    permit(by, new.role, new.region)?;
    let mut findings = found;
    if new.email.parse::<Email>().is_err() {
        findings.push(Refusal::EmailWrong.finding("/email"));
    }
    read_phone(new.phone.as_deref(), &mut findings);
    check_place(
        new.role,
        new.region,
        new.department.as_deref(),
        &mut findings,
    );
    check_name(new.name.trim(), &mut findings);
    none_of(findings)
}

/// Writes a new account whose address is not taken.
///
/// # Errors
/// Only faults of the store.
pub(super) fn enter(conn: &mut Conn, by: &Caller, account: &Account, now: Moment) -> Result<()> {
    diesel::insert_into(accounts::table)
        .values((account, accounts::folded.eq(searched(account))))
        .execute(conn)?;
    let deed = Deed::on_site("person.created", account.id).with("role", account.role);
    journal::record(conn, &by.actor(), &deed.with("region", account.region), now)
}

/// Refuses a caller who manages nobody.
///
/// # Errors
/// 403 `act.forbidden`.
pub(super) fn permit_managing(by: &Caller) -> Result<()> {
    by.may(Act::ManagePeople, &Place::region(home(by)?))
}

/// What changes on an account: absent stays, null clears.
#[derive(Debug, Clone, Default)]
pub(crate) struct Change {
    pub(crate) name: Option<String>,
    pub(crate) email: Option<String>,
    pub(crate) phone: Option<Option<String>>,
    pub(crate) post: Option<Option<String>>,
    pub(crate) unit: Option<Option<String>>,
    pub(crate) role: Option<Role>,
    pub(crate) region: Option<Option<Region>>,
    pub(crate) department: Option<Option<String>>,
    pub(crate) language: Option<Lang>,
    pub(crate) password_hash: Option<String>,
    pub(crate) disabled: Option<bool>,
}

/// Changes an account. Whatever changes who it is or what it may see ends its sessions at once.
///
/// # Errors
/// As [`create`]; 404 `person.missing`; 412 and 428 by version.
pub(crate) fn change(
    conn: &mut Conn,
    by: &Caller,
    id: Id,
    seen: Option<i64>,
    change: &Change,
    now: Moment,
) -> Result<Account> {
    let before = get(conn, by, id)?;
    permit(by, before.role, before.region)?;
    call::expect(seen, before.version)?;
    let mut after = before.clone();
    let mut findings = Vec::new();
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut after.name);
        check_name(&after.name, &mut findings);
    }
    if let Some(email) = &change.email {
        match email.parse::<Email>() {
            Ok(email) => {
                email.as_str().clone_into(&mut after.email);
                after.email_key = email.key();
            }
            Err(_) => findings.push(Refusal::EmailWrong.finding("/email")),
        }
    }
    if let Some(phone) = &change.phone {
        after.phone = read_phone(phone.as_deref(), &mut findings);
    }
    after.post = change.post.clone().unwrap_or(after.post);
    after.unit = change.unit.clone().unwrap_or(after.unit);
    after.role = change.role.unwrap_or(after.role);
    after.region = change.region.unwrap_or(after.region);
    after.department = change.department.clone().unwrap_or(after.department);
    after.language = change.language.unwrap_or(after.language);
    after.password_hash = change.password_hash.clone().or(after.password_hash);
    if let Some(disabled) = change.disabled {
        after.disabled_at = disabled.then(|| before.disabled_at.unwrap_or(now));
    }
    permit(by, after.role, after.region)?;
    check_place(
        after.role,
        after.region,
        after.department.as_deref(),
        &mut findings,
    );
    none_of(findings)?;
    if after.email_key != before.email_key
        && account::find_by_email(conn, &after.email_key)?.is_some()
    {
        return Err(Refusal::EmailTaken.at("/email").into());
    }
    keeps_pillars(conn, &before, &after)?;
    let ends = after.role != before.role
        || after.region != before.region
        || after.department != before.department
        || after.email_key != before.email_key
        || after.password_hash != before.password_hash
        || after.disabled_at != before.disabled_at;
    keep(conn, by, after, ends, now)
}

/// What one changes on the own account.
#[derive(Debug, Clone, Default)]
pub(crate) struct OwnChange {
    pub(crate) language: Option<Lang>,
    pub(crate) phone: Option<Option<String>>,
    /// The new password's hash, once the present one was checked.
    pub(crate) password_hash: Option<String>,
}

/// Changes the own account; a new password ends all other tokens.
///
/// # Errors
/// 422 `person.phone_wrong`; 412 and 428 by version.
pub(crate) fn change_own(
    conn: &mut Conn,
    by: &Caller,
    seen: Option<i64>,
    change: &OwnChange,
    now: Moment,
) -> Result<Account> {
    let mut account = own(conn, by)?;
    call::expect(seen, account.version)?;
    let mut findings = Vec::new();
    account.language = change.language.unwrap_or(account.language);
    if let Some(phone) = &change.phone {
        account.phone = read_phone(phone.as_deref(), &mut findings);
    }
    none_of(findings)?;
    let ends = change.password_hash.is_some();
    account.password_hash = change.password_hash.clone().or(account.password_hash);
    keep(conn, by, account, ends, now)
}

fn keep(
    conn: &mut Conn,
    by: &Caller,
    mut after: Account,
    ends: bool,
    now: Moment,
) -> Result<Account> {
    let id = after.id;
    after.version = after.version.saturating_add(1);
    if ends {
        after.epoch = after.epoch.saturating_add(1);
        sessions::end_all(conn, id, "account_changed", now)?;
    }
    diesel::update(accounts::table.find(id))
        .set((&after, accounts::folded.eq(searched(&after))))
        .execute(conn)?;
    let deed = Deed::on_site("person.changed", id).with("role", after.role);
    let deed = deed
        .with("region", after.region)
        .with("disabled", after.disabled_at.is_some());
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(after)
}

/// Returns by what an account is found: its name and its address.
fn searched(account: &Account) -> String {
    let mut text = fold(&account.name);
    text.push_str(&account.email_key);
    text
}

/// Returns the caller's own account.
///
/// # Errors
/// 404 `person.missing` for the system itself, which has none.
pub(crate) fn own(conn: &mut Conn, by: &Caller) -> Result<Account> {
    let account = by
        .id
        .map(|id| account::find(conn, id))
        .transpose()?
        .flatten();
    account.ok_or_else(|| Refusal::Missing.into())
}

/// Returns one account the caller may manage.
///
/// # Errors
/// 404 `person.missing` when there is none in the caller's reach.
pub(crate) fn get(conn: &mut Conn, by: &Caller, id: Id) -> Result<Account> {
    by.may(Act::ManagePeople, &Place::region(home(by)?))?;
    let account = account::find(conn, id)?.filter(|account| visible(by, account));
    account.ok_or_else(|| Refusal::Missing.into())
}

/// Returns the region whose people a caller may manage.
pub(super) fn home(by: &Caller) -> Result<Region> {
    let home = by.scope.reach.or(by.region);
    home.ok_or_else(|| Refused::new(Kind::Forbidden, "act.forbidden").into())
}

/// Tells whether an account lies in the caller's reach.
pub(super) fn visible(by: &Caller, account: &Account) -> bool {
    by.role == Role::Admin
        || account
            .region
            .is_some_and(|region| by.scope.reaches(region))
}

fn permit(by: &Caller, role: Role, region: Option<Region>) -> Result<()> {
    by.may(
        Act::ManagePeople,
        &Place::region(region.map_or_else(|| home(by), Ok)?),
    )?;
    let is_below = matches!(role, Role::Lead | Role::Department | Role::Viewer);
    if by.role == Role::Admin || is_below {
        Ok(())
    } else {
        Err(Refusal::RoleNotYours.into())
    }
}

/// Refuses what would break a pillar of a project under dispatch: its leader and its owner stay leads,
/// and the leader keeps a post, until they hand over. Who is disabled is absent, which is no break.
fn keeps_pillars(conn: &mut Conn, before: &Account, after: &Account) -> Result<()> {
    let posted = |account: &Account| {
        let post = account.post.as_deref();
        post.is_some_and(|post| !post.trim().is_empty())
    };
    let leaves_role = before.role == Role::Lead && after.role != Role::Lead;
    let leaves_post = posted(before) && !posted(after);
    if !leaves_role && !leaves_post {
        return Ok(());
    }
    let leads = projects::leader_id.eq(after.id);
    let owns = projects::owner_id.eq(after.id);
    let under_dispatch = projects::table
        .filter(projects::state.eq_any(["active", "paused"]))
        .select(projects::id)
        .into_boxed();
    let held = if leaves_role {
        under_dispatch.filter(leads.or(owns))
    } else {
        under_dispatch.filter(leads)
    };
    let held: Option<Id> = held.first(conn).optional()?;
    let Some(project) = held else { return Ok(()) };
    let pointer = if leaves_role { "/role" } else { "/post" };
    Err(Refusal::HoldsPillar
        .at(pointer)
        .with("project", project)
        .into())
}

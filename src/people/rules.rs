//! What an account may look like. Pure; whether an address is taken, and who may keep whom, is not
//! known here.

use super::password;
use super::role::Role;
use crate::kernel::identifiers::{Phone, Region};
use crate::kernel::refused::{Finding, Refused};
use crate::reference;

crate::refusals! {
    /// Why something about people is refused.
    pub(crate) enum Refusal {
        Missing = Missing "person.missing",
        EmailTaken = Conflict "person.email_taken",
        EmailWrong = Invalid "person.email_wrong",
        PhoneWrong = Invalid "person.phone_wrong",
        NameEmpty = Invalid "person.name_empty",
        /// A line break or another control character: a name stands in the header of letters.
        NameWrong = Invalid "person.name_wrong",
        RegionNeeded = Invalid "person.region_needed",
        RegionUnknown = Invalid "person.region_unknown",
        DepartmentNeeded = Invalid "person.department_needed",
        DepartmentUnknown = Invalid "person.department_unknown",
        DepartmentOnlyForDepartments = Invalid "person.department_only_for_departments",
        HoldsPillar = Conflict "person.holds_pillar",
        RoleNotYours = Forbidden "person.role_not_yours",
        WrongPassword = Invalid "password.wrong",
    }
}

/// Finds what is wrong with a name: it stands in the header of letters.
pub(super) fn check_name(name: &str, findings: &mut Vec<Finding>) {
    if name.is_empty() {
        findings.push(Refusal::NameEmpty.finding("/name"));
    }
    if name.chars().any(char::is_control) {
        findings.push(Refusal::NameWrong.finding("/name"));
    }
}

/// Reads a telephone number; nothing for blanks.
pub(super) fn read_phone(phone: Option<&str>, findings: &mut Vec<Finding>) -> Option<String> {
    let phone = phone.filter(|phone| !phone.trim().is_empty())?;
    if let Ok(phone) = phone.parse::<Phone>() {
        Some(phone.to_string())
    } else {
        findings.push(Refusal::PhoneWrong.finding("/phone"));
        None
    }
}

/// Finds what is wrong with where an account belongs.
pub(super) fn check_place(
    role: Role,
    region: Option<Region>,
    department: Option<&str>,
    findings: &mut Vec<Finding>,
) {
    match region {
        None if role != Role::Admin => findings.push(Refusal::RegionNeeded.finding("/region")),
        Some(region) if reference::region(region).is_none() => {
            findings.push(
                Refusal::RegionUnknown
                    .finding("/region")
                    .with("region", region),
            );
        }
        _ => {}
    }
    match (role, department) {
        (Role::Department, None) => {
            findings.push(Refusal::DepartmentNeeded.finding("/department"));
        }
        (Role::Department, Some(slug)) if reference::department(slug).is_none() => {
            findings.push(
                Refusal::DepartmentUnknown
                    .finding("/department")
                    .with("department", slug),
            );
        }
        (Role::Department, Some(_)) | (_, None) => {}
        (_, Some(_)) => {
            findings.push(Refusal::DepartmentOnlyForDepartments.finding("/department"));
        }
    }
}

/// The refusal of a password that is not the present one.
pub(crate) fn wrong_password() -> Refused {
    Refusal::WrongPassword.at("/password/current")
}

/// Tells what is wrong with a password chosen for an account.
pub(crate) fn password_faults(
    pointer: &str,
    chosen: &str,
    name: &str,
    email: &str,
) -> Vec<Finding> {
    let local = email.split('@').next().unwrap_or_default();
    password::faults(pointer, chosen, &[name, local])
}

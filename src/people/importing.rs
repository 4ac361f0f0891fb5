//! Importing a list of people: every row that can be becomes an account without a password, and
//! whoever has an account already stays as they are.
//!
//! A dry run and a real one decide alike and part only where rows are written.

use std::collections::HashMap;

use actix_web::{HttpResponse, post};
use diesel::prelude::*;
use utoipa_actix_web::service_config::ServiceConfig;

use super::account::Account;
use super::actions::{self, NewPerson};
use super::call::{self, Call};
use super::caller::Caller;
use super::import::{ReadList, ReadRow, read_people};
use super::role::Role;
use crate::journal::{self, Deed};
use crate::kernel::error::{Error, Result};
use crate::kernel::refused::Refused;
use crate::kernel::time::Moment;
use crate::store::Conn;
use crate::store::schema::accounts;
use crate::table::Remark;
use crate::text::Lang;
use crate::web::extract::Query;
use crate::web::upload::{
    ImportQuery, ImportRefusal, Mode, Reading, Report, ReportView, Upload, UploadForm,
};

/// Imports a list; `told` hears how many rows were written so far.
///
/// # Errors
/// 403 `act.forbidden` to those who manage nobody. Wrong rows are in the report.
pub(crate) fn import(
    conn: &mut Conn,
    by: &Caller,
    list: &ReadList,
    (mode, partial): (Mode, bool),
    told: &dyn Fn(usize),
    now: Moment,
) -> Result<Report> {
    actions::permit_managing(by)?;
    let mut report = Report::new(mode, partial, list.rows.len(), list.errors.clone());
    report.warnings.clone_from(&list.warnings);
    let keys: Vec<String> = list.rows.iter().map(|row| row.email.key()).collect();
    let known: Vec<Account> = accounts::table
        .filter(accounts::email_key.eq_any(keys))
        .select(Account::as_select())
        .load(conn)?;
    let known: HashMap<&str, &Account> = known
        .iter()
        .map(|account| (account.email_key.as_str(), account))
        .collect();

    let mut accepted = Vec::with_capacity(list.rows.len());
    for row in &list.rows {
        report.warnings.extend(row.warnings.iter().cloned());
        let new = asked(row)?;
        match known.get(row.email.key().as_str()) {
            Some(account) if !actions::visible(by, account) => {
                report
                    .errors
                    .push(remark(row, "email", "person.email_taken"));
            }
            Some(account) => {
                report.skipped = report.skipped.saturating_add(1);
                if differs(account, &new) {
                    report
                        .warnings
                        .push(remark(row, "email", "import.person_kept"));
                }
            }
            None => match actions::drafted(by, &new, now) {
                Ok(account) => accepted.push(account),
                Err(Error::Refused(refused)) => report.errors.extend(remarks(row, *refused)),
                Err(fault) => return Err(fault),
            },
        }
    }
    report.created = accepted.len();
    if report.applies() {
        for (written, account) in accepted.iter().enumerate() {
            actions::enter(conn, by, account, now)?;
            told(written.saturating_add(1));
        }
        let deed = Deed::on_site("person.list_imported", report.id)
            .with("rows", report.rows)
            .with("created", report.created)
            .with("skipped", report.skipped)
            .with("errors", report.errors.len());
        journal::record(conn, &by.actor(), &deed, now)?;
    }
    Ok(report.ended())
}

fn asked(row: &ReadRow) -> Result<NewPerson> {
    let role: Role = row.role.parse().map_err(Error::broken)?;
    let language = row.language.map(str::parse::<Lang>).transpose();
    Ok(NewPerson {
        name: row.name.clone(),
        email: row.email.to_string(),
        phone: row.phone.as_ref().map(ToString::to_string),
        post: row.post.clone(),
        unit: row.unit.clone(),
        role,
        region: row.region,
        department: row.department.map(str::to_owned),
        language: language.map_err(Error::broken)?.unwrap_or(Lang::Zh),
        password_hash: None,
        disabled: false,
    })
}

/// Tells whether a row says of a person what their account does not.
fn differs(account: &Account, new: &NewPerson) -> bool {
    let other = |kept: &Option<String>, said: &Option<String>| said.is_some() && kept != said;
    account.name != new.name
        || account.role != new.role
        || account.region != new.region
        || account.department != new.department
        || other(&account.phone, &new.phone)
        || other(&account.post, &new.post)
        || other(&account.unit, &new.unit)
}

fn remark(row: &ReadRow, column: &str, code: &'static str) -> Remark {
    Remark {
        row: row.row,
        column: column.to_owned(),
        code,
        facts: vec![("cell", row.email.to_string())],
    }
}

/// Turns what the rules of accounts refuse into remarks on the row.
fn remarks(row: &ReadRow, refused: Refused) -> Vec<Remark> {
    if refused.findings.is_empty() {
        return vec![remark(row, "", refused.code)];
    }
    let findings = refused.findings.into_iter();
    findings
        .map(|finding| {
            let column = finding.pointer.trim_start_matches('/');
            remark(row, column, finding.code)
        })
        .collect()
}

#[utoipa::path(
    tag = "imports",
    params(
        ("mode" = Option<Mode>, Query, description = "`apply` unless said otherwise"),
        ("partial" = Option<bool>, Query, description = "Take the good rows of a list with wrong ones"),
        ("source" = Option<String>, Query, description = "Name of the list; people are known by their address alone"),
    ),
    request_body(content = inline(UploadForm), content_type = "multipart/form-data"),
    responses((status = 200, body = ReportView<'static>), (status = 403), (status = 413), (status = 422, body = ImportRefusal, content_type = "application/problem+json"))
)]
#[post("/imports/people")]
async fn import_people(
    call: Call,
    query: Query<ImportQuery>,
    upload: Upload,
) -> Result<HttpResponse> {
    let how = query.0.how();
    let source = query.0.source;
    let digest = format!("{} {} {} {source:?}", upload.digest, how.0, how.1);
    let settings = call.settings();
    let file = upload.file("people", "");
    let list = Reading::of(&settings)?.list(&file, read_people).await?;
    let write = call.write(digest, move |conn, by, now| {
        let report = import(conn, by, &list, how, &|_| {}, now)?;
        let report = report.said(by.lang);
        call::keep_upload(conn, by, &settings, &file, &report, now)?;
        report.answer(by.lang, by.request_id.as_deref())
    });
    write.await
}

/// The route of the import of people.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config.service(import_people);
}

//! HTTP of the own account.

use actix_web::{HttpResponse, get, patch, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::PersonView;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::none_of;
use crate::people::actions::{self, OwnChange};
use crate::people::call::Call;
use crate::people::sessions::{self, Hashing};
use crate::people::{Account, password, rules};
use crate::text::Lang;
use crate::web::answer::Answer;
use crate::web::extract::{self, Body};

/// The own account and what it may see.
#[derive(Serialize, ToSchema)]
struct Me {
    #[serde(flatten)]
    person: PersonView,
    /// Region whose reach is seen; null for leads.
    reach: Option<Region>,
    /// Projects seen by appointment.
    projects: Vec<Id>,
}

#[utoipa::path(tag = "people", responses((status = 200, body = Me)))]
#[get("/me")]
pub(super) async fn me(call: Call) -> Result<HttpResponse> {
    let read = call.read(|conn, by, _| {
        let account = actions::own(conn, by)?;
        let version = account.version;
        let scope = by.scope.clone();
        let me = Me {
            person: account.into(),
            reach: scope.reach,
            projects: scope.projects,
        };
        Ok(Answer::ok(&me)?.version(version))
    });
    read.await
}

#[derive(Deserialize, ToSchema, Clone)]
#[serde(deny_unknown_fields)]
pub(in crate::people) struct NewPassword {
    #[schema(max_length = 1024)]
    current: String,
    #[schema(max_length = 1024)]
    new: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(in crate::people) struct MyChange {
    pub(in crate::people) password: Option<NewPassword>,
    language: Option<Lang>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 40)]
    pub(in crate::people) phone: Option<Option<String>>,
}

/// Returns the hash of a new password, once the present one was given.
///
/// # Errors
/// 422 `password.wrong` and what is wrong with the new one; `Busy` when too many are hashed.
pub(in crate::people) async fn hash_of(
    hashing: &Hashing,
    account: &Account,
    asked: NewPassword,
) -> Result<String> {
    let NewPassword { current, new } = asked;
    let (name, email) = (&account.name, &account.email);
    none_of(rules::password_faults("/password/new", &new, name, email))?;
    let kept = account.password_hash.clone();
    let work = move || {
        if !password::holds(&current, kept.as_deref())? {
            return Err(rules::wrong_password().into());
        }
        password::hash(&new)
    };
    sessions::hashed(&hashing.0, work).await
}

#[utoipa::path(tag = "people", request_body = MyChange, responses((status = 200, body = PersonView), (status = 412), (status = 428)))]
#[patch("/me")]
pub(super) async fn change_me(
    call: Call,
    hashing: web::Data<Hashing>,
    body: Body<MyChange>,
) -> Result<HttpResponse> {
    let mut password_hash = None;
    if let Some(asked) = body.value.password {
        let (own, now) = (call.clone(), call.app.now());
        let find = move |conn: &mut crate::store::Conn| {
            let by = own.caller(conn, now)?;
            actions::own(conn, &by)
        };
        let account = call.app.store.read(find).await?;
        password_hash = Some(hash_of(&hashing, &account, asked).await?);
    }
    let change = OwnChange {
        language: body.value.language,
        phone: body.value.phone,
        password_hash,
    };
    let seen = call.if_match;
    let write = call.write(body.digest, move |conn, by, now| {
        let account = actions::change_own(conn, by, seen, &change, now)?;
        let version = account.version;
        Ok(Answer::ok(&PersonView::from(account))?.version(version))
    });
    write.await
}

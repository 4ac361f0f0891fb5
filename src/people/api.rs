//! HTTP of people: sessions, the own account, API keys, accounts.

mod keys;
mod own;

pub(super) use own::{MyChange, hash_of};

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, web};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::account::Account;
use super::actions::{self, Change, NewPerson};
use super::call::Call;
use super::directory::{self, Filter, LIST};
use super::importing;
use super::role::Role;
use super::sessions::{self, Hashing, Pair, Refreshed};
use super::token::Keys;
use super::{console, password, rules};
use crate::app::App;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page, Paging};
use crate::kernel::refused::{Kind, Refused, none_of};
use crate::text::Lang;
use crate::web::answer::Answer;
use crate::web::extract::{self, Body, Query};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SignIn {
    email: String,
    #[schema(max_length = 1024)]
    password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct Refresh {
    #[schema(max_length = 128)]
    refresh_token: String,
}

#[derive(Serialize, ToSchema)]
struct Tokens {
    access_token: String,
    token_type: &'static str,
    /// Seconds the access token holds.
    expires_in: u64,
    refresh_token: String,
}

impl From<Pair> for Tokens {
    fn from(pair: Pair) -> Self {
        Self {
            access_token: pair.access,
            token_type: "Bearer",
            expires_in: pair.seconds,
            refresh_token: pair.refresh,
        }
    }
}

#[utoipa::path(tag = "people", request_body = SignIn, security(()), responses((status = 201, body = Tokens), (status = 401)))]
#[post("/sessions")]
async fn sign_in(
    app: web::Data<App>,
    keys: web::Data<Keys>,
    hashing: web::Data<Hashing>,
    req: HttpRequest,
    body: Body<SignIn>,
) -> Result<HttpResponse> {
    let SignIn { email, password } = body.value;
    let agent = console::agent(&req);
    let pair = sessions::sign_in(&app, &keys, &hashing.0, email, password, agent).await?;
    Ok(Answer::created("/api/v1/sessions/current", &Tokens::from(pair))?.respond())
}

#[utoipa::path(tag = "people", request_body = Refresh, security(()), responses((status = 201, body = Tokens), (status = 401)))]
#[post("/sessions/refresh")]
async fn refresh(
    app: web::Data<App>,
    keys: web::Data<Keys>,
    body: Body<Refresh>,
) -> Result<HttpResponse> {
    let (settings, keys, now) = (app.settings.clone(), keys.get_ref().clone(), app.now());
    let token = body.value.refresh_token;
    let unit = move |conn: &mut crate::store::Conn| {
        sessions::refresh(conn, &settings.auth, &keys, &token, now)
    };
    match app.store.write(unit).await? {
        Refreshed::Pair(pair) => {
            Ok(Answer::created("/api/v1/sessions/current", &Tokens::from(pair))?.respond())
        }
        Refreshed::Refused => {
            Err(Refused::new(Kind::Unauthenticated, "session.refresh_refused").into())
        }
    }
}

#[utoipa::path(tag = "people", responses((status = 204)))]
#[delete("/sessions/current")]
async fn sign_out(call: Call) -> Result<HttpResponse> {
    let write = call.write(String::new(), |conn, by, now| {
        if let Some(session) = by.session {
            sessions::end(conn, session, "signed_out", now)?;
        }
        Ok(Answer::nothing())
    });
    write.await
}

/// What everyone may read of a person they deal with.
#[derive(Serialize, ToSchema)]
struct PersonView {
    id: Id,
    name: String,
    email: String,
    phone: Option<String>,
    post: Option<String>,
    unit: Option<String>,
    role: Role,
    region: Option<Region>,
    department: Option<String>,
    language: Lang,
    disabled: bool,
    created_at: crate::kernel::time::Moment,
}

impl From<Account> for PersonView {
    fn from(account: Account) -> Self {
        Self {
            id: account.id,
            disabled: !account.is_enabled(),
            name: account.name,
            email: account.email,
            phone: account.phone,
            post: account.post,
            unit: account.unit,
            role: account.role,
            region: account.region,
            department: account.department,
            language: account.language,
            created_at: account.created_at,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleQuery {
    role: Option<Role>,
    region: Option<Region>,
    disabled: Option<bool>,
    q: Option<String>,
    limit: Option<i64>,
    cursor: Option<String>,
    with_total: Option<bool>,
}

#[utoipa::path(tag = "people", params(("role" = Option<Role>, Query), ("region" = Option<Region>, Query, description = "The reach of this region"), ("disabled" = Option<bool>, Query), ("q" = Option<String>, Query, description = "A part of the name or the address"), ("limit" = Option<i64>, Query), ("cursor" = Option<String>, Query), ("with_total" = Option<bool>, Query)), responses((status = 200, body = Page<PersonView>)))]
#[get("/people")]
async fn list(call: Call, query: Query<PeopleQuery>) -> Result<HttpResponse> {
    let PeopleQuery {
        role,
        region,
        disabled,
        q,
        limit,
        cursor,
        with_total,
    } = query.0;
    let paging = Paging::read(LIST.0, LIST.1, limit, cursor.as_deref(), with_total)?;
    let filter = Filter {
        role,
        region,
        disabled,
        text: q,
    };
    let read = call.read(move |conn, by, _| {
        let page = directory::list(conn, by, &filter, &paging)?;
        Answer::page(&page.map(PersonView::from))
    });
    read.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonBody {
    #[schema(min_length = 1, max_length = 100)]
    name: String,
    #[schema(max_length = 254)]
    email: String,
    #[schema(max_length = 40)]
    phone: Option<String>,
    #[schema(max_length = 100)]
    post: Option<String>,
    #[schema(max_length = 200)]
    unit: Option<String>,
    role: Role,
    region: Option<Region>,
    #[schema(max_length = 60)]
    department: Option<String>,
    language: Option<Lang>,
    #[schema(max_length = 1024)]
    password: Option<String>,
    disabled: Option<bool>,
}

impl PersonBody {
    /// Returns the account asked for, and the password chosen for it, which is hashed before it is kept.
    pub(super) fn split(self) -> (NewPerson, Option<String>) {
        let new = NewPerson {
            name: self.name,
            email: self.email,
            phone: self.phone,
            post: self.post,
            unit: self.unit,
            role: self.role,
            region: self.region,
            department: self.department,
            language: self.language.unwrap_or(Lang::Zh),
            password_hash: None,
            disabled: self.disabled.unwrap_or_default(),
        };
        (new, self.password)
    }
}

async fn hash_chosen(
    hashing: &Hashing,
    chosen: Option<String>,
    name: &str,
    email: &str,
) -> Result<Option<String>> {
    let Some(chosen) = chosen else {
        return Ok(None);
    };
    none_of(rules::password_faults("/password", &chosen, name, email))?;
    sessions::hashed(&hashing.0, move || password::hash(&chosen))
        .await
        .map(Some)
}

#[utoipa::path(tag = "people", request_body = PersonBody, responses((status = 201, body = PersonView), (status = 409)))]
#[post("/people")]
async fn create(
    call: Call,
    hashing: web::Data<Hashing>,
    body: Body<PersonBody>,
) -> Result<HttpResponse> {
    let (mut new, chosen) = body.value.split();
    if let Some(chosen) = chosen {
        let (vetting, vetted, now) = (call.clone(), new.clone(), call.app.now());
        let found = rules::password_faults("/password", &chosen, &new.name, &new.email);
        let vet = move |conn: &mut crate::store::Conn| {
            let by = vetting.caller(conn, now)?;
            actions::vet(&by, &vetted, found.clone())
        };
        call.app.store.read(vet).await?;
        let hash = move || password::hash(&chosen);
        new.password_hash = Some(sessions::hashed(&hashing.0, hash).await?);
    }
    let write = call.write(body.digest, move |conn, by, now| {
        let account = actions::create(conn, by, &new, now)?;
        let place = format!("/api/v1/people/{}", account.id);
        Ok(Answer::created(place, &PersonView::from(account))?.version(1))
    });
    write.await
}

#[utoipa::path(tag = "people", params(("id" = Id, Path)), responses((status = 200, body = PersonView), (status = 404)))]
#[get("/people/{id}")]
async fn get_one(call: Call, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    let read = call.read(move |conn, by, _| {
        let account = actions::get(conn, by, id)?;
        let version = account.version;
        Ok(Answer::ok(&PersonView::from(account))?.version(version))
    });
    read.await
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonChange {
    #[schema(max_length = 100)]
    name: Option<String>,
    #[schema(max_length = 254)]
    email: Option<String>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 40)]
    phone: Option<Option<String>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 100)]
    post: Option<Option<String>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 200)]
    unit: Option<Option<String>>,
    role: Option<Role>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<Region>)]
    region: Option<Option<Region>>,
    #[serde(default, deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 60)]
    department: Option<Option<String>>,
    language: Option<Lang>,
    #[schema(max_length = 1024)]
    password: Option<String>,
    disabled: Option<bool>,
}

impl PersonChange {
    /// Returns what changes, and the password chosen, which is hashed before it is kept.
    pub(super) fn split(self) -> (Change, Option<String>) {
        let change = Change {
            name: self.name,
            email: self.email,
            phone: self.phone,
            post: self.post,
            unit: self.unit,
            role: self.role,
            region: self.region,
            department: self.department,
            language: self.language,
            password_hash: None,
            disabled: self.disabled,
        };
        (change, self.password)
    }
}

#[utoipa::path(tag = "people", params(("id" = Id, Path)), request_body = PersonChange, responses((status = 200, body = PersonView), (status = 412), (status = 428)))]
#[patch("/people/{id}")]
async fn change_person(
    call: Call,
    hashing: web::Data<Hashing>,
    id: web::Path<Id>,
    body: Body<PersonChange>,
) -> Result<HttpResponse> {
    let (id, seen) = (id.into_inner(), call.if_match);
    let (mut change, chosen) = body.value.split();
    if chosen.is_some() {
        let (asking, now) = (call.clone(), call.app.now());
        let find = move |conn: &mut crate::store::Conn| {
            let by = asking.caller(conn, now)?;
            actions::get(conn, &by, id)
        };
        let known = call.app.store.read(find).await?;
        change.password_hash = hash_chosen(&hashing, chosen, &known.name, &known.email).await?;
    }
    let write = call.write(body.digest, move |conn, by, now| {
        let account = actions::change(conn, by, id, seen, &change, now)?;
        let version = account.version;
        Ok(Answer::ok(&PersonView::from(account))?.version(version))
    });
    write.await
}

/// The routes of people.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(refresh)
        .service(sign_out)
        .service(sign_in)
        .service(own::me)
        .service(own::change_me)
        .service(keys::list_keys)
        .service(keys::make_key)
        .service(keys::revoke_key)
        .service(list)
        .service(create)
        .service(get_one)
        .service(change_person);
    importing::routes(config);
}

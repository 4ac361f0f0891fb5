//! Pages of the people a coordinator or administrator manages: the list, a new account, one account.

use actix_web::{HttpResponse, web};
use serde::{Deserialize, Serialize};

use super::{Filter, LIST, list};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::page::{Page as Rows, Paging};
use crate::kernel::refused::none_of;
use crate::kernel::time::Moment;
use crate::people::account::Account;
use crate::people::actions;
use crate::people::api::{PersonBody, PersonChange};
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::people::visit::{Done, Visit};
use crate::people::{password, rules, sessions};
use crate::store::Conn;
use crate::text::Lang;
use crate::web::extract::Filters;
use crate::web::pages::Page;
use crate::web::pages::form::Form;
use crate::web::pages::places::{self, Choice};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PeopleQuery {
    role: Option<Role>,
    region: Option<Region>,
    disabled: Option<bool>,
    q: Option<String>,
    cursor: Option<String>,
}

/// A person in the list.
#[derive(Serialize)]
struct Line {
    id: Id,
    name: String,
    email: String,
    post: Option<String>,
    role: Role,
    region: Option<Region>,
    department: Option<String>,
    disabled: bool,
}

impl From<Account> for Line {
    fn from(account: Account) -> Self {
        Self {
            disabled: !account.is_enabled(),
            id: account.id,
            name: account.name,
            email: account.email,
            post: account.post,
            role: account.role,
            region: account.region,
            department: account.department,
        }
    }
}

#[derive(Serialize)]
struct PeoplePage {
    role: Option<Role>,
    roles: &'static [Role],
    region: Option<Region>,
    regions: Vec<Choice>,
    disabled: Option<bool>,
    q: Option<String>,
    people: Rows<Line>,
}

async fn show_list(visit: Visit, query: Filters<PeopleQuery>) -> Result<HttpResponse> {
    let asked = query.0;
    let paging = Paging::read(LIST.0, LIST.1, None, asked.cursor.as_deref(), None)?;
    let filter = Filter {
        role: asked.role,
        region: asked.region,
        disabled: asked.disabled,
        text: asked.q,
    };
    let show = visit.show(move |conn, by, _| {
        let people = list(conn, by, &filter, &paging)?;
        let page = PeoplePage {
            role: filter.role,
            roles: Role::ALL,
            region: filter.region,
            regions: places::regions(by.scope.reach, by.lang),
            disabled: filter.disabled,
            q: filter.text.clone(),
            people: people.map(Line::from),
        };
        Ok(Page::new("people/people.html", &page))
    });
    show.await
}

/// What the form of an account chooses from.
#[derive(Serialize)]
struct Choices {
    roles: &'static [Role],
    regions: Vec<Choice>,
    departments: Vec<Choice>,
}

impl Choices {
    fn of(by: &Caller) -> Self {
        Self {
            roles: managed(by),
            regions: places::regions(by.scope.reach, by.lang),
            departments: places::departments(by.lang),
        }
    }
}

/// The roles a caller may give: administrators any, coordinators those below their own.
const fn managed(by: &Caller) -> &'static [Role] {
    match by.role {
        Role::Admin => Role::ALL,
        _ => &[Role::Department, Role::Lead, Role::Viewer],
    }
}

#[derive(Serialize)]
struct NewPage {
    choices: Choices,
}

fn new_page(_: &mut Conn, by: &Caller, _: Moment) -> Result<Page> {
    actions::permit_managing(by)?;
    let page = NewPage {
        choices: Choices::of(by),
    };
    Ok(Page::new("people/new.html", &page))
}

async fn show_new(visit: Visit) -> Result<HttpResponse> {
    visit.show(new_page).await
}

async fn add(visit: Visit, form: Form) -> Result<HttpResponse> {
    visit.refuse_foreign()?;
    let typed = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let hash = hashed(&visit, &form, typed("name"), typed("email")).await?;
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: PersonBody = form.body()?;
        let (mut new, chosen) = body.split();
        let found = chosen.map_or_else(Vec::new, |chosen| {
            rules::password_faults("/password", &chosen, &new.name, &new.email)
        });
        actions::vet(by, &new, found)?;
        new.password_hash.clone_from(&hash);
        let account = actions::create(conn, by, &new, now)?;
        let done = Done::to(format!("/people/{}", account.id), "page.people.added");
        Ok(done.with("name", account.name))
    };
    visit.submit(form, deed, new_page).await
}

#[derive(Serialize)]
struct PersonPage {
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
    disabled_at: Option<Moment>,
    created_at: Moment,
    has_password: bool,
    version: i64,
    /// Whether the reader may change the account.
    may_change: bool,
    choices: Choices,
}

fn person_page(conn: &mut Conn, by: &Caller, id: Id) -> Result<Page> {
    let account = actions::get(conn, by, id)?;
    let page = PersonPage {
        id: account.id,
        disabled: !account.is_enabled(),
        disabled_at: account.disabled_at,
        has_password: account.password_hash.is_some(),
        may_change: managed(by).contains(&account.role),
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
        version: account.version,
        choices: Choices::of(by),
    };
    Ok(Page::new("people/person.html", &page))
}

async fn show_one(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let id = id.into_inner();
    visit
        .show(move |conn, by, _| person_page(conn, by, id))
        .await
}

async fn change(visit: Visit, id: web::Path<Id>, form: Form) -> Result<HttpResponse> {
    visit.refuse_foreign()?;
    let id = id.into_inner();
    let typed = |name: &str| form.get(name).unwrap_or_default().to_owned();
    let hash = hashed(&visit, &form, typed("name"), typed("email")).await?;
    let deed = move |conn: &mut Conn, by: &Caller, now: Moment, form: &Form| {
        let body: PersonChange = form.body()?;
        let (mut change, chosen) = body.split();
        if let Some(chosen) = chosen {
            let (name, email) = (form.get("name"), form.get("email"));
            let (name, email) = (name.unwrap_or_default(), email.unwrap_or_default());
            none_of(rules::password_faults("/password", &chosen, name, email))?;
        }
        change.password_hash.clone_from(&hash);
        let account = actions::change(conn, by, id, form.version(), &change, now)?;
        let done = Done::to(format!("/people/{id}"), "page.people.changed");
        Ok(done.with("name", account.name))
    };
    let view = move |conn: &mut Conn, by: &Caller, _: Moment| person_page(conn, by, id);
    visit.submit(form, deed, view).await
}

/// Hashes the password a form sets, before the unit of the deed: that is dear, so only for somebody who
/// manages people, and only where it may be taken. The deed refuses the rest.
async fn hashed(visit: &Visit, form: &Form, name: String, email: String) -> Result<Option<String>> {
    let Some(chosen) = form.get("password").filter(|chosen| !chosen.is_empty()) else {
        return Ok(None);
    };
    if !rules::password_faults("/password", chosen, &name, &email).is_empty() {
        return Ok(None);
    }
    let (asking, now) = (visit.clone(), visit.app.now());
    let ask = move |conn: &mut Conn| {
        let by = asking.caller(conn, now);
        Ok(by.is_ok_and(|by| actions::permit_managing(&by).is_ok()))
    };
    if !visit.app.store.read(ask).await? {
        return Ok(None);
    }
    let chosen = chosen.to_owned();
    sessions::hashed(&visit.hashing.0, move || password::hash(&chosen))
        .await
        .map(Some)
}

/// The pages of the people one manages.
pub(crate) fn pages(config: &mut web::ServiceConfig) {
    config
        .service(web::resource("/people").get(show_list).post(add))
        .service(web::resource("/people/new").get(show_new))
        .service(web::resource("/people/{id}").get(show_one).post(change));
}

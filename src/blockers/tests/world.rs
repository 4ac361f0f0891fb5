//! A county with its people and one project under dispatch.

use diesel::prelude::*;

use crate::blockers::actions;
use crate::blockers::deeds::{self, Scene};
use crate::blockers::fields::Fields;
use crate::blockers::rules::{Deed, Severity};
use crate::calendars::{self, Year};
use crate::deadlines::{self, Answerable};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::people::actions::{NewPerson, create};
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::people::{Account, account};
use crate::reference;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::letters;
use crate::store::testing;
use crate::text::Lang;

pub(super) struct Town<'a> {
    pub(super) conn: &'a mut Conn,
    pub(super) settings: &'a Settings,
    pub(super) project: Id,
}

/// Everybody of the county: name, role, region, department.
const PEOPLE: [(&str, Role, &str, Option<&str>); 11] = [
    ("county", Role::Coordinator, "360111", None),
    ("city", Role::Coordinator, "360100", None),
    (
        "land",
        Role::Department,
        "360111",
        Some("natural-resources"),
    ),
    (
        "colleague",
        Role::Department,
        "360111",
        Some("natural-resources"),
    ),
    (
        "environment",
        Role::Department,
        "360111",
        Some("ecology-environment"),
    ),
    (
        "elsewhere",
        Role::Department,
        "360102",
        Some("natural-resources"),
    ),
    ("leader", Role::Lead, "360111", None),
    ("owner", Role::Lead, "360111", None),
    ("lead", Role::Lead, "360111", None),
    ("stranger", Role::Lead, "360111", None),
    ("viewer", Role::Viewer, "360111", None),
];

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Ten in the morning of a day, in Shanghai.
pub(super) fn at(on: &str) -> Moment {
    format!("{on}T10:00:00+08:00").parse().unwrap()
}

/// The code of a refusal.
pub(super) fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().code().unwrap()
}

/// Pointer and code of every finding of a refusal.
pub(super) fn findings<T: std::fmt::Debug>(result: Result<T>) -> Vec<(String, &'static str)> {
    let Err(Error::Refused(refused)) = result else {
        panic!("not refused")
    };
    let of = refused.findings.into_iter();
    of.map(|finding| (finding.pointer, finding.code)).collect()
}

/// Runs a story in the town on each database.
pub(super) fn each(story: impl Fn(&mut Town<'_>)) {
    each_in("360111", story);
}

/// The same with a project that lies elsewhere, or spans more.
pub(super) fn each_in(region: &str, story: impl Fn(&mut Town<'_>)) {
    testing::each(|store, settings| {
        let unit = |conn: &mut Conn| {
            story(&mut found(conn, settings, region));
            Ok(())
        };
        store.write_blocking(unit).unwrap();
    });
}

fn found<'a>(conn: &'a mut Conn, settings: &'a Settings, region: &str) -> Town<'a> {
    for year in reference::calendar_years() {
        let days = year.days.iter().map(|day| (day.on, day.kind, None));
        let year = Year {
            year: year.year,
            status: year.status,
            days: days.collect(),
            version: 1,
        };
        calendars::put(conn, &year).unwrap();
    }
    let system = Caller::system(settings.site.region, "command");
    for (name, role, region, department) in PEOPLE {
        let new = NewPerson {
            name: name.to_owned(),
            email: format!("{name}@fiveone.example"),
            phone: None,
            post: Some("主任".to_owned()),
            unit: None,
            role,
            region: Some(region.parse().unwrap()),
            department: department.map(str::to_owned),
            language: Lang::Zh,
            password_hash: None,
            disabled: false,
        };
        create(conn, &system, &new, at("2026-09-01")).unwrap();
    }
    let project = Id::new();
    let mut town = Town {
        conn,
        settings,
        project,
    };
    let (leader, owner) = (town.account("leader").id, town.account("owner").id);
    town.run(&format!(
        "INSERT INTO projects (id, name, folded, region, state, stage, warnings, plan_id, leader_id, \
         team_id, schedule_id, owner_id, launched_on, created_at, updated_at, version) VALUES \
         ('{project}', '新材料', 'x', '{region}', 'active', 'idea', '[]', '{project}', '{leader}', '{project}', '{project}', \
         '{owner}', '2026-09-01', 0, 0, 1)"
    ));
    for name in ["leader", "owner", "lead"] {
        let id = town.account(name).id;
        town.run(&format!(
            "INSERT INTO project_people (account_id, project_id) VALUES ('{id}', '{project}')"
        ));
    }
    town
}

impl Town<'_> {
    pub(super) fn run(&mut self, sql: &str) {
        diesel::sql_query(sql).execute(self.conn).unwrap();
    }

    pub(super) fn account(&mut self, name: &str) -> Account {
        let found = account::find_by_email(self.conn, &format!("{name}@fiveone.example"));
        found.unwrap().unwrap()
    }

    pub(super) fn caller(&mut self, name: &str) -> Caller {
        let account = self.account(name);
        account
            .caller(self.conn, self.settings.site.region)
            .unwrap()
    }

    /// Raises a blocker of a county land quota: 5 working days to resolve.
    pub(super) fn raise(&mut self, by: &str, on: &str) -> Id {
        self.raise_with(by, on, quota()).unwrap().blocker.id
    }

    pub(super) fn raise_with(&mut self, by: &str, on: &str, fields: Fields) -> Result<Scene> {
        let by = self.caller(by);
        actions::raise(self.conn, &by, self.settings, self.project, &fields, at(on))
    }

    pub(super) fn amend(
        &mut self,
        by: &str,
        id: Id,
        seen: Option<i64>,
        fields: &Fields,
    ) -> Result<Scene> {
        let by = self.caller(by);
        let now = at("2026-09-28");
        actions::amend(self.conn, &by, self.settings, id, seen, fields, now)
    }

    /// Does a deed with plain words.
    pub(super) fn does(&mut self, by: &str, id: Id, deed: Deed, on: &str) -> Result<Scene> {
        let (by, now) = (self.caller(by), at(on));
        let (conn, settings) = (&mut *self.conn, self.settings);
        match deed {
            Deed::Accepted => deeds::accept(conn, &by, settings, id, None, now),
            Deed::Replied => {
                deeds::reply(conn, &by, settings, id, "先批后补", day("2026-12-31"), now)
            }
            Deed::Resolved => deeds::resolve(conn, &by, settings, id, "已批", Some("12号"), now),
            Deed::Confirmed => deeds::confirm(conn, &by, settings, id, now),
            Deed::Submitted => deeds::submit(conn, &by, settings, id, now),
            Deed::Commented => deeds::comment(conn, &by, settings, id, "请尽快", now),
            Deed::Raised | Deed::Amended => panic!("{deed} has a way of its own"),
            _ => deeds::with_reason(conn, &by, settings, (id, deed), "有理由", now),
        }
    }

    /// Hands a blocker to a handler.
    pub(super) fn hand(&mut self, by: &str, id: Id, to: &str, on: &str) -> Result<Scene> {
        let (by, to) = (self.caller(by), self.account(to).id);
        deeds::accept(self.conn, &by, self.settings, id, Some(to), at(on))
    }

    /// Kind and due day of everything owed on the project.
    pub(super) fn owed(&mut self) -> Vec<String> {
        let open = deadlines::open_of_project(self.conn, self.project).unwrap();
        let owed = open
            .iter()
            .map(|row| format!("{} {}", row.kind, row.due_on));
        owed.collect()
    }

    pub(super) fn answerable(&mut self) -> Vec<Answerable> {
        let open = deadlines::open_of_project(self.conn, self.project).unwrap();
        open.iter().map(deadlines::Deadline::answerable).collect()
    }

    /// Names of those who were sent a letter, in order of names.
    pub(super) fn told(&mut self) -> Vec<String> {
        letters::table
            .filter(letters::letter.eq("blocker_assigned"))
            .order(letters::recipient_name)
            .select(letters::recipient_name)
            .load(self.conn)
            .unwrap()
    }
}

pub(super) fn quota() -> Fields {
    Fields {
        category: Some(Some("land-quota".to_owned())),
        title: Some(Some("用地指标不足".to_owned())),
        cause: Some(Some("年度指标已用完".to_owned())),
        severity: Some(Some(Severity::Normal)),
        ..Fields::default()
    }
}

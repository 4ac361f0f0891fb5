//! The people and projects the tests of reports begin with, written straight into the tables.

use diesel::prelude::*;

use crate::calendars::{self, Year};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment, Quarter};
use crate::people::Account;
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::projects::stage::Stage;
use crate::projects::{self, Pause, PauseKind, Pillar, Project, State};
use crate::reference;
use crate::reports::content::Content;
use crate::reports::filing;
use crate::reports::scene::Scene;
use crate::settings::Settings;
use crate::store::schema::{
    accounts, appointments, plan_years, plans, project_people, projects as rows,
};
use crate::store::{Conn, Store};
use crate::text::Lang;

pub(super) use crate::reports::checks::tests::content;

pub(super) fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

/// Ten in the morning of a day, in the zone of the site.
pub(super) fn on(day: &str) -> Moment {
    moment(&format!("{day}T10:00:00+08:00"))
}

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

pub(super) fn quarter(text: &str) -> Quarter {
    text.parse().unwrap()
}

/// The code of a refusal, `done` when there is none.
pub(super) fn code<T>(answer: Result<T>) -> &'static str {
    match answer {
        Ok(_) => "done",
        Err(error) => error.code().unwrap_or_else(|| panic!("broken: {error}")),
    }
}

/// Pointers and codes of the findings of a refusal.
pub(super) fn findings<T>(answer: Result<T>) -> Vec<(String, &'static str)> {
    match answer {
        Err(crate::kernel::error::Error::Refused(refused)) => refused
            .findings
            .into_iter()
            .map(|finding| (finding.pointer, finding.code))
            .collect(),
        _ => Vec::new(),
    }
}

/// One database with its calendar, people and one project of 360111.
pub(super) struct Ground<'a> {
    pub(super) store: &'a Store,
    pub(super) settings: &'a Settings,
    /// Owner of every project.
    pub(super) lead: Id,
    leader: Id,
    /// Coordinator of 360111.
    pub(super) county: Id,
    pub(super) project: Id,
}

impl<'a> Ground<'a> {
    /// A project launched on a day.
    pub(super) fn launched(store: &'a Store, settings: &'a Settings, launched_on: &str) -> Self {
        let mut ground = Self {
            store,
            settings,
            lead: Id::new(),
            leader: Id::new(),
            county: Id::new(),
            project: Id::new(),
        };
        ground.write(|conn| {
            for year in reference::calendar_years() {
                let days = year.days.iter().map(|day| (day.on, day.kind, None));
                calendars::put(
                    conn,
                    &Year {
                        year: year.year,
                        status: year.status,
                        days: days.collect(),
                        version: 1,
                    },
                )?;
            }
            Ok(())
        });
        ground.lead = ground.person("owner", Role::Lead, "360111");
        ground.leader = ground.person("leader", Role::Lead, "360111");
        ground.county = ground.person("county", Role::Coordinator, "360111");
        ground.project = ground.another(launched_on, "360111");
        ground
    }

    pub(super) fn write<T>(&self, unit: impl Fn(&mut Conn) -> Result<T>) -> T {
        self.store.write_blocking(unit).unwrap()
    }

    pub(super) fn person(&self, name: &str, role: Role, region: &str) -> Id {
        let id = Id::new();
        let email = format!("{name}-{region}@fiveone.example");
        let account = Account {
            id,
            email_key: email.clone(),
            email,
            name: name.to_owned(),
            phone: None,
            post: Some("主任".to_owned()),
            unit: None,
            role,
            region: region.parse().ok(),
            department: None,
            language: Lang::Zh,
            password_hash: None,
            epoch: 1,
            disabled_at: None,
            created_at: on("2026-01-05"),
            version: 1,
        };
        self.write(|conn| {
            diesel::insert_into(accounts::table)
                .values(&account)
                .execute(conn)?;
            Ok(())
        });
        id
    }

    /// One more project of a region, owned by the lead.
    pub(super) fn another(&self, launched_on: &str, region: &str) -> Id {
        let id = Id::new();
        let region: Region = region.parse().unwrap();
        let project = Project {
            id,
            code: None,
            name: format!("项目 {region}"),
            folded: String::new(),
            region,
            industry: Some("new-materials".to_owned()),
            enterprise_name: None,
            credit_code: None,
            total_investment_yuan: Some(Yuan(1_000_000)),
            content: None,
            planned_start_on: None,
            planned_finish_on: None,
            state: State::Active,
            stage: Stage::Construction,
            warnings: "[]".to_owned(),
            plan_id: Some(Id::new()),
            leader_id: Some(self.leader),
            team_id: Some(Id::new()),
            schedule_id: Some(Id::new()),
            owner_id: Some(self.lead),
            launched_on: Some(day(launched_on)),
            opening_total_yuan: None,
            opening_year_yuan: None,
            opening_year: None,
            closed_on: None,
            created_at: on(launched_on),
            updated_at: on(launched_on),
            version: 1,
        };
        let plan = (
            plans::id.eq(project.plan_id.unwrap()),
            plans::project_id.eq(id),
            plans::number.eq(1_i64),
            plans::title.eq("方案"),
            plans::objectives.eq("投产"),
            plans::scope.eq("厂房"),
            plans::safeguards.eq("专班"),
            plans::effective_on.eq(day(launched_on)),
            plans::made_by.eq("system"),
            plans::made_at.eq(on(launched_on)),
        );
        self.write(|conn| {
            diesel::insert_into(rows::table)
                .values(&project)
                .execute(conn)?;
            diesel::insert_into(plans::table)
                .values(plan)
                .execute(conn)?;
            for year in [2026_i64, 2027] {
                diesel::insert_into(plan_years::table)
                    .values((
                        plan_years::plan_id.eq(project.plan_id.unwrap()),
                        plan_years::year.eq(year),
                        plan_years::amount_yuan.eq(Yuan(500_000)),
                    ))
                    .execute(conn)?;
            }
            diesel::insert_into(project_people::table)
                .values((
                    project_people::account_id.eq(self.lead),
                    project_people::project_id.eq(id),
                ))
                .execute(conn)?;
            diesel::insert_into(appointments::table)
                .values((
                    appointments::id.eq(Id::new()),
                    appointments::project_id.eq(id),
                    appointments::pillar.eq(Pillar::Owner),
                    appointments::number.eq(1_i64),
                    appointments::account_id.eq(self.lead),
                    appointments::from_on.eq(day(launched_on)),
                    appointments::handed_over.eq("[]"),
                    appointments::made_by.eq("system"),
                    appointments::made_at.eq(on(launched_on)),
                ))
                .execute(conn)?;
            Ok(())
        });
        id
    }

    pub(super) fn caller(&self, account: Id) -> Caller {
        self.write(|conn| {
            let account = crate::people::account::find(conn, account)?.unwrap();
            account.caller(conn, self.settings.site.region)
        })
    }

    /// Drafts the report as the project's owner, whatever version there is.
    pub(super) fn draft(&self, of: &str, said: &Content, now: Moment) -> Result<i64> {
        let by = self.caller(self.lead);
        self.store.write_blocking(|conn| {
            let which = (self.project, quarter(of));
            let scene = Scene::read(conn, &by.scope, self.settings, which, now)?;
            let seen = scene.report.map(|report| report.version);
            let scene = filing::draft(conn, &by, self.settings, which, (seen, said), now)?;
            Ok(scene.report.unwrap().version)
        })
    }

    pub(super) fn submit(&self, of: &str, now: Moment) -> Result<Seen> {
        let (by, which) = (self.caller(self.lead), (self.project, quarter(of)));
        self.store.write_blocking(|conn| {
            let scene = filing::submit(conn, &by, self.settings, which, now)?;
            Ok(Seen::of(&scene, self.settings))
        })
    }

    /// Drafts and submits.
    pub(super) fn file(&self, of: &str, said: &Content, now: Moment) -> Result<Seen> {
        self.draft(of, said, now)?;
        self.submit(of, now)
    }

    pub(super) fn pause(&self, project: Id, from: &str) {
        self.write(|conn| {
            let pause = Pause {
                id: Id::new(),
                project_id: project,
                kind: PauseKind::Funding,
                reason: "资金".to_owned(),
                from_on: day(from),
                until_on: day("2027-12-31"),
                ended_on: None,
            };
            projects::open_pause(conn, &pause)?;
            self.set_state(conn, project, State::Paused)
        });
    }

    pub(super) fn resume(&self, project: Id, from: &str) {
        self.write(|conn| {
            projects::end_pause(conn, project, day(from))?;
            self.set_state(conn, project, State::Active)
        });
    }

    #[expect(clippy::unused_self, reason = "it reads as a deed of the ground")]
    fn set_state(&self, conn: &mut Conn, project: Id, state: State) -> Result<()> {
        diesel::update(rows::table.find(project))
            .set(rows::state.eq(state))
            .execute(conn)?;
        Ok(())
    }
}

/// What a deed left behind, as the tests look at it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Seen {
    pub(super) state: &'static str,
    pub(super) number: i64,
    pub(super) late: bool,
    pub(super) has_draft: bool,
}

impl Seen {
    pub(super) fn of(scene: &Scene, settings: &Settings) -> Self {
        let report = scene.report.as_ref();
        Self {
            state: scene.state().as_str(),
            number: report.map_or(0, |report| report.number),
            late: scene.is_late(settings),
            has_draft: report.is_some_and(|report| report.draft.is_some()),
        }
    }
}

//! A small world for the sweep: a cast, projects, what they owe, and how to read what was told.

use std::sync::Arc;

use diesel::prelude::*;

use super::super::{rungs, sweep};
use crate::app::App;
use crate::calendars;
use crate::deadlines::{self, Answerable, DeadlineKind, Owed, Unit};
use crate::kernel::clock::Clock;
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::people::Account;
use crate::people::role::Role;
use crate::projects::{Project, State};
use crate::settings::Settings;
use crate::store::schema::{
    accounts, ledger, ledger_steps, letter_items, letters, missing_rungs, projects, teams,
};
use crate::store::{Store, testing};
use crate::text::Lang;

pub(super) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// A moment of the wall clock in Shanghai, `2026-10-10 09:00`.
pub(super) fn moment(text: &str) -> Moment {
    let (on, at) = text.split_once(' ').unwrap();
    format!("{on}T{at}:00+08:00").parse().unwrap()
}

pub(super) struct Scene<'s> {
    pub(super) store: &'s Store,
    pub(super) settings: &'s Settings,
}

/// Runs a test on each database, with the calendar and the cast of one county in place.
pub(super) fn each(test: impl Fn(&Scene<'_>)) {
    testing::each(|store, settings| {
        let app = App {
            settings: Arc::new(settings.clone()),
            store: store.clone(),
            clock: Clock::Fixed(moment("2026-09-01 09:00")),
        };
        crate::seed::reference(&app).unwrap();
        let scene = Scene { store, settings };
        for (name, role, region, department) in [
            ("province", Role::Coordinator, "360000", None),
            ("city", Role::Coordinator, "360100", None),
            ("county", Role::Coordinator, "360111", None),
            (
                "land",
                Role::Department,
                "360111",
                Some("natural-resources"),
            ),
            ("leader", Role::Lead, "360111", None),
            ("owner", Role::Lead, "360111", None),
            ("convenor", Role::Lead, "360111", None),
        ] {
            scene.person(name, role, Some(region), department);
        }
        test(&scene);
    });
}

impl Scene<'_> {
    fn write<T>(&self, unit: impl Fn(&mut crate::store::Conn) -> T) -> T {
        self.store.write_blocking(|conn| Ok(unit(conn))).unwrap()
    }

    pub(super) fn person(
        &self,
        name: &str,
        role: Role,
        region: Option<&str>,
        department: Option<&str>,
    ) -> Id {
        let email = format!("{name}@fiveone.example");
        let account = Account {
            id: Id::new(),
            email_key: email.clone(),
            email,
            name: name.to_owned(),
            phone: None,
            post: None,
            unit: None,
            role,
            region: region.map(|region| region.parse().unwrap()),
            department: department.map(str::to_owned),
            language: Lang::Zh,
            password_hash: None,
            epoch: 0,
            disabled_at: None,
            created_at: moment("2026-09-01 09:00"),
            version: 1,
        };
        self.write(|conn| {
            let row = diesel::insert_into(accounts::table).values(&account);
            row.execute(conn).unwrap();
        });
        account.id
    }

    fn id_of(&self, name: &str) -> Id {
        self.write(|conn| {
            let named = accounts::table.filter(accounts::name.eq(name));
            named.select(accounts::id).first(conn).unwrap()
        })
    }

    pub(super) fn disable(&self, name: &str) {
        self.write(|conn| {
            let named = accounts::table.filter(accounts::name.eq(name));
            let done = diesel::update(named)
                .set(accounts::disabled_at.eq(Some(moment("2026-09-01 09:00"))))
                .execute(conn);
            assert_eq!(done.unwrap(), 1);
        });
    }

    pub(super) fn project(&self, name: &str, region: &str) -> Id {
        let at = moment("2026-09-01 09:00");
        let project = Project {
            id: Id::new(),
            code: None,
            name: name.to_owned(),
            folded: name.to_owned(),
            region: region.parse().unwrap(),
            industry: None,
            enterprise_name: None,
            credit_code: None,
            total_investment_yuan: None,
            content: None,
            planned_start_on: None,
            planned_finish_on: None,
            state: State::Active,
            stage: "idea".parse().unwrap(),
            warnings: "[]".to_owned(),
            plan_id: Some(Id::new()),
            leader_id: Some(self.id_of("leader")),
            team_id: Some(Id::new()),
            schedule_id: Some(Id::new()),
            owner_id: Some(self.id_of("owner")),
            launched_on: Some(day("2026-09-01")),
            opening_total_yuan: None,
            opening_year_yuan: None,
            opening_year: None,
            closed_on: None,
            created_at: at,
            updated_at: at,
            version: 1,
        };
        let convenor = self.id_of("convenor");
        self.write(|conn| {
            let row = diesel::insert_into(projects::table).values(&project);
            row.execute(conn).unwrap();
            let team = (
                teams::id.eq(project.team_id.unwrap()),
                teams::project_id.eq(project.id),
                teams::number.eq(1),
                teams::name.eq("工作专班"),
                teams::convenor_id.eq(Some(convenor)),
                teams::made_by.eq("system"),
                teams::made_at.eq(at),
            );
            let row = diesel::insert_into(teams::table).values(team);
            row.execute(conn).unwrap();
        });
        project.id
    }

    pub(super) fn set_state(&self, project: Id, state: State) {
        self.write(|conn| {
            let row = diesel::update(projects::table.find(project));
            row.set(projects::state.eq(state)).execute(conn).unwrap();
        });
    }

    pub(super) fn owe(
        &self,
        project: Id,
        kind: DeadlineKind,
        key: &str,
        answerable: Answerable,
        change: impl Fn(&mut Owed),
    ) {
        let mut owed = Owed {
            key: key.to_owned(),
            kind,
            subject: key.to_owned(),
            project,
            facts: Facts::none()
                .with("quarter", "2026Q3")
                .with("milestone", "开工")
                .with("blocker", "用地未批"),
            anchor: day("2026-09-30"),
            offset: 3,
            unit: Unit::Working,
            answerable,
            place: "360111".parse().unwrap(),
            level: Level::County,
            critical: false,
        };
        change(&mut owed);
        let born = day("2026-09-23").min(owed.anchor);
        let now = self.settings.site.zone.start_of(born);
        self.write(|conn| {
            let calendar = calendars::load(conn).unwrap();
            deadlines::owe(conn, &calendar, &owed, now, born).unwrap();
        });
    }

    /// Owes the report of 2026Q3, due on 10 October, since a day.
    pub(super) fn owe_report(&self, project: Id, since: &str) {
        assert_eq!(since, "2026-09-23");
        let key = format!("report-{project}-2026Q3");
        self.owe(
            project,
            DeadlineKind::Report,
            &key,
            Answerable::Owner,
            |_| {},
        );
    }

    /// Owes the outcome of a blocker by the county's land department.
    pub(super) fn owe_blocker(&self, project: Id, accepted: &str, days: i64, critical: bool) {
        let land = Answerable::Department {
            department: "natural-resources".to_owned(),
            region: "360111".parse::<Region>().unwrap(),
        };
        let key = format!("blocker_resolve-{project}");
        self.owe(project, DeadlineKind::BlockerResolve, &key, land, |owed| {
            owed.anchor = day(accepted);
            owed.offset = days;
            owed.critical = critical;
        });
    }

    pub(super) fn move_report(&self, project: Id, anchor: &str, offset: i64) {
        let key = format!("report-{project}-2026Q3");
        self.write(|conn| {
            let calendar = calendars::load(conn).unwrap();
            deadlines::move_to(conn, &calendar, &key, day(anchor), offset).unwrap();
        });
    }

    pub(super) fn sweep(&self, at: &str) -> usize {
        sweep(self.store, self.settings, moment(at)).unwrap()
    }

    /// Lets the sweep of a slot see what just came into being; nothing is told yet.
    pub(super) fn first_look(&self, at: &str) {
        assert_eq!(self.sweep(at), 0);
    }

    /// Sweeps several times a day from one day to another, weekends and nights included.
    pub(super) fn tick_daily(&self, from: &str, to: &str) {
        let (mut on, last) = (day(from), day(to));
        while on <= last {
            for at in ["03:00", "09:00", "09:01", "14:00", "20:00"] {
                self.sweep(&format!("{on} {at}"));
            }
            on = on.plus_days(1);
        }
    }

    /// Every item told, `day time step recipient letter`, in order, with the time of its slot.
    pub(super) fn told(&self) -> Vec<String> {
        type Row = (Moment, Option<Moment>, String, String, String, bool);
        let rows: Vec<Row> = self.write(|conn| {
            letters::table
                .inner_join(letter_items::table.on(letter_items::letter_id.eq(letters::id)))
                .order((
                    letters::created_at,
                    letters::recipient_name,
                    letter_items::position,
                ))
                .select((
                    letters::created_at,
                    letters::slot_at,
                    letter_items::step,
                    letters::recipient_name,
                    letters::letter,
                    letter_items::copy,
                ))
                .load(conn)
                .unwrap()
        });
        let zone = self.settings.site.zone;
        let line = |(at, slot, step, name, letter, copy): Row| {
            let at = slot.unwrap_or(at);
            let (on, at) = (zone.day_of(at), zone.time_of(at));
            let copy = if copy { " copy" } else { "" };
            format!("{on} {at} {step} {name} {letter}{copy}")
        };
        rows.into_iter().map(line).collect()
    }

    /// How many items each letter to a person shows.
    pub(super) fn items_by_letter(&self, name: &str) -> Vec<i64> {
        self.write(|conn| {
            letters::table
                .inner_join(letter_items::table.on(letter_items::letter_id.eq(letters::id)))
                .filter(letters::recipient_name.eq(name))
                .group_by(letters::id)
                .order(letters::id)
                .select(diesel::dsl::count_star())
                .load(conn)
                .unwrap()
        })
    }

    /// Step and name of every row of the ledger.
    pub(super) fn ledger(&self) -> Vec<(String, String)> {
        self.write(|conn| {
            ledger::table
                .inner_join(accounts::table.on(accounts::id.eq(ledger::recipient_id)))
                .select((ledger::step, accounts::name))
                .load(conn)
                .unwrap()
        })
    }

    /// Every step that is over, with how it ended.
    pub(super) fn steps(&self) -> Vec<(String, String)> {
        self.write(|conn| {
            ledger_steps::table
                .order((ledger_steps::due_on, ledger_steps::step))
                .select((ledger_steps::step, ledger_steps::outcome))
                .load(conn)
                .unwrap()
        })
    }

    /// The rungs nobody stands on now, `rung region since`.
    pub(super) fn missing(&self) -> Vec<String> {
        let site = self.settings.site.region;
        let (missing, _) = self.write(|conn| rungs::missing(conn, site).unwrap());
        let line = |(missing, since): &(rungs::Missing, Day)| {
            format!("{} {} {since}", missing.rung, missing.region)
        };
        missing.iter().map(line).collect()
    }

    pub(super) fn kept_rungs(&self) -> i64 {
        self.write(|conn| missing_rungs::table.count().get_result(conn).unwrap())
    }
}

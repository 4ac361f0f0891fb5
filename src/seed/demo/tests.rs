use std::collections::BTreeSet;
use std::sync::Arc;

use diesel::prelude::*;

use super::*;
use crate::journal;
use crate::kernel::clock::Clock;
use crate::projects::State;
use crate::seed;
use crate::store::schema::{deadlines, letters, projects as project_rows};
use crate::store::testing::each;

fn made(today: &str) {
    each(|store, settings| {
        let moment: Moment = format!("{today}T20:15:00+08:00").parse().unwrap();
        let app = App {
            settings: Arc::new(settings.clone()),
            store: store.clone(),
            clock: Clock::Fixed(moment),
        };
        seed::reference(&app).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let told = runtime.block_on(demo(&app, 1)).unwrap();
        assert!(told.password.is_some());
        let again = runtime.block_on(demo(&app, 1)).unwrap();
        assert_eq!(
            again.password, None,
            "made once, told again without its password"
        );

        let states: Vec<State> = store
            .read_blocking(|conn| Ok(project_rows::table.select(project_rows::state).load(conn)?))
            .unwrap();
        assert_eq!(states.len(), 44);
        let states: BTreeSet<State> = states.into_iter().collect();
        assert_eq!(states.len(), State::ALL.len(), "{today}: {states:?}");
        let day = app.today();
        let (overdue, unsent): (i64, i64) = store
            .read_blocking(|conn| {
                let open = deadlines::table.filter(deadlines::settled_at.is_null());
                let overdue = open
                    .filter(deadlines::due_on.lt(day))
                    .count()
                    .get_result(conn)?;
                let unsent = letters::table
                    .filter(letters::created_at.lt(app.zone().start_of(day)))
                    .filter(letters::state.ne("sent"))
                    .count()
                    .get_result(conn)?;
                Ok((overdue, unsent))
            })
            .unwrap();
        assert!(overdue >= 3, "{today}: {overdue} overdue");
        assert_eq!(unsent, 0, "{today}: what was told before today has left");
        assert_eq!(
            store.read_blocking(journal::verify).unwrap().broken_at,
            None
        );
        let slot = told.next_morning.plus(std::time::Duration::from_secs(300));
        let letters = crate::escalation::sweep(store, settings, slot).unwrap();
        assert!(letters > 0, "{today}: letters on the next working morning");
    });
}

#[test]
fn the_demo_world_can_be_made_in_a_holiday() {
    made("2026-10-02");
}

#[test]
fn the_demo_world_can_be_made_before_the_reports_of_its_ended_projects_are_due() {
    made("2026-10-12");
}

#[test]
fn the_demo_world_can_be_made_in_the_first_days_of_a_year_not_yet_published() {
    made("2027-01-04");
}

#[test]
fn the_demo_world_can_be_made_on_a_leap_day() {
    made("2028-02-29");
}

#[test]
fn the_demo_refuses_a_database_with_accounts_and_a_weak_password() {
    each(|store, settings| {
        let mut settings = settings.clone();
        settings.demo.password = "password".to_owned().into();
        let clock = Clock::Fixed("2026-11-27T10:00:00+08:00".parse().unwrap());
        let app = App {
            settings: Arc::new(settings),
            store: store.clone(),
            clock,
        };
        seed::reference(&app).unwrap();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let weak = runtime.block_on(demo(&app, 1)).unwrap_err();
        assert!(weak.to_string().contains("/demo/password"), "{weak}");
        store
            .write_blocking(|conn| {
                let by = Caller::system(app.settings.site.region, "command");
                let new = NewPerson {
                    name: "某人".to_owned(),
                    email: "somebody@fiveone.example".to_owned(),
                    phone: None,
                    post: None,
                    unit: None,
                    role: crate::people::role::Role::Admin,
                    region: None,
                    department: None,
                    language: Lang::Zh,
                    password_hash: None,
                    disabled: false,
                };
                people::create(conn, &by, &new, app.now())
            })
            .unwrap();
        let taken = runtime.block_on(demo(&app, 1)).unwrap_err();
        assert!(taken.to_string().contains("empty database"), "{taken}");
    });
}

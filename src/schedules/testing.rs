//! Projects and people for tests that need a database, written as rows.

use diesel::prelude::*;

use super::actions::{self, Held, Put};
use super::milestone::MilestoneKind;
use super::rules::Step;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::time::{Day, Moment};
use crate::people::Account;
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{
    accounts, appointments, plan_years, plans, project_people, projects, team_members, teams,
};
use crate::text::Lang;

/// Reads a day.
pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// Ten in the morning of a day in Shanghai.
pub(crate) fn at(text: &str) -> Moment {
    format!("{text}T10:00:00+08:00").parse().unwrap()
}

/// Inserts an account and returns the caller it is.
pub(crate) fn person(conn: &mut Conn, name: &str, role: Role, region: &str) -> Caller {
    let account = Account {
        id: Id::new(),
        email: format!("{name}@fiveone.example"),
        email_key: format!("{name}@fiveone.example"),
        name: name.to_owned(),
        phone: None,
        post: Some("主任".to_owned()),
        unit: None,
        role,
        region: Some(region.parse::<Region>().unwrap()),
        department: None,
        language: Lang::En,
        password_hash: None,
        epoch: 1,
        disabled_at: None,
        created_at: at("2026-09-01"),
        version: 1,
    };
    diesel::insert_into(accounts::table)
        .values(&account)
        .execute(conn)
        .unwrap();
    caller(conn, account.id)
}

/// Reads who an account is now.
pub(crate) fn caller(conn: &mut Conn, account: Id) -> Caller {
    let account = crate::people::account::find(conn, account)
        .unwrap()
        .unwrap();
    account.caller(conn, "360000".parse().unwrap()).unwrap()
}

/// Inserts a draft in 360111 with nothing but a name.
pub(crate) fn draft(conn: &mut Conn, name: &str) -> Id {
    let id = Id::new();
    diesel::insert_into(projects::table)
        .values((
            projects::id.eq(id),
            projects::name.eq(name),
            projects::folded.eq(name),
            projects::region.eq("360111"),
            projects::total_investment_yuan.eq(120_000_000_i64),
            projects::state.eq("draft"),
            projects::stage.eq("idea"),
            projects::warnings.eq("[]"),
            projects::created_at.eq(at("2026-09-01")),
            projects::updated_at.eq(at("2026-09-01")),
            projects::version.eq(1_i64),
        ))
        .execute(conn)
        .unwrap();
    id
}

/// Four milestones from 2026-11-02 to 2028-09-30, the first of them critical.
pub(crate) fn steps() -> Vec<Step> {
    let step = |name: &str, kind, due_on: &str, weight| Step {
        id: None,
        name: name.to_owned(),
        kind,
        due_on: day(due_on),
        weight,
        critical: kind == MilestoneKind::Start,
    };
    vec![
        step("开工", MilestoneKind::Start, "2026-11-02", 20),
        step("主体封顶", MilestoneKind::Structure, "2027-06-30", 30),
        step("竣工", MilestoneKind::Completion, "2028-06-30", 30),
        step("投产", MilestoneKind::Production, "2028-09-30", 20),
    ]
}

/// Puts a schedule as `by`.
pub(crate) fn put(
    conn: &mut Conn,
    settings: &Settings,
    by: &Caller,
    project: Id,
    steps: &[Step],
    now: Moment,
) -> Held {
    let seen = actions::held(conn, project).unwrap();
    let seen = seen.map(|held| held.schedule.version);
    let cmd = Put {
        steps: steps.to_vec(),
        reason: None,
    };
    actions::put(conn, by, settings, project, seen, &cmd, now).unwrap()
}

/// A project with its five pillars and its people.
pub(crate) struct Whole {
    pub(crate) project: Id,
    pub(crate) county: Caller,
    pub(crate) city: Caller,
    pub(crate) leader: Id,
    pub(crate) owner: Id,
}

/// Makes a draft whose five pillars are whole, and its people.
pub(crate) fn whole(conn: &mut Conn, settings: &Settings) -> Whole {
    let now = at("2026-09-28");
    let county = person(conn, "county", Role::Coordinator, "360111");
    let city = person(conn, "city", Role::Coordinator, "360100");
    let people = ["leader", "owner", "lead"];
    let people = people.map(|name| person(conn, name, Role::Lead, "360111").id.unwrap());
    let [leader, owner, lead] = people;
    let project = draft(conn, "年产十万吨新材料项目");
    plan(conn, project, now);
    for (pillar, account) in [("leader", leader), ("owner", owner)] {
        diesel::insert_into(appointments::table)
            .values((
                appointments::id.eq(Id::new()),
                appointments::project_id.eq(project),
                appointments::pillar.eq(pillar),
                appointments::number.eq(1_i64),
                appointments::account_id.eq(account),
                appointments::from_on.eq(day("2026-09-28")),
                appointments::handed_over.eq("[]"),
                appointments::made_by.eq("system"),
                appointments::made_at.eq(now),
            ))
            .execute(conn)
            .unwrap();
    }
    team(conn, project, [lead, leader, owner], now);
    put(conn, settings, &county, project, &steps(), now);
    Whole {
        project,
        county,
        city,
        leader,
        owner,
    }
}

fn plan(conn: &mut Conn, project: Id, now: Moment) {
    let plan = Id::new();
    diesel::insert_into(plans::table)
        .values((
            plans::id.eq(plan),
            plans::project_id.eq(project),
            plans::number.eq(1_i64),
            plans::title.eq("方案"),
            plans::objectives.eq("投产"),
            plans::scope.eq("厂房"),
            plans::safeguards.eq("专班"),
            plans::effective_on.eq(day("2026-09-01")),
            plans::made_by.eq("system"),
            plans::made_at.eq(now),
        ))
        .execute(conn)
        .unwrap();
    diesel::insert_into(plan_years::table)
        .values((
            plan_years::plan_id.eq(plan),
            plan_years::year.eq(2026_i64),
            plan_years::amount_yuan.eq(120_000_000_i64),
        ))
        .execute(conn)
        .unwrap();
}

fn team(conn: &mut Conn, project: Id, members: [Id; 3], now: Moment) {
    let team = Id::new();
    diesel::insert_into(teams::table)
        .values((
            teams::id.eq(team),
            teams::project_id.eq(project),
            teams::number.eq(1_i64),
            teams::name.eq("专班"),
            teams::convenor_id.eq(members[0]),
            teams::made_by.eq("system"),
            teams::made_at.eq(now),
        ))
        .execute(conn)
        .unwrap();
    for (position, account) in members.into_iter().enumerate() {
        diesel::insert_into(team_members::table)
            .values((
                team_members::team_id.eq(team),
                team_members::account_id.eq(account),
                team_members::position.eq(i64::try_from(position).unwrap()),
                team_members::duties.eq(r#"["land","environment","approval"]"#),
            ))
            .execute(conn)
            .unwrap();
        diesel::insert_into(project_people::table)
            .values((
                project_people::account_id.eq(account),
                project_people::project_id.eq(project),
            ))
            .execute(conn)
            .unwrap();
    }
}

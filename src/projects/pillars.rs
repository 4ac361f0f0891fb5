//! The tables of the pillars plan, leader, team and owner: every version there ever was, whole or not.

use std::collections::HashMap;

use diesel::prelude::*;

use super::rules::Pillar;
use super::store::Project;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::time::{Day, Moment};
use crate::people::Account;
use crate::store::Conn;
use crate::store::schema::{
    accounts, appointments, plan_years, plans, project_people, team_members, teams,
};

/// A plan and its investment by year.
pub(super) type PlanWithYears = (Plan, Vec<(i64, Yuan)>);

/// One version of a plan; the highest number is in force.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = plans)]
pub(crate) struct Plan {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) number: i64,
    pub(crate) title: String,
    pub(crate) objectives: String,
    pub(crate) scope: String,
    pub(crate) safeguards: String,
    pub(crate) effective_on: Day,
    /// The total it was made for.
    pub(crate) total_investment_yuan: Option<Yuan>,
    pub(crate) reason: Option<String>,
    pub(crate) made_by: String,
    pub(crate) made_at: Moment,
}

/// One term of a leader or an owner, `[from_on, to_on)`; the highest number is the latest.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = appointments)]
pub(crate) struct Appointment {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) pillar: Pillar,
    pub(crate) number: i64,
    pub(crate) account_id: Id,
    pub(crate) from_on: Day,
    pub(crate) to_on: Option<Day>,
    pub(crate) reason: Option<String>,
    /// JSON list of what was open when the term began.
    pub(crate) handed_over: String,
    pub(crate) made_by: String,
    pub(crate) made_at: Moment,
}

/// One version of a team; the highest number is the present one.
#[derive(Debug, Clone, Queryable, Selectable, Insertable)]
#[diesel(table_name = teams)]
pub(crate) struct Team {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) convenor_id: Option<Id>,
    pub(crate) made_by: String,
    pub(crate) made_at: Moment,
}

/// A member of one version of a team.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Member {
    pub(crate) account_id: Id,
    pub(crate) name: String,
    pub(crate) email: String,
    pub(crate) duties: Vec<String>,
}

/// Returns all versions of the plan, oldest first, each with its years.
pub(super) fn plans_of(conn: &mut Conn, project: Id) -> Result<Vec<PlanWithYears>> {
    let rows: Vec<Plan> = plans::table
        .filter(plans::project_id.eq(project))
        .order(plans::number)
        .select(Plan::as_select())
        .load(conn)?;
    let ids: Vec<Id> = rows.iter().map(|row| row.id).collect();
    let years: Vec<(Id, i64, Yuan)> = plan_years::table
        .filter(plan_years::plan_id.eq_any(ids))
        .order((plan_years::plan_id, plan_years::year))
        .load(conn)?;
    let of = |plan: Id| {
        let own = years.iter().filter(|(id, _, _)| *id == plan);
        own.map(|(_, year, amount)| (*year, *amount)).collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| {
            let years = of(row.id);
            (row, years)
        })
        .collect())
}

/// Returns the version of the plan in force, with its years.
pub(super) fn latest_plan(conn: &mut Conn, project: Id) -> Result<Option<PlanWithYears>> {
    let row: Option<Plan> = plans::table
        .filter(plans::project_id.eq(project))
        .order(plans::number.desc())
        .select(Plan::as_select())
        .first(conn)
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let years = years_of(conn, row.id)?;
    Ok(Some((row, years)))
}

/// Returns the amounts of a plan by year.
fn years_of(conn: &mut Conn, plan: Id) -> Result<Vec<(i64, Yuan)>> {
    Ok(plan_years::table
        .filter(plan_years::plan_id.eq(plan))
        .order(plan_years::year)
        .select((plan_years::year, plan_years::amount_yuan))
        .load(conn)?)
}

/// Returns what some plans invest in a year, by plan; one that does not name the year is not among
/// them.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn planned_in_of(conn: &mut Conn, plans: &[Id], year: i64) -> Result<HashMap<Id, Yuan>> {
    let rows: Vec<(Id, Yuan)> = plan_years::table
        .filter(plan_years::plan_id.eq_any(plans.to_vec()))
        .filter(plan_years::year.eq(year))
        .select((plan_years::plan_id, plan_years::amount_yuan))
        .load(conn)?;
    Ok(rows.into_iter().collect())
}

/// Returns what the plan in force invests in a year, nothing where it does not name the year; none
/// without a plan in force.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn planned_in(conn: &mut Conn, project: &Project, year: i64) -> Result<Option<Yuan>> {
    let Some(plan) = project.plan_id else {
        return Ok(None);
    };
    let amount: Option<Yuan> = plan_years::table
        .find((plan, year))
        .select(plan_years::amount_yuan)
        .first(conn)
        .optional()?;
    Ok(Some(amount.unwrap_or(Yuan::ZERO)))
}

/// Writes a new version of a plan.
pub(super) fn insert_plan(conn: &mut Conn, plan: &Plan, years: &[(i64, Yuan)]) -> Result<()> {
    diesel::insert_into(plans::table)
        .values(plan)
        .execute(conn)?;
    for (year, amount) in years {
        diesel::insert_into(plan_years::table)
            .values((
                plan_years::plan_id.eq(plan.id),
                plan_years::year.eq(year),
                plan_years::amount_yuan.eq(amount),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Returns all terms of a leader or owner, oldest first, each with its person.
pub(super) fn terms_of(
    conn: &mut Conn,
    project: Id,
    pillar: Pillar,
) -> Result<Vec<(Appointment, Account)>> {
    Ok(appointments::table
        .inner_join(accounts::table.on(accounts::id.eq(appointments::account_id)))
        .filter(
            appointments::project_id
                .eq(project)
                .and(appointments::pillar.eq(pillar)),
        )
        .order(appointments::number)
        .select((Appointment::as_select(), Account::as_select()))
        .load(conn)?)
}

/// Returns the latest term of a leader or owner, with its person.
pub(super) fn latest_term(
    conn: &mut Conn,
    project: Id,
    pillar: Pillar,
) -> Result<Option<(Appointment, Account)>> {
    Ok(appointments::table
        .inner_join(accounts::table.on(accounts::id.eq(appointments::account_id)))
        .filter(
            appointments::project_id
                .eq(project)
                .and(appointments::pillar.eq(pillar)),
        )
        .order(appointments::number.desc())
        .select((Appointment::as_select(), Account::as_select()))
        .first(conn)
        .optional()?)
}

/// Writes a new term.
pub(super) fn insert_term(conn: &mut Conn, term: &Appointment) -> Result<()> {
    diesel::insert_into(appointments::table)
        .values(term)
        .execute(conn)?;
    Ok(())
}

/// Ends a term on a day, which the term no longer contains.
pub(super) fn end_term(conn: &mut Conn, term: Id, on: Day) -> Result<()> {
    diesel::update(appointments::table.find(term))
        .set(appointments::to_on.eq(Some(on)))
        .execute(conn)?;
    Ok(())
}

/// Ends the open terms of leader and owner, when the project closes: `on` is the first day neither
/// of them answers for.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn end_terms(conn: &mut Conn, project: Id, on: Day) -> Result<()> {
    let open = appointments::table.filter(
        appointments::project_id
            .eq(project)
            .and(appointments::to_on.is_null()),
    );
    let open: Vec<Appointment> = open.select(Appointment::as_select()).load(conn)?;
    for term in open {
        end_term(conn, term.id, on.max(term.from_on))?;
    }
    Ok(())
}

/// Returns the present team with its members in their order.
pub(super) fn latest_team(conn: &mut Conn, project: Id) -> Result<Option<(Team, Vec<Member>)>> {
    let team: Option<Team> = teams::table
        .filter(teams::project_id.eq(project))
        .order(teams::number.desc())
        .select(Team::as_select())
        .first(conn)
        .optional()?;
    let Some(team) = team else { return Ok(None) };
    let rows: Vec<(Id, String, String, String)> = team_members::table
        .inner_join(accounts::table.on(accounts::id.eq(team_members::account_id)))
        .filter(team_members::team_id.eq(team.id))
        .order(team_members::position)
        .select((
            team_members::account_id,
            accounts::name,
            accounts::email,
            team_members::duties,
        ))
        .load(conn)?;
    let mut members = Vec::with_capacity(rows.len());
    for (account_id, name, email, duties) in rows {
        let duties = serde_json::from_str(&duties).map_err(Error::broken)?;
        members.push(Member {
            account_id,
            name,
            email,
            duties,
        });
    }
    Ok(Some((team, members)))
}

/// Writes a new version of a team.
pub(super) fn insert_team(conn: &mut Conn, team: &Team, members: &[Member]) -> Result<()> {
    diesel::insert_into(teams::table)
        .values(team)
        .execute(conn)?;
    for (position, member) in members.iter().enumerate() {
        let position = i64::try_from(position).map_err(Error::broken)?;
        let duties = serde_json::to_string(&member.duties).map_err(Error::broken)?;
        diesel::insert_into(team_members::table)
            .values((
                team_members::team_id.eq(team.id),
                team_members::account_id.eq(member.account_id),
                team_members::position.eq(position),
                team_members::duties.eq(duties),
            ))
            .execute(conn)?;
    }
    Ok(())
}

/// Who has a part in a project now.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct People {
    pub(crate) owner: Option<Id>,
    pub(crate) leader: Option<Id>,
    pub(crate) convenor: Option<Id>,
    /// The members of the team in their order, the convenor among them.
    pub(crate) team: Vec<Id>,
}

impl People {
    /// Tells whether an account is among them.
    pub(super) fn include(&self, account: Id) -> bool {
        self.team.contains(&account) || [self.leader, self.owner].contains(&Some(account))
    }
}

/// Returns who has a part in a project now, whether or not they satisfy their pillar.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn people(conn: &mut Conn, project: Id) -> Result<People> {
    let leader = latest_term(conn, project, Pillar::Leader)?;
    let owner = latest_term(conn, project, Pillar::Owner)?;
    let team = latest_team(conn, project)?;
    Ok(People {
        owner: owner.map(|(term, _)| term.account_id),
        leader: leader.map(|(term, _)| term.account_id),
        convenor: team.as_ref().and_then(|(team, _)| team.convenor_id),
        team: team
            .map(|(_, members)| members.iter().map(|member| member.account_id).collect())
            .unwrap_or_default(),
    })
}

/// Writes anew who has a part in a project: that is the scope of leads.
pub(super) fn write_people(conn: &mut Conn, project: Id) -> Result<()> {
    let people = people(conn, project)?;
    let mut accounts: Vec<Id> = people.team;
    accounts.extend(people.leader);
    accounts.extend(people.owner);
    accounts.sort_unstable();
    accounts.dedup();
    diesel::delete(project_people::table.filter(project_people::project_id.eq(project)))
        .execute(conn)?;
    for account in accounts {
        diesel::insert_into(project_people::table)
            .values((
                project_people::account_id.eq(account),
                project_people::project_id.eq(project),
            ))
            .execute(conn)?;
    }
    Ok(())
}

//! The charter as it stands: each pillar of the project row with its gaps, and since when.
//!
//! Reads the pillars' own tables, so it sees what the columns of the project row only say yes or no
//! to. The schedule is not judged here.

use super::pillars;
use super::rules::{self, Pillar, PlanText, TeamShape};
use super::store::{Project, State};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Finding;
use crate::kernel::time::Moment;
use crate::store::Conn;

/// How one pillar stands.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Standing {
    /// Since when: what satisfies it was put in place, or the person went absent; none while it was
    /// never satisfied by what is there.
    pub(crate) since: Option<Moment>,
    /// What it lacks; absences of people among them.
    pub(crate) gaps: Vec<Finding>,
    /// What the pillar's column names while nothing but a person is absent.
    pub(super) holds: Option<Id>,
}

impl Standing {
    /// Tells whether the pillar's shape is whole, whoever may be absent.
    pub(crate) fn is_whole(&self) -> bool {
        self.gaps.iter().all(rules::is_absence)
    }

    fn new(
        gaps: Vec<Finding>,
        made_at: Option<Moment>,
        gone: Option<Moment>,
        holds: Option<Id>,
    ) -> Self {
        let since = if gaps.is_empty() {
            made_at
        } else if gaps.iter().all(rules::is_absence) {
            gone
        } else {
            None
        };
        Self { since, gaps, holds }
    }
}

/// The pillars the project row itself carries.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Charter {
    pub(crate) plan: Standing,
    pub(crate) leader: Standing,
    pub(crate) team: Standing,
    pub(crate) owner: Standing,
}

impl Charter {
    /// Returns the standing of a pillar; none for the schedule.
    pub(crate) fn of(&self, pillar: Pillar) -> Option<&Standing> {
        match pillar {
            Pillar::Plan => Some(&self.plan),
            Pillar::Leader => Some(&self.leader),
            Pillar::Team => Some(&self.team),
            Pillar::Owner => Some(&self.owner),
            Pillar::Schedule => None,
        }
    }

    /// Writes the pillars into the columns of the row: filled while whole. Under dispatch a column is
    /// replaced, never emptied.
    pub(crate) fn fill(&self, project: &mut Project) {
        let may_empty = matches!(project.state, State::Draft | State::Withdrawn);
        let fill = |column: &mut Option<Id>, standing: &Standing| {
            if standing.is_whole() {
                *column = standing.holds;
            } else if may_empty {
                *column = None;
            }
        };
        fill(&mut project.plan_id, &self.plan);
        fill(&mut project.leader_id, &self.leader);
        fill(&mut project.team_id, &self.team);
        fill(&mut project.owner_id, &self.owner);
    }
}

/// Returns how the pillars of a project stand now, the schedule aside.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn charter(conn: &mut Conn, project: &Project) -> Result<Charter> {
    let leader = pillars::latest_term(conn, project.id, Pillar::Leader)?;
    let owner = pillars::latest_term(conn, project.id, Pillar::Owner)?;
    let leader_id = leader.as_ref().map(|(term, _)| term.account_id);
    Ok(Charter {
        plan: plan(conn, project)?,
        leader: {
            let gaps = rules::leader_gaps(leader.as_ref().map(|(_, person)| person));
            appointed(leader, gaps)
        },
        team: team(conn, project)?,
        owner: {
            let gaps = rules::owner_gaps(owner.as_ref().map(|(_, person)| person), leader_id);
            appointed(owner, gaps)
        },
    })
}

fn appointed(
    term: Option<(pillars::Appointment, crate::people::Account)>,
    gaps: Vec<Finding>,
) -> Standing {
    let made_at = term.as_ref().map(|(term, _)| term.made_at);
    let gone = term.as_ref().and_then(|(_, person)| person.disabled_at);
    Standing::new(gaps, made_at, gone, term.map(|(term, _)| term.account_id))
}

fn plan(conn: &mut Conn, project: &Project) -> Result<Standing> {
    let latest = pillars::latest_plan(conn, project.id)?;
    let text = latest.as_ref().map(|(plan, years)| PlanText {
        title: &plan.title,
        objectives: &plan.objectives,
        scope: &plan.scope,
        safeguards: &plan.safeguards,
        investment: years,
    });
    let gaps = rules::plan_gaps(text.as_ref(), project.total_investment_yuan);
    let plan = latest.map(|(plan, _)| plan);
    let made_at = plan.as_ref().map(|plan| plan.made_at);
    Ok(Standing::new(gaps, made_at, None, plan.map(|plan| plan.id)))
}

fn team(conn: &mut Conn, project: &Project) -> Result<Standing> {
    let latest = pillars::latest_team(conn, project.id)?;
    let (team, members) = match latest {
        Some((team, members)) => (Some(team), members),
        None => (None, Vec::new()),
    };
    let duties: Vec<Vec<String>> = members.into_iter().map(|member| member.duties).collect();
    let shape = team.as_ref().map(|team| TeamShape {
        has_convenor: team.convenor_id.is_some(),
        duties: &duties,
    });
    let gaps = rules::team_gaps(shape.as_ref());
    let made_at = team.as_ref().map(|team| team.made_at);
    Ok(Standing::new(gaps, made_at, None, team.map(|team| team.id)))
}

//! The pillar plan: a new version takes the place of the one in force, and may bring a new total
//! investment with it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::actions::{is_under_dispatch, refuse_ended};
use super::charter::charter;
use super::fields::filled;
use super::pillars::{self, Plan, PlanWithYears};
use super::refusal::Refusal;
use super::rules::{self, Pillar, PlanText};
use super::store::{self, Project};
use super::{filled_pillar, seen_pillar};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Finding, none_of};
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::store::Conn;

/// Years an investment may lie in.
const YEARS: std::ops::RangeInclusive<i64> = 2000..=2100;

/// What is invested in one year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct YearAmount {
    pub(crate) year: i64,
    pub(crate) amount_yuan: Yuan,
}

/// A plan as asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanBody {
    #[schema(max_length = 200)]
    pub(crate) title: String,
    pub(crate) objectives: String,
    pub(crate) scope: String,
    pub(crate) safeguards: String,
    pub(crate) effective_on: Day,
    /// Sums to the total investment, unless the project is still a draft.
    pub(crate) investment: Vec<YearAmount>,
    /// A total other than the present one needs a reason.
    pub(crate) total_investment_yuan: Option<Yuan>,
    #[schema(max_length = 2000)]
    pub(crate) reason: Option<String>,
}

/// Puts a plan in place of the one in force; older versions are kept. Returns it with its years,
/// and whether it is the first.
///
/// # Errors
/// 404 `project.missing`; 403 `act.forbidden`; 412 and 428 by version; 409 `project.ended`; 422
/// with all findings, or `project.would_break_pillar` with the gaps under dispatch.
pub(crate) fn put_plan(
    conn: &mut Conn,
    by: &Caller,
    id: Id,
    seen: Option<i64>,
    body: &PlanBody,
    now: Moment,
) -> Result<(PlanWithYears, bool)> {
    let mut project = store::get(conn, &by.scope, id)?;
    by.may(Act::EditPlan, &project.place())?;
    let latest = pillars::latest_plan(conn, id)?;
    let number = latest.as_ref().map(|(plan, _)| plan.number);
    seen_pillar(seen, number)?;
    refuse_ended(&project)?;

    let total = body.total_investment_yuan.or(project.total_investment_yuan);
    none_of(faults(&project, body))?;
    let mut years: Vec<(i64, Yuan)> = body
        .investment
        .iter()
        .map(|entry| (entry.year, entry.amount_yuan))
        .collect();
    years.sort_unstable();
    let plan = Plan {
        id: Id::new(),
        project_id: id,
        number: number.unwrap_or_default().saturating_add(1),
        title: body.title.trim().to_owned(),
        objectives: body.objectives.trim().to_owned(),
        scope: body.scope.trim().to_owned(),
        safeguards: body.safeguards.trim().to_owned(),
        effective_on: body.effective_on,
        total_investment_yuan: total,
        reason: filled(body.reason.as_deref()).map(str::to_owned),
        made_by: by.mark(),
        made_at: now,
    };
    if is_under_dispatch(&project) {
        let text = PlanText {
            title: &plan.title,
            objectives: &plan.objectives,
            scope: &plan.scope,
            safeguards: &plan.safeguards,
            investment: &years,
        };
        let gaps = rules::plan_gaps(Some(&text), total);
        if !gaps.is_empty() {
            return Err(Refusal::WouldBreakPillar.refused().listing(gaps).into());
        }
    }

    pillars::insert_plan(conn, &plan, &years)?;
    let before = project.total_investment_yuan;
    project.total_investment_yuan = total;
    charter(conn, &project)?.fill(&mut project);
    if total == before {
        store::save_pillars(conn, &project, now)?;
    } else {
        store::save(conn, &project, now)?;
    }
    filled_pillar(conn, id, Pillar::Plan, now)?;
    let deed = Deed::on_project("plan.put", id, plan.id)
        .with("number", plan.number)
        .with("reason", &plan.reason)
        .with("total_before_yuan", before)
        .with("total_yuan", total);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(((plan, years), number.is_none()))
}

/// Returns the plan in force.
///
/// # Errors
/// 404 `project.missing`, `pillar.empty`.
pub(crate) fn plan(conn: &mut Conn, by: &Caller, id: Id) -> Result<PlanWithYears> {
    let project = store::get(conn, &by.scope, id)?;
    let latest = pillars::latest_plan(conn, project.id)?;
    latest.ok_or_else(|| Refusal::PillarEmpty.into())
}

/// A version of a plan, as it stands to the files attached to it.
pub(crate) struct PlanStanding {
    pub(crate) project: Project,
    pub(crate) id: Id,
    pub(crate) number: i64,
    /// Whether it is in force, on a project that is not over.
    pub(crate) is_open: bool,
}

/// Returns how a version of a plan stands, by its own id, or that in force by its project's.
///
/// # Errors
/// 404 `project.missing`, `pillar.empty`.
pub(crate) fn plan_standing(conn: &mut Conn, by: &Caller, id: Id) -> Result<PlanStanding> {
    let project = pillars::project_of_plan(conn, id)?.unwrap_or(id);
    let project = store::get(conn, &by.scope, project)?;
    let numbers = pillars::plan_numbers(conn, project.id)?;
    let latest = numbers.last().copied().ok_or(Refusal::PillarEmpty)?;
    let asked = numbers.iter().find(|(plan, _)| *plan == id);
    let (plan, number) = asked.copied().unwrap_or(latest);
    Ok(PlanStanding {
        is_open: plan == latest.0 && refuse_ended(&project).is_ok(),
        project,
        id: plan,
        number,
    })
}

/// Returns every version of the plan, oldest first.
///
/// # Errors
/// 404 `project.missing`.
pub(crate) fn plans(conn: &mut Conn, by: &Caller, id: Id) -> Result<Vec<PlanWithYears>> {
    let project = store::get(conn, &by.scope, id)?;
    pillars::plans_of(conn, project.id)
}

/// What cannot stand in any plan; what is merely missing from it is a gap.
fn faults(project: &Project, body: &PlanBody) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut met = Vec::with_capacity(body.investment.len());
    for (at, entry) in body.investment.iter().enumerate() {
        let (year, year_at) = (entry.year, format!("/investment/{at}/year"));
        if !YEARS.contains(&year) {
            findings.push(Refusal::YearOutOfRange.finding(&year_at).with("year", year));
        }
        if met.contains(&year) {
            findings.push(Refusal::YearTwice.finding(&year_at).with("year", year));
        }
        met.push(year);
        if entry.amount_yuan < Yuan::ZERO {
            findings.push(Refusal::NegativeAmount.finding(format!("/investment/{at}/amount_yuan")));
        }
    }
    let asked = body.total_investment_yuan;
    if asked.is_some_and(|total| total < Yuan::ZERO) {
        findings.push(Refusal::NegativeAmount.finding("/total_investment_yuan"));
    }
    let is_new = project.total_investment_yuan.is_some()
        && asked.is_some()
        && asked != project.total_investment_yuan;
    if is_new && filled(body.reason.as_deref()).is_none() {
        findings.push(Refusal::PlanReasonRequired.finding("/reason"));
    }
    findings
}

//! The project's own fields: what may stand in them, and what is doubtful about its code.
//!
//! Pure. Whether a code is in use, and who may change what, is not known here.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::refusal::Refusal;
use super::stage::Stage;
use super::store::{Project, State};
use crate::kernel::id::Id;
use crate::kernel::identifiers::{CodeWarning, CreditCode, KnownCodes, ProjectCode, Region};
use crate::kernel::money::Yuan;
use crate::kernel::refused::{Facts, Finding};
use crate::kernel::search::fold;
use crate::kernel::time::{Day, Moment};
use crate::reference;
use crate::web::extract;

/// What the codes of doubts about a project code begin with.
const CODE_WARNING: &str = "project.warning.";

/// Returns the stable code of a doubt about a project code, which is also the key of its words.
pub(super) const fn code_warning(doubt: CodeWarning) -> &'static str {
    match doubt {
        CodeWarning::CheckDigit => "project.warning.check_digit",
        CodeWarning::UnknownSector => "project.warning.unknown_sector",
        CodeWarning::UnknownDepartment => "project.warning.unknown_department",
        CodeWarning::RegionOutsideProvince => "project.warning.region_outside_province",
        CodeWarning::UnknownRegion => "project.warning.unknown_region",
    }
}

/// The enterprise behind a project.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Enterprise {
    #[schema(max_length = 200)]
    pub(crate) name: String,
    /// Unified social credit code; its check character must hold.
    #[schema(max_length = 40)]
    pub(crate) credit_code: Option<String>,
}

/// A new project as asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewProject {
    /// National project code, in either published shape.
    #[schema(max_length = 40)]
    pub(crate) code: Option<String>,
    #[schema(max_length = 200)]
    pub(crate) name: String,
    pub(crate) region: Region,
    pub(crate) stage: Option<Stage>,
    /// Slug of the industry.
    #[schema(max_length = 60)]
    pub(crate) industry: Option<String>,
    pub(crate) enterprise: Option<Enterprise>,
    pub(crate) total_investment_yuan: Option<Yuan>,
    pub(crate) content: Option<String>,
    pub(crate) planned_start_on: Option<Day>,
    pub(crate) planned_finish_on: Option<Day>,
}

/// What changes on a project: absent stays, null clears.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ProjectChange {
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 40)]
    pub(crate) code: Option<Option<String>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 200)]
    pub(crate) name: Option<Option<String>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<Region>)]
    pub(crate) region: Option<Option<Region>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>, max_length = 60)]
    pub(crate) industry: Option<Option<String>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<Enterprise>)]
    pub(crate) enterprise: Option<Option<Enterprise>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<Yuan>)]
    pub(crate) total_investment_yuan: Option<Option<Yuan>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<String>)]
    pub(crate) content: Option<Option<String>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<Day>)]
    pub(crate) planned_start_on: Option<Option<Day>>,
    #[serde(deserialize_with = "extract::present")]
    #[schema(value_type = Option<Day>)]
    pub(crate) planned_finish_on: Option<Option<Day>>,
}

impl From<&NewProject> for ProjectChange {
    fn from(new: &NewProject) -> Self {
        Self {
            code: Some(new.code.clone()),
            name: Some(Some(new.name.clone())),
            region: Some(Some(new.region)),
            industry: Some(new.industry.clone()),
            enterprise: Some(new.enterprise.clone()),
            total_investment_yuan: Some(new.total_investment_yuan),
            content: Some(new.content.clone()),
            planned_start_on: Some(new.planned_start_on),
            planned_finish_on: Some(new.planned_finish_on),
        }
    }
}

/// Something doubtful about a project, kept with it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Warning {
    /// Stable code, also the key of the words.
    pub(crate) code: String,
    #[serde(default, skip_serializing_if = "Facts::is_empty")]
    pub(crate) facts: Facts,
}

/// Returns a draft nothing is known of yet but its name and its region.
pub(super) fn blank(name: &str, region: Region, now: Moment) -> Project {
    Project {
        id: Id::new(),
        code: None,
        name: name.to_owned(),
        folded: fold(name),
        region,
        industry: None,
        enterprise_name: None,
        credit_code: None,
        total_investment_yuan: None,
        content: None,
        planned_start_on: None,
        planned_finish_on: None,
        state: State::Draft,
        stage: Stage::default(),
        warnings: "[]".to_owned(),
        plan_id: None,
        leader_id: None,
        team_id: None,
        schedule_id: None,
        owner_id: None,
        launched_on: None,
        opening_total_yuan: None,
        opening_year_yuan: None,
        opening_year: None,
        closed_on: None,
        created_at: now,
        updated_at: now,
        version: 1,
    }
}

/// Lays a change over a project; whatever cannot stand goes to the findings and is left out.
pub(super) fn lay(
    project: &mut Project,
    change: &ProjectChange,
    known: impl FnOnce() -> KnownCodes,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    if let Some(code) = &change.code {
        match filled(code.as_deref()).map(str::parse).transpose() {
            Ok(code) => set_code(project, code.as_ref(), known),
            Err(_) => findings.push(Refusal::CodeWrong.finding("/code")),
        }
    }
    if let Some(name) = &change.name {
        match filled(name.as_deref()) {
            Some(name) => name.clone_into(&mut project.name),
            None => findings.push(Refusal::NameRequired.finding("/name")),
        }
    }
    if let Some(region) = change.region {
        match current(region) {
            Ok(region) => project.region = region,
            Err(finding) => findings.push(finding),
        }
    }
    if let Some(industry) = &change.industry {
        let industry = filled(industry.as_deref());
        match industry.filter(|slug| reference::industry(slug).is_none()) {
            Some(unknown) => findings.push(
                Refusal::IndustryUnknown
                    .finding("/industry")
                    .with("industry", unknown),
            ),
            None => project.industry = industry.map(str::to_owned),
        }
    }
    if let Some(enterprise) = &change.enterprise {
        lay_enterprise(project, enterprise.as_ref(), &mut findings);
    }
    if let Some(total) = change.total_investment_yuan {
        if total.is_some_and(|total| total < Yuan::ZERO) {
            findings.push(Refusal::NegativeAmount.finding("/total_investment_yuan"));
        } else {
            project.total_investment_yuan = total;
        }
    }
    if let Some(content) = &change.content {
        project.content = filled(content.as_deref()).map(str::to_owned);
    }
    project.planned_start_on = change.planned_start_on.unwrap_or(project.planned_start_on);
    project.planned_finish_on = change
        .planned_finish_on
        .unwrap_or(project.planned_finish_on);
    if finishes_before_start(project) {
        findings.push(Refusal::FinishBeforeStart.finding("/planned_finish_on"));
    }
    refold(project);
    findings
}

/// Tells whether the planned finish lies before the planned start.
pub(super) fn finishes_before_start(project: &Project) -> bool {
    matches!(
        (project.planned_start_on, project.planned_finish_on),
        (Some(start), Some(finish)) if finish < start
    )
}

/// Sets the code, and what is doubtful about it in place of what was.
pub(super) fn set_code(
    project: &mut Project,
    code: Option<&ProjectCode>,
    known: impl FnOnce() -> KnownCodes,
) {
    if project.code.as_deref() == code.map(ProjectCode::as_str) {
        return;
    }
    project.code = code.map(ToString::to_string);
    let mut kept = warnings(project);
    kept.retain(|warning| !warning.code.starts_with(CODE_WARNING));
    let doubts = code.map(|code| code.warnings(&known())).unwrap_or_default();
    kept.extend(doubts.into_iter().map(|doubt| Warning {
        code: code_warning(doubt).to_owned(),
        facts: Facts::none(),
    }));
    set_warnings(project, &kept);
}

/// Returns what is doubtful about a project.
pub(crate) fn warnings(project: &Project) -> Vec<Warning> {
    serde_json::from_str(&project.warnings).unwrap_or_default()
}

/// Keeps what is doubtful about a project.
pub(super) fn set_warnings(project: &mut Project, warnings: &[Warning]) {
    if let Ok(text) = serde_json::to_string(warnings) {
        project.warnings = text;
    }
}

/// Brings the text a project is searched by up to date.
pub(super) fn refold(project: &mut Project) {
    let parts = [
        Some(project.name.as_str()),
        project.code.as_deref(),
        project.enterprise_name.as_deref(),
    ];
    // A line break parts them: it never occurs in a folded text, so no search runs across two.
    let parts: Vec<String> = parts.into_iter().flatten().map(fold).collect();
    project.folded = parts.join("\n");
}

/// Names the fields in which two states of a project differ.
pub(super) fn changed(before: &Project, after: &Project) -> Vec<&'static str> {
    let fields = [
        ("code", before.code != after.code),
        ("name", before.name != after.name),
        ("region", before.region != after.region),
        ("industry", before.industry != after.industry),
        (
            "enterprise",
            before.enterprise_name != after.enterprise_name
                || before.credit_code != after.credit_code,
        ),
        (
            "total_investment_yuan",
            before.total_investment_yuan != after.total_investment_yuan,
        ),
        ("content", before.content != after.content),
        (
            "planned_start_on",
            before.planned_start_on != after.planned_start_on,
        ),
        (
            "planned_finish_on",
            before.planned_finish_on != after.planned_finish_on,
        ),
        ("stage", before.stage != after.stage),
    ];
    fields
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| field)
        .collect()
}

/// Returns a text without white space around it; nothing when it is blank.
pub(super) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

/// Holds a region against the list: an abolished one is refused naming its successor.
fn current(region: Option<Region>) -> Result<Region, Finding> {
    let Some(code) = region else {
        return Err(Refusal::RegionRequired.finding("/region"));
    };
    if reference::region(code).is_some() {
        return Ok(code);
    }
    Err(match reference::successor(code) {
        Some(successor) => Refusal::RegionAbolished
            .finding("/region")
            .with("region", code)
            .with("successor", successor.code)
            .with("successor_name", &successor.zh),
        None => Refusal::RegionUnknown
            .finding("/region")
            .with("region", code),
    })
}

fn lay_enterprise(
    project: &mut Project,
    enterprise: Option<&Enterprise>,
    findings: &mut Vec<Finding>,
) {
    let Some(enterprise) = enterprise else {
        project.enterprise_name = None;
        project.credit_code = None;
        return;
    };
    match filled(Some(&enterprise.name)) {
        Some(name) => project.enterprise_name = Some(name.to_owned()),
        None => findings.push(Refusal::EnterpriseNameRequired.finding("/enterprise/name")),
    }
    let code = filled(enterprise.credit_code.as_deref());
    match code.map(str::parse::<CreditCode>).transpose() {
        Ok(code) => project.credit_code = code.map(|code| code.to_string()),
        Err(_) => findings.push(Refusal::CreditCodeWrong.finding("/enterprise/credit_code")),
    }
}

#[cfg(test)]
mod tests;

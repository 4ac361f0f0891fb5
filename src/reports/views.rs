//! Reports as clients see them.

use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Serialize;
use utoipa::ToSchema;

use super::carry::Difference;
use super::checks::{Found, Severity};
use super::content::Content;
use super::evidence::Evidence;
use super::lists::Named;
use super::rules::{State, Window};
use super::scene::{Scene, Upset};
use super::store::{self, Outcome, Reason, Report, Version};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::{Facts, Finding};
use crate::kernel::time::{Day, Moment, Quarter};
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::accounts;
use crate::text::{Lang, say};

/// Somebody named by a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportPerson)]
pub(super) struct Person {
    pub(super) id: Id,
    pub(super) name: String,
}

/// The project of a report.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = ReportProject)]
pub(super) struct ProjectRef {
    pub(super) id: Id,
    pub(super) name: String,
    pub(super) region: Region,
}

impl ProjectRef {
    /// Names a project.
    pub(super) fn of(project: &Named) -> Self {
        Self {
            id: project.id,
            name: project.name.clone(),
            region: project.region,
        }
    }
}

/// What a check found.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportCheck)]
pub(super) struct CheckView {
    code: &'static str,
    severity: Severity,
    pointer: String,
    detail: String,
    #[schema(value_type = Object)]
    facts: Facts,
    /// What the filer says about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    explanation: Option<String>,
}

impl CheckView {
    fn of(found: Found, lang: Lang) -> Self {
        Self {
            detail: say(lang, found.code, &found.facts),
            code: found.code,
            severity: found.severity,
            pointer: found.pointer,
            facts: found.facts,
            explanation: found.explanation,
        }
    }

    fn of_sum(finding: Finding, lang: Lang) -> Self {
        Self {
            detail: say(lang, finding.code, &finding.facts),
            code: finding.code,
            severity: Severity::Hard,
            pointer: finding.pointer,
            facts: finding.facts,
            explanation: None,
        }
    }
}

/// A later report that does not add up with this one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = UpsetReport)]
pub(super) struct UpsetView {
    quarter: Quarter,
    checks: Vec<CheckView>,
}

impl UpsetView {
    fn of(upset: Upset, lang: Lang) -> Self {
        let findings = upset.findings.into_iter();
        Self {
            quarter: upset.quarter,
            checks: findings
                .map(|finding| CheckView::of_sum(finding, lang))
                .collect(),
        }
    }
}

/// A version that was handed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportVersion)]
pub(super) struct VersionView {
    number: i64,
    submitted_at: Moment,
    filed_by: Option<Person>,
    version_reason: Option<String>,
    /// Null while its review is owed, or where it was replaced before.
    outcome: Option<Outcome>,
    reasons: Vec<Reason>,
    reviewed_by: Option<Person>,
    reviewed_at: Option<Moment>,
    content: Content,
}

/// A correction that is granted and not handed in.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportCorrection)]
pub(super) struct CorrectionView {
    reason: String,
    granted_by: Option<Person>,
    granted_at: Moment,
}

/// One report, whether it was begun or not.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Report)]
pub(super) struct ReportView {
    #[serde(flatten)]
    line: LineView,
    /// What is in force; null until something was handed in.
    content: Option<Content>,
    /// What is written and not handed in.
    draft: Option<Content>,
    /// What the checks find in the draft.
    checks: Vec<CheckView>,
    /// Later reports that do not add up with the draft; else with what is in force.
    upset: Vec<UpsetView>,
    versions: Vec<VersionView>,
    correction: Option<CorrectionView>,
    /// What a draft starts from, while the report is not begun: the cumulative figures of the report
    /// before or the opening balance, the milestones that are not done, the open blockers.
    carried: Option<Content>,
    /// The latest report of an earlier quarter that is in force.
    previous: Option<PreviousView>,
    /// How the draft, else what is in force, differs from it.
    difference: Option<Difference>,
}

/// The report before the one that is shown.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PreviousReport)]
pub(super) struct PreviousView {
    quarter: Quarter,
    content: Content,
}

/// A report in a list.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ReportLine)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "a view: each is a fact of its own to a reader"
)]
pub(crate) struct LineView {
    /// Null while it is not begun.
    pub(super) id: Option<Id>,
    pub(super) project: ProjectRef,
    pub(super) quarter: Quarter,
    pub(super) state: State,
    /// Whether the project owes it.
    pub(super) expected: bool,
    /// Handed in first, or still missing, after the due day.
    pub(super) late: bool,
    pub(super) opens_on: Day,
    pub(super) due_on: Day,
    /// The last day on which it can be replaced.
    pub(super) locks_on: Day,
    /// Whether one of the days may still move.
    pub(super) provisional: bool,
    /// The version in force; 0 until something was handed in.
    pub(super) number: i64,
    pub(super) has_draft: bool,
    pub(super) first_submitted_at: Option<Moment>,
    pub(super) submitted_at: Option<Moment>,
    pub(super) filed_by: Option<Person>,
    pub(super) reviewed_by: Option<Person>,
    pub(super) reviewed_at: Option<Moment>,
}

/// Names of accounts, by id.
#[derive(Default)]
pub(super) struct Names(BTreeMap<Id, String>);

impl Names {
    /// Reads the names of everybody some reports and versions name, at once.
    pub(super) fn read(conn: &mut Conn, ids: impl IntoIterator<Item = Option<Id>>) -> Result<Self> {
        let ids: Vec<Id> = ids.into_iter().flatten().collect();
        if ids.is_empty() {
            return Ok(Self::default());
        }
        let rows: Vec<(Id, String)> = accounts::table
            .filter(accounts::id.eq_any(ids))
            .select((accounts::id, accounts::name))
            .load(conn)?;
        Ok(Self(rows.into_iter().collect()))
    }

    fn of(&self, id: Option<Id>) -> Option<Person> {
        let id = id?;
        let name = self.0.get(&id)?.clone();
        Some(Person { id, name })
    }
}

/// Everybody a row names.
pub(super) fn named_by(report: &Report) -> [Option<Id>; 3] {
    [report.filed_by, report.reviewed_by, report.correction_by]
}

impl LineView {
    /// Shows one report, begun or not.
    pub(super) fn of(
        project: &Named,
        window: &Window,
        (expected, late): (bool, bool),
        report: Option<&Report>,
        names: &Names,
    ) -> Self {
        Self {
            id: report.map(|report| report.id),
            project: ProjectRef::of(project),
            quarter: window.quarter,
            state: report.map_or(State::Missing, |report| report.state),
            expected,
            late,
            opens_on: window.opens_on.on,
            due_on: window.due_on.on,
            locks_on: window.locks_on.on,
            provisional: window.is_provisional(),
            number: report.map_or(0, |report| report.number),
            has_draft: report.is_some_and(|report| report.draft.is_some()),
            first_submitted_at: report.and_then(|report| report.first_submitted_at),
            submitted_at: report.and_then(|report| report.submitted_at),
            filed_by: names.of(report.and_then(|report| report.filed_by)),
            reviewed_by: names.of(report.and_then(|report| report.reviewed_by)),
            reviewed_at: report.and_then(|report| report.reviewed_at),
        }
    }
}

impl ReportView {
    /// Shows one report whole.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn of(
        conn: &mut Conn,
        settings: &Settings,
        scene: &Scene,
        lang: Lang,
    ) -> Result<Self> {
        let report = scene.report.as_ref();
        let versions = match report {
            Some(report) => store::versions_of(conn, report.id)?,
            None => Vec::new(),
        };
        let of_versions = versions
            .iter()
            .flat_map(|version| [version.filed_by, version.reviewed_by]);
        let of_report = report.map(named_by).into_iter().flatten();
        let names = Names::read(conn, of_versions.chain(of_report))?;
        let versions = versions
            .into_iter()
            .map(|version| VersionView::of(version, &names))
            .collect::<Result<Vec<_>>>()?;
        let draft = report.map_or(Ok(None), Report::draft)?;
        let content = versions.last().map(|version| version.content.clone());
        let evidence = Evidence::read(conn, scene)?;
        let checks = match &draft {
            Some(draft) => evidence.check(conn, scene, draft)?,
            None => Vec::new(),
        };
        let shown = draft.as_ref().or(content.as_ref());
        let upset = match shown {
            Some(shown) => scene.upset(conn, shown)?,
            None => Vec::new(),
        };
        let difference = shown.map(|shown| evidence.difference(shown));
        let carried = shown.is_none().then(|| evidence.carried());
        let previous = evidence.previous().map(|filed| PreviousView {
            quarter: filed.quarter,
            content: filed.content.clone(),
        });
        let correction = report.and_then(|report| {
            Some(CorrectionView {
                reason: report.correction_reason.clone()?,
                granted_by: names.of(report.correction_by),
                granted_at: report.correction_at?,
            })
        });
        let project = Named {
            id: scene.project.id,
            name: scene.project.name.clone(),
            region: scene.project.region,
        };
        let judged = (scene.expected, scene.is_late(settings));
        Ok(Self {
            line: LineView::of(&project, &scene.window, judged, report, &names),
            content,
            draft,
            checks: checks
                .into_iter()
                .map(|found| CheckView::of(found, lang))
                .collect(),
            upset: upset
                .into_iter()
                .map(|upset| UpsetView::of(upset, lang))
                .collect(),
            versions,
            correction,
            carried,
            previous,
            difference,
        })
    }
}

impl VersionView {
    fn of(version: Version, names: &Names) -> Result<Self> {
        let reasons = version.reasons.as_deref().map(store::read).transpose()?;
        Ok(Self {
            number: version.number,
            submitted_at: version.submitted_at,
            filed_by: names.of(version.filed_by),
            version_reason: version.version_reason,
            outcome: version.outcome,
            reasons: reasons.unwrap_or_default(),
            reviewed_by: names.of(version.reviewed_by),
            reviewed_at: version.reviewed_at,
            content: store::read(&version.content)?,
        })
    }
}

//! How many reports of a quarter are in: counts by region, industry or coordinator, over what the
//! reader may see, by a fixed few queries however many projects there are.

use std::collections::{BTreeMap, BTreeSet};

use diesel::dsl::count_star;
use diesel::prelude::*;

use super::lists::{Filter, ReportCondition, Wanted, expected};
use super::rules::{self, State};
use crate::calendars;
use crate::kernel::error::Result;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::time::{Moment, Quarter};
use crate::people::account;
use crate::people::caller::{Caller, Scope};
use crate::projects;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::projects as project_rows;

crate::words! {
    /// By what rates are grouped.
    pub(crate) enum By {
        /// The direct children of a region.
        Region = "region",
        /// The industry of the project.
        Industry = "industry",
        /// The coordinators of the project's region, each; where it has none, those of the next one
        /// up.
        Coordinator = "coordinator",
    }
}

/// How many reports of one group are in.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, utoipa::ToSchema)]
#[schema(as = ReportRate)]
pub(crate) struct Rate {
    /// Code of the region, slug of the industry, id of the coordinator; null for projects without
    /// one.
    pub(crate) key: Option<String>,
    /// Name of the coordinator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    /// Projects that owe the report.
    pub(crate) expected: i64,
    /// Of these, handed in at least once.
    pub(crate) filed: i64,
    /// First handed in by the due day.
    pub(crate) on_time: i64,
    /// Given back and not handed in again.
    pub(crate) returned: i64,
    /// Reviewed and taken.
    pub(crate) accepted: i64,
    /// Never handed in.
    pub(crate) missing: i64,
}

/// How many reports of one quarter are in, by group.
#[derive(Debug, serde::Serialize, utoipa::ToSchema)]
#[schema(as = ReportRates)]
pub(super) struct Rates {
    quarter: Quarter,
    by: By,
    region: Region,
    items: Vec<Rate>,
}

/// Counts the reports of a quarter over what the caller may see; the latest opened quarter unless one
/// is named, the caller's reach unless a region is.
///
/// # Errors
/// Only faults of the store.
pub(super) fn rates(
    conn: &mut Conn,
    caller: &Caller,
    settings: &Settings,
    (quarter, by, region): (Option<Quarter>, Option<By>, Option<Region>),
    now: Moment,
) -> Result<Rates> {
    let calendar = calendars::load(conn)?;
    let today = settings.site.zone.day_of(now);
    let quarter =
        quarter.unwrap_or_else(|| rules::latest_opened(today, &calendar, &settings.reports));
    let window = rules::window(quarter, &calendar, &settings.reports);
    let by = by.unwrap_or(By::Region);
    let region = region
        .or(caller.scope.reach)
        .unwrap_or(settings.site.region);
    let counts = if window.has_opened(today) {
        let wanted = Wanted {
            window: &window,
            filter: &Filter::default(),
            zone: settings.site.zone,
            now,
        };
        counts(conn, &caller.scope, &wanted, region)?
    } else {
        Vec::new()
    };
    let items = match by {
        By::Region => gathered(&counts, |count| {
            let child = child_of(region, count.region);
            vec![(Some(child.to_string()), None)]
        }),
        By::Industry => gathered(&counts, |count| vec![(count.industry.clone(), None)]),
        By::Coordinator => by_coordinator(conn, &counts)?,
    };
    Ok(Rates {
        quarter,
        by,
        region,
        items,
    })
}

/// How many projects of one region and industry fulfil the condition of a column.
struct Count {
    column: Column,
    region: Region,
    industry: Option<String>,
    projects: i64,
}

/// Counts one quarter within a scope, for what lies in `under`. Five queries.
fn counts(
    conn: &mut Conn,
    scope: &Scope,
    wanted: &Wanted<'_>,
    under: Region,
) -> Result<Vec<Count>> {
    let mut counts = Vec::new();
    for column in Column::ALL {
        let condition = match column {
            Column::Expected => None,
            Column::Filed => Some(ReportCondition::Filed),
            Column::OnTime => Some(ReportCondition::Late(false)),
            Column::Returned => Some(ReportCondition::In(State::Returned)),
            Column::Accepted => Some(ReportCondition::In(State::Accepted)),
        };
        let (first, last) = under.reach();
        let mut query = project_rows::table
            .filter(projects::in_scope(scope))
            .filter(project_rows::region.between(first, last))
            .filter(expected(wanted.window, wanted.today()))
            .group_by((project_rows::region, project_rows::industry))
            .select((project_rows::region, project_rows::industry, count_star()))
            .into_boxed();
        if let Some(condition) = condition {
            query = query.filter(wanted.report(condition));
        }
        let rows: Vec<(Region, Option<String>, i64)> = query.load(conn)?;
        counts.extend(rows.into_iter().map(|(region, industry, projects)| Count {
            column,
            region,
            industry,
            projects,
        }));
    }
    Ok(counts)
}

/// What a count is added to: a key, and its name where it has one.
type Group = (Option<String>, Option<String>);

/// Adds counts up by the groups each belongs to.
fn gathered(counts: &[Count], groups: impl Fn(&Count) -> Vec<Group>) -> Vec<Rate> {
    let mut rates: BTreeMap<Option<String>, Rate> = BTreeMap::new();
    for count in counts {
        for (key, name) in groups(count) {
            let rate = rates.entry(key.clone()).or_insert_with(|| Rate {
                key,
                name,
                ..Rate::default()
            });
            let field = match count.column {
                Column::Expected => &mut rate.expected,
                Column::Filed => &mut rate.filed,
                Column::OnTime => &mut rate.on_time,
                Column::Returned => &mut rate.returned,
                Column::Accepted => &mut rate.accepted,
            };
            *field = field.saturating_add(count.projects);
        }
    }
    let mut rates: Vec<Rate> = rates.into_values().collect();
    for rate in &mut rates {
        rate.missing = rate.expected.saturating_sub(rate.filed);
    }
    rates
}

/// Each of several coordinators of one region answers for all of its reports.
fn by_coordinator(conn: &mut Conn, counts: &[Count]) -> Result<Vec<Rate>> {
    let levels = [Level::County, Level::City, Level::Province];
    let regions: BTreeSet<Region> = counts
        .iter()
        .flat_map(|count| levels.map(|level| count.region.at_level(level)))
        .collect();
    let mut coordinators: BTreeMap<Region, Vec<Group>> = BTreeMap::new();
    for (region, id, name) in account::coordinators_among(conn, regions)? {
        let own = coordinators.entry(region).or_default();
        own.push((Some(id.to_string()), Some(name)));
    }
    Ok(gathered(counts, |count| {
        let mut up = levels.map(|level| count.region.at_level(level)).into_iter();
        let own = up.find_map(|region| coordinators.get(&region));
        own.cloned().unwrap_or_else(|| vec![(None, None)])
    }))
}

#[derive(Clone, Copy)]
enum Column {
    Expected,
    Filed,
    OnTime,
    Returned,
    Accepted,
}

impl Column {
    const ALL: [Self; 5] = [
        Self::Expected,
        Self::Filed,
        Self::OnTime,
        Self::Returned,
        Self::Accepted,
    ];
}

/// Returns the direct child of a region another one lies in; the region itself where it has none.
fn child_of(under: Region, region: Region) -> Region {
    match under.level() {
        Level::Province => region.at_level(Level::City),
        Level::City | Level::County => region,
    }
}

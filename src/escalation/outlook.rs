//! What is owed as a person looks at it: what they answer for, what is late around them, and which
//! step of its ladder comes next for each, on which day and to whom.
//!
//! Reads only, by a fixed number of queries however many matters there are; the plan, the audience
//! and the scope are those of the sweep and of the list.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use diesel::prelude::*;
use serde::Serialize;

use super::around::Around;
use super::ladder::{LetterKind, Policy, StepName};
use super::owed::{self, Wanted};
use super::policy::policy;
use super::posting::Slot;
use super::verdict::{audience_of, case_of};
use super::{letters, plan, store};
use crate::calendars;
use crate::deadlines::{Deadline, DeadlineKind};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::projects::State;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{deadlines, projects as project_rows};

crate::words! {
    /// How a due day stands.
    pub(crate) enum Standing {
        /// Overdue.
        Late = "late",
        /// Due today.
        Today = "today",
        /// Still ahead.
        Ahead = "ahead",
    }
}

/// One matter owed.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Matter {
    pub(crate) kind: DeadlineKind,
    /// What is owed, in the reader's language.
    pub(crate) title: String,
    pub(crate) project_id: Id,
    pub(crate) project: String,
    /// Where it is answered, as a path under the site's address.
    pub(crate) link: String,
    pub(crate) due_on: Day,
    /// Whether the day may still move when a calendar year is published.
    pub(crate) provisional: bool,
    pub(crate) standing: Standing,
    /// Working days left; negative when overdue.
    pub(crate) days_left: i64,
    /// Whether work stands still over it.
    pub(crate) critical: bool,
    /// Who answers for it now.
    pub(crate) answerable: Vec<String>,
    /// Whether the reader is one of them.
    pub(crate) mine: bool,
    /// The day somebody who was told has promised it for.
    pub(crate) acknowledged_until: Option<Day>,
    /// What its ladder does next; nothing while its project is paused.
    pub(crate) next: Option<NextStep>,
}

/// The step of a ladder that comes next for a matter, as things stand.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct NextStep {
    pub(crate) on: Day,
    pub(crate) step: StepName,
    pub(crate) letter: LetterKind,
    /// Names of those addressed.
    pub(crate) to: Vec<String>,
    /// Names of those copied.
    pub(crate) copied: Vec<String>,
    /// Working days from the due day: the later the more severe.
    #[serde(skip)]
    offset_wd: i64,
}

/// The first few of a list, and how many there are in all.
#[derive(Debug, Clone, Default)]
pub(crate) struct Few {
    rows: Vec<Deadline>,
    pub(crate) total: i64,
}

/// Returns the first of what the caller answers for, by due day.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn own(conn: &mut Conn, by: &Caller, today: Day, few: usize) -> Result<Few> {
    let wanted = Wanted {
        mine: true,
        ..Wanted::default()
    };
    first(conn, by, &wanted, today, few)
}

/// Returns the first of what is overdue in the caller's scope, most severe first: the longest
/// overdue stands highest on its ladder.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn overdue(conn: &mut Conn, by: &Caller, today: Day, few: usize) -> Result<Few> {
    let wanted = Wanted {
        overdue: Some(true),
        ..Wanted::default()
    };
    first(conn, by, &wanted, today, few)
}

/// Returns the first of what is owed in the caller's scope of some kinds until a day, by due day.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn of_kinds(
    conn: &mut Conn,
    by: &Caller,
    (kinds, until): (&[DeadlineKind], Day),
    today: Day,
    few: usize,
) -> Result<Few> {
    let wanted = Wanted {
        kinds: kinds.to_vec(),
        until: Some(until),
        ..Wanted::default()
    };
    first(conn, by, &wanted, today, few)
}

fn first(conn: &mut Conn, by: &Caller, wanted: &Wanted, today: Day, few: usize) -> Result<Few> {
    let few = i64::try_from(few).unwrap_or(i64::MAX);
    let rows: Vec<Deadline> = owed::matching(by, wanted, today)
        .order((deadlines::due_on, deadlines::key))
        .limit(few)
        .select(Deadline::as_select())
        .load(conn)?;
    let total = owed::matching(by, wanted, today).count().get_result(conn)?;
    Ok(Few { rows, total })
}

/// Returns those in the caller's scope whose ladder may move soonest: `few` of which the sweep knows
/// the day, and `few` it has still to look at, those due first.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn soonest(
    conn: &mut Conn,
    by: &Caller,
    today: Day,
    few: usize,
) -> Result<Vec<Deadline>> {
    let few = i64::try_from(few).unwrap_or(i64::MAX);
    let all = || {
        owed::matching(by, &Wanted::default(), today)
            .filter(project_rows::state.eq(State::Active))
            .limit(few)
            .select(Deadline::as_select())
    };
    let mut rows: Vec<Deadline> = all()
        .filter(deadlines::next_step_on.gt(today))
        .order((deadlines::next_step_on, deadlines::key))
        .load(conn)?;
    let unseen: Vec<Deadline> = all()
        .filter(deadlines::next_step_on.le(today))
        .order((deadlines::due_on, deadlines::key))
        .load(conn)?;
    rows.extend(unseen);
    Ok(rows)
}

/// The matters of a person's day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Told {
    /// What was asked for, list by list in the same order.
    pub(crate) lists: Vec<Vec<Matter>>,
    /// Those whose ladder moves next until a day, soonest first and then most severe first.
    pub(crate) next: Vec<Matter>,
}

/// Tells of some lists of deadlines and of those whose ladder moves soonest.
///
/// # Errors
/// A policy that cannot be read; faults of the store.
pub(crate) fn tell(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (lists, soonest, until): (Vec<Few>, Vec<Deadline>, Day),
    now: Moment,
) -> Result<Told> {
    let all: Vec<Deadline> = lists
        .iter()
        .flat_map(|few| &few.rows)
        .chain(&soonest)
        .cloned()
        .collect();
    let view = View::load(conn, by, settings, &all, now)?;
    let told = |rows: Vec<Deadline>| -> Result<Vec<Matter>> {
        rows.into_iter().map(|row| view.matter(&row)).collect()
    };
    let lists = lists.into_iter().map(|few| told(few.rows));
    let lists = lists.collect::<Result<Vec<_>>>()?;
    let mut next = told(soonest)?;
    next.retain(|matter| matter.next.as_ref().is_some_and(|next| next.on <= until));
    next.sort_by_key(|matter| {
        let next = matter.next.as_ref();
        next.map(|next| (next.on, -next.offset_wd))
    });
    Ok(Told { lists, next })
}

/// Tells of the deadlines of one page of a list.
///
/// # Errors
/// As [`tell`].
pub(super) fn matters(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    rows: &[Deadline],
    now: Moment,
) -> Result<Vec<Matter>> {
    let view = View::load(conn, by, settings, rows, now)?;
    rows.iter().map(|row| view.matter(row)).collect()
}

/// What is around some deadlines and what their ladders need.
struct View<'v> {
    by: &'v Caller,
    around: Around,
    recorded: BTreeMap<store::Climb, Vec<StepName>>,
    policy: Policy,
    calendar: WorkCalendar,
    today: Day,
    /// The day on which letters go out next.
    from: Day,
}

impl<'v> View<'v> {
    fn load(
        conn: &mut Conn,
        by: &'v Caller,
        settings: &Settings,
        rows: &[Deadline],
        now: Moment,
    ) -> Result<Self> {
        let zone = settings.site.zone;
        let (calendar, policy) = (calendars::load(conn)?, policy(settings)?);
        let last = store::last_slot(conn)?.map(|at| Slot {
            on: zone.day_of(at),
            at: zone.time_of(at),
        });
        let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
        Ok(Self {
            by,
            around: Around::load(conn, rows)?,
            recorded: store::steps_of(conn, &keys)?,
            from: policy.posting().next_on(now, zone, &calendar, last),
            policy,
            calendar,
            today: zone.day_of(now),
        })
    }

    fn matter(&self, row: &Deadline) -> Result<Matter> {
        let facts = row.read_facts()?;
        let answering = self.around.answering(row);
        let project = self.around.project(row.project_id);
        Ok(Matter {
            kind: row.kind,
            title: owed::title(row, self.by.lang)?,
            project_id: row.project_id,
            project: project.map(|one| one.name.clone()).unwrap_or_default(),
            link: letters::path(row, &facts),
            due_on: row.due_on,
            provisional: row.provisional,
            standing: match row.due_on.cmp(&self.today) {
                Ordering::Less => Standing::Late,
                Ordering::Equal => Standing::Today,
                Ordering::Greater => Standing::Ahead,
            },
            days_left: -plan::days_overdue(row.due_on, self.today, &self.calendar),
            critical: row.critical,
            mine: answering.iter().any(|id| self.by.is(*id)),
            answerable: self.names(&answering),
            acknowledged_until: row.acknowledged_until,
            next: self.next(row),
        })
    }

    fn next(&self, row: &Deadline) -> Option<NextStep> {
        let ladder = self.policy.ladder(row.kind)?;
        let project = self.around.project(row.project_id)?;
        let climb = (row.key.clone(), row.due_on);
        let recorded = self.recorded.get(&climb).map_or(&[][..], Vec::as_slice);
        let case = case_of(row, project.state != State::Active, recorded);
        let (step, on) = plan::next(&case, ladder, &self.calendar, self.from)?;
        let told = audience_of(row, &self.around, &step, ladder).recipients;
        let (copied, to): (Vec<_>, Vec<_>) = told.into_iter().partition(|one| one.is_copy);
        let names = |told: Vec<super::audience::Recipient<Id>>| {
            self.names(&told.iter().map(|one| one.person).collect::<Vec<_>>())
        };
        Some(NextStep {
            on,
            step: step.name(),
            letter: step.step.letter(),
            to: names(to),
            copied: names(copied),
            offset_wd: step.offset_wd(),
        })
    }

    fn names(&self, people: &[Id]) -> Vec<String> {
        let names = people.iter().filter_map(|id| self.around.addressee(*id));
        names.map(|one| one.name.clone()).collect()
    }
}

//! My day: what the reader owes, what waits for them, what escalates next, what is late around them and
//! what they were told.
//!
//! Every list is short and says where the rest is; the number of queries does not grow with what there
//! is.

use serde::Serialize;

use crate::deadlines::DeadlineKind;
use crate::escalation::outlook::{self, Matter};
use crate::escalation::told::{self, LetterLine};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::people::caller::Caller;
use crate::people::role::Role;
use crate::schedules::WaitingChange;
use crate::settings::Settings;
use crate::store::Conn;
use crate::{blockers, projects, schedules};

/// Lines of the list of what the reader owes.
const LONG: usize = 20;
/// Lines of the lists beside it.
const SHORT: usize = 10;
/// Letters shown.
const LETTERS: i64 = 5;
/// How many days ahead steps of ladders are told: docs/RULES.md, section 6.
const STEPS_AHEAD: i64 = 14;
/// How many days ahead it is shown what others answer for.
const OTHERS_AHEAD: i64 = 30;
/// Open date changes looked at for those the reader may decide.
const CHANGES: i64 = 50;

/// What one's day holds.
#[derive(Debug, Serialize)]
pub(super) struct MyDay {
    today: Day,
    role: Role,
    /// What the reader answers for, the longest overdue first.
    own: List,
    waiting: Waiting,
    /// Whose ladder moves next, soonest first.
    next: Vec<Matter>,
    /// What others answer for and is overdue, most severe first.
    overdue: List,
    letters: Vec<LetterLine>,
}

/// The first few of a list.
#[derive(Debug, Serialize)]
struct List {
    matters: Vec<Matter>,
    /// How many there are in all.
    total: i64,
}

/// What waits for a decision of the reader and has no clock on them.
#[derive(Debug, Serialize)]
struct Waiting {
    /// Due days somebody asks to move.
    changes: Vec<Change>,
    /// Drafts whose five pillars stand.
    drafts: Vec<Named>,
    /// Blockers given back to be amended.
    given_back: Vec<Named>,
    /// What others answer for and the reader may do.
    others: Vec<Matter>,
}

/// Something by its id, with the name of its project.
#[derive(Debug, Serialize)]
struct Named {
    id: Id,
    title: String,
    project: Option<String>,
}

#[derive(Debug, Serialize)]
struct Change {
    project_id: Id,
    project: String,
    milestone: String,
    from_on: Day,
    due_on: Day,
    asked_at: Moment,
}

impl From<WaitingChange> for Change {
    fn from(change: WaitingChange) -> Self {
        Self {
            project_id: change.project_id,
            project: change.project,
            milestone: change.milestone,
            from_on: change.from_on,
            due_on: change.due_on,
            asked_at: change.asked_at,
        }
    }
}

/// Returns the kinds that are done by others of the same side or reach than those who answer for them.
const fn shared(role: Role) -> &'static [DeadlineKind] {
    match role {
        Role::Lead => &[
            DeadlineKind::Report,
            DeadlineKind::Milestone,
            DeadlineKind::BlockerConfirm,
            DeadlineKind::Commitment,
        ],
        Role::Coordinator | Role::Admin => &[DeadlineKind::ReportReview, DeadlineKind::Pillar],
        Role::Department | Role::Viewer => &[],
    }
}

/// Looks at a person's day.
///
/// # Errors
/// A policy that cannot be read; faults of the store.
pub(super) fn my_day(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    now: Moment,
) -> Result<MyDay> {
    let today = settings.site.zone.day_of(now);
    let own = outlook::own(conn, by, today, LONG)?;
    // Some of these are the reader's own and stand in the first list: looked at and left out.
    let overdue = outlook::overdue(conn, by, today, LONG + SHORT)?;
    let shared = match shared(by.role) {
        [] => outlook::Few::default(),
        kinds => {
            let until = today.plus_days(OTHERS_AHEAD);
            outlook::of_kinds(conn, by, (kinds, until), today, LONG + SHORT)?
        }
    };
    let soonest = outlook::soonest(conn, by, today, LONG + SHORT)?;
    let (own_total, overdue_total) = (own.total, overdue.total);
    let told = outlook::tell(
        conn,
        by,
        settings,
        (
            vec![own, overdue, shared],
            soonest,
            today.plus_days(STEPS_AHEAD),
        ),
        now,
    )?;
    let mut lists = told.lists.into_iter();
    let mut next_list = || lists.next().unwrap_or_default();
    let (own, overdue, shared) = (next_list(), next_list(), next_list());
    let others = |matters: Vec<Matter>| {
        let others = matters.into_iter().filter(|matter| !matter.mine);
        others.take(SHORT).collect::<Vec<_>>()
    };
    Ok(MyDay {
        today,
        role: by.role,
        own: List {
            matters: own,
            total: own_total,
        },
        waiting: waiting(conn, by, settings, others(shared), now)?,
        next: told.next.into_iter().take(SHORT).collect(),
        overdue: List {
            matters: others(overdue),
            total: overdue_total,
        },
        letters: told::latest(conn, by, LETTERS)?,
    })
}

fn waiting(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    others: Vec<Matter>,
    now: Moment,
) -> Result<Waiting> {
    let few = i64::try_from(SHORT).unwrap_or(i64::MAX);
    let mut waiting = Waiting {
        changes: Vec::new(),
        drafts: Vec::new(),
        given_back: Vec::new(),
        others,
    };
    if matches!(by.role, Role::Coordinator | Role::Admin) {
        let changes = schedules::waiting_for(conn, by, settings, CHANGES, now)?;
        waiting.changes = changes.into_iter().take(SHORT).map(Change::from).collect();
        let drafts = projects::launchable(conn, &by.scope, few)?.into_iter();
        let draft = |(id, title)| Named {
            id,
            title,
            project: None,
        };
        waiting.drafts = drafts.map(draft).collect();
    }
    if by.role == Role::Lead {
        let back = blockers::given_back(conn, &by.scope, few)?.into_iter();
        let back = back.map(|(id, title, project)| Named {
            id,
            title,
            project: Some(project),
        });
        waiting.given_back = back.collect();
    }
    Ok(waiting)
}

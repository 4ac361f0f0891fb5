//! The deadlines table.

use diesel::prelude::*;

use super::{Answerable, DeadlineKind, Owed, Unit, due};
use crate::kernel::calendar::{Counted, WorkCalendar};
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::identifiers::{Level, Region};
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::store::Conn;
use crate::store::schema::deadlines;

/// A row of the table.
#[derive(Debug, Clone, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = deadlines, primary_key(key), treat_none_as_null = true)]
pub(crate) struct Deadline {
    pub(crate) key: String,
    pub(crate) kind: DeadlineKind,
    pub(crate) subject_id: String,
    pub(crate) project_id: Id,
    /// JSON of the facts.
    pub(crate) facts: String,
    pub(crate) anchor_on: Day,
    pub(crate) offset_days: i64,
    pub(crate) unit: Unit,
    pub(crate) due_on: Day,
    pub(crate) provisional: bool,
    /// `owner`, `coordinators`, `department` or `person`.
    pub(crate) answerable: String,
    pub(crate) person_id: Option<Id>,
    pub(crate) department: Option<String>,
    pub(crate) region: Option<Region>,
    pub(crate) place: Region,
    pub(crate) level: Level,
    pub(crate) critical: bool,
    pub(crate) born_at: Moment,
    pub(crate) born_on: Day,
    /// The day on which the escalation looks at it next; null when it need not.
    pub(crate) next_step_on: Option<Day>,
    pub(crate) acknowledged_until: Option<Day>,
    pub(crate) settled_at: Option<Moment>,
}

/// A deadline as the escalation saw it when it decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) key: String,
    pub(crate) due_on: Day,
    pub(crate) next_step_on: Option<Day>,
}

impl Deadline {
    /// Returns what must be unchanged for a decision on it to hold.
    pub(crate) fn seen(&self) -> Seen {
        Seen {
            key: self.key.clone(),
            due_on: self.due_on,
            next_step_on: self.next_step_on,
        }
    }

    /// Returns what fills its words.
    ///
    /// # Errors
    /// A column that does not hold facts.
    pub(crate) fn read_facts(&self) -> Result<Facts> {
        serde_json::from_str(&self.facts).map_err(Error::broken)
    }

    /// Returns who answers for it.
    pub(crate) fn answerable(&self) -> Answerable {
        match (
            self.answerable.as_str(),
            self.person_id,
            &self.department,
            self.region,
        ) {
            ("person", Some(person), _, _) => Answerable::Person(person),
            ("department", _, Some(department), Some(region)) => Answerable::Department {
                department: department.clone(),
                region,
            },
            ("coordinators", _, _, Some(region)) => Answerable::Coordinators(region),
            _ => Answerable::Owner,
        }
    }
}

/// Owes something from now on. What was owed under the same key before is owed anew: it counts as
/// come into being today.
///
/// Returns the due day. The escalation looks at the row on the same day, and finds itself when it
/// need look again.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn owe(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    owed: &Owed,
    now: Moment,
    today: Day,
) -> Result<Counted> {
    let counted = due(calendar, owed.anchor, owed.offset, owed.unit);
    let (answerable, person_id, department, region) = match &owed.answerable {
        Answerable::Owner => ("owner", None, None, None),
        Answerable::Coordinators(region) => ("coordinators", None, None, Some(*region)),
        Answerable::Department { department, region } => {
            ("department", None, Some(department.clone()), Some(*region))
        }
        Answerable::Person(person) => ("person", Some(*person), None, None),
    };
    let row = Deadline {
        key: owed.key.clone(),
        kind: owed.kind,
        subject_id: owed.subject.clone(),
        project_id: owed.project,
        facts: serde_json::to_string(&owed.facts).map_err(Error::broken)?,
        anchor_on: owed.anchor,
        offset_days: owed.offset,
        unit: owed.unit,
        due_on: counted.on,
        provisional: counted.provisional,
        answerable: answerable.to_owned(),
        person_id,
        department,
        region,
        place: owed.place,
        level: owed.level,
        critical: owed.critical,
        born_at: now,
        born_on: today,
        next_step_on: Some(today),
        acknowledged_until: None,
        settled_at: None,
    };
    let exists: Option<String> = deadlines::table
        .find(&row.key)
        .select(deadlines::key)
        .first(conn)
        .optional()?;
    if exists.is_some() {
        diesel::update(deadlines::table.find(&row.key))
            .set(&row)
            .execute(conn)?;
    } else {
        diesel::insert_into(deadlines::table)
            .values(&row)
            .execute(conn)?;
    }
    Ok(counted)
}

/// Moves an open deadline to another anchor and offset; its ladder restarts.
///
/// # Errors
/// Only faults of the store; a key that is not owed is a fault of the caller.
pub(crate) fn move_to(
    conn: &mut Conn,
    calendar: &WorkCalendar,
    key: &str,
    anchor: Day,
    offset: i64,
) -> Result<Counted> {
    let unit: Unit = deadlines::table
        .find(key)
        .select(deadlines::unit)
        .first(conn)?;
    let counted = due(calendar, anchor, offset, unit);
    diesel::update(deadlines::table.find(key))
        .set((
            deadlines::anchor_on.eq(anchor),
            deadlines::offset_days.eq(offset),
            deadlines::due_on.eq(counted.on),
            deadlines::provisional.eq(counted.provisional),
            deadlines::acknowledged_until.eq(None::<Day>),
            // Looked at in the next sweep, which finds the day of its first step.
            deadlines::next_step_on.eq(Some(first_day())),
        ))
        .execute(conn)?;
    Ok(counted)
}

/// A day before every other: "look at it in the next sweep".
pub(super) fn first_day() -> Day {
    Day::new(1949, 10, 1).unwrap_or_else(|| Day::from_date(chrono::NaiveDate::MIN))
}

/// Rewords an open deadline: new facts for its title, and whether work stands still over it. Neither
/// its day nor its ladder moves.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn reword(conn: &mut Conn, key: &str, facts: &Facts, critical: bool) -> Result<()> {
    let open = deadlines::table.filter(deadlines::key.eq(key).and(deadlines::settled_at.is_null()));
    let facts = serde_json::to_string(facts).map_err(Error::broken)?;
    diesel::update(open)
        .set((deadlines::facts.eq(facts), deadlines::critical.eq(critical)))
        .execute(conn)?;
    Ok(())
}

/// Lays what is owed on a project at its new place, with those who answer for it there. What lies at
/// a place of its own, as a blocker does, stays; no day moves, and nobody is told a step twice.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn relocate(conn: &mut Conn, project: Id, from: Region, to: Region) -> Result<()> {
    let of_project = || {
        deadlines::project_id
            .eq(project)
            .and(deadlines::kind.ne_all(OF_BLOCKERS))
            .and(deadlines::settled_at.is_null())
    };
    let answered_there = deadlines::table
        .filter(of_project())
        .filter(deadlines::answerable.eq_any(["coordinators", "department"]))
        .filter(deadlines::region.eq(from));
    diesel::update(answered_there)
        .set(deadlines::region.eq(Some(to)))
        .execute(conn)?;
    diesel::update(deadlines::table.filter(of_project()))
        .set((deadlines::place.eq(to), deadlines::level.eq(to.level())))
        .execute(conn)?;
    Ok(())
}

/// Kinds that lie where their blocker does.
const OF_BLOCKERS: [DeadlineKind; 4] = [
    DeadlineKind::BlockerAccept,
    DeadlineKind::BlockerReply,
    DeadlineKind::BlockerResolve,
    DeadlineKind::BlockerConfirm,
];

/// Settles what was owed; what is not owed or settled already stays as it is.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn settle(conn: &mut Conn, key: &str, now: Moment) -> Result<()> {
    let open = deadlines::table.filter(deadlines::key.eq(key).and(deadlines::settled_at.is_null()));
    diesel::update(open)
        .set(deadlines::settled_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Settles everything owed on one project, when it closes or is withdrawn.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn settle_project(conn: &mut Conn, project: Id, now: Moment) -> Result<()> {
    let open = deadlines::table.filter(
        deadlines::project_id
            .eq(project)
            .and(deadlines::settled_at.is_null()),
    );
    diesel::update(open)
        .set(deadlines::settled_at.eq(Some(now)))
        .execute(conn)?;
    Ok(())
}

/// Returns everything owed on one project, by due day.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn open_of_project(conn: &mut Conn, project: Id) -> Result<Vec<Deadline>> {
    Ok(deadlines::table
        .filter(
            deadlines::project_id
                .eq(project)
                .and(deadlines::settled_at.is_null()),
        )
        .order((deadlines::due_on, deadlines::key))
        .select(Deadline::as_select())
        .load(conn)?)
}

/// Returns everything owed of one kind, by key; for kinds of which few are open at once.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn open_of_kind(conn: &mut Conn, kind: DeadlineKind) -> Result<Vec<Deadline>> {
    Ok(deadlines::table
        .filter(
            deadlines::kind
                .eq(kind)
                .and(deadlines::settled_at.is_null()),
        )
        .order(deadlines::key)
        .select(Deadline::as_select())
        .load(conn)?)
}

/// Returns open deadlines the escalation has to look at on or before `today`, in order of that day, a
/// batch at a time, after the one seen last; only `kinds` marked critical where they are named.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn first_steps(
    conn: &mut Conn,
    today: Day,
    critical: Option<&[DeadlineKind]>,
    after: Option<&Seen>,
    batch: i64,
) -> Result<Vec<Deadline>> {
    let mut query = deadlines::table
        .filter(
            deadlines::settled_at
                .is_null()
                .and(deadlines::next_step_on.le(today)),
        )
        .order((deadlines::next_step_on, deadlines::key))
        .limit(batch)
        .select(Deadline::as_select())
        .into_boxed();
    if let Some(Seen {
        key, next_step_on, ..
    }) = after
    {
        // The first condition alone lets the index begin where the last batch ended.
        let later = deadlines::next_step_on
            .gt(*next_step_on)
            .or(deadlines::key.gt(key.clone()).nullable());
        query = query
            .filter(deadlines::next_step_on.ge(*next_step_on))
            .filter(later);
    }
    if let Some(kinds) = critical {
        query = query.filter(
            deadlines::critical
                .eq(true)
                .and(deadlines::kind.eq_any(kinds.to_vec())),
        );
    }
    Ok(query.load(conn)?)
}

/// Says when the escalation has to look at a deadline next, unless it was changed since it was seen.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn step_on(conn: &mut Conn, seen: &Seen, next: Option<Day>) -> Result<()> {
    let unchanged = deadlines::table.filter(
        deadlines::key
            .eq(&seen.key)
            .and(deadlines::due_on.eq(seen.due_on))
            .and(deadlines::next_step_on.eq(seen.next_step_on))
            .and(deadlines::settled_at.is_null()),
    );
    diesel::update(unchanged)
        .set(deadlines::next_step_on.eq(next))
        .execute(conn)?;
    Ok(())
}

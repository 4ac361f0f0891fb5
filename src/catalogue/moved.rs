//! The letter that lists the days a changed calendar moved: one to everybody who answers for
//! something that moved, and one to the coordinators of the projects' regions.
//!
//! Written in the unit of the change. Knows nothing of ladders: that a moved deadline's ladder begins
//! again is for the escalation to see.

use std::collections::{BTreeMap, BTreeSet};

use diesel::prelude::*;

use crate::deadlines::{self, Answerable, Deadline, Moved};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::mail::{self, Item, Letter, Urgency};
use crate::people::Account;
use crate::people::role::Role;
use crate::projects::State;
use crate::settings::Settings;
use crate::store::Conn;
use crate::store::schema::{accounts, deadlines as rows, projects};

/// Most moved days one letter names; the rest is counted (docs/RULES.md, section 6).
const NAMED: usize = 50;
/// Rows asked for by their keys in one query.
const BATCH: usize = 1_000;

/// A deadline that moved, with what a letter says of it.
struct Matter {
    deadline: Deadline,
    from: Day,
    project: String,
    region: Region,
    owner: Option<Id>,
}

/// The people who can be told of something, by what makes them answer for it.
#[derive(Default)]
struct Offices {
    coordinators: BTreeMap<Region, Vec<Id>>,
    departments: BTreeMap<(String, Region), Vec<Id>>,
    accounts: BTreeMap<Id, Account>,
}

/// Tells of the days that moved; `calendar` names the years and their versions, so that each change
/// is told once. A paused project is silent.
///
/// # Errors
/// Only faults of the store.
pub(super) fn tell(
    conn: &mut Conn,
    settings: &Settings,
    calendar: &str,
    moved: &[Moved],
    now: Moment,
) -> Result<()> {
    let mut told: BTreeMap<Id, Vec<(&Matter, &'static str)>> = BTreeMap::new();
    let mut matters = matters(conn, moved)?;
    matters.sort_by(|a, b| {
        let order = |matter: &Matter| (matter.deadline.due_on, matter.deadline.key.clone());
        order(a).cmp(&order(b))
    });
    let offices = Offices::around(conn, &matters)?;
    for matter in &matters {
        let answering = offices.answering(matter);
        for person in &answering {
            let own = told.entry(*person).or_default();
            own.push((matter, "calendar.moved_answerable"));
        }
        let above = offices.coordinators.get(&matter.region);
        let above = above.into_iter().flatten();
        for person in above.filter(|person| !answering.contains(person)) {
            let own = told.entry(*person).or_default();
            own.push((matter, "calendar.moved_coordinator"));
        }
    }
    for (person, matters) in told {
        let Some(account) = offices.accounts.get(&person) else {
            continue;
        };
        let letter = letter(account, calendar, &matters)?;
        mail::post(conn, settings, &letter, &account.recipient(), now)?;
    }
    Ok(())
}

fn letter(
    account: &Account,
    calendar: &str,
    matters: &[(&Matter, &'static str)],
) -> Result<Letter> {
    let items = matters.iter().take(NAMED);
    let items = items.map(|(matter, reason)| item(matter, reason));
    Ok(Letter {
        name: "moved_days",
        dedup: format!("moved_days/{calendar}/{}", account.id),
        urgency: Urgency::Hours,
        slot_at: None,
        region: Region::common(matters.iter().map(|(matter, _)| matter.deadline.place)),
        facts: Facts::none().with("count", matters.len()),
        link: "/".to_owned(),
        items: items.collect::<Result<_>>()?,
        more: matters.len().saturating_sub(NAMED),
    })
}

fn item(matter: &Matter, reason: &str) -> Result<Item> {
    let row = &matter.deadline;
    let facts = row.read_facts()?;
    let (title_key, link) = (
        deadlines::title_key(row.kind, &facts),
        deadlines::path(row, &facts),
    );
    Ok(Item {
        project: Some(row.project_id),
        // An event: that the day moved stays true, whatever becomes of the deadline.
        deadline: None,
        step: "moved".to_owned(),
        copy: false,
        due_on: Some(row.due_on),
        days_overdue: None,
        facts: facts
            .with("project", &matter.project)
            .with("from", matter.from)
            .with("to", row.due_on),
        title_key,
        reason_key: reason.to_owned(),
        link: Some(link),
    })
}

/// Reads the deadlines that moved with their projects, but for those of paused ones.
fn matters(conn: &mut Conn, moved: &[Moved]) -> Result<Vec<Matter>> {
    let from: BTreeMap<&str, Day> = moved
        .iter()
        .map(|moved| (moved.key.as_str(), moved.from))
        .collect();
    let mut matters = Vec::new();
    for batch in moved.chunks(BATCH) {
        let keys: Vec<&str> = batch.iter().map(|moved| moved.key.as_str()).collect();
        let found: Vec<(Deadline, String, Region, Option<Id>)> = rows::table
            .inner_join(projects::table.on(projects::id.eq(rows::project_id)))
            .filter(rows::key.eq_any(keys))
            .filter(projects::state.ne(State::Paused))
            .select((
                Deadline::as_select(),
                projects::name,
                projects::region,
                projects::owner_id,
            ))
            .load(conn)?;
        matters.extend(
            found
                .into_iter()
                .filter_map(|(deadline, project, region, owner)| {
                    let from = *from.get(deadline.key.as_str())?;
                    Some(Matter {
                        deadline,
                        from,
                        project,
                        region,
                        owner,
                    })
                }),
        );
    }
    Ok(matters)
}

impl Offices {
    /// Reads the enabled accounts that answer for some matters or coordinate where they lie.
    fn around(conn: &mut Conn, matters: &[Matter]) -> Result<Self> {
        let mut offices = Self::default();
        let regions = matters.iter().flat_map(|matter| {
            let row = &matter.deadline;
            let level = row.level.max(row.place.level());
            [
                Some(matter.region),
                row.region,
                Some(row.place.at_level(level)),
            ]
        });
        let regions: BTreeSet<Region> = regions.flatten().collect();
        let regions: Vec<Region> = regions.into_iter().collect();
        for batch in regions.chunks(BATCH) {
            let found: Vec<Account> = accounts::table
                .filter(accounts::region.eq_any(batch.to_vec()))
                .filter(accounts::role.eq_any([Role::Coordinator, Role::Department]))
                .filter(accounts::disabled_at.is_null())
                .order(accounts::id)
                .select(Account::as_select())
                .load(conn)?;
            for account in found {
                offices.add(account);
            }
        }
        let persons = matters.iter().flat_map(|matter| {
            let person = matter.deadline.person_id;
            [matter.owner, person]
        });
        let persons: BTreeSet<Id> = persons.flatten().collect();
        let persons: Vec<Id> = persons.into_iter().collect();
        for batch in persons.chunks(BATCH) {
            let found: Vec<Account> = accounts::table
                .filter(accounts::id.eq_any(batch.to_vec()))
                .filter(accounts::disabled_at.is_null())
                .select(Account::as_select())
                .load(conn)?;
            let found = found.into_iter().map(|account| (account.id, account));
            offices.accounts.extend(found);
        }
        Ok(offices)
    }

    fn add(&mut self, account: Account) {
        let Some(region) = account.region else {
            return;
        };
        match (account.role, &account.department) {
            (Role::Coordinator, _) => {
                let own = self.coordinators.entry(region).or_default();
                own.push(account.id);
            }
            (_, Some(department)) => {
                let office = self.departments.entry((department.clone(), region));
                office.or_default().push(account.id);
            }
            (_, None) => {}
        }
        self.accounts.insert(account.id, account);
    }

    /// Returns who answers for a matter and can be told; a department without accounts means the
    /// coordinators at the level the matter lies at.
    fn answering(&self, matter: &Matter) -> Vec<Id> {
        let row = &matter.deadline;
        let coordinators = |region: Region| self.coordinators.get(&region).cloned();
        let answering = match row.answerable() {
            Answerable::Owner => matter.owner.into_iter().collect(),
            Answerable::Person(person) => vec![person],
            Answerable::Coordinators(region) => coordinators(region).unwrap_or_default(),
            Answerable::Department { department, region } => {
                let level = row.level.max(row.place.level());
                let own = self.departments.get(&(department, region)).cloned();
                own.or_else(|| coordinators(row.place.at_level(level)))
                    .unwrap_or_default()
            }
        };
        let can_be_told = |person: &Id| self.accounts.contains_key(person);
        answering.into_iter().filter(can_be_told).collect()
    }
}

//! The page of one blocker: what it is, by when, who holds it, what was done, and the forms of the
//! deeds its reader may do now.

use actix_web::{HttpResponse, web};
use serde::Serialize;

use super::fields::Offered;
use super::history::{self, Line};
use super::{Names, category_name, held_by};
use crate::blockers::api::BlockerView;
use crate::blockers::category::limits;
use crate::blockers::rules::{Deed, State};
use crate::blockers::{actions, holder, turns};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::people::account;
use crate::people::caller::Caller;
use crate::people::visit::Visit;
use crate::reference::blocker_category;
use crate::schedules;
use crate::settings::Settings;
use crate::store::Conn;
use crate::web::pages::Page;
use crate::web::pages::places::{Choice, department_name};

/// A day something is owed by.
#[derive(Serialize)]
struct Due {
    /// What is owed.
    deed: Deed,
    on: Option<Day>,
    /// Days the rule gives.
    days: Option<i64>,
    /// Whether it is what is owed now.
    is_next: bool,
}

#[derive(Serialize)]
struct OnePage {
    blocker: BlockerView,
    version: i64,
    category: String,
    department: String,
    held_by: String,
    milestone: Option<String>,
    raised_by: Option<String>,
    dues: Vec<Due>,
    /// Days until the next deed is due; negative once it has passed.
    days_left: Option<i64>,
    history: Vec<Line>,
    /// What was done since the form that is shown again was first shown.
    meanwhile: bool,
    /// The deeds the reader may do now.
    turns: Vec<Deed>,
    /// The deed that brings it on, if it is the reader's.
    first: Option<Deed>,
    /// Whom the form to accept offers.
    handlers: Vec<Choice>,
    offered: Option<Offered>,
    today: Day,
}

pub(super) async fn show(visit: Visit, id: web::Path<Id>) -> Result<HttpResponse> {
    let (id, settings) = (id.into_inner(), visit.settings());
    visit
        .show(move |conn, by, now| page(conn, by, &settings, (id, None), now))
        .await
}

/// Makes the page; `seen` is the version whose page the reader's form stood on.
///
/// # Errors
/// 404 `blocker.missing`.
pub(super) fn page(
    conn: &mut Conn,
    by: &Caller,
    settings: &Settings,
    (id, seen): (Id, Option<i64>),
    now: Moment,
) -> Result<Page> {
    let scene = actions::get(conn, by, id)?;
    let (today, lang) = (settings.site.zone.day_of(now), by.lang);
    let events = actions::history(conn, id)?;
    let milestones = schedules::milestones(conn, scene.project.id)?.into_iter();
    let milestones: Names = milestones
        .map(|milestone| (milestone.id, milestone.name))
        .collect();
    let mut people = history::handlers(&events);
    people.extend(scene.blocker.handler_id);
    people.extend(scene.blocker.raised_by.parse::<Id>());
    let names = account::names(conn, &people)?;
    let turns = turns::open_to(by, settings, &scene, today);
    let handlers = if turns.contains(&Deed::Accepted) {
        let (accounts, _) = holder::accounts(conn, &scene.blocker, &scene.project)?;
        let choices = accounts.into_iter();
        choices
            .map(|account| Choice::new(account.id.as_str(), account.name))
            .collect()
    } else {
        Vec::new()
    };
    let offered = if turns.contains(&Deed::Amended) {
        Some(Offered::read(conn, &scene.project, lang)?)
    } else {
        None
    };
    let blocker = &scene.blocker;
    let next_due = blocker.next_due();
    let milestone = blocker.milestone_id.and_then(|id| milestones.get(&id));
    let content = OnePage {
        version: blocker.version,
        category: category_name(&blocker.category, lang),
        department: department_name(lang, &blocker.department),
        held_by: held_by(blocker, &names, lang),
        milestone: milestone.cloned(),
        raised_by: raiser(&blocker.raised_by, &names),
        dues: dues(blocker),
        days_left: next_due.map(|due| today.days_until(due)),
        meanwhile: seen.is_some_and(|seen| seen < blocker.version),
        history: history::told(&events, (&names, &milestones), seen, lang),
        first: first(blocker.state, &turns),
        turns,
        handlers,
        offered,
        today,
        blocker: BlockerView::of(scene.blocker, scene.project.name, today),
    };
    Ok(Page::new("blockers/one.html", &content))
}

fn raiser(mark: &str, names: &Names) -> Option<String> {
    let id: Id = mark.parse().ok()?;
    names.get(&id).cloned()
}

fn dues(blocker: &crate::blockers::store::Blocker) -> Vec<Due> {
    let category = blocker_category(&blocker.category);
    let days = category.map(|category| limits(category, blocker.level, blocker.severity));
    let due = |deed, on: Option<Day>, days, state: &[State]| Due {
        deed,
        on,
        days,
        is_next: state.contains(&blocker.state),
    };
    vec![
        due(
            Deed::Accepted,
            blocker.accept_due_on,
            days.map(|days| days.accept),
            &[State::Raised],
        ),
        due(
            Deed::Replied,
            blocker.reply_due_on,
            days.map(|days| days.reply),
            &[State::Accepted],
        ),
        due(
            Deed::Resolved,
            blocker.resolve_due_on,
            days.map(|days| days.resolve),
            &[State::InProgress],
        ),
        due(
            Deed::Confirmed,
            blocker.confirm_due_on,
            None,
            &[State::Resolved],
        ),
    ]
}

/// The deed that brings a blocker on from its state: its form stands open.
fn first(state: State, turns: &[Deed]) -> Option<Deed> {
    let next = match state {
        State::Raised => Deed::Accepted,
        State::Accepted => Deed::Replied,
        State::InProgress => Deed::Resolved,
        State::Resolved => Deed::Confirmed,
        State::Returned => Deed::Submitted,
        State::Paused | State::Closed | State::Withdrawn => return None,
    };
    turns.contains(&next).then_some(next)
}

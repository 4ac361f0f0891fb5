//! The demo world: real projects of Nanchang with people, reports, blockers and overdue things around
//! them, dated relative to the day it is made.
//!
//! The story is played in the order it happened, each deed through its feature's own action at its
//! own moment, and between them the periodic jobs run as they would have, with a mail transport
//! that only records: what was told in the past is on record, and nobody is flooded with it.

mod deeds;

use std::collections::HashMap;
use std::sync::Arc;

use secrecy::ExposeSecret as _;

use super::story::{self, Ended, Fate, Story, TicketDeed, Told};
use crate::app::App;
use crate::calendars;
use crate::jobs;
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::{Error, Result};
use crate::kernel::id::Id;
use crate::kernel::refused::none_of;
use crate::kernel::time::{Day, Moment, Quarter, TimeOfDay};
use crate::people::account;
use crate::people::actions::{self as people, NewPerson};
use crate::people::caller::Caller;
use crate::people::{password, password_faults, token};
use crate::projects::{self, Asked};
use crate::reports;
use crate::settings::Settings;
use crate::settings::mail::Way;
use crate::table::read_csv;
use crate::text::Lang;
use crate::web::upload::Mode;

const LIST: &[u8] = include_bytes!("../../seeds/demo/projects.csv");
/// What the list is known by.
const SOURCE: &str = "demo";
/// The address that tells a database that has the demo.
const ADMIN: &str = "admin@demo.fiveone";

/// What a new user needs to look around.
#[derive(Debug, serde::Serialize)]
pub struct Demo {
    /// Addresses with the role and region of each.
    pub accounts: Vec<String>,
    /// The password of all of them; none when the world was there already.
    pub password: Option<String>,
    /// The next working morning, at which `tick --at` sends letters.
    pub next_morning: Moment,
}

/// Makes the demo world in an empty database, `copies` times over; where it is already, only says
/// who is there.
///
/// # Errors
/// A database with other accounts in it.
pub async fn demo(app: &App, copies: usize) -> Result<Demo> {
    let story = story::read()?;
    let calendar = app.store.read(calendars::load).await?;
    let tomorrow = calendar.plus_working_days(app.today(), 1).on;
    let told = |password| Demo {
        accounts: accounts(&story),
        password,
        next_morning: at(&app.settings, tomorrow, 9, 0),
    };
    let known = app.store.read(|conn| {
        Ok((
            account::find_by_email(conn, ADMIN)?.is_some(),
            account::any(conn)?,
        ))
    });
    match known.await? {
        (true, _) => return Ok(told(None)),
        (false, true) => {
            return Err(Error::broken(
                "--demo makes its world in an empty database only, and this one has accounts; \
                 name another with database.url",
            ));
        }
        (false, false) => {}
    }
    let chosen = match app.settings.demo.password.expose_secret() {
        "" => token::secret("demo-")?,
        chosen => chosen.to_owned(),
    };
    none_of(password_faults("/demo/password", &chosen, "demo", ADMIN))?;
    let past = rehearsal(app);
    let play = Play::new(&past, &story, calendar, copies);
    play.people(password::hash(&chosen)?)?;
    play.run().await?;
    Ok(told(Some(chosen)))
}

fn accounts(story: &Story) -> Vec<String> {
    let left = |person: &&story::Person| {
        let is_left = |told: &Told| {
            told.leader_left_wd.is_some() && told.leader.as_ref() == Some(&person.email)
        };
        !story.projects.iter().any(is_left)
    };
    let people = story.people.iter().filter(left);
    let line = |person: &story::Person| {
        format!(
            "{}  {} {} {}",
            person.email, person.role, person.region, person.name
        )
    };
    people.map(line).collect()
}

/// The same site with a transport that records letters and sends none.
fn rehearsal(app: &App) -> App {
    let mut settings = app.settings.as_ref().clone();
    settings.mail.transport = Way::Record;
    App {
        settings: Arc::new(settings),
        ..app.clone()
    }
}

fn at(settings: &Settings, day: Day, hour: u32, minute: u32) -> Moment {
    let time = TimeOfDay::new(hour, minute).unwrap_or(TimeOfDay::MIDNIGHT);
    settings.site.zone.at(day, time)
}

/// One thing that happens to one project.
enum Event<'s> {
    Prepare,
    Launch,
    File(Quarter),
    Accept(Quarter),
    Return(Quarter),
    Raise(usize),
    Settle(usize, &'s TicketDeed),
    LeaderLeaves(&'s str),
    Pause,
    Close(&'s Ended),
    Withdraw(&'s Ended),
}

struct Scheduled<'s> {
    at: Moment,
    project: usize,
    what: Event<'s>,
}

struct Play<'s> {
    app: &'s App,
    story: &'s Story,
    calendar: WorkCalendar,
    today: Day,
    copies: usize,
}

/// What of the database a project of the story has become.
#[derive(Default, Clone)]
struct Known {
    id: Id,
    blockers: HashMap<usize, Id>,
}

impl<'s> Play<'s> {
    fn new(app: &'s App, story: &'s Story, calendar: WorkCalendar, copies: usize) -> Self {
        Self {
            app,
            story,
            calendar,
            today: app.today(),
            copies,
        }
    }

    fn settings(&self) -> &Settings {
        &self.app.settings
    }

    fn wd(&self, days: i64) -> Day {
        self.calendar.plus_working_days(self.today, days).on
    }

    /// The first day of the quarter before last: the story begins with it.
    fn begins(&self) -> Day {
        Quarter::of(self.today).previous().previous().first_day()
    }

    /// Creates everybody before anything happens.
    fn people(&self, hash: String) -> Result<()> {
        let now = at(self.settings(), self.begins(), 8, 0);
        let by = Caller::system(self.settings().site.region, "command");
        self.app.store.write_blocking(|conn| {
            for person in &self.story.people {
                let new = NewPerson {
                    name: person.name.clone(),
                    email: person.email.clone(),
                    phone: None,
                    post: person.post.clone(),
                    unit: person.unit.clone(),
                    role: person.role,
                    region: Some(person.region),
                    department: person.department.clone(),
                    language: Lang::Zh,
                    password_hash: Some(hash.clone()),
                    disabled: false,
                };
                people::create(conn, &by, &new, now)?;
            }
            Ok(())
        })
    }

    /// Plays everything that lies before now, the jobs of each working day in between.
    async fn run(&self) -> Result<()> {
        let now = self.app.now();
        let mut events: Vec<Scheduled<'s>> = Vec::new();
        for copy in 0..self.copies.max(1) {
            self.import(copy)?;
            for index in 0..self.story.projects.len() {
                self.plan(
                    copy.saturating_mul(self.story.projects.len())
                        .saturating_add(index),
                    &mut events,
                );
            }
        }
        events.retain(|event| event.at < now);
        events.sort_by_key(|event| event.at);
        let mut known =
            vec![Known::default(); self.story.projects.len().saturating_mul(self.copies.max(1))];
        let mut day = self.begins();
        for event in &events {
            self.jobs_until(&mut day, event.at).await?;
            self.play(event, &mut known)?;
        }
        self.jobs_until(&mut day, now).await
    }

    /// Runs the jobs of every working day that ends before a moment: once in the morning slot.
    async fn jobs_until(&self, day: &mut Day, before: Moment) -> Result<()> {
        loop {
            let morning = at(self.settings(), *day, 9, 5);
            if morning >= before {
                return Ok(());
            }
            if self.calendar.is_working(*day) {
                for done in jobs::tick(self.app, morning).await {
                    if let Some(fault) = done.fault {
                        return Err(Error::broken(fault));
                    }
                }
            }
            *day = day.plus_days(1);
        }
    }

    /// Imports the real list; a further copy goes by further names, or its rows would be known.
    fn import(&self, copy: usize) -> Result<()> {
        let by = Caller::system(self.settings().site.region, "command");
        let now = at(self.settings(), self.begins(), 8, 30);
        let table = read_csv(LIST).map_err(Error::broken)?;
        let mut list = projects::read_projects(&table).map_err(Error::broken)?;
        if copy > 0 {
            for row in &mut list.rows {
                row.name = format!("{} #{copy}", row.name);
            }
        }
        let asked = Asked {
            source: source(copy),
            mode: Mode::Apply,
            partial: false,
        };
        self.app.store.write_blocking(|conn| {
            projects::import(conn, &by, self.settings(), &list, &asked, &|_| (), now).map(|_| ())
        })
    }

    fn told(&self, project: usize) -> Result<&'s Told> {
        let index = project
            .checked_rem(self.story.projects.len())
            .unwrap_or_default();
        self.story
            .projects
            .get(index)
            .ok_or_else(|| Error::broken("no such project in the story"))
    }

    /// Lays out what happens to one project.
    fn plan(&self, project: usize, events: &mut Vec<Scheduled<'s>>) {
        let Ok(told) = self.told(project) else { return };
        let settings = self.settings();
        let mut add = |at: Moment, what: Event<'s>| events.push(Scheduled { at, project, what });
        let launch_on = told
            .launch_wd
            .map(|wd| self.calendar.plus_working_days(self.begins(), wd).on);
        add(
            at(settings, launch_on.unwrap_or(self.begins()), 9, 30),
            Event::Prepare,
        );
        if let Some(on) = launch_on {
            add(at(settings, on, 10, 0), Event::Launch);
        }
        let mut quarter = Quarter::of(self.begins());
        let paused = told.paused.as_ref().map(|paused| paused.wd);
        let ended = [&told.closed, &told.withdrawn].map(|ended| ended.as_ref().map(|e| e.wd));
        let ends = ended.into_iter().flatten().chain(paused).min();
        let ends_on = ends.map(|wd| self.wd(wd));
        for fate in &told.reports {
            let due_on = reports::window(quarter, &self.calendar, &settings.reports)
                .due_on
                .on;
            let after = |days: i64| self.calendar.plus_working_days(due_on, days).on;
            let (filed_on, reviewed_on) = match fate {
                Fate::Missing => (None, None),
                Fate::Late => (Some(after(2)), Some(after(3))),
                Fate::Waiting => (Some(due_on), None),
                Fate::Accepted | Fate::Returned => (Some(after(-1)), Some(after(1))),
            };
            // Early in a quarter the last report falls due after such an end: it is then not owed.
            let is_owed = |on: &Day| ends_on.is_none_or(|ends_on| *on < ends_on);
            if let Some(on) = filed_on.filter(is_owed) {
                add(at(settings, on, 15, 0), Event::File(quarter));
            }
            if let Some(on) = reviewed_on.filter(|_| filed_on.as_ref().is_some_and(is_owed)) {
                let what = if *fate == Fate::Returned {
                    Event::Return(quarter)
                } else {
                    Event::Accept(quarter)
                };
                add(at(settings, on, 11, 0), what);
            }
            quarter = quarter.next();
        }
        for (number, ticket) in told.blockers.iter().enumerate() {
            add(
                at(settings, self.wd(ticket.raised_wd), 10, 30),
                Event::Raise(number),
            );
            for deed in &ticket.deeds {
                add(
                    at(settings, self.wd(deed.wd), 14, 30),
                    Event::Settle(number, deed),
                );
            }
        }
        if let (Some(wd), Some(leader)) = (told.leader_left_wd, &told.leader) {
            add(
                at(settings, self.wd(wd), 17, 0),
                Event::LeaderLeaves(leader),
            );
        }
        if let Some(paused) = &told.paused {
            add(at(settings, self.wd(paused.wd), 16, 0), Event::Pause);
        }
        if let Some(ended) = &told.closed {
            add(at(settings, self.wd(ended.wd), 16, 0), Event::Close(ended));
        }
        if let Some(ended) = &told.withdrawn {
            add(
                at(settings, self.wd(ended.wd), 16, 0),
                Event::Withdraw(ended),
            );
        }
    }

    fn play(&self, event: &Scheduled<'s>, known: &mut [Known]) -> Result<()> {
        let told = self.told(event.project)?;
        let known = known
            .get_mut(event.project)
            .ok_or_else(|| Error::broken("no such project"))?;
        let now = event.at;
        let learnt = self
            .app
            .store
            .write_blocking(|conn| self.act(conn, told, known, event, now))?;
        match learnt {
            Learnt::Nothing => {}
            Learnt::Project(id) => known.id = id,
            Learnt::Blocker(number, id) => {
                known.blockers.insert(number, id);
            }
        }
        Ok(())
    }
}

/// The name the list of a copy is known by.
fn source(copy: usize) -> String {
    if copy == 0 {
        SOURCE.to_owned()
    } else {
        format!("{SOURCE}-{copy}")
    }
}

enum Learnt {
    Nothing,
    Project(Id),
    Blocker(usize, Id),
}

#[cfg(test)]
mod tests;

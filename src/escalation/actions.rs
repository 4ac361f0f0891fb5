//! The sweep: reads the deadlines whose day to look has come, tells people by letters, and records in
//! the ledger what was told.
//!
//! It may be killed anywhere and run again. A letter and the ledger rows of those it tells are one
//! unit, so nobody hears a step twice; a step is recorded as over, and its deadline looked at later,
//! only after everybody it is for was told, so nobody is forgotten.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use super::around::Around;
use super::digest::{self, Envelope};
use super::ladder::Policy;
use super::letters::{self, Matters, Told};
use super::policy::policy;
use super::posting::Slot;
use super::rungs;
use super::store::{self, Outcome, Telling as Line};
use super::verdict::{Rules, Telling, URGENT_KINDS, Verdict, verdict};
use crate::calendars;
use crate::deadlines::{self, Deadline, Seen};
use crate::kernel::calendar::WorkCalendar;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::mail::{self, Recipient};
use crate::settings::Settings;
use crate::store::{Conn, Store};

/// Deadlines read, or recorded, at a time: enough that a round trip hardly counts, few enough that
/// other writers get their turn.
const BATCH: usize = 500;

/// Letters written in one unit, and rows of the ledger, so that a unit stays well below the limit of a
/// transaction.
const LETTERS: usize = 20;
const LINES: usize = 1_000;

/// Tells people what has come to be told at a moment, and returns how many letters were written.
///
/// Outside the working hours it does nothing. Inside, critical blockers are told at once, and
/// everything else in the latest slot of today that has passed and was not posted yet.
///
/// # Errors
/// A policy that cannot be read; faults of the store. What was written until then stays, and the next
/// sweep goes on from there.
pub(crate) fn sweep(store: &Store, settings: &Settings, now: Moment) -> Result<usize> {
    sweep_with(store, settings, now, &|| Ok(()))
}

/// [`sweep`], asking `may_go_on` before every unit that writes.
fn sweep_with(
    store: &Store,
    settings: &Settings,
    now: Moment,
    may_go_on: &dyn Fn() -> Result<()>,
) -> Result<usize> {
    let policy = policy(settings)?;
    let zone = settings.site.zone;
    let (calendar, last) =
        store.read_blocking(|conn| Ok((calendars::load(conn)?, store::last_slot(conn)?)))?;
    if !policy.posting().is_open(now, zone, &calendar) {
        return Ok(0);
    }
    let last = last.map(|at| Slot {
        on: zone.day_of(at),
        at: zone.time_of(at),
    });
    let slot = policy.posting().slot_to_post(now, zone, &calendar, last);
    let sweep = Sweep {
        store,
        settings,
        policy,
        calendar,
        now,
        today: zone.day_of(now),
        may_go_on,
    };
    let mut written = sweep.round(None)?;
    if let Some(slot) = slot {
        written += sweep.round(Some(slot))?;
        sweep.write(|conn| {
            rungs::forget_filled(conn, settings.site.region)?;
            store::slot_posted(conn, slot.moment(zone), now)
        })?;
    }
    Ok(written)
}

struct Sweep<'s> {
    store: &'s Store,
    settings: &'s Settings,
    policy: Policy,
    calendar: WorkCalendar,
    now: Moment,
    today: Day,
    may_go_on: &'s dyn Fn() -> Result<()>,
}

/// Everything one round has to tell.
#[derive(Default)]
struct Round {
    matters: Matters,
    notices: Vec<Told>,
    people: BTreeMap<Id, Recipient>,
    /// What to record once all is told.
    verdicts: Vec<Verdict>,
}

/// What one unit of letters did.
#[derive(Default)]
struct Written {
    letters: usize,
    /// Deadlines of which somebody has still to be told.
    left: BTreeSet<String>,
    /// Digests so full that some of their rest is still to be recorded: which envelope, by which letter.
    full: Vec<(usize, Id)>,
}

impl Sweep<'_> {
    fn write<T>(&self, unit: impl Fn(&mut Conn) -> Result<T>) -> Result<T> {
        (self.may_go_on)()?;
        self.store.write_blocking(unit)
    }

    /// Tells what has come: in a slot all of it, else what waits for none.
    fn round(&self, slot: Option<Slot>) -> Result<usize> {
        let mut round = Round::default();
        let mut after: Option<Seen> = None;
        loop {
            let (rows, around, tellings) = self
                .store
                .read_blocking(|conn| self.look(conn, slot, after.as_ref()))?;
            let Some(last) = rows.last() else { break };
            after = Some(last.seen());
            let mut quiet = Vec::new();
            for telling in tellings {
                if telling.notices.is_empty() {
                    quiet.push(telling.verdict);
                } else {
                    round.add(telling, &around);
                }
            }
            self.record(&quiet)?;
        }
        let Round {
            matters,
            notices,
            people,
            mut verdicts,
        } = round;
        let envelopes = digest::assemble(notices);
        let (written, left) = self.post(&envelopes, &matters, &people, slot)?;
        verdicts.retain(|verdict| !left.contains(&verdict.seen.key));
        self.record(&verdicts)?;
        Ok(written)
    }

    /// Reads a batch of deadlines and decides about each.
    fn look(
        &self,
        conn: &mut Conn,
        slot: Option<Slot>,
        after: Option<&Seen>,
    ) -> Result<(Vec<Deadline>, Around, Vec<Telling>)> {
        let urgent = slot.is_none().then_some(URGENT_KINDS.as_slice());
        let batch = i64::try_from(BATCH).unwrap_or(i64::MAX);
        let rows = deadlines::first_steps(conn, self.today, urgent, after, batch)?;
        let around = Around::load(conn, &rows)?;
        let keys: Vec<String> = rows.iter().map(|row| row.key.clone()).collect();
        let recorded = store::steps_of(conn, &keys)?;
        let rules = Rules {
            policy: &self.policy,
            calendar: &self.calendar,
            today: self.today,
        };
        let mut tellings = Vec::with_capacity(rows.len());
        for row in &rows {
            let climb = (row.key.clone(), row.due_on);
            let recorded = recorded.get(&climb).map_or(&[][..], Vec::as_slice);
            tellings.push(verdict(row, &around, recorded, rules)?);
        }
        Ok((rows, around, tellings))
    }

    /// Writes the letters, and returns how many, and the deadlines of which somebody has still to be
    /// told.
    fn post(
        &self,
        envelopes: &[Envelope<Id, String>],
        matters: &Matters,
        people: &BTreeMap<Id, Recipient>,
        slot: Option<Slot>,
    ) -> Result<(usize, BTreeSet<String>)> {
        let (mut count, mut left) = (0, BTreeSet::new());
        for unit in units(envelopes) {
            let written = self.write(|conn| {
                let mut written = Written::default();
                for (at, envelope) in unit.iter().enumerate() {
                    let Some(to) = people.get(&envelope.person) else {
                        continue;
                    };
                    self.post_one(conn, (at, envelope), matters, to, slot, &mut written)?;
                }
                Ok(written)
            })?;
            count += written.letters;
            left.extend(written.left);
            for (at, letter) in written.full {
                let Some(envelope) = unit.get(at) else {
                    continue;
                };
                let rest = envelope.rest.get(BATCH..).unwrap_or_default();
                for rest in rest.chunks(BATCH) {
                    self.write(|conn| {
                        let lines = untold(conn, rest, matters, envelope.person)?;
                        self.tell(conn, &lines, matters, envelope.person, letter)
                    })?;
                }
            }
        }
        Ok((count, left))
    }

    /// Writes one letter about what its recipient was not told yet and is open still.
    fn post_one(
        &self,
        conn: &mut Conn,
        (at, envelope): (usize, &Envelope<Id, String>),
        matters: &Matters,
        to: &Recipient,
        slot: Option<Slot>,
        written: &mut Written,
    ) -> Result<()> {
        let (with_it, later) = envelope.rest.split_at(envelope.rest.len().min(BATCH));
        let mut shown = Envelope {
            items: untold(conn, &envelope.items, matters, to.id)?,
            rest: untold(conn, with_it, matters, to.id)?,
            ..envelope.clone()
        };
        let counted = shown.rest.len();
        shown.rest.extend_from_slice(later);
        let Some(first) = shown.items.first() else {
            // Killed after such a letter: what it only counted comes in the next slot.
            let rest = shown.rest.into_iter().map(|told| told.deadline);
            written.left.extend(rest);
            return Ok(());
        };
        shown.letter = first.letter;
        let letter = letters::letter(&shown, matters, slot, self.settings.site.zone);
        if !mail::post(conn, self.settings, &letter, to, self.now)? && shown.is_digest {
            // This person's digest of this slot is out; what is new comes in the next one.
            let told = shown.items.into_iter().chain(shown.rest);
            written.left.extend(told.map(|told| told.deadline));
            return Ok(());
        }
        let id = store::letter_of(conn, &letter.dedup)?;
        let counted = shown.rest.iter().take(counted);
        let told: Vec<Told> = shown.items.iter().chain(counted).cloned().collect();
        self.tell(conn, &told, matters, to.id, id)?;
        written.letters += 1;
        if !later.is_empty() {
            written.full.push((at, id));
        }
        Ok(())
    }

    fn tell(
        &self,
        conn: &mut Conn,
        told: &[Told],
        matters: &Matters,
        person: Id,
        letter: Id,
    ) -> Result<()> {
        for told in told {
            if let Some(line) = line(told, matters) {
                store::tell(conn, &line, person, letter, self.today)?;
            }
        }
        Ok(())
    }

    /// Records what is over and when to look again.
    fn record(&self, verdicts: &[Verdict]) -> Result<()> {
        for unit in verdicts.chunks(BATCH) {
            let missing: BTreeSet<_> = unit.iter().flat_map(|one| one.missing.clone()).collect();
            self.write(|conn| {
                let keys: Vec<String> = unit.iter().map(|one| one.seen.key.clone()).collect();
                let known = store::steps_of(conn, &keys)?;
                for verdict in unit {
                    let climb = verdict.climb();
                    let known = known.get(&climb).map_or(&[][..], Vec::as_slice);
                    let skipped = verdict.skip.iter().map(|step| (step, Outcome::Skipped));
                    let posted = verdict.tell.iter().map(|step| (step, Outcome::Posted));
                    for (step, outcome) in skipped.chain(posted) {
                        if !known.contains(step) {
                            store::end_step(conn, &climb, step, outcome, self.today)?;
                        }
                    }
                    deadlines::step_on(conn, &verdict.seen, verdict.next_step_on)?;
                }
                for missing in &missing {
                    rungs::record(conn, missing, self.today)?;
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}

impl Round {
    fn add(&mut self, telling: Telling, around: &Around) {
        let Telling {
            verdict,
            matter,
            notices,
        } = telling;
        if let Some(matter) = matter {
            self.matters.insert(verdict.seen.key.clone(), matter);
        }
        for notice in &notices {
            let id = notice.recipient.person;
            if let Some(addressee) = around.addressee(id) {
                let recipient = || Recipient {
                    id,
                    name: addressee.name.clone(),
                    address: addressee.address.clone(),
                    lang: addressee.lang,
                };
                self.people.entry(id).or_insert_with(recipient);
            }
        }
        self.notices.extend(notices);
        self.verdicts.push(verdict);
    }
}

/// Returns what of it is open still, unmoved, and not told to this person yet.
fn untold(conn: &mut Conn, told: &[Told], matters: &Matters, person: Id) -> Result<Vec<Told>> {
    let keys: Vec<String> = told.iter().map(|told| told.deadline.clone()).collect();
    let open = store::open_among(conn, &keys)?;
    let known = store::told_to(conn, person, &keys)?;
    let untold = told.iter().filter(|told| {
        line(told, matters)
            .is_some_and(|line| open.contains(&(line.0.clone(), line.1)) && !known.contains(&line))
    });
    Ok(untold.cloned().collect())
}

/// Cuts letters into units that are bounded in letters and in lines.
fn units<P, D>(envelopes: &[Envelope<P, D>]) -> Vec<&[Envelope<P, D>]> {
    let lines = |one: &Envelope<P, D>| one.items.len() + one.rest.len().min(BATCH);
    let (mut units, mut rest, mut size, mut total) = (Vec::new(), envelopes, 0, 0);
    while let Some(next) = rest.get(size) {
        if size > 0 && (size == LETTERS || total + lines(next) > LINES) {
            let (unit, after) = rest.split_at(size);
            units.push(unit);
            (rest, size, total) = (after, 0, 0);
        } else {
            total += lines(next);
            size += 1;
        }
    }
    if !rest.is_empty() {
        units.push(rest);
    }
    units
}

/// Returns how the ledger writes what is told.
fn line(told: &Told, matters: &Matters) -> Option<Line> {
    let due_on = matters.get(&told.deadline)?.due_on;
    let step = told.reason().step.to_string();
    Some((told.deadline.clone(), due_on, step))
}

//! The postman: delivers what is due, round by round.
//!
//! Each letter is claimed and marked as being sent in a unit of its own before the first byte leaves,
//! and what became of it is written in another. A process that dies between the two leaves a lease
//! that runs out; see `docs/decisions/0003-a-lease-outlasts-the-longest-attempt.md`. Which letters are
//! still wanted and whether it is a working hour are the caller's to say. Sleeps never.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::outbox::State;
use super::reading::KeptItem;
use super::sending::{self, Batch, Claimed, Hours, Terms};
use super::transport::{Outcome, Transport};
use crate::kernel::error::{Error, Result};
use crate::kernel::time::Moment;
use crate::settings::Settings;
use crate::settings::mail::MailSettings;
use crate::store::{Conn, Store};

/// Letters on their way at the same time: as many as the transport has sessions.
const PARALLEL: usize = 4;

/// What a lease holds beyond the longest attempt: time to claim and to write the outcome down.
const MARGIN: Duration = Duration::from_mins(1);

/// How long a round goes on claiming. What is due beyond waits for the next one, so that the other
/// periodic jobs have their turn behind a slow relay.
const ROUND: Duration = Duration::from_mins(2);

/// Tries of one unit on a busy store, each of several tries of the store's own.
const TRIES: u32 = 10;

type StillWanted = Arc<dyn Fn(&mut Conn, &[KeptItem]) -> Result<bool> + Send + Sync>;

/// Delivers the letters that are due, at most four at a time, and returns how many left.
///
/// A letter whose recipient can no longer sign in, or of which `still_wanted` says no, is cancelled
/// instead. When the relay itself is in trouble the round ends, and everything due rests for the
/// shortest wait of the schedule.
///
/// # Errors
/// Faults of the store; letters under way are settled first.
pub(crate) async fn deliver_round(
    store: &Store,
    transport: &Transport,
    settings: &Settings,
    now: Moment,
    hours: Hours,
    still_wanted: impl Fn(&mut Conn, &[KeptItem]) -> Result<bool> + Send + Sync + 'static,
) -> Result<usize> {
    let round = Round {
        store,
        transport,
        settings: Arc::new(settings.mail.clone()),
        began: (now, Instant::now()),
        hours,
        still_wanted: Arc::new(still_wanted),
        over: AtomicBool::new(false),
        writing: Mutex::new(()),
    };
    let sent = round.run().await;
    transport.hang_up().await;
    sent
}

struct Round<'a> {
    store: &'a Store,
    transport: &'a Transport,
    settings: Arc<MailSettings>,
    /// The moment the round was given, and when that was on the clock that only runs forward.
    began: (Moment, Instant),
    hours: Hours,
    still_wanted: StillWanted,
    /// Set when no further letter is to be claimed: the relay is in trouble.
    over: AtomicBool,
    /// Held while a unit of this round runs: they would only get in each other's way.
    writing: Mutex<()>,
}

impl Round<'_> {
    async fn run(&self) -> Result<usize> {
        self.take_back().await?;
        // All walks are driven together: one that waits never keeps another from its turn.
        let walks = join_all((0..PARALLEL).map(|_| self.walk())).await;
        walks.into_iter().sum()
    }

    /// Delivers one letter after another until nothing is due. Returns how many left.
    async fn walk(&self) -> Result<usize> {
        let mut sent = 0;
        while !self.over.load(Ordering::Relaxed) && self.began.1.elapsed() < ROUND {
            let batch = self.claim().await?;
            if batch.seen == 0 {
                break;
            }
            if let Some(claimed) = batch.claimed {
                sent += usize::from(self.attempt(claimed).await? == Some(State::Sent));
            }
        }
        Ok(sent)
    }

    /// Runs one unit at a time, and again while the store is busy: letters are being delivered, and
    /// an outcome that is not written down is a letter that may arrive twice. Every try waits within
    /// the store already.
    async fn write<T: Send + 'static>(
        &self,
        unit: impl Fn(&mut Conn) -> Result<T> + Send + Sync + 'static,
    ) -> Result<T> {
        let _turn = self.writing.lock().await;
        let unit = Arc::new(unit);
        for _ in 1..TRIES {
            let unit = Arc::clone(&unit);
            match self.store.write(move |conn| unit(conn)).await {
                Err(Error::Busy) => {}
                done => return done,
            }
        }
        self.store.write(move |conn| unit(conn)).await
    }

    /// The present moment: a round may take longer than a lease, so its start will not do.
    fn now(&self) -> Moment {
        self.began.0.plus(self.began.1.elapsed())
    }

    async fn take_back(&self) -> Result<()> {
        let (settings, now) = (Arc::clone(&self.settings), self.now());
        let lapsed = self
            .write(move |conn| sending::take_back(conn, &settings, now))
            .await?;
        if lapsed > 0 {
            tracing::warn!(
                letters = lapsed,
                "letters whose sender ended before it knew the answer may be sent once more"
            );
            count("ambiguous", lapsed);
        }
        Ok(())
    }

    async fn claim(&self) -> Result<Batch> {
        let settings = Arc::clone(&self.settings);
        let still_wanted = Arc::clone(&self.still_wanted);
        let terms = Terms {
            now: self.now(),
            hours: self.hours,
            lease: lease(self.transport),
            life: Duration::from_secs(u64::from(settings.life_hours) * 3600),
        };
        let batch = self
            .write(move |conn| sending::claim(conn, &settings, &terms, &*still_wanted))
            .await?;
        count("cancelled", batch.cancelled);
        Ok(batch)
    }

    async fn attempt(&self, claimed: Claimed) -> Result<Option<State>> {
        let outcome = self.transport.deliver(&claimed.parcel).await;
        let relay_wide = matches!(
            outcome,
            Outcome::Retry {
                relay_wide: true,
                ..
            }
        );
        if relay_wide {
            self.over.store(true, Ordering::Relaxed);
        }
        let (settings, now) = (Arc::clone(&self.settings), self.now());
        let (id, kept) = (claimed.standing.id, outcome.clone());
        let state = self
            .write(move |conn| sending::settle(conn, &settings, &claimed, &kept, now))
            .await?;
        match state {
            Some(State::Dead) => {
                tracing::error!(letter.id = %id, ?outcome, "a letter was given up");
            }
            Some(state) => {
                tracing::info!(letter.id = %id, letter.state = %state, ?outcome, "a letter was attempted");
            }
            None => tracing::error!(
                letter.id = %id,
                ?outcome,
                "an attempt outlasted its lease; the letter may arrive twice"
            ),
        }
        count(state.map_or("overtaken", State::as_str), 1);
        Ok(state)
    }
}

/// Returns how long a claim holds.
pub(super) fn lease(transport: &Transport) -> Duration {
    transport.patience() + MARGIN
}

/// Counts letters by what became of them.
fn count(outcome: &'static str, letters: usize) {
    let letters = u64::try_from(letters).unwrap_or(u64::MAX);
    metrics::counter!("fiveone_letters_total", "outcome" => outcome).increment(letters);
}

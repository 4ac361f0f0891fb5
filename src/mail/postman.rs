//! The postman: delivers what is due, round by round.
//!
//! Each letter is claimed and marked as being sent in a unit of its own before the first byte leaves,
//! and what became of it is written in another. A process that dies between the two leaves a lease
//! that runs out; see `docs/decisions/0003-a-lease-outlasts-the-longest-attempt.md`. Which letters are
//! still wanted and whether it is a working hour are the caller's to say. Sleeps never.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::time::Instant;

use super::outbox::State;
use super::sending::{self, Batch, Claimed, Hours, Outgoing, Terms};
use super::transport::{Outcome, Transport};
use crate::kernel::error::Result;
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

type StillWanted = Arc<dyn Fn(&mut Conn, &Outgoing) -> Result<bool> + Send + Sync>;

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
    still_wanted: impl Fn(&mut Conn, &Outgoing) -> Result<bool> + Send + Sync + 'static,
) -> Result<usize> {
    let round = Round {
        store,
        transport,
        settings: Arc::new(settings.mail.clone()),
        began: (now, Instant::now()),
        hours,
        still_wanted: Arc::new(still_wanted),
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
}

/// What became of one letter.
struct Done {
    state: Option<State>,
    relay_wide: bool,
}

impl Round<'_> {
    async fn run(&self) -> Result<usize> {
        let mut sent = 0;
        let mut claiming = true;
        let mut fault = self.take_back().await.err();
        let mut flying = FuturesUnordered::new();
        loop {
            while claiming && flying.len() < PARALLEL {
                match self.claim(PARALLEL - flying.len()).await {
                    Ok(batch) => {
                        claiming = batch.seen > 0 && self.began.1.elapsed() < ROUND;
                        flying.extend(batch.claimed.into_iter().map(|one| self.attempt(one)));
                    }
                    Err(error) => {
                        claiming = false;
                        fault.get_or_insert(error);
                    }
                }
            }
            match flying.next().await {
                None => break,
                Some(Ok(done)) => {
                    sent += usize::from(done.state == Some(State::Sent));
                    claiming &= !done.relay_wide;
                }
                Some(Err(error)) => {
                    claiming = false;
                    fault.get_or_insert(error);
                }
            }
        }
        fault.map_or(Ok(sent), Err)
    }

    /// The present moment: a round may take longer than a lease, so its start will not do.
    fn now(&self) -> Moment {
        self.began.0.plus(self.began.1.elapsed())
    }

    async fn take_back(&self) -> Result<()> {
        let (settings, now) = (Arc::clone(&self.settings), self.now());
        let lapsed = self
            .store
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

    async fn claim(&self, most: usize) -> Result<Batch> {
        let settings = Arc::clone(&self.settings);
        let still_wanted = Arc::clone(&self.still_wanted);
        let terms = Terms {
            now: self.now(),
            hours: self.hours,
            lease: self.transport.patience() + MARGIN,
            life: Duration::from_secs(u64::from(settings.life_hours) * 3600),
            most,
        };
        let batch = self
            .store
            .write(move |conn| sending::claim(conn, &settings, &terms, &*still_wanted))
            .await?;
        count("cancelled", batch.cancelled);
        Ok(batch)
    }

    async fn attempt(&self, claimed: Claimed) -> Result<Done> {
        let outcome = self.transport.deliver(&claimed.parcel).await;
        let (settings, now) = (Arc::clone(&self.settings), self.now());
        let id = claimed.standing.id;
        let relay_wide = matches!(
            outcome,
            Outcome::Retry {
                relay_wide: true,
                ..
            }
        );
        let kept = outcome.clone();
        let state = self
            .store
            .write(move |conn| sending::settle(conn, &settings, &claimed, &kept, now))
            .await?;
        match state {
            Some(state) => {
                count(state.as_str(), 1);
                if state == State::Dead {
                    tracing::error!(letter.id = %id, ?outcome, "a letter was given up");
                } else {
                    tracing::info!(letter.id = %id, letter.state = %state, ?outcome, "a letter was attempted");
                }
            }
            None => tracing::error!(
                letter.id = %id,
                ?outcome,
                "an attempt outlasted its lease; the letter may arrive twice"
            ),
        }
        Ok(Done { state, relay_wide })
    }
}

/// Counts letters by what became of them.
fn count(outcome: &'static str, letters: usize) {
    let letters = u64::try_from(letters).unwrap_or(u64::MAX);
    metrics::counter!("fiveone_letters_total", "outcome" => outcome).increment(letters);
}

//! What becomes of a letter after an attempt, and when the next one is: pure.
//!
//! Knows no working hours: a letter that keeps them is not claimed outside them, however long it
//! has been due.

use std::time::Duration;

use sha2::{Digest as _, Sha256};

use super::outbox::{Ending, State};
use super::transport::Outcome;
use crate::kernel::id::Id;
use crate::kernel::time::Moment;

/// Waits before the second, third, … attempt, in multiples of the first (1, 2, 5, 15, 30, 60
/// minutes by default); the last one holds from then on. Postfix begins with 5 minutes and RFC
/// 5321, 4.5.4.1, asks for 30 between most attempts: ours come sooner at first, as the relay is
/// the site's own.
const WAITS: [u32; 6] = [1, 2, 5, 15, 30, 60];

/// How long a letter rests that may have been accepted, so that a relay that is only slow has
/// delivered or reported it before it is sent once more.
const DOUBT: Duration = Duration::from_mins(15);

/// How a letter stands when an attempt ends.
#[derive(Debug, Clone, Copy)]
pub(super) struct Standing {
    pub(super) id: Id,
    /// Attempts made, this one included.
    pub(super) attempts: i64,
    /// Attempts before this one that may have been accepted.
    pub(super) doubts: i64,
    /// When it is given up.
    pub(super) expires_at: Moment,
}

/// What becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Verdict {
    pub(super) state: State,
    pub(super) next_attempt_at: Option<Moment>,
    pub(super) doubts: i64,
    pub(super) ending: Ending,
}

/// Decides what becomes of a letter after an attempt; `base` is the wait before the second.
///
/// A letter that may have been accepted is sent once more under its Message-ID. Should that attempt
/// be refused for the moment, it is still to be made; should it end in doubt too, the letter is given
/// up, as a third copy would help nobody.
pub(super) fn verdict(
    outcome: &Outcome,
    standing: &Standing,
    base: Duration,
    now: Moment,
) -> Verdict {
    let doubts = standing.doubts;
    let over = |state, ending| Verdict {
        state,
        next_attempt_at: None,
        doubts,
        ending,
    };
    match outcome {
        Outcome::Sent { .. } => over(State::Sent, Ending::Sent),
        Outcome::Bounced { .. } => over(State::Bounced, Ending::Bounced),
        Outcome::Retry { .. } if now >= standing.expires_at => over(State::Dead, Ending::Retry),
        Outcome::Retry { .. } => {
            let next = now.plus(wait(standing.id, standing.attempts, base));
            Verdict {
                state: if doubts > 0 {
                    State::Ambiguous
                } else {
                    State::Retry
                },
                // The last attempt falls on the end of its life, not beyond it.
                next_attempt_at: Some(next.min(standing.expires_at)),
                doubts,
                ending: Ending::Retry,
            }
        }
        Outcome::Ambiguous { .. } if doubts > 0 => Verdict {
            doubts: doubts.saturating_add(1),
            ..over(State::Dead, Ending::Ambiguous)
        },
        Outcome::Ambiguous { .. } => Verdict {
            state: State::Ambiguous,
            next_attempt_at: Some(now.plus(DOUBT)),
            doubts: 1,
            ending: Ending::Ambiguous,
        },
    }
}

/// Returns the wait after so many attempts: the schedule, longer or shorter by up to a fifth. The
/// share is derived from the row, so that letters that failed together do not come back together.
fn wait(id: Id, attempts: i64, base: Duration) -> Duration {
    let past = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
    let times = WAITS.get(past).copied().unwrap_or(60);
    let digest = Sha256::digest(format!("{id}/{attempts}"));
    let share = digest
        .iter()
        .take(2)
        .fold(0_u32, |sum, byte| sum * 256 + u32::from(*byte));
    let permille = 800 + share % 401;
    base.saturating_mul(times).saturating_mul(permille) / 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: Duration = Duration::from_mins(1);

    fn standing(attempts: i64, doubts: i64) -> Standing {
        Standing {
            id: Id::new(),
            attempts,
            doubts,
            expires_at: now().plus(Duration::from_hours(72)),
        }
    }

    fn now() -> Moment {
        "2026-10-12T09:00:00+08:00".parse().unwrap()
    }

    fn refused() -> Outcome {
        Outcome::Retry {
            why: "450".to_owned(),
            relay_wide: false,
        }
    }

    fn in_doubt() -> Outcome {
        Outcome::Ambiguous {
            why: "silence".to_owned(),
        }
    }

    #[test]
    fn waits_grow_to_an_hour_and_stay_within_a_fifth_of_the_schedule() {
        for (attempts, minutes) in [
            (1, 1),
            (2, 2),
            (3, 5),
            (4, 15),
            (5, 30),
            (6, 60),
            (7, 60),
            (70, 60),
        ] {
            for _ in 0..200 {
                let waited = wait(Id::new(), attempts, MINUTE);
                assert!(waited >= MINUTE * minutes * 4 / 5, "{attempts}: {waited:?}");
                assert!(waited <= MINUTE * minutes * 6 / 5, "{attempts}: {waited:?}");
            }
        }
    }

    #[test]
    fn two_letters_that_fail_together_do_not_come_back_together() {
        let waits: std::collections::BTreeSet<_> =
            (0..50).map(|_| wait(Id::new(), 3, MINUTE)).collect();
        assert!(waits.len() > 20, "{}", waits.len());
        let id = Id::new();
        assert_eq!(wait(id, 3, MINUTE), wait(id, 3, MINUTE));
    }

    #[test]
    fn a_letter_is_tried_for_the_last_time_when_its_life_ends_and_is_then_dead() {
        let mut standing = standing(9, 0);
        standing.expires_at = now().plus(MINUTE * 10);
        let verdict_now = verdict(&refused(), &standing, MINUTE, now());
        assert_eq!(verdict_now.state, State::Retry);
        assert_eq!(verdict_now.next_attempt_at, Some(standing.expires_at));
        let last = verdict(&refused(), &standing, MINUTE, standing.expires_at);
        assert_eq!((last.state, last.next_attempt_at), (State::Dead, None));
    }

    #[test]
    fn a_letter_in_doubt_is_sent_once_more_after_a_quarter_of_an_hour_and_never_a_third_time() {
        let first = verdict(&in_doubt(), &standing(1, 0), MINUTE, now());
        assert_eq!(first.state, State::Ambiguous);
        assert_eq!(first.next_attempt_at, Some(now().plus(MINUTE * 15)));
        let second = verdict(&in_doubt(), &standing(2, first.doubts), MINUTE, now());
        assert_eq!((second.state, second.next_attempt_at), (State::Dead, None));
        assert_eq!(second.doubts, 2);
    }

    #[test]
    fn a_resend_that_is_refused_for_the_moment_is_still_to_be_made() {
        let again = verdict(&refused(), &standing(2, 1), MINUTE, now());
        assert_eq!(again.state, State::Ambiguous);
        assert!(again.next_attempt_at.is_some());
        let done = verdict(
            &Outcome::Sent {
                reply: String::new(),
            },
            &standing(3, 1),
            MINUTE,
            now(),
        );
        assert_eq!((done.state, done.doubts), (State::Sent, 1));
    }

    #[test]
    fn a_refusal_for_good_ends_it_at_the_first_attempt() {
        let no = Outcome::Bounced {
            why: "550".to_owned(),
        };
        let ended = verdict(&no, &standing(1, 0), MINUTE, now());
        assert_eq!((ended.state, ended.next_attempt_at), (State::Bounced, None));
    }
}

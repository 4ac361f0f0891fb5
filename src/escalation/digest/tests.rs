use super::*;
use crate::escalation::ladder::{Audience, Ladder};
use crate::escalation::samples::{day, project_ladder};

fn occurrence<'l>(ladder: &'l Ladder, name: &str) -> Occurrence<'l> {
    let found = ladder.steps().iter().find_map(|step| {
        let round = (0..9).find(|round| step.name(*round).as_str() == name)?;
        Some((step, round))
    });
    let (step, round) = found.unwrap();
    let on = day("2026-10-12");
    Occurrence { step, round, on }
}

fn told(person: &str, step: &str, deadline: u32, days_overdue: i64) -> Notice<String, u32> {
    let ladder = project_ladder();
    let step = occurrence(&ladder, step);
    let recipient = Recipient {
        person: person.to_owned(),
        is_copy: false,
        reason: Reason {
            ladder: ladder.name().to_owned(),
            policy_version: 1,
            step: step.name(),
            audience: Audience::Owner,
            in_place_of: None,
        },
    };
    Notice::new(recipient, deadline, &step, days_overdue, false)
}

/// One letter in one line: person, kind of letter, then each item as step/deadline.
fn lines(envelopes: &[Envelope<String, u32>]) -> Vec<String> {
    envelopes
        .iter()
        .map(|envelope| {
            let items = envelope
                .items
                .iter()
                .map(|item| format!("{}/{}", item.reason().step, item.deadline));
            format!(
                "{} {}{}: {}",
                envelope.person,
                envelope.letter.as_str(),
                if envelope.is_digest { " digest" } else { "" },
                items.collect::<Vec<_>>().join(" ")
            )
        })
        .collect()
}

#[test]
fn a_person_gets_one_digest_with_the_most_severe_first() {
    let envelopes = assemble([
        told("wang", "E0-1", 1, -1),
        told("wang", "E2", 2, 3),
        told("wang", "E1", 3, 1),
        told("wang", "E2", 4, 4),
        told("wang", "E1", 5, 1),
    ]);
    assert_eq!(
        lines(&envelopes),
        ["wang assignment digest: E2/4 E2/2 E1/3 E1/5 E0-1/1"]
    );
}

#[test]
fn supervision_and_above_are_letters_of_their_own_one_per_matter() {
    let envelopes = assemble([
        told("wang", "E1", 1, 1),
        told("wang", "E3", 2, 5),
        told("wang", "R2", 3, 25),
        told("wang", "R1", 4, 20),
        told("wang", "E5", 5, 15),
        told("wang", "E4", 6, 10),
        told("wang", "E3", 7, 6),
    ]);
    assert_eq!(
        lines(&envelopes),
        [
            "wang circular: R2/3",
            "wang circular: R1/4",
            "wang elevation: E5/5",
            "wang supervision: E4/6",
            "wang supervision: E3/7",
            "wang supervision: E3/2",
            "wang notice digest: E1/1",
        ]
    );
}

#[test]
fn what_is_critical_is_a_letter_of_its_own_at_any_step() {
    let ladder = project_ladder();
    let step = occurrence(&ladder, "E1");
    let recipient = told("wang", "E1", 1, 1).recipient;
    let critical = Notice::new(recipient, 1, &step, 1, true);
    let envelopes = assemble([critical, told("wang", "E1", 2, 1)]);
    assert_eq!(
        lines(&envelopes),
        ["wang notice: E1/1", "wang notice digest: E1/2"]
    );
}

#[test]
fn copies_stand_in_the_same_digest_and_stay_marked() {
    let mut copy = told("wang", "E2", 1, 3);
    copy.recipient.is_copy = true;
    let envelopes = assemble([copy, told("wang", "E1", 2, 1)]);
    let marked: Vec<_> = envelopes[0]
        .items
        .iter()
        .map(|item| (item.deadline, item.recipient.is_copy))
        .collect();
    assert_eq!(marked, [(1, true), (2, false)]);
}

#[test]
fn a_digest_shows_fifty_and_counts_the_rest() {
    let gather = |count: u32| assemble((0..count).map(|at| told("wang", "E1", at, i64::from(at))));
    for (count, shown, rest) in [(1, 1, 0), (50, 50, 0), (51, 50, 1), (5_000, 50, 4_950)] {
        let envelopes = gather(count);
        assert_eq!(envelopes.len(), 1);
        assert_eq!(
            (envelopes[0].items.len(), envelopes[0].rest.len()),
            (shown, rest)
        );
        // The least overdue are those only counted.
        assert!(
            envelopes[0]
                .rest
                .iter()
                .all(|item| item.deadline < count - 50)
        );
    }
    assert!(gather(0).is_empty());
}

#[test]
fn letters_do_not_depend_on_the_order_of_the_notices() {
    let notices = || {
        let all = ["E0-5", "E1", "E2", "E3", "E4", "R1"]
            .into_iter()
            .enumerate();
        all.flat_map(|(at, step)| {
            let at = u32::try_from(at).unwrap();
            ["li", "wang", "zhao"].map(|person| told(person, step, at, i64::from(at)))
        })
        .collect::<Vec<_>>()
    };
    let forwards = assemble(notices());
    let backwards = assemble(notices().into_iter().rev());
    assert_eq!(forwards, backwards);
    let people: Vec<_> = forwards
        .iter()
        .map(|envelope| envelope.person.as_str())
        .collect();
    assert!(people.is_sorted());
    let digests = forwards.iter().filter(|envelope| envelope.is_digest);
    assert_eq!(digests.count(), 3, "one each");
}

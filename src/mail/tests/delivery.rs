//! What becomes of a letter in the hands of the postman.

use std::collections::BTreeSet;

use super::super::outbox::{Ending, State};
use super::super::sending::{self, Terms};
use super::super::transport::tests::relay::{Act, ClosedPort, Received, Step};
use super::*;
use crate::store::schema::letters as table;

const HOLDING: std::time::Duration = std::time::Duration::from_mins(12);

fn stored_bytes(store: &Store) -> Vec<u8> {
    let bytes: String = store
        .read_blocking(|conn| Ok(table::table.select(table::bytes).first(conn)?))
        .unwrap();
    bytes.into_bytes()
}

fn disable(store: &Store, id: Id) {
    store
        .write_blocking(|conn| {
            diesel::update(accounts::table.find(id))
                .set(accounts::disabled_at.eq(Some(monday())))
                .execute(conn)?;
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_letter_leaves_once_however_many_rounds_there_are() {
    on_each(async |store, settings| {
        let to = person(store, "wang@example.cn");
        assert!(posted(store, &settings, &letter("a"), &to));
        assert!(!posted(store, &settings, &letter("a"), &to));
        assert_eq!(round(store, &settings, monday()).await, 1);
        assert_eq!(
            round(store, &settings, monday().plus(minutes(999))).await,
            0
        );
        let kept = only(store);
        assert_eq!(kept.row.state, State::Sent);
        assert_eq!(kept.attempts.len(), 1);
        let id = kept.row.message_id.trim_matches(['<', '>']).to_owned();
        assert_eq!(files(&settings.mail.folder), [format!("{id}.eml")]);
    });
}

#[test]
fn a_letter_refused_for_the_moment_comes_again_with_the_same_bytes() {
    with_relay(async |store, settings, relay| {
        relay.will_times(1, Step::Rcpt, Act::Say("450 4.2.1 mailbox busy"));
        posted(
            store,
            &settings,
            &letter("a"),
            &person(store, "wang@example.cn"),
        );
        let bytes = stored_bytes(store);
        assert_eq!(round(store, &settings, monday()).await, 0);
        let kept = only(store);
        assert_eq!(kept.row.state, State::Retry);
        assert!(kept.attempts[0].detail.contains("450 4.2.1"), "{kept:?}");
        // The first wait is a minute, a fifth more or less.
        assert_eq!(
            round(store, &settings, monday().plus(minutes(1) / 2)).await,
            0
        );
        assert_eq!(only(store).row.attempts, 1);
        assert_eq!(round(store, &settings, monday().plus(minutes(2))).await, 1);
        let kept = only(store);
        assert_eq!(kept.row.state, State::Sent);
        let endings: Vec<_> = kept
            .attempts
            .iter()
            .map(|attempt| attempt.outcome)
            .collect();
        assert_eq!(endings, [Ending::Retry, Ending::Sent]);
        let received = relay.received();
        assert_eq!(received.len(), 1);
        // The envelope names the row, so that a report of another mail system finds it.
        assert_eq!(
            received[0].from,
            format!("bounce+{}@example.cn", kept.row.id)
        );
        assert_eq!(received[0].to, ["wang@example.cn"]);
        assert_eq!(stored_bytes(store), bytes);
        assert_eq!(
            received[0].raw.trim_ascii_end(),
            bytes.trim_ascii_end(),
            "what was written is what arrived"
        );
    });
}

#[test]
fn a_letter_refused_for_good_bounces_and_the_second_bounce_marks_the_address() {
    with_relay(async |store, settings, relay| {
        relay.will(Step::Rcpt, Act::Say("550 5.1.1 no such user"));
        let to = person(store, "gone@example.cn");
        let marked = |store: &Store| {
            store
                .read_blocking(super::super::bounced_addresses)
                .unwrap()
        };
        posted(store, &settings, &letter("a"), &to);
        assert_eq!(round(store, &settings, monday()).await, 0);
        assert_eq!(only(store).row.state, State::Bounced);
        assert_eq!(only(store).attempts.len(), 1);
        assert!(marked(store).is_empty());
        posted(store, &settings, &letter("b"), &to);
        round(store, &settings, monday().plus(minutes(999))).await;
        let marked = marked(store);
        assert_eq!(marked.len(), 1);
        assert_eq!((marked[0].account, marked[0].bounces), (to.id, 2));
        assert_eq!(relay.received().len(), 0);
    });
}

#[test]
fn a_letter_whose_answer_was_lost_is_sent_once_more_under_its_message_id() {
    with_relay(async |store, settings, relay| {
        relay.will_times(1, Step::Reply, Act::Drop);
        posted(
            store,
            &settings,
            &letter("a"),
            &person(store, "wang@example.cn"),
        );
        assert_eq!(round(store, &settings, monday()).await, 0);
        assert_eq!(only(store).row.state, State::Ambiguous);
        assert_eq!(round(store, &settings, monday().plus(minutes(14))).await, 0);
        assert_eq!(relay.received().len(), 1);
        assert_eq!(round(store, &settings, monday().plus(minutes(16))).await, 1);
        let received = relay.received();
        assert_eq!(received.len(), 2);
        assert_eq!(received[0].message_id(), received[1].message_id());
        assert_eq!(received[0].raw, received[1].raw);
        let kept = only(store);
        assert_eq!(kept.row.state, State::Sent);
        let endings: Vec<_> = kept
            .attempts
            .iter()
            .map(|attempt| attempt.outcome)
            .collect();
        assert_eq!(endings, [Ending::Ambiguous, Ending::Sent]);
    });
}

#[test]
fn a_letter_whose_answer_was_lost_twice_is_given_up() {
    with_relay(async |store, settings, relay| {
        relay.will(Step::Reply, Act::Drop);
        posted(
            store,
            &settings,
            &letter("a"),
            &person(store, "wang@example.cn"),
        );
        for hours in 0..5 {
            round(store, &settings, monday().plus(minutes(60 * hours))).await;
        }
        assert_eq!(only(store).row.state, State::Dead);
        assert_eq!(relay.received().len(), 2);
    });
}

#[test]
fn a_letter_never_accepted_is_tried_for_its_life_and_then_given_up() {
    with_relay(async |store, settings, relay| {
        relay.will(Step::Rcpt, Act::Say("450 4.2.1 mailbox busy"));
        posted(
            store,
            &settings,
            &letter("a"),
            &person(store, "wang@example.cn"),
        );
        let mut now = monday();
        for _ in 0..100 {
            round(store, &settings, now).await;
            let Some(next) = only(store).row.next_attempt_at else {
                break;
            };
            assert!(
                next > now && next <= now.plus(minutes(73)),
                "{next} after {now}"
            );
            now = next;
        }
        let kept = only(store);
        assert_eq!(kept.row.state, State::Dead);
        let tried_for = now.since(monday());
        assert!(tried_for >= minutes(72 * 60), "{tried_for:?}");
        assert!(tried_for < minutes(73 * 60), "{tried_for:?}");
        assert!(
            (60..=100).contains(&kept.attempts.len()),
            "{}",
            kept.attempts.len()
        );
    });
}

#[test]
fn a_postman_that_died_leaves_a_lease_and_its_letter_is_sent_once_more() {
    with_relay(async |store, settings, relay| {
        posted(
            store,
            &settings,
            &letter("a"),
            &person(store, "wang@example.cn"),
        );
        let terms = Terms {
            now: monday(),
            hours: Hours::Open,
            lease: HOLDING,
            life: minutes(72 * 60),
        };
        let mail = settings.mail.clone();
        let batch = store.write_blocking(|conn| sending::claim(conn, &mail, &terms, &wanted));
        assert!(batch.unwrap().claimed.is_some());
        assert_eq!(only(store).row.state, State::Sending);
        round(store, &settings, monday().plus(minutes(11))).await;
        assert_eq!(
            only(store).row.state,
            State::Sending,
            "the lease still holds"
        );
        round(store, &settings, monday().plus(minutes(13))).await;
        assert_eq!(only(store).row.state, State::Ambiguous);
        assert_eq!(relay.received().len(), 0);
        assert_eq!(round(store, &settings, monday().plus(minutes(29))).await, 1);
        assert_eq!(relay.received().len(), 1);
    });
}

#[test]
fn the_lease_outlasts_the_longest_attempt() {
    let settings = Settings::from_defaults(&[
        ("mail.transport".to_owned(), "smtp".to_owned()),
        ("mail.smtp_host".to_owned(), "relay.example.cn".to_owned()),
    ])
    .unwrap();
    let transport = Transport::from_settings(&settings.mail).unwrap();
    assert!(transport.patience() > std::time::Duration::from_mins(11));
    assert!(super::super::postman::lease(&transport) > transport.patience());
}

#[test]
fn two_postmen_at_once_deliver_each_letter_once() {
    with_relay(async |store, settings, relay| {
        let to = person(store, "wang@example.cn");
        for number in 0..40 {
            posted(store, &settings, &letter(&number.to_string()), &to);
        }
        let (one, other) = tokio::join!(
            round(store, &settings, monday()),
            round(store, &settings, monday())
        );
        assert_eq!(one + other, 40);
        let received = relay.received();
        let ids: BTreeSet<_> = received.iter().map(Received::message_id).collect();
        assert_eq!((received.len(), ids.len()), (40, 40));
        assert!(all(store).iter().all(|kept| kept.row.state == State::Sent));
        assert!(all(store).iter().all(|kept| kept.attempts.len() == 1));
    });
}

#[test]
fn a_letter_no_longer_wanted_or_to_nobody_any_more_is_cancelled() {
    on_each(async |store, settings| {
        let (here, gone) = (
            person(store, "here@example.cn"),
            person(store, "gone@example.cn"),
        );
        posted(store, &settings, &letter("unwanted"), &here);
        posted(store, &settings, &letter("gone"), &gone);
        posted(
            store,
            &settings,
            &Letter {
                items: vec![Item {
                    step: "E3".to_owned(),
                    ..item(Facts::none())
                }],
                ..letter("kept")
            },
            &here,
        );
        disable(store, gone.id);
        let transport = Transport::from_settings(&settings.mail).unwrap();
        let asked = |_: &mut Conn, items: &[KeptItem]| {
            assert_eq!(items.len(), 1);
            Ok(items[0].step == "E3")
        };
        let sent = deliver_round(store, &transport, &settings, monday(), Hours::Open, asked).await;
        assert_eq!(sent.unwrap(), 1);
        let states: Vec<_> = all(store).iter().map(|kept| kept.row.state).collect();
        assert_eq!(states, [State::Cancelled, State::Cancelled, State::Sent]);
        assert_eq!(files(&settings.mail.folder).len(), 1);
    });
}

#[test]
fn outside_working_hours_only_what_goes_at_once_leaves() {
    on_each(async |store, settings| {
        let to = person(store, "wang@example.cn");
        posted(store, &settings, &letter("hours"), &to);
        posted(
            store,
            &settings,
            &Letter {
                urgency: Urgency::Now,
                ..letter("now")
            },
            &to,
        );
        let transport = Transport::from_settings(&settings.mail).unwrap();
        let evening = monday().plus(minutes(600));
        let sent =
            deliver_round(store, &transport, &settings, evening, Hours::Closed, wanted).await;
        assert_eq!(sent.unwrap(), 1);
        let states: Vec<_> = all(store).iter().map(|kept| kept.row.state).collect();
        assert_eq!(states, [State::Pending, State::Sent]);
        assert_eq!(round(store, &settings, evening.plus(minutes(690))).await, 1);
    });
}

#[test]
fn a_letter_for_a_slot_leaves_no_sooner() {
    on_each(async |store, settings| {
        let slot = monday().plus(minutes(300));
        let planned = Letter {
            urgency: Urgency::Slot,
            slot_at: Some(slot),
            ..letter("a")
        };
        posted(
            store,
            &settings,
            &planned,
            &person(store, "wang@example.cn"),
        );
        assert_eq!(round(store, &settings, monday()).await, 0);
        assert_eq!(round(store, &settings, slot).await, 1);
    });
}

#[test]
fn when_the_relay_is_down_everything_rests_and_nothing_is_lost() {
    with_relay(async |store, mut settings, relay| {
        let nobody = ClosedPort::new();
        settings.mail.smtp_port = nobody.port();
        let to = person(store, "wang@example.cn");
        for number in 0..12 {
            posted(store, &settings, &letter(&number.to_string()), &to);
        }
        assert_eq!(round(store, &settings, monday()).await, 0);
        let kept = all(store);
        let tried = kept.iter().filter(|kept| kept.row.attempts > 0).count();
        assert!(
            (1..=8).contains(&tried),
            "{tried} letters met the same fault"
        );
        assert!(
            kept.iter()
                .all(|kept| kept.row.next_attempt_at > Some(monday()))
        );
        settings.mail.smtp_port = relay.port();
        assert_eq!(round(store, &settings, monday().plus(minutes(5))).await, 12);
    });
}

//! Every way an attempt can end, and what it means for the letter.

use std::time::Instant;

use super::relay::{Act, ClosedPort, Relay, Step};
use super::*;

/// Delivers one parcel to a relay that misbehaves at one step.
async fn with_fault(step: Step, act: Act) -> Outcome {
    let relay = Relay::plain().await;
    relay.will(step, act);
    let outcome = smtp(&relay).deliver(&parcel()).await;
    let taken = relay.received().len();
    assert_eq!(
        taken,
        usize::from(matches!(outcome, Outcome::Ambiguous { .. }))
    );
    outcome
}

/// Same, with limits that strike before and after the end of the message.
async fn in_time(step: Step, act: Act, parcel: &Parcel) -> (Outcome, usize) {
    let relay = Relay::plain().await;
    relay.will(step, act);
    let after_the_end = step == Step::Reply;
    let smtp = Smtp::new(SmtpSettings {
        session: if after_the_end { LATE } else { SOON },
        reply: if after_the_end { SOON } else { LATE },
        ..settings(&relay)
    })
    .unwrap();
    let started = Instant::now();
    let outcome = smtp.deliver(parcel).await;
    assert!(started.elapsed() < LATE / 2, "the other limit struck");
    (outcome, relay.received().len())
}

#[tokio::test]
async fn a_refused_connection_is_the_relays_fault() {
    let relay = Relay::plain().await;
    let nobody = ClosedPort::new();
    let smtp = Smtp::new(SmtpSettings {
        port: nobody.port(),
        ..settings(&relay)
    })
    .unwrap();
    let (why, relay_wide) = retry(smtp.deliver(&parcel()).await);
    assert!(relay_wide);
    assert!(why.starts_with("connecting to the relay: "), "{why}");
}

#[tokio::test]
async fn a_name_that_does_not_resolve_is_the_relays_fault() {
    let relay = Relay::plain().await;
    let smtp = Smtp::new(SmtpSettings {
        // RFC 6761 keeps this name from ever existing.
        host: "relay.invalid".to_owned(),
        ..settings(&relay)
    })
    .unwrap();
    let (_, relay_wide) = retry(smtp.deliver(&parcel()).await);
    assert!(relay_wide);
}

#[tokio::test]
async fn a_relay_that_turns_us_away_at_the_door_condemns_no_letter() {
    let doors = [Step::Greeting, Step::Ehlo];
    for said in [
        "421 4.3.2 closing down",
        "450 4.7.1 later",
        "554 5.7.1 blocked",
    ] {
        for step in doors {
            let (why, relay_wide) = retry(with_fault(step, Act::Say(said)).await);
            assert!(relay_wide, "{said} at {step:?}");
            assert!(why.contains(&said[..9]), "{why}");
        }
    }
}

#[tokio::test]
async fn a_relay_that_speaks_helo_only_is_told_of_in_words() {
    let said = "502 5.5.1 command not implemented";
    let (why, relay_wide) = retry(with_fault(Step::Ehlo, Act::Say(said)).await);
    assert!(relay_wide);
    assert!(why.starts_with("greeting the relay: 502"), "{why}");
}

#[tokio::test]
async fn a_4xx_is_tried_again_at_whichever_step() {
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Reply] {
        for said in [
            "450 4.2.1 mailbox busy",
            "451 4.3.0 error",
            "452 4.3.1 disk full",
        ] {
            let (why, relay_wide) = retry(with_fault(step, Act::Say(said)).await);
            assert!(!relay_wide, "{said} at {step:?}");
            assert!(why.contains(said), "{why}");
        }
    }
}

#[tokio::test]
async fn a_5xx_is_final_at_whichever_step() {
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Reply] {
        for said in [
            "550 5.1.1 no such user",
            "552 5.2.2 mailbox full",
            "554 5.7.1 spam",
        ] {
            let why = bounced(with_fault(step, Act::Say(said)).await);
            assert!(why.contains(said), "{why}");
        }
    }
}

#[tokio::test]
async fn a_refusal_that_speaks_of_the_relay_condemns_no_letter() {
    for step in [Step::Mail, Step::Rcpt, Step::Data, Step::Reply] {
        for said in [
            "421 4.3.2 closing down",
            "503 5.5.1 authenticate first",
            "530 5.7.0 authentication required",
            "538 5.7.11 encryption required",
        ] {
            let (_, relay_wide) = retry(with_fault(step, Act::Say(said)).await);
            assert!(relay_wide, "{said} at {step:?}");
        }
    }
}

#[tokio::test]
async fn a_refusal_over_several_lines_is_kept_whole_on_one() {
    let said = "550-5.7.25 no PTR record\r\n550-5.7.25 for\tyour address\r\n550 5.7.25 sorry";
    let why = bounced(with_fault(Step::Rcpt, Act::Say(said)).await);
    assert_eq!(
        why,
        "naming the recipient: 550 5.7.25 no PTR record for your address sorry"
    );
}

#[tokio::test]
async fn a_connection_lost_before_the_message_is_a_plain_retry() {
    for (step, wide) in [
        (Step::Greeting, true),
        (Step::Ehlo, true),
        (Step::Mail, false),
        (Step::Rcpt, false),
        (Step::Data, false),
    ] {
        let (_, relay_wide) = retry(with_fault(step, Act::Drop).await);
        assert_eq!(relay_wide, wide, "{step:?}");
    }
}

#[tokio::test]
async fn a_connection_lost_within_the_message_is_a_plain_retry() {
    let (outcome, taken) = in_time_late(Step::Body, Act::Drop, &large_parcel()).await;
    let (why, relay_wide) = retry(outcome);
    assert!(why.starts_with("sending the message: "), "{why}");
    assert_eq!((relay_wide, taken), (false, 0));
}

/// A small message fits into the socket's buffer whole, its end included, so whether the relay
/// read it to the end before the connection broke cannot be known here.
#[tokio::test]
async fn a_connection_lost_within_a_small_message_is_never_taken_for_an_answer() {
    match with_fault_within_the_message().await {
        Outcome::Retry { .. } | Outcome::Ambiguous { .. } => {}
        other => panic!("{other:?}"),
    }
}

async fn with_fault_within_the_message() -> Outcome {
    let relay = Relay::plain().await;
    relay.will(Step::Body, Act::Drop);
    smtp(&relay).deliver(&parcel()).await
}

async fn in_time_late(step: Step, act: Act, parcel: &Parcel) -> (Outcome, usize) {
    let relay = Relay::plain().await;
    relay.will(step, act);
    let outcome = smtp(&relay).deliver(parcel).await;
    (outcome, relay.received().len())
}

#[tokio::test]
async fn a_connection_lost_after_the_message_leaves_it_open_whether_it_was_taken() {
    let why = ambiguous(with_fault(Step::Reply, Act::Drop).await);
    assert!(
        why.starts_with("waiting for the answer to the whole message"),
        "{why}"
    );
}

#[tokio::test]
async fn an_answer_that_is_no_answer_leaves_it_open_whether_the_message_was_taken() {
    for said in ["hello there", "250", "354 and now?", "999 what"] {
        let relay = Relay::plain().await;
        relay.will(Step::Reply, Act::Say(said));
        let smtp = Smtp::new(SmtpSettings {
            reply: SOON,
            ..settings(&relay)
        })
        .unwrap();
        ambiguous(smtp.deliver(&parcel()).await);
    }
}

#[tokio::test]
async fn a_go_ahead_that_is_none_starts_no_message() {
    let relay = Relay::plain().await;
    relay.will(Step::Data, Act::Say("250 2.0.0 certainly"));
    let (why, _) = retry(smtp(&relay).deliver(&parcel()).await);
    assert!(why.contains("an unexpected 250"), "{why}");
    assert!(relay.received().is_empty());
}

#[tokio::test]
async fn a_silent_relay_is_left_in_time() {
    for (step, wide) in [
        (Step::Greeting, true),
        (Step::Ehlo, true),
        (Step::Mail, false),
        (Step::Rcpt, false),
        (Step::Data, false),
    ] {
        let (outcome, taken) = in_time(step, Act::Silence, &parcel()).await;
        let (why, relay_wide) = retry(outcome);
        assert!(why.ends_with("no answer in time"), "{why}");
        assert_eq!((relay_wide, taken), (wide, 0), "{step:?}");
    }
}

#[tokio::test]
async fn a_relay_that_answers_byte_by_byte_is_left_in_time() {
    for step in [
        Step::Greeting,
        Step::Ehlo,
        Step::Mail,
        Step::Rcpt,
        Step::Data,
    ] {
        let (outcome, taken) = in_time(step, Act::Drip, &parcel()).await;
        retry(outcome);
        assert_eq!(taken, 0, "{step:?}");
    }
}

#[tokio::test]
async fn a_relay_that_stops_reading_the_message_is_left_in_time() {
    let (outcome, taken) = in_time(Step::Body, Act::Silence, &large_parcel()).await;
    let (why, relay_wide) = retry(outcome);
    assert_eq!(why, "sending the message: no answer in time");
    assert_eq!((relay_wide, taken), (false, 0));
}

#[tokio::test]
async fn an_answer_that_never_comes_leaves_it_open_whether_the_message_was_taken() {
    for act in [Act::Silence, Act::Drip] {
        let (outcome, taken) = in_time(Step::Reply, act, &parcel()).await;
        let why = ambiguous(outcome);
        assert!(why.ends_with("no answer in time"), "{why}");
        assert_eq!(taken, 1, "this is how duplicates come about");
    }
}

/// The time before the end of the message is not the time after it: a relay that takes long
/// to check a mail is waited for.
#[tokio::test]
async fn a_late_answer_is_waited_for_beyond_the_limit_of_the_session() {
    let relay = Relay::plain().await;
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    relay.will(Step::Reply, Act::Hold(gate.clone()));
    let smtp = Smtp::new(SmtpSettings {
        session: SOON,
        ..settings(&relay)
    })
    .unwrap();
    let parcel = parcel();
    let delivery = smtp.deliver(&parcel);
    tokio::pin!(delivery);
    // Longer than the limit of the session; nothing is raced against it.
    assert!(tokio::time::timeout(SOON * 2, &mut delivery).await.is_err());
    gate.close();
    assert_sent(&delivery.await);
}

#[tokio::test]
async fn a_place_is_free_again_after_every_bad_ending() {
    let relay = Relay::plain().await;
    let smtp = Smtp::new(SmtpSettings {
        sessions: 1,
        session: SOON,
        ..settings(&relay)
    })
    .unwrap();
    for act in [
        Act::Drop,
        Act::Silence,
        Act::Drip,
        Act::Say("450 4.2.1 busy"),
    ] {
        relay.will_times(1, Step::Rcpt, act);
        retry(smtp.deliver(&parcel()).await);
    }
    let smtp = Smtp::new(settings(&relay)).unwrap();
    assert_sent(&smtp.deliver(&parcel()).await);
}

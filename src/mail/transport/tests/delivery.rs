//! What arrives, and over how many sessions.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use lettre::message::{Mailbox, Message, MultiPart};
use proptest::prelude::*;
use tokio::sync::Semaphore;

use super::relay::{Act, Kind, Relay, Step};
use super::*;

#[tokio::test]
async fn a_message_arrives_byte_for_byte_with_its_envelope() {
    let relay = Relay::plain().await;
    let outcome = smtp(&relay).deliver(&parcel()).await;
    assert_eq!(
        outcome,
        Outcome::Sent {
            reply: "250 2.0.0 taken".to_owned()
        }
    );
    let received = relay.received();
    assert_eq!(received.len(), 1);
    assert_eq!(received[0].raw, parcel().bytes);
    assert_eq!(received[0].from, parcel().from);
    assert_eq!(received[0].to, [parcel().to]);
    assert_eq!(
        received[0].mail_command,
        format!("MAIL FROM:<{}>", parcel().from)
    );
}

#[tokio::test]
async fn a_letter_in_chinese_reads_the_same_on_the_other_side() {
    let relay = Relay::plain().await;
    let from: Mailbox = "江西调度 <d@example.cn>".parse().unwrap();
    let to: Mailbox = "张三 <owner@plant.example.cn>".parse().unwrap();
    let message = Message::builder()
        .from(from)
        .to(to)
        .subject("督办函：2026年第三季度季报逾期五个工作日，请于今日十七时前报送")
        .message_id(Some("<one@dispatch.example.cn>".to_owned()))
        .multipart(MultiPart::alternative_plain_html(
            "季报逾期\n.\n请报送".to_owned(),
            "<p>季报逾期</p>".to_owned(),
        ))
        .unwrap();
    let bytes = message.formatted();
    assert_sent(&smtp(&relay).deliver(&parcel_with(&bytes)).await);
    let received = &relay.received()[0];
    assert_eq!(received.raw, bytes);
    assert!(received.raw.is_ascii(), "7 bits on the wire");
    assert_eq!(
        received.subject(),
        "督办函：2026年第三季度季报逾期五个工作日，请于今日十七时前报送"
    );
    assert_eq!(received.message_id(), "one@dispatch.example.cn");
    let text = received.text().unwrap().replace("\r\n", "\n");
    assert_eq!(text.trim_end(), "季报逾期\n.\n请报送");
    assert_eq!(received.html().unwrap().trim_end(), "<p>季报逾期</p>");
}

/// Lines that look like the end of the message, and pieces that make such lines together.
fn body() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop::sample::select(vec![".", "..", "\r\n", "\r\n.\r\n", "a", "QUIT", " "]);
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat().into_bytes())
}

#[test]
fn no_message_is_changed_or_cut_by_its_dots() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (relay, smtp) = runtime.block_on(async {
        let relay = Relay::plain().await;
        let smtp = smtp(&relay);
        (relay, smtp)
    });
    proptest!(ProptestConfig::with_cases(200), |(body in body())| {
        runtime.block_on(async {
            let outcome = smtp.deliver(&parcel_with(&body)).await;
            assert_sent(&outcome);
            // SMTP knows only whole lines.
            let mut whole = body.clone();
            if !whole.ends_with(b"\r\n") {
                whole.extend(b"\r\n");
            }
            assert_eq!(relay.collect()[0].raw, whole);
        });
    });
    assert_eq!(relay.sessions(), 1, "and the talk was never out of step");
}

#[tokio::test]
async fn a_message_that_could_smuggle_a_second_one_is_never_sent() {
    let relay = Relay::plain().await;
    let smtp = smtp(&relay);
    for bytes in [
        "a\n.\nb\r\n",
        "a\r.\r\n",
        "a\r\r\n",
        "\n",
        "a\r",
        "a\0b\r\n",
    ] {
        bounced(smtp.deliver(&parcel_with(bytes.as_bytes())).await);
    }
    assert_eq!(relay.sessions(), 0);
}

#[tokio::test]
async fn an_address_cannot_carry_a_command() {
    let relay = Relay::plain().await;
    let smtp = smtp(&relay);
    for to in [
        "",
        "nobody",
        "a@b.cn>\r\nDATA",
        "\"a\r\nRSET\"@b.cn",
        "a@b.cn\0",
    ] {
        let to = to.to_owned();
        bounced(smtp.deliver(&Parcel { to, ..parcel() }).await);
    }
    let from = "a@b.cn>\r\nRSET".to_owned();
    let (_, relay_wide) = retry(smtp.deliver(&Parcel { from, ..parcel() }).await);
    assert!(relay_wide, "the sender's address is wrong for every letter");
    assert_eq!(relay.sessions(), 0);
}

#[tokio::test]
async fn a_relay_without_any_extension_takes_letters_in_seven_bits_only() {
    let relay = Relay::start(Kind {
        extensions: Vec::new(),
        ..Kind::default()
    })
    .await;
    let smtp = smtp(&relay);
    assert_sent(&smtp.deliver(&parcel()).await);
    let eight_bits = parcel_with("Subject: x\r\n\r\n提醒\r\n".as_bytes());
    let why = bounced(smtp.deliver(&eight_bits).await);
    assert!(why.contains("8BITMIME"), "{why}");
    let to = "张三@plant.example.cn".to_owned();
    let why = bounced(smtp.deliver(&Parcel { to, ..parcel() }).await);
    assert!(why.contains("SMTPUTF8"), "{why}");
    assert_eq!(relay.received().len(), 1);
}

#[tokio::test]
async fn what_needs_an_extension_asks_for_it() {
    let relay = Relay::plain().await;
    let mut parcel = parcel_with("Subject: x\r\n\r\n提醒\r\n".as_bytes());
    parcel.to = "张三@plant.example.cn".to_owned();
    assert_sent(&smtp(&relay).deliver(&parcel).await);
    let received = &relay.received()[0];
    assert!(received.mail_command.ends_with(" SMTPUTF8 BODY=8BITMIME"));
    assert_eq!(received.to, [parcel.to]);
}

#[tokio::test]
async fn letters_in_a_row_share_one_session() {
    let relay = Relay::plain().await;
    let smtp = smtp(&relay);
    for _ in 0..5 {
        assert_sent(&smtp.deliver(&parcel()).await);
    }
    assert_eq!((relay.received().len(), relay.sessions()), (5, 1));
    smtp.hang_up().await;
    relay.wait_for_silence().await;
    assert_eq!(relay.commands().last().unwrap().1, "QUIT");
    assert_sent(&smtp.deliver(&parcel()).await);
    assert_eq!(relay.sessions(), 2);
}

#[tokio::test]
async fn a_session_that_rested_too_long_is_not_used_again() {
    let relay = Relay::plain().await;
    let smtp = Smtp::new(SmtpSettings {
        idle: Duration::ZERO,
        ..settings(&relay)
    })
    .unwrap();
    assert_sent(&smtp.deliver(&parcel()).await);
    assert_sent(&smtp.deliver(&parcel()).await);
    assert_eq!(relay.sessions(), 2);
}

#[tokio::test]
async fn a_session_the_relay_has_ended_costs_no_letter() {
    for act in [Act::Drop, Act::Say("421 4.4.2 idle too long, closing")] {
        let relay = Relay::plain().await;
        let smtp = smtp(&relay);
        assert_sent(&smtp.deliver(&parcel()).await);
        relay.will_times(1, Step::Mail, act);
        assert_sent(&smtp.deliver(&parcel()).await);
        assert_eq!((relay.received().len(), relay.sessions()), (2, 2));
    }
}

#[tokio::test]
async fn a_refused_letter_leaves_the_next_one_a_clean_session() {
    let relay = Relay::plain().await;
    let smtp = smtp(&relay);
    let gone = Parcel {
        to: "gone@plant.example.cn".to_owned(),
        ..parcel()
    };
    relay.will_for(&gone.to, Step::Rcpt, Act::Say("550 5.1.1 no such user"));
    bounced(smtp.deliver(&gone).await);
    assert_sent(&smtp.deliver(&parcel()).await);
    assert_eq!(relay.received()[0].to, [parcel().to]);
}

#[tokio::test]
async fn no_more_than_four_sessions_are_open_at_once() {
    let relay = Relay::plain().await;
    let smtp = Arc::new(smtp(&relay));
    let gate = Arc::new(Semaphore::new(0));
    relay.will(Step::Greeting, Act::Hold(Arc::clone(&gate)));
    let letters: Vec<_> = (0..20)
        .map(|_| {
            let smtp = Arc::clone(&smtp);
            tokio::spawn(async move { smtp.deliver(&parcel()).await })
        })
        .collect();
    relay.wait_for_open(4).await;
    gate.close();
    for outcome in join_all(letters).await {
        assert_sent(&outcome.unwrap());
    }
    assert_eq!(relay.received().len(), 20);
    assert_eq!(relay.peak(), 4);
}

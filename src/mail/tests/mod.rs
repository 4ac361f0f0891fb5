//! Letters from the value to the relay, on both databases.

mod delivery;
mod ledger;
mod words;

use std::path::Path;

use diesel::prelude::*;

use super::transport::tests::relay::Relay;
use super::{
    Hours, Item, KeptItem, KeptLetter, Letter, Recipient, Sight, Transport, Urgency, deliver_round,
    letters, post,
};
use crate::kernel::id::Id;
use crate::kernel::page::Paging;
use crate::kernel::refused::Facts;
use crate::kernel::time::Moment;
use crate::settings::Settings;
use crate::settings::mail::{Protection, Way};
use crate::store::schema::accounts;
use crate::store::{Conn, Store, testing};
use crate::text::Lang;

/// Monday, 12 October 2026, 09:00 in Shanghai.
fn monday() -> Moment {
    "2026-10-12T09:00:00+08:00".parse().unwrap()
}

fn minutes(count: u64) -> std::time::Duration {
    std::time::Duration::from_mins(count)
}

/// Runs a test on both databases, each with letters going into a folder.
fn on_each(test: impl AsyncFn(&Store, Settings)) {
    testing::each(|store, settings| {
        let folder = tempfile::tempdir().unwrap();
        let mut settings = settings.clone();
        folder
            .path()
            .join("mail")
            .clone_into(&mut settings.mail.folder);
        settings.mail.from = "调度平台 <dispatch@example.cn>".to_owned();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(test(store, settings));
    });
}

/// The same with letters going to a relay.
fn with_relay(test: impl AsyncFn(&Store, Settings, &Relay)) {
    on_each(async |store, mut settings| {
        let relay = Relay::plain().await;
        settings.mail.transport = Way::Smtp;
        settings.mail.smtp_host = relay.host();
        settings.mail.smtp_port = relay.port();
        settings.mail.smtp_tls = Protection::None;
        test(store, settings, &relay).await;
    });
}

/// Makes an account and returns it as a recipient.
fn person(store: &Store, address: &str) -> Recipient {
    let id = Id::new();
    store
        .write_blocking(|conn| {
            diesel::insert_into(accounts::table)
                .values((
                    accounts::id.eq(id),
                    accounts::email.eq(address),
                    accounts::email_key.eq(address),
                    accounts::name.eq("王芳"),
                    accounts::role.eq("lead"),
                    accounts::region.eq("360111"),
                    accounts::language.eq(Lang::Zh),
                    accounts::epoch.eq(0),
                    accounts::created_at.eq(monday()),
                    accounts::version.eq(1),
                ))
                .execute(conn)?;
            Ok(())
        })
        .unwrap();
    Recipient {
        id,
        name: "王芳".to_owned(),
        address: address.to_owned(),
        lang: Lang::Zh,
    }
}

fn item(facts: Facts) -> Item {
    Item {
        project: None,
        deadline: Some("report-0199b2f0-2026Q3".to_owned()),
        step: "E2".to_owned(),
        copy: false,
        due_on: "2026-10-10".parse().ok(),
        days_overdue: Some(3),
        facts,
        title_key: "problem.invalid".to_owned(),
        reason_key: "problem.missing".to_owned(),
        link: Some("/projects/0199b2f0".to_owned()),
    }
}

fn letter(dedup: &str) -> Letter {
    Letter {
        name: "assignment",
        dedup: dedup.to_owned(),
        urgency: Urgency::Hours,
        slot_at: None,
        region: "360111".parse().ok(),
        facts: Facts::none(),
        link: "/deadlines".to_owned(),
        items: vec![item(Facts::none().with("project", "锂电材料二期"))],
        more: 0,
    }
}

fn posted(store: &Store, settings: &Settings, letter: &Letter, to: &Recipient) -> bool {
    store
        .write_blocking(|conn| post(conn, settings, letter, to, monday()))
        .unwrap()
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "it stands for a question that asks the store"
)]
fn wanted(_: &mut Conn, _: &[KeptItem]) -> crate::kernel::error::Result<bool> {
    Ok(true)
}

/// A round in working hours in which everything is still wanted.
async fn round(store: &Store, settings: &Settings, now: Moment) -> usize {
    let transport = Transport::from_settings(&settings.mail).unwrap();
    deliver_round(store, &transport, settings, now, Hours::Open, wanted)
        .await
        .unwrap()
}

/// Every letter, oldest first.
fn all(store: &Store) -> Vec<KeptLetter> {
    let paging = Paging {
        limit: 200,
        ..Paging::default()
    };
    let sight = Sight {
        id: None,
        reach: "360000".parse().ok(),
    };
    let page = store.read_blocking(|conn| letters(conn, sight, None, &paging));
    let mut letters = page.unwrap().items;
    letters.reverse();
    letters
}

#[track_caller]
fn only(store: &Store) -> KeptLetter {
    let mut letters = all(store);
    assert_eq!(letters.len(), 1);
    letters.remove(0)
}

fn files(folder: &Path) -> Vec<String> {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

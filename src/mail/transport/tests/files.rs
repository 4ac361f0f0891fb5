//! Letters as files, and letters that go nowhere.

use std::path::Path;

use super::super::{Folder, MailSettings, Transport, Way, sweep};
use super::*;

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name != ".parts")
        .collect();
    names.sort();
    names
}

fn with_id(n: u32) -> Parcel {
    Parcel {
        message_id: format!("<0199b2f0-{n:04}@dispatch.example.cn>"),
        ..parcel()
    }
}

#[tokio::test]
async fn a_letter_becomes_one_file_in_a_folder_made_for_it() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("new/mail");
    let folder = Folder::new(path.clone());
    let outcome = folder.deliver(&with_id(1)).await;
    let name = "0199b2f0-0001@dispatch.example.cn.eml";
    assert_eq!(
        outcome,
        Outcome::Sent {
            reply: format!("written as {name}")
        }
    );
    assert_eq!(names(&path), [name]);
    assert_eq!(std::fs::read(path.join(name)).unwrap(), parcel().bytes);
}

#[tokio::test]
async fn the_same_letter_twice_is_one_file() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::new(place.path().to_owned());
    let (one, two) = (with_id(1), with_id(1));
    let (one, two) = tokio::join!(folder.deliver(&one), folder.deliver(&two));
    assert_sent(&one);
    assert_eq!(one, two);
    assert_eq!(
        names(place.path()),
        ["0199b2f0-0001@dispatch.example.cn.eml"]
    );
}

#[tokio::test]
async fn files_sort_as_their_ids_do() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::new(place.path().to_owned());
    for n in [3, 1, 2] {
        assert_sent(&folder.deliver(&with_id(n)).await);
    }
    let order: Vec<_> = (1..=3)
        .map(|n| format!("0199b2f0-{n:04}@dispatch.example.cn.eml"))
        .collect();
    assert_eq!(names(place.path()), order);
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_is_tried_again_for_all_letters() {
    let place = tempfile::tempdir().unwrap();
    let path = place.path().join("taken");
    std::fs::write(&path, "a file where the folder should be").unwrap();
    let (why, relay_wide) = retry(Folder::new(path.clone()).deliver(&parcel()).await);
    assert!(relay_wide);
    assert!(why.contains(path.to_str().unwrap()), "{why}");
}

#[tokio::test]
async fn a_letter_that_cannot_take_its_name_leaves_nothing_behind() {
    let place = tempfile::tempdir().unwrap();
    let name = "0199b2f0-0001@dispatch.example.cn.eml";
    std::fs::create_dir(place.path().join(name)).unwrap();
    let folder = Folder::new(place.path().to_owned());
    retry(folder.deliver(&with_id(1)).await);
    assert_eq!(names(place.path()), [name]);
}

#[tokio::test]
async fn a_letter_without_an_id_has_no_file() {
    let place = tempfile::tempdir().unwrap();
    let message_id = String::new();
    let folder = Folder::new(place.path().to_owned());
    bounced(
        folder
            .deliver(&Parcel {
                message_id,
                ..parcel()
            })
            .await,
    );
    assert!(names(place.path()).is_empty());
}

#[tokio::test]
async fn the_settings_choose_the_way() {
    let place = tempfile::tempdir().unwrap();
    let folder = MailSettings {
        folder: place.path().to_owned(),
        ..MailSettings::default()
    };
    let transport = Transport::from_settings(&folder).unwrap();
    assert_sent(&transport.deliver(&parcel()).await);
    assert_eq!(names(place.path()).len(), 1);

    let record = MailSettings {
        transport: Way::Record,
        ..folder.clone()
    };
    let transport = Transport::from_settings(&record).unwrap();
    assert_sent(&transport.deliver(&parcel()).await);
    assert_eq!(names(place.path()).len(), 1, "recorded only");

    let relay = Relay::plain().await;
    let smtp = MailSettings {
        transport: Way::Smtp,
        smtp_host: relay.host(),
        smtp_port: relay.port(),
        smtp_tls: Protection::None,
        from: "Dispatch <d@dispatch.example.cn>".to_owned(),
        ..folder
    };
    let transport = Transport::from_settings(&smtp).unwrap();
    assert_sent(&transport.deliver(&parcel()).await);
    assert_eq!(relay.received().len(), 1);
    assert_eq!(relay.commands()[0].1, "EHLO dispatch.example.cn");
    transport.hang_up().await;
    relay.wait_for_silence().await;
    assert_eq!(transport.patience(), Duration::from_secs(664));
}

#[tokio::test]
async fn what_a_killed_process_left_half_written_is_swept() {
    let place = tempfile::tempdir().unwrap();
    let folder = Folder::new(place.path().to_owned());
    let settings = MailSettings {
        folder: place.path().to_owned(),
        ..MailSettings::default()
    };
    let now = "2026-10-10T10:00:00+08:00".parse().unwrap();
    assert_eq!(sweep(&settings, now).unwrap(), 0);
    assert_sent(&folder.deliver(&with_id(1)).await);
    let parts = place.path().join(".parts");
    assert_eq!(names(&parts), Vec::<String>::new());
    for (name, seconds) in [
        ("old.1-1.part", 1_760_000_000),
        ("young.1-2.part", 1_791_597_000),
    ] {
        let file = std::fs::File::create(parts.join(name)).unwrap();
        let at = std::time::UNIX_EPOCH + std::time::Duration::from_secs(seconds);
        file.set_modified(at).unwrap();
    }
    assert_eq!(sweep(&settings, now).unwrap(), 1);
    assert_eq!(names(&parts), ["young.1-2.part"]);
}

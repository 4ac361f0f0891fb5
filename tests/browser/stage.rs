//! Where the tests play: a world whose letters link to itself.

use std::path::{Path, PathBuf};

use mail_parser::MessageParser;

use crate::world::{PASSWORD, World};
use crate::{chromium, postgres};

/// Runs a test in a world of one account on the embedded database.
pub(crate) fn on_sqlite<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    play(&[None], &[], test);
}

/// Runs a test in a world of one account on each database there is.
pub(crate) fn on_each<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    if !chromium::is_here() {
        return;
    }
    let databases: Vec<_> = std::iter::once(None)
        .chain(postgres::url().map(Some))
        .collect();
    play(&databases, &[], test);
}

/// Runs a test in a world of one account on the embedded database, whose letters are written to the
/// folder it is given.
pub(crate) fn with_letters<F: Future<Output = ()>>(test: impl Fn(World, PathBuf) -> F) {
    let folder = tempfile::tempdir().unwrap();
    let letters = folder.path().join("letters");
    let mail = ("mail.folder".to_owned(), letters.display().to_string());
    play(&[None], &[mail], async |world| {
        test(world, letters.clone()).await;
    });
}

/// The first link of the latest letter of its own to somebody: the mail a person would open.
pub(crate) fn link_to(letters: &Path, address: &str) -> String {
    let files = std::fs::read_dir(letters).unwrap();
    let files = files.map(|file| std::fs::read(file.unwrap().path()).unwrap());
    let mails: Vec<_> = files
        .map(|bytes| MessageParser::default().parse(&bytes).unwrap().into_owned())
        .collect();
    let is_theirs = |mail: &&mail_parser::Message| {
        mail.to()
            .and_then(|to| to.first())
            .and_then(|to| to.address())
            == Some(address)
    };
    let latest = mails
        .iter()
        .filter(is_theirs)
        .max_by_key(|mail| mail.date().unwrap().to_timestamp());
    let text = latest.unwrap().body_text(0).unwrap();
    let link = text
        .split_whitespace()
        .find(|word| word.starts_with("http://"));
    link.unwrap_or_else(|| panic!("no link in {text}"))
        .to_owned()
}

/// Runs a test in the demo world on the embedded database, on the day after reports were due: most
/// are in, reviewed by nobody and not locked.
pub(crate) fn on_demo<F: Future<Output = ()>>(test: impl Fn(World) -> F) {
    if !chromium::is_here() {
        return;
    }
    actix_web::rt::System::new().block_on(async {
        let mut flags = flags();
        flags.push(("demo.password".into(), PASSWORD.into()));
        flags.push(("clock.fixed".into(), "2026-10-12T10:00:00+08:00".into()));
        let world = World::empty(None, &flags);
        fiveone::seed::demo(&world.app, 1).await.unwrap();
        test(world).await;
    });
}

fn play<F: Future<Output = ()>>(
    databases: &[Option<&'static str>],
    more: &[(String, String)],
    test: impl Fn(World) -> F,
) {
    if !chromium::is_here() {
        return;
    }
    actix_web::rt::System::new().block_on(async {
        for database in databases {
            let mut flags = flags();
            flags.extend_from_slice(more);
            let world = World::empty(*database, &flags);
            world.found();
            test(world).await;
        }
    });
}

/// Letters carry links to the very server that wrote them: its port is chosen before.
fn flags() -> Vec<(String, String)> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let address = format!("127.0.0.1:{port}");
    vec![
        ("site.base_url".into(), format!("http://{address}")),
        ("http.listen".into(), address),
    ]
}

//! Who may read which letter, and what is kept of it.

use super::super::outbox::{Ending, State};
use super::super::{letter as one, outbox_list};
use super::*;

fn seen_by(store: &Store, id: Option<Id>, reach: Option<&str>) -> Vec<String> {
    let sight = Sight {
        id,
        reach: reach.map(|code| code.parse().unwrap()),
    };
    let paging = Paging {
        limit: 2,
        with_total: true,
        ..Paging::default()
    };
    let page = store
        .read_blocking(|conn| letters(conn, sight, None, &paging))
        .unwrap();
    assert_eq!(page.total, i64::try_from(page.items.len()).ok());
    page.items.into_iter().map(|kept| kept.row.letter).collect()
}

#[test]
fn letters_are_seen_by_their_recipient_and_by_those_whose_reach_they_concern() {
    on_each(async |store, settings| {
        let (one_person, other) = (person(store, "a@example.cn"), person(store, "b@example.cn"));
        posted(store, &settings, &letter("county"), &one_person);
        let elsewhere = Letter {
            name: "notice",
            region: "360702".parse().ok(),
            ..letter("elsewhere")
        };
        posted(store, &settings, &elsewhere, &other);
        let of = |id: &Recipient, reach| seen_by(store, Some(id.id), reach);
        assert_eq!(of(&one_person, None), ["assignment"]);
        assert_eq!(of(&other, None), ["notice"]);
        assert_eq!(of(&other, Some("360100")), ["notice", "assignment"]);
        assert_eq!(seen_by(store, None, Some("360100")), ["assignment"]);
        assert_eq!(seen_by(store, None, None), Vec::<String>::new());
        let (mine, theirs) = (&all(store)[0], &all(store)[1]);
        let sight = Sight {
            id: Some(one_person.id),
            reach: None,
        };
        let found = |id| store.read_blocking(|conn| one(conn, sight, id)).unwrap();
        assert!(found(mine.row.id).is_some());
        assert!(found(theirs.row.id).is_none());
    });
}

#[test]
fn what_was_told_is_kept_and_said_in_any_language() {
    on_each(async |store, settings| {
        posted(
            store,
            &settings,
            &letter("a"),
            &person(store, "a@example.cn"),
        );
        let kept = only(store);
        let item = &kept.items[0];
        assert_eq!(
            (item.step.as_str(), item.copy, item.days_overdue),
            ("E2", false, Some(3))
        );
        assert_eq!(item.told.what(Lang::Zh), "输入有误");
        assert_ne!(item.told.what(Lang::En), item.told.what(Lang::Zh));
        assert_eq!(item.told.facts.get("step").unwrap(), "E2");
        assert_eq!(item.told.facts.get("due_on").unwrap(), "2026-10-10");
    });
}

#[test]
fn an_address_that_is_none_fails_no_deed_and_is_seen_as_bounced() {
    on_each(async |store, settings| {
        for (number, address) in [
            "nobody",
            "a b@example.cn",
            "a@example.cn\r\nBcc: x@evil.cn",
            "",
        ]
        .iter()
        .enumerate()
        {
            let mut to = person(store, &format!("{number}@example.cn"));
            (*address).clone_into(&mut to.address);
            assert!(
                posted(store, &settings, &letter(address), &to),
                "{address:?}"
            );
        }
        assert_eq!(round(store, &settings, monday()).await, 0);
        for kept in all(store) {
            assert_eq!(kept.row.state, State::Bounced, "{}", kept.row.address);
            assert_eq!(kept.attempts[0].outcome, Ending::Bounced);
        }
        assert!(files(&settings.mail.folder).is_empty());
    });
}

#[test]
fn the_outbox_is_listed_by_state_and_page() {
    on_each(async |store, settings| {
        let to = person(store, "a@example.cn");
        posted(store, &settings, &letter("a"), &to);
        round(store, &settings, monday()).await;
        posted(store, &settings, &letter("b"), &to);
        posted(store, &settings, &letter("c"), &to);
        let list = |states: &[State], after: Option<Id>| {
            let paging = Paging {
                limit: 1,
                after: after.map(|id| vec![id.to_string()]),
                with_total: false,
            };
            store
                .read_blocking(|conn| outbox_list(conn, states, &paging))
                .unwrap()
        };
        let first = list(&[State::Pending], None);
        assert!(first.next_cursor.is_some());
        let second = list(&[State::Pending], Some(first.items[0].id));
        assert!(second.next_cursor.is_none());
        assert!(second.items[0].id < first.items[0].id);
        assert_eq!(list(&[State::Sent], None).items.len(), 1);
        assert_eq!(list(&[State::Dead], None).items.len(), 0);
        assert_eq!(list(&[], None).items[0].id, first.items[0].id);
    });
}

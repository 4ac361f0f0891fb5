//! What a letter says, in both languages, and what it cannot be made to say.

use lettre::message::Mailbox;
use mail_parser::MessageParser;

use super::super::message::compose;
use super::super::render::{Rendered, render};
use super::*;

const NAMES: [&str; 10] = [
    "reminder",
    "notice",
    "assignment",
    "supervision",
    "elevation",
    "circular",
    "report_returned",
    "blocker_assigned",
    "hand_over",
    "moved_days",
];

fn reader(lang: Lang) -> Recipient {
    Recipient {
        id: Id::new(),
        name: if lang == Lang::Zh {
            "王芳"
        } else {
            "Fang Wang"
        }
        .to_owned(),
        address: "wang@example.cn".to_owned(),
        lang,
    }
}

fn sender() -> Mailbox {
    "调度平台 <dispatch@example.cn>".parse().unwrap()
}

fn words(letter: &Letter, lang: Lang) -> Rendered {
    render(letter, &reader(lang), "https://fiveone.example.cn").unwrap()
}

/// Subject and text as a person reads them.
fn read(letter: &Letter, lang: Lang) -> String {
    let words = words(letter, lang);
    format!("Subject: {}\n\n{}", words.subject, words.text)
}

/// An item with words in place of keys, which are said as they are: the texts of what is owed and
/// why are those of the features that post.
fn matter(project: &str, step: &str, days_overdue: i64) -> Item {
    Item {
        step: step.to_owned(),
        days_overdue: Some(days_overdue),
        title_key: "2026年第三季度季报".to_owned(),
        reason_key: "您是项目责任人；督办阶梯 project 第 1 版，第 E2 步".to_owned(),
        ..item(Facts::none().with("project", project))
    }
}

fn supervision() -> Letter {
    Letter {
        name: "supervision",
        items: vec![matter("锂电材料二期", "E3", 5)],
        ..letter("s")
    }
}

fn digest() -> Letter {
    let mut copy = matter("赣江新区光伏组件项目", "E1", 1);
    copy.copy = true;
    let mut ahead = matter("铜基新材料产业园", "E0-3", -3);
    ahead.link = None;
    Letter {
        name: "notice",
        items: vec![
            matter("锂电材料二期", "E2", 3),
            copy,
            matter("稀土永磁电机", "E0", 0),
            ahead,
        ],
        more: 7,
        ..letter("d")
    }
}

fn hand_over() -> Letter {
    Letter {
        name: "hand_over",
        facts: Facts::none()
            .with("project", "锂电材料二期")
            .with("from", "李强")
            .with("to", "王芳")
            .with("pillar", "owner")
            .with("day", "2026-10-12"),
        items: Vec::new(),
        ..letter("h")
    }
}

#[test]
fn letters_read_as_they_should_in_chinese() {
    insta::assert_snapshot!("supervision_zh", read(&supervision(), Lang::Zh));
    insta::assert_snapshot!("digest_zh", read(&digest(), Lang::Zh));
    insta::assert_snapshot!("hand_over_zh", read(&hand_over(), Lang::Zh));
}

#[test]
fn letters_read_as_they_should_in_english() {
    insta::assert_snapshot!("supervision_en", read(&supervision(), Lang::En));
    insta::assert_snapshot!("digest_en", read(&digest(), Lang::En));
    insta::assert_snapshot!("hand_over_en", read(&hand_over(), Lang::En));
}

#[test]
fn the_html_lays_out_the_same_words() {
    insta::assert_snapshot!("digest_html_zh", words(&digest(), Lang::Zh).html);
    insta::assert_snapshot!("supervision_html_en", words(&supervision(), Lang::En).html);
}

#[test]
fn every_letter_has_its_words_in_both_languages() {
    for name in NAMES {
        for lang in [Lang::Zh, Lang::En] {
            for letter in [
                Letter {
                    name,
                    ..letter("x")
                },
                Letter { name, ..digest() },
            ] {
                let letter = Letter {
                    facts: hand_over().facts,
                    ..letter
                };
                let words = words(&letter, lang);
                for part in [&words.subject, &words.text, &words.html] {
                    assert!(!part.contains("letter."), "{name} {lang}: {part}");
                    assert!(
                        !part.contains('—'),
                        "a fact is missing: {name} {lang}: {part}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_letter_of_copies_alone_says_so_in_its_subject() {
    let mut copies = supervision();
    for item in &mut copies.items {
        item.copy = true;
    }
    assert!(
        words(&copies, Lang::Zh)
            .subject
            .starts_with("[抄送] 督办函：")
    );
    assert!(
        words(&copies, Lang::En)
            .subject
            .starts_with("[Copy] Supervision: ")
    );
    assert!(!words(&digest(), Lang::Zh).subject.contains("抄送"));
}

#[test]
fn script_in_a_projects_name_is_only_text() {
    let name = "<script>alert(1)</script><img src=x onerror=\"alert(2)\">&'";
    let letter = Letter {
        items: vec![matter(name, "E2", 3)],
        ..supervision()
    };
    let words = words(&letter, Lang::Zh);
    assert!(!words.html.contains("<script"), "{}", words.html);
    assert!(!words.html.contains("<img"), "{}", words.html);
    assert!(words.html.contains("&lt;script&gt;"), "{}", words.html);
    assert!(words.text.contains(name), "{}", words.text);
}

#[test]
fn a_name_injects_neither_a_header_nor_a_line() {
    let breaks = [
        "\r\n", "\n", "\r", "\0", "\u{b}", "\u{85}", "\u{2028}", "\r\n\r\n", "\t\r\n ",
    ];
    let tails = [
        "Bcc: evil@example.com",
        "Subject: Pwned",
        "X-Evil: 1",
        "<evil@example.com>",
    ];
    for (broken, tail) in breaks
        .iter()
        .flat_map(|b| tails.iter().map(move |t| (b, t)))
    {
        let name = format!("锂电{broken}{tail}");
        let letter = Letter {
            items: vec![matter(&name, "E2", 3)],
            ..supervision()
        };
        let mut to = reader(Lang::Zh);
        to.name.clone_from(&name);
        let words = render(&letter, &to, "https://fiveone.example.cn").unwrap();
        let id = Id::new();
        let bytes = compose(id, &sender(), &to, &words, monday())
            .unwrap()
            .unwrap();
        let message = MessageParser::default().parse(bytes.as_bytes()).unwrap();
        let mut fields: Vec<_> = message
            .headers()
            .iter()
            .map(mail_parser::Header::name)
            .collect();
        fields.sort_unstable();
        assert_eq!(
            fields,
            [
                "Auto-Submitted",
                "Content-Type",
                "Date",
                "From",
                "MIME-Version",
                "Message-ID",
                "Reply-To",
                "Subject",
                "To",
                "X-Auto-Response-Suppress",
            ],
            "{name:?}"
        );
        let recipients: Vec<_> = message.to().unwrap().iter().collect();
        assert_eq!(recipients.len(), 1, "{name:?}");
        assert_eq!(recipients[0].address(), Some("wang@example.cn"), "{name:?}");
        assert!(
            message.subject().unwrap().starts_with("督办函："),
            "{name:?}"
        );
        assert!(
            !words.text.lines().any(|line| line.starts_with(tail)),
            "{name:?}"
        );
    }
}

#[test]
fn the_message_is_whole_and_the_same_each_time() {
    let id: Id = "0199b2f0-7c11-7e0a-b2a4-5f2d3c1e9a77".parse().unwrap();
    let to = reader(Lang::Zh);
    let words = words(&digest(), Lang::Zh);
    let make = || {
        compose(id, &sender(), &to, &words, monday())
            .unwrap()
            .unwrap()
    };
    let bytes = make();
    assert_eq!(bytes, make());
    assert!(bytes.is_ascii());
    assert!(bytes.lines().all(|line| line.len() <= 998));
    assert!(!bytes.replace("\r\n", "").contains(['\r', '\n']));
    let message = MessageParser::default().parse(bytes.as_bytes()).unwrap();
    assert_eq!(
        message.message_id(),
        Some(format!("{id}@example.cn").as_str())
    );
    assert_eq!(
        message.header_raw("Auto-Submitted").unwrap().trim(),
        "auto-generated"
    );
    assert_eq!(
        message
            .header_raw("X-Auto-Response-Suppress")
            .unwrap()
            .trim(),
        "All"
    );
    assert_eq!(
        message.header_raw("Date").unwrap().trim(),
        "Mon, 12 Oct 2026 01:00:00 +0000"
    );
    assert_eq!(message.subject(), Some(words.subject.as_str()));
    let unix = |text: &str| text.replace("\r\n", "\n").trim_end().to_owned();
    assert_eq!(unix(&message.body_text(0).unwrap()), unix(&words.text));
    assert_eq!(unix(&message.body_html(0).unwrap()), unix(&words.html));
}

#[test]
fn a_subject_stays_short_enough_to_be_read() {
    let letter = Letter {
        items: vec![matter(&"长".repeat(500), "E2", 3)],
        ..supervision()
    };
    let subject = words(&letter, Lang::Zh).subject;
    assert_eq!(subject.chars().count(), 160);
    assert!(subject.ends_with('…'));
}

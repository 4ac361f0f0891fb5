//! Files attached as evidence, over a real socket: in a folder and in the database.

use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::story::Cast;
use crate::world::{Answer, Client, World, each, each_with};

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n%%EOF\n";

/// A file to be sent: subject, its id, file name, content.
type File<'a> = (&'a str, &'a str, &'a str, &'a [u8]);

async fn attach(client: &Client, (subject, id, name, bytes): File<'_>) -> Answer {
    attach_once(client, (subject, id, name, bytes), None).await
}

async fn attach_once(
    client: &Client,
    (subject, id, name, bytes): File<'_>,
    key: Option<&str>,
) -> Answer {
    let boundary = "five-rivers";
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"subject\"\r\n\r\n{subject}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"subject_id\"\r\n\r\n{id}\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let kind = format!("Multipart/Form-Data; boundary={boundary}");
    let request = client.request("POST", "/attachments");
    let request = request.header("content-type", kind).body(body);
    let request = match key {
        Some(key) => request.header("idempotency-key", key),
        None => request,
    };
    client.send(request).await
}

async fn listed(client: &Client, subject: &str, id: &str) -> Vec<Value> {
    let path = format!("/attachments?subject={subject}&subject_id={id}");
    let list = client.get(&path).await;
    assert_eq!(list.status, 200, "{:?}", list.body);
    list.body["items"].as_array().unwrap().clone()
}

async fn raise(cast: &Cast, project: &str) -> String {
    let body = json!({
        "category": "land-expropriation", "title": "北地块未交付", "cause": "12 户未签约",
        "severity": "normal",
    });
    let path = format!("/projects/{project}/blockers");
    cast.lead.post(&path, body).await.text("/id")
}

/// A draft that passes every check.
fn draft() -> Value {
    json!({
        "invested_quarter_yuan": 0, "invested_year_yuan": 0, "invested_total_yuan": 0,
        "physical_percent": 0, "progress": "施工单位已进场，场地平整和临时围挡已经完成，桩基施工方案正在组织专家评审。",
        "problems": { "none": true, "blocker_ids": [] },
        "next_steps": [{ "action": "完成桩基", "person": "张三", "by": "2026-12-01" }],
        "rating": "green",
    })
}

async fn begin(cast: &Cast, project: &str) -> (String, String) {
    let path = format!("/projects/{project}/reports/2026Q3");
    let begun = cast.lead.put(&path, None, draft()).await;
    assert!(begun.status < 300, "{:?}", begun.body);
    (begun.text("/id"), path)
}

/// Files of the vault's folder.
fn in_folder(world: &World) -> Vec<String> {
    let folder = world.app.settings.attachments.folder.clone();
    let beside = || world.app.store.folder().unwrap().join("attachments");
    in_folder_of(&folder.unwrap_or_else(beside))
}

fn in_folder_of(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    let Ok(shards) = std::fs::read_dir(folder) else {
        return found;
    };
    for shard in shards.map(Result::unwrap) {
        for file in std::fs::read_dir(shard.path()).unwrap().map(Result::unwrap) {
            let parts = [shard.file_name(), file.file_name()];
            found.push(parts.map(|part| part.into_string().unwrap()).join("/"));
        }
    }
    found
}

/// Runs a test with files in a folder and with files in the database, on each database.
fn each_way(test: impl AsyncFn(World)) {
    for kept_in in ["folder", "database"] {
        each_with(
            async || {
                let folder = tempfile::tempdir().unwrap();
                let flags = vec![
                    ("attachments.store".to_owned(), kept_in.to_owned()),
                    (
                        "attachments.folder".to_owned(),
                        folder.path().display().to_string(),
                    ),
                ];
                (flags, folder)
            },
            async |world, _folder| test(world).await,
        );
    }
}

#[test]
fn a_file_is_attached_listed_read_whole_and_taken_away() {
    each_way(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let blocker = raise(&cast, &project).await;
        let mut large = PDF.to_vec();
        large.extend((0..700_000_u32).map(|n| n.to_le_bytes()[0] | 0x80));
        let name = "征地协议（第二批）.pdf";
        let made = attach(&cast.lead, ("blocker", &blocker, name, &large)).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        let id = made.text("/id");
        assert_eq!(made.header("location"), format!("/api/v1/attachments/{id}"));
        assert_eq!(made.body["name"], name);
        assert_eq!(made.body["media_type"], "application/pdf");
        assert_eq!(made.body["bytes"], large.len());
        assert_eq!(made.body["sealed"], false);
        assert_eq!(made.body["attached_by"]["name"], "lead");
        let items = listed(&cast.viewer, "blocker", &blocker).await;
        assert_eq!(items, [made.body.clone()]);

        let read = cast.viewer.request("GET", &format!("/attachments/{id}"));
        let read = read.send().await.unwrap();
        assert_eq!(read.status(), 200);
        let header = |name: &str| read.headers()[name].to_str().unwrap().to_owned();
        assert_eq!(header("content-type"), "application/pdf");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(
            header("content-security-policy"),
            "default-src 'none'; sandbox"
        );
        assert_eq!(header("content-length"), large.len().to_string());
        let disposition = header("content-disposition");
        assert!(disposition.starts_with("attachment; filename=\""));
        assert!(disposition.ends_with("filename*=UTF-8''%E5%BE%81%E5%9C%B0%E5%8D%8F%E8%AE%AE%EF%BC%88%E7%AC%AC%E4%BA%8C%E6%89%B9%EF%BC%89.pdf"));
        let tag = header("etag");
        assert_eq!(tag, format!("\"{}\"", made.text("/sha256")));
        assert_eq!(read.bytes().await.unwrap(), large);
        let again = cast.viewer.request("GET", &format!("/attachments/{id}"));
        let again = cast.viewer.send(again.header("if-none-match", tag)).await;
        assert_eq!((again.status, &again.body), (304, &json!("")));

        let path = format!("/attachments/{id}");
        for (client, status) in [(&cast.viewer, 403), (&cast.land, 403), (&cast.lead, 204)] {
            assert_eq!(client.delete(&path).await.status, status);
        }
        assert_eq!(cast.lead.get(&path).await.code(), "attachment.missing");
        assert_eq!(in_folder(&world), Vec::<String>::new());
        let journal = format!("/projects/{project}/journal");
        let journal = cast.county.get(&journal).await;
        assert_eq!(journal.body["items"][0]["deed"], "attachment.removed");
        assert_eq!(journal.body["items"][1]["deed"], "attachment.added");
        assert_eq!(journal.body["items"][1]["facts"]["name"], name);
    });
}

#[test]
fn files_are_seen_and_attached_within_scope_alone() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let blocker = raise(&cast, &project).await;
        let far = world
            .person("far@fiveone.example", "coordinator", "360700")
            .await;
        let made = attach(&cast.land, ("blocker", &blocker, "a.pdf", PDF)).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        let path = format!("/attachments/{}", made.text("/id"));
        for answer in [
            far.get(&path).await,
            far.delete(&path).await,
            far.get(&format!(
                "/attachments?subject=blocker&subject_id={blocker}"
            ))
            .await,
            attach(&far, ("blocker", &blocker, "b.pdf", PDF)).await,
        ] {
            assert_eq!(answer.status, 404, "{:?}", answer.body);
        }
        let viewed = attach(&cast.viewer, ("blocker", &blocker, "b.txt", b"b")).await;
        assert_eq!((viewed.status, viewed.code()), (403, "act.forbidden"));
        assert_eq!(world.stranger().get(&path).await.status, 401);
        let stranger = attach(&world.stranger(), ("nothing", "x", "", b"")).await;
        assert_eq!(stranger.status, 401);
        // A coordinator may clear away what others attached.
        assert_eq!(cast.county.delete(&path).await.status, 204);
    });
}

#[test]
fn what_was_handed_in_keeps_its_files() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let (report, path) = begin(&cast, &project).await;
        let made = attach(&cast.lead, ("report", &report, "发票.pdf", PDF)).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        assert_eq!(made.body["version"], 1);
        let submitted = cast
            .lead
            .post(&format!("{path}/submission"), json!({}))
            .await;
        assert_eq!(submitted.status, 200, "{}", submitted.body);
        let first = format!("/attachments/{}", made.text("/id"));
        let kept = cast.lead.delete(&first).await;
        assert_eq!((kept.status, kept.code()), (409, "attachment.sealed"));
        let items = listed(&cast.county, "report", &report).await;
        assert_eq!(items[0]["sealed"], true);
        // What comes now belongs to the next version.
        let next = attach(&cast.owner, ("report", &report, "补充.txt", b"more")).await;
        assert_eq!((next.status, &next.body["version"]), (201, &json!(2)));
        let accepted = cast
            .county
            .post(&format!("{path}/acceptance"), json!({}))
            .await;
        assert_eq!(accepted.status, 200, "{:?}", accepted.body);
        let late = attach(&cast.lead, ("report", &report, "c.txt", b"c")).await;
        assert_eq!((late.status, late.code()), (409, "attachment.closed"));
    });
}

#[test]
fn a_plan_is_named_by_itself_or_its_project() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let project = cast.whole("新材料").await;
        let plan = cast.lead.get(&format!("/projects/{project}/plan")).await;
        let (id, etag) = (plan.text("/id"), plan.header("etag").to_owned());
        let made = attach(&cast.lead, ("plan", &project, "方案.pdf", PDF)).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        assert_eq!(made.body["subject_id"], id.as_str());
        assert_eq!(listed(&cast.lead, "plan", &id).await.len(), 1);
        let put = format!("/projects/{project}/plan");
        let put = cast.lead.put(&put, Some(&etag), crate::story::plan()).await;
        assert_eq!(put.status, 200, "{:?}", put.body);
        assert_eq!(listed(&cast.lead, "plan", &project).await.len(), 0);
        let old = listed(&cast.lead, "plan", &id).await;
        assert_eq!(old[0]["sealed"], true);
        let late = attach(&cast.lead, ("plan", &id, "a.txt", b"a")).await;
        assert_eq!(late.code(), "attachment.closed");
    });
}

#[test]
fn an_approval_keeps_what_it_was_granted_on() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let path = format!("/projects/{project}/approvals");
        let items = json!({ "items": ["project-filing"] });
        let network = cast.county.post(&path, items).await;
        assert_eq!(network.status, 201, "{:?}", network.body);
        let id = network.text("/items/0/id");
        let made = attach(&cast.lead, ("approval", &id, "申请书.pdf", PDF)).await;
        assert_eq!(made.status, 201, "{:?}", made.body);
        for (deed, body) in [
            ("submission", json!({})),
            ("acceptance", json!({})),
            ("grant", json!({ "document": "洪发改备〔2026〕1 号" })),
        ] {
            let by = if deed == "submission" {
                &cast.lead
            } else {
                &cast.county
            };
            let done = by.post(&format!("/approvals/{id}/{deed}"), body).await;
            assert_eq!(done.status, 200, "{deed}: {:?}", done.body);
        }
        let own = format!("/attachments/{}", made.text("/id"));
        assert_eq!(cast.lead.delete(&own).await.code(), "attachment.sealed");
        let permit = attach(&cast.county, ("approval", &id, "批复.txt", b"permit")).await;
        assert_eq!(
            (permit.status, &permit.body["sealed"]),
            (201, &json!(false))
        );
    });
}

#[test]
fn hostile_files_are_refused_each_with_its_reason() {
    each(async |world| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let blocker = raise(&cast, &project).await;
        let (long, both) = (
            "长".repeat(300) + ".pdf",
            [b"\x89PNG\r\n\x1a\n", PDF].concat(),
        );
        for (name, bytes, code) in [
            ("", PDF, "attachment.name_missing"),
            (long.as_str(), PDF, "attachment.name_too_long"),
            ("../../../etc/cron.d/x.txt", b"x", "attachment.name_path"),
            ("fdp.\u{202e}xcod.pdf", PDF, "attachment.name_signs"),
            ("a.exe", b"MZ", "attachment.ending"),
            ("a.html", b"<html>", "attachment.ending"),
            ("a.pdf", b"", "attachment.empty"),
            (
                "a.pdf",
                b"<html><script>alert(1)</script>",
                "attachment.other_content",
            ),
            (
                "a.txt",
                b"<html><script>alert(1)</script>",
                "attachment.other_content",
            ),
            ("a.docx", b"PK\x03\x04 not whole", "attachment.two_in_one"),
            ("a.png", both.as_slice(), "attachment.two_in_one"),
        ] {
            let refused = attach(&cast.lead, ("blocker", &blocker, name, bytes)).await;
            assert_eq!((refused.status, refused.code()), (422, code), "{name}");
            assert_eq!(refused.findings(), [("/file".to_owned(), code.to_owned())]);
        }
        let smuggled = "a.pdf\r\nSet-Cookie: a=b\r\nx: ";
        let split = attach(&cast.lead, ("blocker", &blocker, smuggled, PDF)).await;
        assert!([400, 422].contains(&split.status), "{:?}", split.body);
        let nobody = attach(&cast.lead, ("blocker", "x", "a.pdf", PDF)).await;
        assert_eq!(nobody.findings()[0].0, "/subject_id");
        let nothing = attach(&cast.lead, ("person", &blocker, "a.pdf", PDF)).await;
        assert_eq!(nothing.findings()[0].0, "/subject");
        let bare = cast.lead.post("/attachments", json!({})).await;
        assert_eq!((bare.status, bare.code()), (415, "attachment.media_type"));
        assert_eq!(
            listed(&cast.lead, "blocker", &blocker).await,
            Vec::<Value>::new()
        );
        if world.app.store.folder().is_some() {
            assert_eq!(in_folder(&world), Vec::<String>::new());
        }
    });
}

#[test]
fn a_subject_holds_so_many_files_and_bytes_and_each_once() {
    each_with(
        async || {
            let flags = [
                ("attachments.file_bytes", "1000"),
                ("attachments.per_subject", "3"),
                ("attachments.subject_bytes", "1500"),
            ];
            let flags = flags.map(|(key, value)| (key.to_owned(), value.to_owned()));
            (flags.to_vec(), ())
        },
        async |world, ()| {
            let cast = Cast::of(&world).await;
            let project = cast.launched("新材料").await;
            let blocker = raise(&cast, &project).await;
            let lead = &cast.lead;
            for (name, bytes, status, code) in [
                ("a.txt", "a".repeat(1001), 413, "body.too_large"),
                ("a.txt", "a".repeat(1000), 201, ""),
                ("b.txt", "a".repeat(1000), 409, "attachment.already_there"),
                ("c.txt", "c".repeat(501), 409, "attachment.too_much"),
                ("d.txt", "d".repeat(499), 201, ""),
                ("e.txt", "e".to_owned(), 201, ""),
                ("f.txt", String::new() + "f", 409, "attachment.too_many"),
            ] {
                let sent = attach(lead, ("blocker", &blocker, name, bytes.as_bytes())).await;
                assert_eq!((sent.status, sent.code()), (status, code), "{name}");
            }
        },
    );
}

#[test]
fn a_file_sent_twice_under_one_key_is_attached_once() {
    each_way(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("新材料").await;
        let blocker = raise(&cast, &project).await;
        let file = ("blocker", blocker.as_str(), "a.pdf", PDF);
        let first = attach_once(&cast.lead, file, Some("k")).await;
        let again = attach_once(&cast.lead, file, Some("k")).await;
        assert_eq!(first.status, 201, "{:?}", first.body);
        assert_eq!((again.status, &again.body), (201, &first.body));
        assert_eq!(listed(&cast.lead, "blocker", &blocker).await.len(), 1);
        let other = attach_once(&cast.lead, ("blocker", &blocker, "b.pdf", PDF), Some("k")).await;
        assert_eq!(other.code(), "idempotency.other_request");
        let path = format!("/attachments/{}", first.text("/id"));
        assert_eq!(cast.lead.get(&path).await.status, 200);
        let in_files = usize::from(!in_folder(&world).is_empty());
        assert_eq!(in_folder(&world).len(), in_files);
    });
}

#[test]
fn what_a_dying_process_left_in_doubt_is_settled_by_the_sweep() {
    each_with(
        async || {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().display().to_string();
            (vec![("attachments.folder".to_owned(), path)], folder)
        },
        async |world, folder| {
            let cast = Cast::of(&world).await;
            let project = cast.launched("新材料").await;
            let blocker = raise(&cast, &project).await;
            let made = attach(&cast.lead, ("blocker", &blocker, "a.pdf", PDF)).await;
            let id = made.text("/id");
            let (pending, place) = (
                folder.path().join("pending"),
                folder.path().join(&id[34..]).join(&id),
            );
            // One whose row is there and which was never moved, one without a row, one under way.
            std::fs::rename(&place, pending.join(&id)).unwrap();
            let (orphan, young) = (
                "0199b2f0-7c11-7e0a-b2a4-5f2d3c1e9a77",
                "0199b2f0-7c11-7e0a-b2a4-5f2d3c1e9a78",
            );
            std::fs::write(pending.join(orphan), "x").unwrap();
            std::fs::write(pending.join(young), "x").unwrap();
            let path = format!("/attachments/{id}");
            assert_eq!(cast.lead.get(&path).await.status, 200);
            let morning: fiveone::kernel::time::Moment = crate::world::START.parse().unwrap();
            let old = UNIX_EPOCH + Duration::from_millis(u64::try_from(morning.millis()).unwrap());
            for (name, at) in [
                (&*id, old),
                (orphan, old),
                (young, old + Duration::from_secs(7000)),
            ] {
                let file = std::fs::File::options()
                    .write(true)
                    .open(pending.join(name))
                    .unwrap();
                file.set_modified(at).unwrap();
            }
            let round =
                fiveone::jobs::tick(&world.app, "2026-09-28T12:00:00+08:00".parse().unwrap()).await;
            let swept = round
                .iter()
                .find(|done| done.job == "sweep_attachments")
                .unwrap();
            assert_eq!((swept.count, &swept.fault), (2, &None));
            let mut left = in_folder_of(folder.path());
            left.sort();
            assert_eq!(
                left,
                [format!("{}/{id}", &id[34..]), format!("pending/{young}")]
            );
            assert_eq!(cast.lead.get(&path).await.status, 200);
        },
    );
}

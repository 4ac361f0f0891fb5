//! Lists of projects and people, uploaded and on the command line.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use crate::world::{Answer, Client, World, each};

const SAMPLE: &[u8] = include_bytes!("../data/sample-projects.csv");

pub(crate) async fn upload(
    client: &Client,
    path: &str,
    field: &str,
    name: &str,
    bytes: &[u8],
) -> Answer {
    // A form cannot be cloned, so it is written out by hand once and sent as often as need be.
    let boundary = "seven-bridges";
    let mut body = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={boundary}");
    let request = client
        .request("POST", path)
        .header("content-type", kind)
        .body(body);
    client.send(request).await
}

fn counts(body: &Value) -> [u64; 4] {
    ["rows", "created", "updated", "skipped"].map(|field| body[field].as_u64().unwrap())
}

#[test]
fn the_real_list_is_tried_imported_and_known_again() {
    each(async |world: World| {
        let admin = world.admin().await;
        let path = "/imports/projects?mode=dry_run";
        let dry = upload(&admin, path, "file", "名单.csv", SAMPLE).await;
        assert_eq!(dry.status, 200, "{:?}", dry.body);
        assert_eq!(counts(&dry.body), [162, 162, 0, 0]);
        assert_eq!(admin.get("/projects").await.body["items"], json!([]));
        let path = "/imports/projects?mode=apply";
        let real = upload(&admin, path, "file", "名单.csv", SAMPLE).await;
        assert_eq!(counts(&real.body), [162, 162, 0, 0], "{:?}", real.body);
        let again = upload(&admin, path, "file", "名单.csv", SAMPLE).await;
        assert_eq!(counts(&again.body), [162, 0, 0, 162]);
        let list = admin.get("/projects?with_total=true&limit=1").await;
        assert_eq!(list.body["total"], 162);
    });
}

#[test]
fn a_list_with_a_wrong_row_is_a_problem_that_carries_the_report() {
    each(async |world: World| {
        let admin = world.admin().await;
        let csv = "项目名称,地区代码,项目代码\n甲,360111,\n乙,360111,2017-1\n";
        let path = "/imports/projects?mode=apply";
        let refused = upload(&admin, path, "file", "a.csv", csv.as_bytes()).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "import.rows_refused")
        );
        assert_eq!(counts(&refused.body), [2, 0, 0, 0]);
        let error = &refused.body["errors"][0];
        assert_eq!(
            (&error["row"], &error["column"]),
            (&json!(3), &json!("项目代码"))
        );
        assert_eq!(error["code"], "import.code_wrong");
        let path = format!("{path}&partial=true");
        let partly = upload(&admin, &path, "file", "a.csv", csv.as_bytes());
        assert_eq!(counts(&partly.await.body), [2, 1, 0, 0]);
    });
}

#[test]
fn what_is_no_list_is_refused_with_its_reason() {
    each(async |world: World| {
        let admin = world.admin().await;
        let path = "/imports/projects?mode=apply";
        for (field, bytes, status, code) in [
            ("file", b"PK\x03\x04rest".as_slice(), 422, "import.format"),
            ("file", b"", 422, "import.empty"),
            ("file", b"name\n\"open\n", 422, "import.quote_unclosed"),
            ("file", b"colour\nred\n", 422, "import.column_missing"),
            ("other", b"name\nA\n", 422, "body.invalid"),
        ] {
            let answer = upload(&admin, path, field, "a.csv", bytes).await;
            assert_eq!((answer.status, answer.code()), (status, code));
        }
        let bare = admin.post(path, json!({})).await;
        assert_eq!((bare.status, bare.code()), (415, "import.media_type"));
        let form = Form::new().part("file", Part::bytes(b"name\nA\n".to_vec()));
        let sent = admin
            .request("POST", "/imports/projects?mode=now")
            .multipart(form);
        assert_eq!(sent.send().await.unwrap().status(), 400);
    });
}

#[test]
fn people_get_accounts_without_a_password_and_are_known_again() {
    each(async |world: World| {
        let admin = world.admin().await;
        let csv = "姓名,邮箱,角色,地区代码\n甲,a@fiveone.example,调度员,360111\n乙,b@fiveone.example,项目负责人,360111\n";
        let path = "/imports/people?mode=apply";
        let made = upload(&admin, path, "file", "p.csv", csv.as_bytes()).await;
        assert_eq!(made.status, 200, "{:?}", made.body);
        assert_eq!(counts(&made.body), [2, 2, 0, 0]);
        let again = upload(&admin, path, "file", "p.csv", csv.as_bytes()).await;
        assert_eq!(counts(&again.body), [2, 0, 0, 2]);
        let wrong = "姓名,邮箱,角色\n丙,c@fiveone.example,调度员\n";
        let wrong = upload(&admin, path, "file", "p.csv", wrong.as_bytes()).await;
        assert_eq!(wrong.code(), "import.rows_refused");
        assert_eq!(wrong.body["errors"][0]["code"], "person.region_needed");
    });
}

#[test]
fn the_command_imports_what_the_api_does() {
    each(async |world: World| {
        let file = concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/tests/data/sample-projects.csv"
        );
        let said =
            |words: &[&str]| -> Value { serde_json::from_str(&world.command(words, "")).unwrap() };
        let dry = said(&["import", "projects", file, "--dry-run", "--json"]);
        assert_eq!(counts(&dry), [162, 162, 0, 0]);
        let made = said(&["import", "projects", file, "--json"]);
        assert_eq!(counts(&made), [162, 162, 0, 0]);
        let again = said(&["import", "projects", file, "--json"]);
        assert_eq!(counts(&again), [162, 0, 0, 162]);
    });
}

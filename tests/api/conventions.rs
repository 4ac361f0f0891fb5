//! What holds for every call.

use serde_json::json;

use crate::world::{PASSWORD, each, each_with};

#[test]
fn a_server_is_alive_ready_measured_and_documented() {
    each(async |world| {
        let stranger = world.stranger();
        for path in ["/healthz", "/readyz", "/metrics", "/openapi.json", "/docs/"] {
            assert_eq!(stranger.get(path).await.status, 200, "{path}");
        }
        let document = stranger.get("/openapi.json").await;
        assert!(document.text("/openapi").starts_with("3.1"));
        assert!(document.body["paths"]["/api/v1/sessions"]["post"].is_object());
    });
}

#[test]
fn every_operation_tells_its_problems_with_their_schema() {
    each(async |world| {
        let document = world.stranger().get("/openapi.json").await.body;
        for (path, item) in document["paths"].as_object().unwrap() {
            for (method, operation) in item.as_object().unwrap() {
                for part in path.split('/').filter_map(|part| part.strip_prefix('{')) {
                    let name = part.split('}').next().unwrap();
                    let parameters = operation["parameters"].as_array().unwrap();
                    let known =
                        |told: &serde_json::Value| told["in"] == "path" && told["name"] == name;
                    assert!(parameters.iter().any(known), "{method} {path}: {name}");
                }
                let answers = operation["responses"].as_object().unwrap();
                let common: &[&str] = match method.as_str() {
                    "get" | "delete" => &["400", "401", "503"],
                    _ => &["400", "401", "409", "413", "415", "422", "503"],
                };
                for status in common {
                    assert!(answers.contains_key(*status), "{method} {path}: {status}");
                }
                assert!(!path.contains('{') || answers.contains_key("404"), "{path}");
                for (_, told) in answers
                    .iter()
                    .filter(|(status, _)| status.as_str() >= "400")
                {
                    let Some(shared) = told["$ref"].as_str() else {
                        let own = &told["content"]["application/problem+json"];
                        assert!(own.is_object() && path.contains("/imports/"), "{path}");
                        continue;
                    };
                    let shared = shared.strip_prefix('#').unwrap();
                    let kind = &document.pointer(shared).unwrap()["content"];
                    let schema = &kind["application/problem+json"]["schema"]["$ref"];
                    let schema = schema.as_str().unwrap().strip_prefix('#').unwrap();
                    assert!(document.pointer(schema).unwrap()["properties"]["code"].is_object());
                }
            }
        }
    });
}

#[test]
fn every_path_answers_405_with_allow_to_a_method_it_does_not_have() {
    each(async |world| {
        let admin = world.admin().await;
        let document = admin.get("/openapi.json").await;
        let id = "018f3c2a-7b1e-7c3d-9f0a-1b2c3d4e5f60";
        for (template, item) in document.body["paths"].as_object().unwrap() {
            let mut path = template.strip_prefix("/api/v1").unwrap().to_owned();
            while let Some((before, after)) = path.clone().split_once('{') {
                path = format!("{before}{id}{}", after.split_once('}').unwrap().1);
            }
            for method in ["GET", "PUT", "POST", "PATCH", "DELETE"] {
                let has = item.get(method.to_lowercase()).is_some();
                // The address of a feed is also the path of one by what is no id.
                let is_other = method == "DELETE" && path.ends_with(".ics");
                if has || is_other {
                    continue;
                }
                let answer = admin.send(admin.request(method, &path)).await;
                assert_eq!(
                    (answer.status, answer.code()),
                    (405, "route.method"),
                    "{method} {path}"
                );
                assert!(!answer.header("allow").is_empty());
            }
        }
    });
}

#[test]
fn an_unknown_path_is_a_problem_in_the_readers_language() {
    each(async |world| {
        let stranger = world.stranger();
        let zh = stranger.get("/nothing").await;
        assert_eq!((zh.status, zh.code()), (404, "route.unknown"));
        assert!(zh.text("/detail").contains("没有"));
        let english = stranger
            .request("GET", "/nothing")
            .header("Accept-Language", "en-GB,zh;q=0.5");
        assert!(
            stranger
                .send(english)
                .await
                .text("/detail")
                .contains("nothing at this address")
        );
    });
}

#[test]
fn bad_bodies_queries_and_headers_are_refused_with_everything_that_is_wrong() {
    each(async |world| {
        let admin = world.admin().await;
        let answer = admin
            .post(
                "/people",
                json!({ "name": 1, "email": "x\u{0}", "role": "king", "colour": "red" }),
            )
            .await;
        assert_eq!(answer.status, 422);
        let codes: Vec<_> = answer.findings();
        for (pointer, code) in [
            ("/colour", "body.unknown_field"),
            ("/email", "body.nul"),
            ("/name", "body.wrong_type"),
            ("/role", "body.wrong_value"),
        ] {
            assert!(
                codes.contains(&(pointer.into(), code.into())),
                "{pointer} {code} in {codes:?}"
            );
        }
        assert_eq!(admin.get("/people?limit=0").await.code(), "query.limit");
        assert_eq!(admin.get("/people?limit=201").await.status, 400);
        assert_eq!(
            admin.get("/people?cursor=forged").await.code(),
            "query.cursor"
        );
        assert_eq!(
            admin.get("/people?colour=red").await.code(),
            "query.invalid"
        );
        assert_eq!(
            admin.get("/people?region=%00").await.code(),
            "query.invalid"
        );
        let large = admin
            .request("POST", "/people")
            .body(vec![b' '; 10 * 1024 * 1024]);
        let large = large.header("content-type", "application/json");
        assert_eq!(admin.send(large).await.status, 413);
        let text = admin
            .request("POST", "/people")
            .header("content-type", "text/plain")
            .body("x");
        assert_eq!(admin.send(text).await.status, 415);
        assert_eq!(admin.get("/people/not-an-id").await.status, 404);
    });
}

#[test]
fn an_idempotency_key_makes_one_effect_and_the_same_answer() {
    each(async |world| {
        let admin = world.admin().await;
        let body = json!({ "name": "李四", "email": "li@fiveone.example", "role": "viewer", "region": "360111" });
        let send = |body: serde_json::Value| {
            let request = admin
                .request("POST", "/people")
                .header("Idempotency-Key", "k-1")
                .json(&body);
            admin.send(request)
        };
        let (first, second) = tokio::join!(send(body.clone()), send(body.clone()));
        assert_eq!((first.status, second.status), (201, 201));
        assert_eq!(first.body, second.body);
        assert_eq!(first.header("etag"), second.header("etag"));
        let mut other = body;
        other["name"] = json!("王五");
        assert_eq!(send(other).await.code(), "idempotency.other_request");
        let page = admin.get("/people?role=viewer").await;
        assert_eq!(page.body["items"].as_array().unwrap().len(), 1);
    });
}

#[test]
fn an_idempotency_key_that_is_no_text_is_refused_and_not_passed_over() {
    each(async |world| {
        let admin = world.admin().await;
        for key in [&b""[..], &b"k\xff"[..], "钥匙".as_bytes(), &[b'k'; 256]] {
            let key = reqwest::header::HeaderValue::from_bytes(key).unwrap();
            let request = admin.request("POST", "/people");
            let body = json!({ "name": "李四", "email": "li@fiveone.example", "role": "viewer", "region": "360111" });
            let request = request.header("Idempotency-Key", key).json(&body);
            assert_eq!(admin.send(request).await.code(), "idempotency.key");
        }
    });
}

#[test]
fn of_two_writers_with_one_etag_the_second_is_told() {
    each(async |world| {
        let admin = world.admin().await;
        let made = admin
            .post("/people", json!({ "name": "李四", "email": "li@fiveone.example", "role": "viewer", "region": "360111" }))
            .await;
        let path = format!("/people/{}", made.text("/id"));
        assert_eq!(
            admin
                .patch(&path, None, json!({ "name": "甲" }))
                .await
                .code(),
            "version.required"
        );
        let own = admin.patch("/me", None, json!({ "phone": "1" })).await;
        assert_eq!((own.status, own.code()), (428, "version.required"));
        let etag = made.header("etag").to_owned();
        let (first, second) = tokio::join!(
            admin.patch(&path, Some(&etag), json!({ "name": "甲" })),
            admin.patch(&path, Some(&etag), json!({ "name": "乙" }))
        );
        let mut statuses = [first.status, second.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 412]);
        assert_eq!(
            admin.patch(&path, Some("W/\"1\""), json!({})).await.code(),
            "request.if_match"
        );
    });
}

#[test]
fn a_list_is_read_page_by_page_without_loss_or_repetition() {
    each(async |world| {
        let admin = world.admin().await;
        for n in 0..7 {
            let body = json!({ "name": format!("人{}", n % 2), "email": format!("p{n}@fiveone.example"), "role": "viewer", "region": "360111" });
            assert_eq!(admin.post("/people", body).await.status, 201);
        }
        let (mut seen, mut cursor) = (Vec::new(), String::new());
        loop {
            let page = admin
                .get(&format!("/people?role=viewer&limit=3{cursor}"))
                .await;
            seen.extend(
                page.body["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|item| item["id"].clone()),
            );
            match page.body["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(seen.len(), 7);
        seen.sort_by_key(ToString::to_string);
        seen.dedup();
        assert_eq!(seen.len(), 7);
    });
}

#[test]
fn the_journal_holds_and_the_command_says_so() {
    each(async |world| {
        let admin = world.admin().await;
        admin
            .post(
                "/sessions",
                json!({ "email": "admin@fiveone.example", "password": PASSWORD }),
            )
            .await;
        let said = world.command(&["--json", "journal", "verify"], "");
        let said: serde_json::Value = serde_json::from_str(&said).unwrap();
        assert!(
            said["broken_at"].is_null() && said["entries"].as_i64() >= Some(3),
            "{said}"
        );
    });
}

#[test]
fn a_client_that_trickles_a_second_head_is_let_go() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let prepare = async || (vec![("http.connection_seconds".into(), "1".into())], ());
    each_with(prepare, async |world, ()| {
        let mut socket = tokio::net::TcpStream::connect(world.address())
            .await
            .unwrap();
        socket
            .write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /healthz HTTP/1.1\r\nHo")
            .await
            .unwrap();
        let mut answered = Vec::new();
        // Without the limit this read has no end: half a head is waited for.
        let read = socket.read_to_end(&mut answered);
        let ended = tokio::time::timeout(std::time::Duration::from_secs(20), read).await;
        assert!(ended.is_ok(), "still open");
        assert!(String::from_utf8_lossy(&answered).starts_with("HTTP/1.1 200"));
    });
}

#[test]
fn whoever_is_not_signed_in_learns_that_before_anything_else() {
    each(async |world| {
        let admin = world.admin().await;
        let gone = world.signed_in("admin@fiveone.example").await;
        assert_eq!(gone.delete("/sessions/current").await.status, 204);
        for client in [&world.stranger(), &gone] {
            let put = client.request("PUT", "/projects/x/plan");
            for request in [
                client.request("POST", "/projects").body("{"),
                client
                    .request("POST", "/projects")
                    .json(&json!({ "colour": 1 })),
                client.request("POST", "/imports/people").json(&json!({})),
                client.request("GET", "/projects?colour=1"),
                client.request("GET", "/projects/not-an-id"),
                put.header("if-match", "nonsense").json(&json!({})),
            ] {
                let answer = client.send(request).await;
                assert_eq!((answer.status, answer.code()), (401, "session.required"));
            }
        }
        let known = admin
            .send(admin.request("POST", "/projects").body("{"))
            .await;
        assert_eq!(known.status, 422);
    });
}

#[test]
fn a_media_type_is_known_in_whatever_case_it_is_written() {
    each(async |world| {
        let admin = world.admin().await;
        let body = json!({ "name": "新材料", "region": "360111" }).to_string();
        for kind in ["Application/JSON", "application/json; charset=UTF-8"] {
            let request = admin
                .request("POST", "/projects")
                .header("content-type", kind);
            let made = admin.send(request.body(body.clone())).await;
            assert_eq!(made.status, 201, "{kind}: {:?}", made.body);
        }
        let request = admin
            .request("POST", "/projects")
            .header("content-type", "text/json");
        let refused = admin.send(request.body(body)).await;
        assert_eq!(refused.status, 415);
    });
}

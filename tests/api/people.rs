//! Sign-in, sessions, keys, accounts.

use serde_json::json;

use crate::world::{PASSWORD, each};

#[test]
fn a_wrong_password_and_an_unknown_address_get_the_same_answer() {
    each(async |world| {
        let stranger = world.stranger();
        let wrong = stranger
            .post(
                "/sessions",
                json!({ "email": "admin@fiveone.example", "password": "wrong wrong wrong" }),
            )
            .await;
        let unknown = stranger
            .post(
                "/sessions",
                json!({ "email": "nobody@fiveone.example", "password": "wrong wrong wrong" }),
            )
            .await;
        assert_eq!(
            (wrong.status, wrong.code()),
            (401, "session.wrong_credentials")
        );
        assert_eq!(wrong.body["detail"], unknown.body["detail"]);
        assert!(wrong.header("www-authenticate").starts_with("Bearer"));
    });
}

#[test]
fn a_signed_out_token_holds_no_longer() {
    each(async |world| {
        let admin = world.admin().await;
        assert_eq!(admin.get("/me").await.text("/role"), "admin");
        assert_eq!(admin.delete("/sessions/current").await.status, 204);
        let after = admin.get("/me").await;
        assert_eq!((after.status, after.code()), (401, "session.required"));
    });
}

#[test]
fn forged_foreign_and_expired_tokens_are_refused_alike() {
    each(async |world| {
        let mut client = world.admin().await;
        let good = client.token.clone().unwrap();
        let (head, rest) = good.split_once('.').unwrap();
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiYXQrand0In0.{rest}");
        for token in [
            "",
            "x.y.z",
            &none,
            &format!("{good}x"),
            &format!("{head}.e30.x"),
        ] {
            client.token = Some(token.to_owned());
            let answer = client.get("/me").await;
            assert_eq!(
                (answer.status, answer.code()),
                (401, "session.required"),
                "{token}"
            );
        }
        let world = world.at("2026-09-28T10:20:00+08:00").await;
        let mut late = world.stranger();
        late.token = Some(good);
        assert_eq!(late.get("/me").await.status, 401);
    });
}

#[test]
fn a_refresh_token_used_twice_ends_its_session() {
    each(async |world| {
        let mut client = world.stranger();
        let body = json!({ "email": "admin@fiveone.example", "password": PASSWORD });
        let first = client.post("/sessions", body).await;
        let old = json!({ "refresh_token": first.text("/refresh_token") });
        let second = client.post("/sessions/refresh", old.clone()).await;
        assert_eq!(second.status, 201);
        client.token = Some(second.text("/access_token"));
        assert_eq!(client.get("/me").await.status, 200);
        assert_eq!(
            client.post("/sessions/refresh", old).await.code(),
            "session.refresh_refused"
        );
        assert_eq!(client.get("/me").await.status, 401);
        let newer = json!({ "refresh_token": second.text("/refresh_token") });
        assert_eq!(client.post("/sessions/refresh", newer).await.status, 401);
    });
}

#[test]
fn an_api_key_signs_in_until_it_is_revoked_and_is_shown_once() {
    each(async |world| {
        let admin = world.admin().await;
        let made = admin
            .post(
                "/api-keys",
                json!({ "name": "script", "expires_on": "2027-01-01" }),
            )
            .await;
        let mut client = world.stranger();
        client.token = Some(made.text("/key"));
        assert_eq!(client.get("/me").await.status, 200);
        let listed = admin.get("/api-keys").await;
        assert!(listed.body["items"][0].get("key").is_none());
        assert_eq!(
            admin
                .delete(&format!("/api-keys/{}", made.text("/id")))
                .await
                .status,
            204
        );
        assert_eq!(client.get("/me").await.status, 401);
        let past = admin
            .post(
                "/api-keys",
                json!({ "name": "x", "expires_on": "2026-09-28" }),
            )
            .await;
        assert_eq!(
            past.findings(),
            [("/expires_on".to_owned(), "api_key.expires_on".to_owned())]
        );
    });
}

#[test]
fn a_changed_role_a_disabled_account_and_a_new_password_hold_at_once() {
    each(async |world| {
        let county = world
            .person("county@fiveone.example", "coordinator", "360111")
            .await;
        let admin = world.admin().await;
        let me = county.get("/me").await;
        let path = format!("/people/{}", me.text("/id"));
        let changed = admin
            .patch(
                &path,
                Some(me.header("etag")),
                json!({ "region": "360102" }),
            )
            .await;
        assert_eq!(changed.status, 200);
        assert_eq!(county.get("/me").await.status, 401);
        let county = world.signed_in("county@fiveone.example").await;
        let etag = county.get("/me").await.header("etag").to_owned();
        let wrong = json!({ "password": { "current": "not this one at all", "new": "three bridges over the lake" } });
        assert_eq!(
            county.patch("/me", Some(&etag), wrong).await.findings()[0].1,
            "password.wrong"
        );
        let right =
            json!({ "password": { "current": PASSWORD, "new": "three bridges over the lake" } });
        assert_eq!(county.patch("/me", Some(&etag), right).await.status, 200);
        assert_eq!(county.get("/me").await.status, 401);
    });
}

#[test]
fn a_coordinator_manages_leads_of_the_own_reach_and_nobody_above() {
    each(async |world| {
        let county = world
            .person("county@fiveone.example", "coordinator", "360111")
            .await;
        let lead = |email: &str, role: &str, region: &str| json!({ "name": "张三", "email": email, "role": role, "region": region });
        assert_eq!(
            county
                .post("/people", lead("a@fiveone.example", "lead", "360111"))
                .await
                .status,
            201
        );
        assert_eq!(
            county
                .post("/people", lead("b@fiveone.example", "lead", "360102"))
                .await
                .code(),
            "act.forbidden"
        );
        assert_eq!(
            county
                .post(
                    "/people",
                    lead("c@fiveone.example", "coordinator", "360111")
                )
                .await
                .code(),
            "person.role_not_yours"
        );
        assert_eq!(
            county
                .post("/people", lead("A@FIVEONE.example", "lead", "360111"))
                .await
                .code(),
            "person.email_taken"
        );
        let admins = world.admin().await.get("/me").await.text("/id");
        assert_eq!(county.get(&format!("/people/{admins}")).await.status, 404);
        let viewer = world
            .person("viewer@fiveone.example", "viewer", "360111")
            .await;
        assert_eq!(viewer.get("/people").await.status, 403);
    });
}

#[test]
fn a_name_that_would_break_the_header_of_a_letter_is_refused() {
    each(async |world| {
        let admin = world.admin().await;
        let body = json!({
            "name": "张三\r\nBcc: all@example.cn", "email": "zhang@fiveone.example", "role": "viewer", "region": "360111",
        });
        let refused = admin.post("/people", body).await;
        assert_eq!(refused.status, 422);
        assert_eq!(
            refused.findings(),
            [("/name".to_owned(), "person.name_wrong".to_owned())]
        );
    });
}

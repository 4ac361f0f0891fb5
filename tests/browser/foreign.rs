//! What another site makes somebody's browser send here has no effect, in whatever way it is sent.

use std::collections::BTreeMap;

use diesel::prelude::*;
use diesel::sql_types::Text;
use fiveone::store::Conn;
use serde_json::json;

use crate::elsewhere::Elsewhere;
use crate::stage;
use crate::story::{Cast, email};
use crate::visitor::Visitor;
use crate::world::World;

/// Where the browser finds this site and the other one. Browsers say by `Sec-Fetch-Site` who sends a
/// request only to sites they trust: by TLS, or on the machine itself; to others they say the origin.
/// Cookies come along between hosts of one site, whatever the port.
const NAMES: [(&str, &str); 4] = [
    ("127.0.0.1", "localhost"),
    ("127.0.0.1", "127.0.0.1"),
    ("console.example", "elsewhere.example"),
    ("console.example", "elsewhere.console.example"),
];

/// A deed somebody could do here: its address and what its form would carry.
struct Deed {
    path: String,
    fields: &'static [(&'static str, &'static str)],
}

/// The ways of another page to have a deed done: its text, for the address of the deed.
const WAYS: [(&str, fn(&str, &Deed) -> String); 8] = [
    ("a form of the page", |to, deed| {
        format!(
            "{}<script>document.forms[0].submit()</script>",
            form(to, deed, "")
        )
    }),
    ("a form into a frame", |to, deed| {
        format!(
            "{}<iframe name=inside></iframe><script>
             document.forms[0].target = 'inside';
             frames.inside.frameElement.onload = () => document.title = 'done';
             document.forms[0].submit()</script>",
            form(to, deed, "")
        )
    }),
    ("a request without leave to read", |to, deed| {
        fetch(to, "application/x-www-form-urlencoded", &typed(deed))
    }),
    ("a request of plain text", |to, deed| {
        let json: BTreeMap<_, _> = deed.fields.iter().copied().collect();
        fetch(to, "text/plain", &json!(json).to_string())
    }),
    ("a picture", |to, deed| {
        format!(
            "<img id=it><script>it.onload = it.onerror = () => document.title = 'done';
             it.src = '{to}?{}'</script>",
            typed(deed)
        )
    }),
    ("a style sheet", |to, deed| {
        format!(
            "<script>const it = document.createElement('link');
             it.onload = it.onerror = () => document.title = 'done';
             it.rel = 'stylesheet'; it.href = '{to}?{}'; document.head.append(it)</script>",
            typed(deed)
        )
    }),
    ("a visit", |to, deed| {
        format!("<script>location = '{to}?{}'</script>", typed(deed))
    }),
    ("a sandbox without an origin", |to, deed| {
        let inside = format!(
            "{}<script>onload = () => setTimeout(() => document.forms[0].submit())</script>",
            form(to, deed, "")
        );
        format!(
            "<iframe id=it sandbox='allow-scripts allow-forms'></iframe><script>
             let loads = 0;
             it.onload = () => {{ loads += 1; if (loads > 1) document.title = 'done' }};
             it.srcdoc = {}</script>",
            json!(inside).to_string().replace("</", "<\\/")
        )
    }),
];

fn form(to: &str, deed: &Deed, more: &str) -> String {
    let input = |(name, value): &(&str, &str)| format!("<input name='{name}' value='{value}'>");
    let inputs: String = deed.fields.iter().map(input).collect();
    format!("<form method=post action='{to}'>{inputs}{more}</form>")
}

fn typed(deed: &Deed) -> String {
    let pair = |(name, value): &(&str, &str)| format!("{name}={value}");
    let pairs: Vec<_> = deed.fields.iter().map(pair).collect();
    pairs.join("&")
}

fn fetch(to: &str, kind: &str, body: &str) -> String {
    format!(
        "<script>fetch('{to}', {{ method: 'POST', mode: 'no-cors', credentials: 'include',
         headers: {{ 'content-type': '{kind}' }}, body: {} }})
         .finally(() => document.title = 'done')</script>",
        json!(body)
    )
}

#[test]
fn nothing_another_site_sends_has_an_effect() {
    stage::on_sqlite(async |world| {
        let cast = Cast::of(&world).await;
        let draft = cast.whole("新材料").await;
        let other = Elsewhere::open();
        for (here, elsewhere) in NAMES {
            attack(&world, &other, here, elsewhere, &draft).await;
        }
    });
}

async fn attack(world: &World, other: &Elsewhere, here: &str, elsewhere: &str, draft: &str) {
    let (_, port) = world.address().rsplit_once(':').unwrap();
    let here = format!("http://{here}:{port}");
    let elsewhere = format!("http://{elsewhere}:{}", other.port);
    let visitor = Visitor::at(here.clone(), "zh-CN", true).await;
    visitor.open("/projects").await;
    visitor.sign_in(&email("county")).await;
    let deeds = [
        Deed {
            path: format!("/projects/{draft}/launch"),
            fields: &[("opening.invested_total_yuan", "0")],
        },
        Deed {
            path: format!("/api/v1/projects/{draft}/launch"),
            fields: &[],
        },
        Deed {
            path: "/language".into(),
            fields: &[("lang", "en"), ("to", "/")],
        },
        Deed {
            path: "/sign-out".into(),
            fields: &[],
        },
    ];
    let before = everything(world);
    for (way, page) in WAYS {
        for deed in &deeds {
            other.lay("/", page(&format!("{here}{}", deed.path), deed));
            visitor
                .look_elsewhere(&format!("{elsewhere}/"), &here)
                .await;
            let (after, what) = (everything(world), &deed.path);
            assert_eq!(after, before, "{way} from {elsewhere} to {here}{what}");
        }
    }
    visitor.open("/projects").await;
    assert_eq!(visitor.place().await, "/projects", "still signed in");
    visitor.leave().await;
    drop(other.collect());
}

/// Every row of every table, but for when a session was seen last.
fn everything(world: &World) -> BTreeMap<String, String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        text: String,
    }
    fn ask(conn: &mut Conn, sql: &str) -> Vec<String> {
        let rows: Vec<Row> = diesel::sql_query(sql).load(conn).unwrap();
        rows.into_iter().map(|row| row.text).collect()
    }
    let read = |conn: &mut Conn| {
        let tables = "SELECT name AS text FROM sqlite_master WHERE type = 'table'
                      AND name NOT LIKE 'sqlite%'";
        let rows = ask(conn, tables).into_iter().map(|table| {
            let columns = format!(
                "SELECT 'quote(\"' || name || '\")' AS text FROM pragma_table_info('{table}')
                 WHERE name <> 'seen_at'"
            );
            let columns = ask(conn, &columns).join("||','||");
            let all = format!(
                "SELECT coalesce(group_concat({columns}, ';'), '') AS text FROM \"{table}\""
            );
            let rows = ask(conn, &all).remove(0);
            (table, rows)
        });
        Ok(rows.collect())
    };
    world.app.store.read_blocking(read).unwrap()
}

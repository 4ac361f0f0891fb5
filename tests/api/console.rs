//! The console over a real socket: sessions in cookies, forms, and what stays out.

use std::collections::BTreeMap;

use reqwest::header::HeaderMap;

use crate::world::{PASSWORD, World, each};

/// A browser: it keeps cookies and follows nothing.
pub(crate) struct Browser {
    base: String,
    http: reqwest::Client,
    pub(crate) cookies: BTreeMap<String, String>,
}

/// A page as it came.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) html: String,
}

impl Page {
    pub(crate) fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name);
        value.map_or("", |value| value.to_str().unwrap())
    }

    /// Tells whether the page has a text, as HTML.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// Name and value of what the form of a path carries unseen.
    fn unseen(&self, action: &str) -> Vec<(String, String)> {
        let html = self.html.replace("&#x2f;", "/");
        let begin = format!("<form method=\"post\" action=\"{action}\"");
        let form = html.split_once(&begin);
        let form = form.unwrap_or_else(|| panic!("no form for {action} in {}", self.html));
        let form = form.1.split_once("</form>").unwrap().0;
        let inputs = form.split("<input ").skip(1);
        let part = |input: &str, name: &str| {
            let (_, rest) = input.split_once(&format!(" {name}=\"")).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        inputs
            .filter(|input| input.starts_with("type=\"hidden\""))
            .map(|input| (part(input, "name"), part(input, "value")))
            .collect()
    }

    /// The value of the first input of that name.
    pub(crate) fn input(&self, name: &str) -> String {
        let at = self.html.find(&format!("name=\"{name}\""));
        let at = at.unwrap_or_else(|| panic!("no input {name} in {}", self.html));
        let tag = &self.html[at..];
        let tag = &tag[..tag.find('>').unwrap()];
        let value = tag.split("value=\"").nth(1).unwrap_or_default();
        value.split('"').next().unwrap().to_owned()
    }
}

impl Page {
    /// What the headers hand the browser to keep.
    pub(crate) fn cookies(&self) -> Vec<&str> {
        let set = self.headers.get_all("set-cookie").iter();
        set.map(|cookie| cookie.to_str().unwrap()).collect()
    }

    /// Status and where it leads.
    pub(crate) fn leads(&self) -> (u16, &str) {
        (self.status, self.header("location"))
    }
}

impl Browser {
    pub(crate) fn new(world: &World) -> Self {
        let none = reqwest::redirect::Policy::none();
        Self {
            base: format!("http://{}", world.address()),
            http: reqwest::Client::builder().redirect(none).build().unwrap(),
            cookies: BTreeMap::new(),
        }
    }

    pub(crate) async fn send(&mut self, request: reqwest::RequestBuilder) -> Page {
        let cookies = self
            .cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"));
        let cookies: Vec<String> = cookies.collect();
        let request = if cookies.is_empty() {
            request
        } else {
            request.header("cookie", cookies.join("; "))
        };
        let response = request.send().await.unwrap();
        for set in response.headers().get_all("set-cookie") {
            let (pair, rest) = set.to_str().unwrap().split_once(';').unwrap();
            let (name, value) = pair.split_once('=').unwrap();
            if rest.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let html = response.text().await.unwrap();
        assert_ne!(status, 500, "{html}");
        Page {
            status,
            headers,
            html,
        }
    }

    pub(crate) async fn get(&mut self, path: &str) -> Page {
        let request = self.http.get(format!("{}{path}", self.base));
        self.send(request).await
    }

    /// Hands in a form as a page of the site does.
    pub(crate) async fn post(&mut self, path: &str, inputs: &[(&str, &str)]) -> Page {
        let request = self.form(path, inputs);
        self.send(request.header("sec-fetch-site", "same-origin"))
            .await
    }

    /// Types into a form of a page and hands it in.
    pub(crate) async fn submit(
        &mut self,
        page: &Page,
        action: &str,
        typed: &[(&str, &str)],
    ) -> Page {
        let unseen = page.unseen(action);
        let unseen = unseen.iter().map(|(name, value)| (&**name, &**value));
        let left = unseen.filter(|(name, _)| typed.iter().all(|(known, _)| known != name));
        let all: Vec<(&str, &str)> = left.chain(typed.iter().copied()).collect();
        self.post(action, &all).await
    }

    pub(crate) fn form(&self, path: &str, inputs: &[(&str, &str)]) -> reqwest::RequestBuilder {
        let mut body = form_urlencoded::Serializer::new(String::new());
        for (name, value) in inputs {
            body.append_pair(name, value);
        }
        self.http
            .post(format!("{}{path}", self.base))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(body.finish())
    }

    /// Goes on at the server's new address after it was started again.
    pub(crate) fn follow(&mut self, world: &World) {
        self.base = format!("http://{}", world.address());
    }

    /// Signs in with the password every test account has.
    pub(crate) async fn sign_in(&mut self, email: &str) -> Page {
        self.post("/sign-in", &[("email", email), ("password", PASSWORD)])
            .await
    }
}

#[test]
fn who_signs_in_sees_the_own_account_and_changes_it() {
    each(async |world| {
        let mut browser = Browser::new(&world);
        let page = browser.get("/account").await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, "/sign-in?to=%2Faccount")
        );
        assert_eq!(browser.get("/sign-in?to=%2Faccount").await.status, 200);
        let page = browser.sign_in("admin@fiveone.example").await;
        assert_eq!((page.status, page.header("location")), (303, "/"));
        let page = browser.get("/account").await;
        assert!(page.html.contains("admin@fiveone.example"), "{}", page.html);
        let (token, version) = (page.input("_token"), page.input("_version"));
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("phone", "x"),
        ];
        let page = browser.post("/account/phone", &inputs).await;
        assert_eq!(page.status, 422);
        assert!(
            page.html.contains("不是有效的手机或座机号码"),
            "{}",
            page.html
        );
        assert_eq!(page.input("phone"), "x");
        let inputs = [
            ("_token", token.as_str()),
            ("_version", &version),
            ("phone", "13800138000"),
        ];
        let page = browser.post("/account/phone", &inputs).await;
        assert_eq!(
            (page.status, page.header("location")),
            (303, "/account"),
            "{}",
            page.html
        );
        let page = browser.get("/account").await;
        assert!(page.html.contains("电话已改为"), "{}", page.html);
        let page = browser.post("/sign-out", &[("_token", &token)]).await;
        assert_eq!((page.status, page.header("location")), (303, "/sign-in"));
        assert_eq!(browser.get("/account").await.status, 303);
    });
}

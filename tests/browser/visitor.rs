//! A person at a browser: opens pages, fills forms and looks at what comes.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use thirtyfour::components::SelectElement;
use thirtyfour::prelude::*;

use crate::chromium;
use crate::world::{PASSWORD, World};

/// How long a page may take here, where debug builds of everything share two cores.
const PATIENCE: Duration = Duration::from_secs(60);

/// One person with a browser of their own.
pub(crate) struct Visitor {
    pub(crate) driver: WebDriver,
    base: String,
}

impl Visitor {
    /// A stranger with a browser.
    pub(crate) async fn new(world: &World, language: &str) -> Self {
        Self::at(format!("http://{}", world.address()), language, true).await
    }

    /// A stranger whose browser runs no scripts.
    pub(crate) async fn without_scripts(world: &World) -> Self {
        Self::at(format!("http://{}", world.address()), "zh-CN", false).await
    }

    /// A stranger who knows the site by an address.
    pub(crate) async fn at(base: String, language: &str, runs_scripts: bool) -> Self {
        let driver = chromium::open(language, runs_scripts).await;
        driver.set_page_load_timeout(PATIENCE).await.unwrap();
        driver.set_script_timeout(PATIENCE).await.unwrap();
        // A test that fails must not wait for its browser, which ends with the driver in any case.
        std::mem::forget(driver.clone());
        let visitor = Self { driver, base };
        visitor.resize(1366, 768).await;
        visitor
    }

    /// Somebody who has signed in through the page.
    pub(crate) async fn signed_in(world: &World, email: &str) -> Self {
        let visitor = Self::new(world, "zh-CN").await;
        visitor.open("/sign-in").await;
        visitor.sign_in(email).await;
        visitor
    }

    /// Signs in on the page that asks for it.
    pub(crate) async fn sign_in(&self, email: &str) {
        let place = self.place().await;
        assert_eq!(place, "/sign-in", "{}", self.words().await);
        let typed = [("email", email), ("password", PASSWORD)];
        self.submit("/sign-in", &typed).await;
    }

    /// Opens a page of the site.
    pub(crate) async fn open(&self, path: &str) {
        self.driver
            .goto(format!("{}{path}", self.base))
            .await
            .unwrap();
    }

    /// Opens a page of another site and waits until it says that it is done, or has led here.
    pub(crate) async fn look_elsewhere(&self, address: &str, here: &str) {
        self.driver.goto(address).await.unwrap();
        let begun = Instant::now();
        loop {
            let is_here = self
                .driver
                .current_url()
                .await
                .unwrap()
                .as_str()
                .starts_with(here);
            if is_here || self.driver.title().await.unwrap() == "done" {
                break;
            }
            assert!(begun.elapsed() < PATIENCE, "{address} is never done");
            tokio::task::yield_now().await;
        }
        self.run_async(
            "const done = arguments[arguments.length - 1];
            document.readyState === 'complete' ? done() : addEventListener('load', () => done())",
        )
        .await;
    }

    /// Where the browser stands, without the query.
    pub(crate) async fn place(&self) -> String {
        self.driver.current_url().await.unwrap().path().to_owned()
    }

    /// The status the page came with.
    pub(crate) async fn status(&self) -> u16 {
        let asked = "return performance.getEntriesByType('navigation')[0].responseStatus";
        self.run(asked, json!([]))
            .await
            .as_u64()
            .unwrap()
            .try_into()
            .unwrap()
    }

    /// Every word that can be seen.
    pub(crate) async fn words(&self) -> String {
        let body = self.driver.find(By::Tag("body")).await.unwrap();
        body.text().await.unwrap()
    }

    /// Fails unless the words are on the page.
    pub(crate) async fn sees(&self, words: &str) {
        let page = self.words().await;
        let at = self.place().await;
        assert!(page.contains(words), "{words:?} is not on {at}:\n{page}");
    }

    /// Tells whether the page has what a selector names.
    pub(crate) async fn has(&self, selector: &str) -> bool {
        !self
            .driver
            .find_all(By::Css(selector))
            .await
            .unwrap()
            .is_empty()
    }

    /// Tells whether the page has the form of a deed.
    pub(crate) async fn has_form(&self, action: &str) -> bool {
        self.has(&format!("form[action=\"{action}\"]")).await
    }

    /// Tells whether the page has a link to another.
    pub(crate) async fn has_link(&self, path: &str) -> bool {
        self.has(&format!("a[href=\"{path}\"]")).await
    }

    /// What stands in an input of the form of a deed.
    pub(crate) async fn typed(&self, action: &str, name: &str) -> String {
        let input = format!("form[action=\"{action}\"] [name=\"{name}\"]");
        let input = self.the(&input).await;
        input.prop("value").await.unwrap().unwrap_or_default()
    }

    /// The one thing a selector names.
    pub(crate) async fn the(&self, selector: &str) -> WebElement {
        let mut found = self.driver.find_all(By::Css(selector)).await.unwrap();
        if found.len() != 1 {
            let (at, page) = (self.place().await, self.words().await);
            panic!("{} of {selector} on {at}:\n{page}", found.len());
        }
        found.remove(0)
    }

    /// Follows a link by where it leads.
    pub(crate) async fn follow(&self, path: &str) {
        self.press_last(&format!("a[href=\"{path}\"]")).await;
    }

    /// Presses the last of what a selector names: what the page is about stands below its frame.
    pub(crate) async fn press_last(&self, selector: &str) {
        let found = self.driver.find_all(By::Css(selector)).await.unwrap();
        let Some(last) = found.last() else {
            panic!(
                "no {selector} on {}:\n{}",
                self.place().await,
                self.words().await
            );
        };
        self.press(last).await;
    }

    /// Types into the form of a deed and hands it in.
    pub(crate) async fn submit(&self, action: &str, typed: &[(&str, &str)]) {
        self.fill(action, typed).await;
        self.press_last(&format!(
            "form[action=\"{action}\"] button:not([type=button])"
        ))
        .await;
    }

    /// Types into the form of a deed.
    pub(crate) async fn fill(&self, action: &str, typed: &[(&str, &str)]) {
        self.unfold(action).await;
        for (name, value) in typed {
            self.put(action, name, value).await;
        }
    }

    /// Opens what hides a form until it is asked for.
    async fn unfold(&self, action: &str) {
        let folded = format!("details:not([open]):has(form[action=\"{action}\"]) > summary");
        for summary in self.driver.find_all(By::Css(folded)).await.unwrap() {
            summary.click().await.unwrap();
        }
    }

    async fn put(&self, action: &str, name: &str, value: &str) {
        let selector = format!("form[action=\"{action}\"] [name=\"{name}\"]:not([type=hidden])");
        let found = self
            .driver
            .find_all(By::Css(selector.clone()))
            .await
            .unwrap();
        let Some(input) = found.first() else {
            panic!(
                "no {selector} on {}:\n{}",
                self.place().await,
                self.words().await
            );
        };
        let tag = input.tag_name().await.unwrap();
        let kind = input.attr("type").await.unwrap().unwrap_or_default();
        match (tag.as_str(), kind.as_str()) {
            ("select", _) => {
                let select = SelectElement::new(input).await.unwrap();
                select.select_by_value(value).await.unwrap();
            }
            ("input", "radio" | "checkbox") => {
                let chosen = self.the(&format!("{selector}[value=\"{value}\"]")).await;
                if !chosen.is_selected().await.unwrap() {
                    chosen.click().await.unwrap();
                }
            }
            ("input", "date") => {
                input.clear().await.unwrap();
                // In the order of the browser's own language, which is English whatever it asks for.
                let (year, day) = value.split_once('-').unwrap();
                let keys = format!("{}{year}", day.replace('-', ""));
                input.send_keys(keys).await.unwrap();
                let shown = input.prop("value").await.unwrap();
                assert_eq!(shown.as_deref(), Some(value), "{name}");
            }
            _ => {
                input.clear().await.unwrap();
                input.send_keys(value).await.unwrap();
            }
        }
    }

    /// Clicks what leads to another page, and waits until it is there.
    pub(crate) async fn press(&self, what: &WebElement) {
        let old = self.driver.find(By::Tag("html")).await.unwrap();
        what.scroll_into_view().await.unwrap();
        what.click().await.unwrap();
        old.wait_until()
            .wait(PATIENCE, Duration::from_millis(20))
            .error("the next page did not come")
            .stale()
            .await
            .unwrap();
        self.driver
            .query(By::Css("body"))
            .wait(PATIENCE, Duration::from_millis(20))
            .first()
            .await
            .unwrap();
    }

    /// Runs a script on the page, as the driver does: the page's own policy does not bind it.
    pub(crate) async fn run(&self, script: &str, arguments: Value) -> Value {
        let Value::Array(arguments) = arguments else {
            panic!("arguments are a list");
        };
        let run = self.driver.execute(script, arguments).await.unwrap();
        run.json().clone()
    }

    /// Runs a script that returns a list of texts.
    pub(crate) async fn list(&self, script: &str, arguments: Value) -> Vec<String> {
        serde_json::from_value(self.run(script, arguments).await).unwrap()
    }

    /// Has a script run on every page from now on, before the page's own.
    pub(crate) async fn run_before_every_page(&self, script: &str) {
        let devtools = self.driver.cdp();
        let command = "Page.addScriptToEvaluateOnNewDocument";
        let asked = json!({ "source": script });
        devtools.send_raw(command, asked).await.unwrap();
    }

    /// Runs a script that says by its last argument when it is done, and with what.
    pub(crate) async fn run_async(&self, script: &str) -> Value {
        let run = self.driver.execute_async(script, Vec::new()).await.unwrap();
        run.json().clone()
    }

    /// Touches the keyboard, as somebody does who goes through a page without a mouse.
    pub(crate) async fn press_tab(&self) {
        let keys = self.driver.action_chain().send_keys(Key::Tab);
        keys.perform().await.unwrap();
    }

    /// Gives the page another size; what is small is a phone.
    pub(crate) async fn resize(&self, width: u32, height: u32) {
        let size = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        let devtools = self.driver.cdp();
        let command = "Emulation.setDeviceMetricsOverride";
        devtools.send_raw(command, size).await.unwrap();
    }

    /// A picture (PNG) of what can be seen, or of the whole page.
    pub(crate) async fn picture(&self, whole: bool) -> Vec<u8> {
        let asked = json!({ "format": "png", "captureBeyondViewport": whole });
        let devtools = self.driver.cdp();
        let picture = devtools.send_raw("Page.captureScreenshot", asked).await;
        let text = picture.unwrap()["data"].as_str().unwrap().to_owned();
        STANDARD.decode(text).unwrap()
    }

    /// Everything the browser complained of since it was asked last.
    pub(crate) async fn complaints(&self) -> Vec<String> {
        let log = self.driver.browser_log().await.unwrap();
        log.into_iter().map(|entry| entry.message).collect()
    }

    /// Closes the browser.
    pub(crate) async fn leave(self) {
        self.driver.quit().await.unwrap();
    }
}

//! Somebody at a browser: opens pages, fills the forms they show and hands them in.

use tokio::sync::Mutex;

use crate::console::{Browser, Page};
use crate::world::{PASSWORD, World};

/// Somebody at a browser.
pub(crate) struct Console(Mutex<Browser>);

/// What came back.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) status: u16,
    /// Where a redirect leads.
    pub(crate) to: String,
    pub(crate) html: String,
}

impl Shown {
    fn of(page: Page) -> Self {
        assert!(page.html.len() < 100_000, "{} bytes", page.html.len());
        Self {
            status: page.status,
            to: page.header("location").to_owned(),
            // Slashes are escaped too: read as a browser reads them.
            html: page.html.replace("&#x2f;", "/"),
        }
    }

    /// The page has this text, as HTML.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.html.contains(text)
    }

    /// The form that is handed in to a path.
    fn form(&self, action: &str) -> &str {
        let begin = format!("<form method=\"post\" action=\"{action}\"");
        let (_, rest) = self
            .html
            .split_once(&begin)
            .unwrap_or_else(|| panic!("no form for {action} in {}", self.html));
        rest.split_once("</form>").unwrap().0
    }

    /// Name and value of what a form carries unseen.
    fn hidden(&self, action: &str) -> Vec<(String, String)> {
        let inputs = self.form(action).split("<input ").skip(1);
        let unseen = inputs.filter(|input| input.starts_with("type=\"hidden\""));
        let part = |input: &str, name: &str| {
            let (_, rest) = input.split_once(&format!(" {name}=\"")).unwrap();
            rest.split_once('"').unwrap().0.to_owned()
        };
        unseen
            .map(|input| (part(input, "name"), part(input, "value")))
            .collect()
    }
}

impl Console {
    /// Nobody yet.
    pub(crate) fn stranger(world: &World) -> Self {
        Self(Mutex::new(Browser::new(world)))
    }

    /// Signs somebody in.
    pub(crate) async fn of(world: &World, email: &str) -> Self {
        let console = Self::stranger(world);
        let shown = console.sign_in(email, "/").await;
        assert_eq!(
            (shown.status, shown.to.as_str()),
            (303, "/"),
            "{}",
            shown.html
        );
        console
    }

    /// Signs in at the page a link led to.
    pub(crate) async fn sign_in(&self, email: &str, to: &str) -> Shown {
        let typed = [("email", email), ("password", PASSWORD), ("to", to)];
        self.hand_in("/sign-in", &typed).await
    }

    /// Opens a page.
    pub(crate) async fn open(&self, path: &str) -> Shown {
        Shown::of(self.0.lock().await.get(path).await)
    }

    /// Fills a form of a page and hands it in.
    pub(crate) async fn submit(&self, page: &Shown, action: &str, typed: &[(&str, &str)]) -> Shown {
        let hidden = page.hidden(action);
        let unseen = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .filter(|(name, _)| typed.iter().all(|(known, _)| known != name));
        let all: Vec<(&str, &str)> = unseen.chain(typed.iter().copied()).collect();
        self.hand_in(action, &all).await
    }

    async fn hand_in(&self, path: &str, typed: &[(&str, &str)]) -> Shown {
        Shown::of(self.0.lock().await.post(path, typed).await)
    }
}

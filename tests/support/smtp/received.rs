//! What the relay took, and what can be read from it by a parser that is not the sender's.

use mail_parser::{Message, MessageParser, PartType};

/// A message the relay took. One whose answer it withheld counts as taken, too: that is what
/// makes a duplicate.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) from: String,
    pub(crate) to: Vec<String>,
    /// Header and body as sent, without the transparency dots and the final dot.
    pub(crate) raw: Vec<u8>,
    /// The whole MAIL command.
    pub(crate) mail_command: String,
    /// Counted from 1 in the order of connection.
    pub(crate) session: usize,
    pub(crate) protected: bool,
    pub(crate) signed_in_as: Option<String>,
}

impl Received {
    pub(crate) fn subject(&self) -> String {
        self.parsed().subject().expect("a subject").to_owned()
    }

    /// The value of a header field as sent, unfolded neither nor decoded.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = self.parsed().header_raw(name).map(str::trim)?.to_owned();
        Some(value)
    }

    /// Without its angle brackets.
    pub(crate) fn message_id(&self) -> String {
        self.parsed().message_id().expect("a Message-ID").to_owned()
    }

    /// The plain part, decoded; None where the message has none.
    pub(crate) fn text(&self) -> Option<String> {
        let message = self.parsed();
        message.text_bodies().find_map(|part| match &part.body {
            PartType::Text(text) => Some(text.to_string()),
            _ => None,
        })
    }

    /// The HTML part, decoded; None where the message has none.
    pub(crate) fn html(&self) -> Option<String> {
        let message = self.parsed();
        message.html_bodies().find_map(|part| match &part.body {
            PartType::Html(html) => Some(html.to_string()),
            _ => None,
        })
    }

    fn parsed(&self) -> Message<'_> {
        MessageParser::default()
            .parse(&self.raw)
            .expect("a message")
    }
}

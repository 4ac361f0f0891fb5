//! One session of the relay.

use std::io;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use tokio::io::{AsyncBufReadExt as _, AsyncRead, AsyncWrite, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::{Act, Received, Security, Shared, Step};

/// One byte of a drip. Shorter than any limit in a test, so that a limit per read would never
/// strike.
const DRIP: Duration = Duration::from_millis(20);

trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// One session.
pub(super) struct Talk<'a> {
    stream: BufReader<Box<dyn Stream>>,
    shared: &'a Shared,
    number: usize,
    protected: bool,
    signed_in_as: Option<String>,
    mail_command: Option<String>,
    to: Vec<String>,
}

impl<'a> Talk<'a> {
    pub(super) async fn serve(
        stream: TcpStream,
        number: usize,
        shared: &'a Shared,
    ) -> io::Result<()> {
        let mut talk = Self {
            stream: BufReader::new(Box::new(stream)),
            shared,
            number,
            protected: false,
            signed_in_as: None,
            mail_command: None,
            to: Vec::new(),
        };
        if shared.kind.security == Security::Tls {
            talk = talk.protect().await?;
        }
        if !talk.answer(Step::Greeting, "220 relay.test ESMTP").await? {
            return Ok(());
        }
        loop {
            let line = talk.line().await?;
            let verb = line.split(' ').next().unwrap_or_default().to_uppercase();
            match verb.as_str() {
                "EHLO" => talk.ehlo().await?,
                "HELO" => talk.say("250 relay.test").await?,
                "STARTTLS" if shared.kind.security == Security::StartTls => {
                    if talk.answer(Step::StartTls, "220 2.0.0 go ahead").await? {
                        talk = talk.protect().await?;
                    }
                }
                "AUTH" => talk.auth(&line).await?,
                "MAIL" => talk.mail(line).await?,
                "RCPT" => talk.rcpt(&line).await?,
                "DATA" => talk.data().await?,
                "RSET" => {
                    talk.forget();
                    talk.say("250 2.0.0 forgotten").await?;
                }
                "NOOP" => talk.say("250 2.0.0 still here").await?,
                "QUIT" => return talk.say("221 2.0.0 goodbye").await,
                _ => talk.say("502 5.5.1 command not implemented").await?,
            }
        }
    }

    async fn protect(mut self) -> io::Result<Self> {
        let acceptor = self.shared.tls.as_ref().expect("a relay with TLS");
        let stream = acceptor.accept(self.stream.into_inner()).await?;
        self.stream = BufReader::new(Box::new(stream));
        self.protected = true;
        Ok(self)
    }

    async fn ehlo(&mut self) -> io::Result<()> {
        let kind = &self.shared.kind;
        let mut lines = vec!["relay.test".to_owned()];
        lines.extend(kind.extensions.iter().map(|&offer| offer.to_owned()));
        if kind.security == Security::StartTls && !self.protected {
            lines.push("STARTTLS".to_owned());
        } else if kind.login.is_some() {
            lines.push(format!("AUTH {}", kind.mechanisms));
        }
        let last = lines.len() - 1;
        let reply: Vec<_> = (lines.iter().enumerate())
            .map(|(at, line)| format!("250{}{line}", if at == last { ' ' } else { '-' }))
            .collect();
        self.answer(Step::Ehlo, &reply.join("\r\n"))
            .await
            .map(|_| ())
    }

    /// A refusal repeats what was sent, as some relays do: no log of ours may show it.
    async fn auth(&mut self, line: &str) -> io::Result<()> {
        let mut words = line.split(' ').skip(1);
        let given = match (words.next(), words.next()) {
            (Some("PLAIN"), Some(response)) => decoded(response),
            (Some("LOGIN"), None) => {
                self.say("334 VXNlcm5hbWU6").await?;
                let user = self.line().await?;
                self.say("334 UGFzc3dvcmQ6").await?;
                let password = self.line().await?;
                format!("\0{}\0{}", decoded(&user), decoded(&password))
            }
            _ => return self.say("504 5.5.4 mechanism not offered").await,
        };
        let right = (self.shared.kind.login.as_ref())
            .is_some_and(|(user, password)| given == format!("\0{user}\0{password}"));
        if !right {
            let echo = given.replace('\0', " ");
            return self.say(&format!("535 5.7.8 not you:{echo}")).await;
        }
        if self.answer(Step::Auth, "235 2.7.0 welcome").await? {
            self.signed_in_as = given.split('\0').nth(1).map(str::to_owned);
        }
        Ok(())
    }

    async fn mail(&mut self, line: String) -> io::Result<()> {
        if self.shared.kind.security != Security::Plain && !self.protected {
            return self
                .say("530 5.7.0 must issue a STARTTLS command first")
                .await;
        }
        if self.shared.kind.login.is_some() && self.signed_in_as.is_none() {
            return self.say("530 5.7.0 authentication required").await;
        }
        if self.mail_command.is_some() {
            return self.say("503 5.5.1 nested MAIL command").await;
        }
        if self.answer(Step::Mail, "250 2.1.0 sender ok").await? {
            self.mail_command = Some(line);
        }
        Ok(())
    }

    async fn rcpt(&mut self, line: &str) -> io::Result<()> {
        if self.mail_command.is_none() {
            return self.say("503 5.5.1 need MAIL first").await;
        }
        // Known before the answer, as a fault may be planned for this recipient alone.
        self.to.push(path(line));
        if !self.answer(Step::Rcpt, "250 2.1.5 recipient ok").await? {
            self.to.pop();
        }
        Ok(())
    }

    async fn data(&mut self) -> io::Result<()> {
        let Some(mail_command) = self.mail_command.clone().filter(|_| !self.to.is_empty()) else {
            return self.say("503 5.5.1 need RCPT first").await;
        };
        if !self.answer(Step::Data, "354 end with a dot").await? {
            return Ok(());
        }
        let raw = self.message().await?;
        let received = Received {
            from: path(&mail_command),
            to: self.to.clone(),
            raw,
            mail_command,
            session: self.number,
            protected: self.protected,
            signed_in_as: self.signed_in_as.clone(),
        };
        let withheld = match self
            .shared
            .fault(Step::Reply, self.to.last().map(String::as_str))
        {
            Some(Act::Say(line)) => {
                self.forget();
                if line.starts_with('2') {
                    self.shared.change(|seen| seen.received.push(received));
                }
                return self.say(line).await;
            }
            other => other,
        };
        self.shared.change(|seen| seen.received.push(received));
        self.forget();
        if let Some(act) = withheld {
            self.misbehave(act).await?;
        }
        self.say("250 2.0.0 taken").await
    }

    async fn message(&mut self) -> io::Result<Vec<u8>> {
        let mut raw: Vec<u8> = Vec::new();
        let mut first = true;
        loop {
            let mut line = Vec::new();
            if self.stream.read_until(b'\n', &mut line).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if std::mem::take(&mut first)
                && let Some(act) = self
                    .shared
                    .fault(Step::Body, self.to.last().map(String::as_str))
            {
                self.misbehave(act).await?;
            }
            if raw.is_empty() || raw.ends_with(b"\r\n") {
                if line == b".\r\n" {
                    return Ok(raw);
                }
                if line.first() == Some(&b'.') {
                    line.remove(0);
                }
            }
            raw.append(&mut line);
        }
    }

    fn forget(&mut self) {
        self.mail_command = None;
        self.to.clear();
    }

    /// Answers as usual or as planned; true if that was a yes.
    async fn answer(&mut self, step: Step, usual: &str) -> io::Result<bool> {
        let reply = match self.shared.fault(step, self.to.last().map(String::as_str)) {
            None => usual,
            Some(Act::Say(line)) => line,
            Some(act) => {
                self.misbehave(act).await?;
                usual
            }
        };
        self.say(reply).await?;
        Ok(reply.starts_with(['2', '3']))
    }

    /// Comes back only from a hold.
    async fn misbehave(&mut self, act: Act) -> io::Result<()> {
        match act {
            Act::Say(line) => self.say(line).await,
            Act::Drop => Err(io::ErrorKind::ConnectionAborted.into()),
            Act::Silence => std::future::pending().await,
            Act::Hold(until) => {
                drop(until.acquire().await);
                Ok(())
            }
            Act::Drip => {
                for byte in b"250-and another thing\r\n".iter().cycle() {
                    self.stream.get_mut().write_all(&[*byte]).await?;
                    self.stream.get_mut().flush().await?;
                    tokio::time::sleep(DRIP).await;
                }
                Ok(())
            }
        }
    }

    async fn say(&mut self, reply: &str) -> io::Result<()> {
        let reply = format!("{reply}\r\n");
        self.stream.get_mut().write_all(reply.as_bytes()).await?;
        self.stream.get_mut().flush().await
    }

    async fn line(&mut self) -> io::Result<String> {
        let mut line = Vec::new();
        self.stream.read_until(b'\n', &mut line).await?;
        let line = (line.strip_suffix(b"\r\n"))
            .ok_or(io::ErrorKind::UnexpectedEof)
            .map(|line| String::from_utf8_lossy(line).into_owned())?;
        (self.shared).change(|seen| seen.commands.push((self.number, line.clone())));
        Ok(line)
    }
}

fn decoded(base64: &str) -> String {
    let bytes = BASE64.decode(base64).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The address between the angle brackets.
fn path(command: &str) -> String {
    let path = command.split(['<', '>']).nth(1);
    path.unwrap_or_default().to_owned()
}

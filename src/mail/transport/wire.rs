//! The TCP stream under an SMTP session, read one line at a time.
//!
//! The SMTP library reads replies through a buffer that it keeps when STARTTLS succeeds. Whoever
//! sits between us and the relay could append replies of his own to the clear-text `220`, and
//! they would later count as said under TLS (the response form of CVE-2011-0411). As this stream
//! never gives out more than one line at a time, that buffer is empty whenever a reply is complete;
//! anything appended is met by the TLS handshake instead, which fails on it.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use lettre::transport::smtp::client::AsyncTokioStream;
use tokio::io::{AsyncBufRead, AsyncRead, AsyncWrite, BufReader, ReadBuf};
use tokio::net::TcpStream;

/// A TCP stream whose reads end with each line feed. Under TLS that only means smaller reads.
#[derive(Debug)]
pub(super) struct Wire(BufReader<TcpStream>);

impl Wire {
    /// Connects to the first of the relay's addresses that answers.
    pub(super) async fn connect(relay: (&str, u16)) -> io::Result<Self> {
        let stream = TcpStream::connect(relay).await?;
        // The library sends the end of a message by itself, and Nagle's algorithm would hold
        // that short write back until the relay has acknowledged the message: 40 ms a letter.
        stream.set_nodelay(true)?;
        Ok(Self(BufReader::new(stream)))
    }
}

impl AsyncTokioStream for Wire {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        self.0.get_ref().peer_addr()
    }
}

impl AsyncRead for Wire {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let taken = {
            let waiting = ready!(Pin::new(&mut self.0).poll_fill_buf(cx))?;
            let line = (waiting.split_inclusive(|byte| *byte == b'\n').next()).unwrap_or_default();
            let given = line.get(..buf.remaining()).unwrap_or(line);
            buf.put_slice(given);
            given.len()
        };
        Pin::new(&mut self.0).consume(taken);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(self.0.get_mut()).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.get_mut()).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(self.0.get_mut()).poll_shutdown(cx)
    }
}

//! The age of a connection: after a while it reads nothing new, so that a client that trickles the
//! head of a second request, which the framework would wait for without end, is let go.

use std::any::Any;
use std::net::{Shutdown, TcpStream};
use std::os::fd::AsFd as _;
use std::time::Duration;

use actix_web::dev::Extensions;
use actix_web::rt;
use actix_web::rt::task::JoinHandle;

/// Ends the wait when the connection ends first; kept with the connection.
struct Watch(JoinHandle<()>);

impl Drop for Watch {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Lets a new connection read for `longest` and no longer: a request read whole by then is still
/// answered.
pub(crate) fn watch(longest: Duration) -> impl Fn(&dyn Any, &mut Extensions) + Send + Sync {
    move |socket, kept| {
        let Some(socket) = socket.downcast_ref::<rt::net::TcpStream>() else {
            return;
        };
        // A second handle of the same socket; it lives no longer than the watch.
        let handle = match socket.as_fd().try_clone_to_owned() {
            Ok(handle) => TcpStream::from(handle),
            Err(fault) => {
                tracing::warn!(fault = %fault, "a connection is not watched: too few files?");
                return;
            }
        };
        kept.insert(Watch(rt::spawn(async move {
            rt::time::sleep(longest).await;
            if let Err(fault) = handle.shutdown(Shutdown::Read) {
                tracing::debug!(fault = %fault, "the connection had ended");
            }
        })));
    }
}

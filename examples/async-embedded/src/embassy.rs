//! The client with embassy's timer and network stack.

use embassy_net::tcp::{self, ConnectError, TcpSocket};
use embassy_net::{IpEndpoint, Stack};
use embassy_time::{Duration, Instant, Timer};
use embedded_ami::client::{Credentials, IdKey, Session, Slot};

use crate::{CallError, Client, Clock, call};

/// The clock of `embassy-time`, which counts in 64 bits.
#[derive(Debug, Clone, Copy)]
pub struct EmbassyClock;

impl Clock for EmbassyClock {
    fn now(&self) -> u64 {
        Instant::now().as_millis()
    }

    async fn wait_until(&self, time: u64) {
        // A tick more, because `from_millis` rounds down.
        Timer::at(Instant::from_millis(time) + Duration::from_ticks(1)).await;
    }
}

/// The reason [`call_over`] failed.
#[derive(Debug)]
pub enum NetError {
    /// The server could not be reached.
    Connect(ConnectError),
    /// The call did not go as planned.
    Call(CallError<tcp::Error>),
}

/// Connects over `embassy-net`, and [calls](call()) a channel. In firmware this is a task of its
/// own, `#[embassy_executor::task]`, beside the task that runs the network stack.
///
/// # Errors
///
/// [`NetError`].
pub async fn call_over(
    stack: Stack<'_>,
    server: IpEndpoint,
    key: IdKey,
    credentials: &Credentials<'_>,
    channel: &str,
    id: &str,
) -> Result<(), NetError> {
    let (mut receive, mut transmit) = ([0; 1024], [0; 512]);
    let mut socket = TcpSocket::new(stack, &mut receive, &mut transmit);
    // Limits the time for connecting, and the time in which the server acknowledges no bytes.
    socket.set_timeout(Some(Duration::from_secs(10)));
    socket.connect(server).await.map_err(NetError::Connect)?;
    let (reader, writer) = socket.split();
    let session = Session::new([Slot::FREE; 2]);
    let mut client = Client::new(reader, writer, EmbassyClock, session, key, credentials);
    call(&mut client, channel, id, |_| {}).await.map_err(NetError::Call)
}

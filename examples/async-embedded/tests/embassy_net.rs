//! Runs the client over two network stacks of embassy, connected by a wire. The second stack hands
//! the bytes to the PBX.

use std::convert::Infallible;
use std::net::Ipv4Addr;

use edge_nal::TcpConnect;
use embassy_futures::select::{Either, select, select3};
use embassy_net::driver::{HardwareAddress, LinkState};
use embassy_net::tcp::TcpSocket;
use embassy_net::{Config, Ipv4Cidr, Stack, StackResources, StaticConfigV4};
use embassy_net_driver_channel::{self as channel, RxRunner, State, TxRunner};
use embedded_ami::client::{Credentials, IdKey};
use embedded_ami_pbx::Pbx;
use embedded_io_async::{Read, Write};
use example_async_embedded::embassy::call_over;

const MTU: usize = 1500;
const DEVICE: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 1);
const SERVER: Ipv4Addr = Ipv4Addr::new(10, 0, 0, 2);

fn config(address: Ipv4Addr) -> Config {
    let address = Ipv4Cidr::new(address, 24);
    Config::ipv4_static(StaticConfigV4 { address, gateway: None, dns_servers: Default::default() })
}

/// Carries packets in one direction.
async fn wire(mut from: TxRunner<'_, MTU>, mut to: RxRunner<'_, MTU>) -> Infallible {
    loop {
        let packet = from.tx_buf().await;
        let room = to.rx_buf().await;
        let length = packet.len();
        room[..length].copy_from_slice(packet);
        to.rx_done(length);
        from.tx_done();
    }
}

async fn copy(mut from: impl Read, mut to: impl Write) {
    let mut buffer = [0; 700];
    while let Ok(n @ 1..) = from.read(&mut buffer).await {
        to.write_all(&buffer[..n]).await.expect("a connection");
    }
}

/// Accepts a connection, and passes its bytes on to the PBX until either end closes it.
async fn bridge(stack: Stack<'_>, pbx: &Pbx) {
    let (mut receive, mut transmit) = ([0; 1024], [0; 1024]);
    let mut socket = TcpSocket::new(stack, &mut receive, &mut transmit);
    socket.accept(5038).await.expect("a client");
    let network = edge_nal_std::Stack::new();
    let pbx = network.connect(pbx.local_addr()).await.expect("the PBX");
    let (reader, writer) = socket.split();
    select(copy(reader, &pbx), copy(&pbx, writer)).await;
    socket.close();
    let _ = socket.flush().await;
}

#[test]
fn a_call_over_embassy_net() {
    let pbx = Pbx::builder().user("admin", "secret").speed(20);
    let pbx = pbx.start((Ipv4Addr::LOCALHOST, 0)).expect("a port");
    let (mut device_state, mut server_state) = (State::<MTU, 4, 4>::new(), State::<MTU, 4, 4>::new());
    let (mut device_runner, device) = channel::new(&mut device_state, HardwareAddress::Ip);
    let (mut server_runner, server) = channel::new(&mut server_state, HardwareAddress::Ip);
    device_runner.set_link_state(LinkState::Up);
    server_runner.set_link_state(LinkState::Up);
    let (_, device_receives, device_sends) = device_runner.split();
    let (_, server_receives, server_sends) = server_runner.split();
    let (mut device_resources, mut server_resources) =
        (StackResources::<2>::new(), StackResources::<2>::new());
    let (device, mut device_runner) = embassy_net::new(device, config(DEVICE), &mut device_resources, 1);
    let (server, mut server_runner) = embassy_net::new(server, config(SERVER), &mut server_resources, 2);

    let credentials = Credentials::new("admin", "secret").events("call,system");
    let endpoint = (SERVER, 5038).into();
    let call = call_over(device, endpoint, IdKey([7; 16]), &credentials, "Local/100@default", "call-1");
    let bridge = async {
        bridge(server, &pbx).await;
        std::future::pending::<Infallible>().await
    };
    let network = select3(device_runner.run(), server_runner.run(), async {
        select3(wire(device_sends, server_receives), wire(server_sends, device_receives), bridge).await
    });
    match futures_lite::future::block_on(select(call, network)) {
        Either::First(result) => result.expect("a call"),
        Either::Second(_) => unreachable!(),
    }
}

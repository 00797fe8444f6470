//! Reads typed events, for several programs of this folder.

use std::hint::black_box;

use embedded_ami::event::{self, Event};
use embedded_ami::wire::Message;

/// Reads five fields of the view for the event's name, or all if it has fewer. Returns false
/// for a name without a view.
pub fn read(message: &Message<'_>) -> bool {
    let name = message.name().unwrap_or_default();
    macro_rules! views {
        ($($View:ident |$event:ident| $fields:expr;)*) => {
            $(if event::$View::NAMES.iter().any(|known| name == *known) {
                let $event = event::$View::view(*message);
                black_box($fields);
                return true;
            })*
        };
    }
    views! {
        Cel |event| (event.event_name(), event.channel(), event.uniqueid(), event.linkedid(), event.app_data());
        VarSet |event| {
            let channel = event.channel();
            (channel.name(), channel.uniqueid(), channel.linkedid(), event.variable(), event.value())
        };
        Newexten |event| {
            let channel = event.channel();
            (channel.name(), channel.uniqueid(), channel.exten(), event.application(), event.app_data())
        };
        NewCallerid |event| five(event.channel());
        TestEvent |event| (event.type_(), event.state(), event.app_file(), event.app_function(), event.app_line());
        Newchannel |event| five(event.channel());
        NewConnectedLine |event| five(event.channel());
        Newstate |event| five(event.channel());
        DeviceStateChange |event| (event.device(), event.state());
        OriginateResponse |event| (event.response(), event.channel(), event.reason(), event.uniqueid(), event.exten());
        LocalBridge |event| {
            let (one, two) = (event.local_one(), event.local_two());
            (one.name(), one.uniqueid(), two.name(), two.uniqueid(), event.exten())
        };
        DialBegin |event| {
            let (channel, dest) = (event.channel(), event.dest());
            (channel.name(), channel.uniqueid(), dest.name(), dest.uniqueid(), event.dial_string())
        };
        DialEnd |event| {
            let (channel, dest) = (event.channel(), event.dest());
            (channel.name(), channel.uniqueid(), dest.name(), dest.uniqueid(), event.dial_status())
        };
        BridgeEnter |event| {
            let (channel, bridge) = (event.channel(), event.bridge());
            (channel.name(), channel.uniqueid(), bridge.uniqueid(), bridge.bridge_type(), bridge.num_channels())
        };
        BridgeCreate |event| (event.bridge().uniqueid(), event.bridge().bridge_type(), event.bridge().name());
        FullyBooted |event| (event.status(), event.uptime(), event.last_reload());
        SuccessfulAuth |event| (event.event_tv(), event.account_id(), event.session_id(), event.remote_address());
    }
    false
}

fn five<'a>(channel: event::Channel<'a>) -> impl Sized + use<'a> {
    (channel.name(), channel.state(), channel.caller_id_num(), channel.uniqueid(), channel.linkedid())
}

//! The selection of events, by the tool and by the server.

use std::sync::mpsc::channel;

use crate::server::{BANNER, serve};
use crate::{events, numbered, run, send};

#[test]
fn an_unknown_class_is_wrong_usage() {
    for classes in ["cal", "off", "", "call,", "call,agnt", "3"] {
        let (status, stdout, stderr) = run(events("1", &[]).args(["--classes", classes]));
        assert_eq!((status, &stdout[..]), (2, ""), "{classes}: {stderr}");
    }
    let (_, _, stderr) = run(events("1", &[]).args(["--classes", "call,agnt"]));
    assert!(stderr.contains("did you mean agent?") && stderr.lines().count() == 1, "{stderr}");
    let (status, stdout, _) = run(&mut events("1", &["--help"]));
    assert!(status == 0 && stdout.contains("system, call") && stdout.contains("security"), "{stdout}");
}

#[test]
fn the_classes_are_requested_at_the_login() {
    let (sender, requests) = channel();
    let port = serve(move |peer| {
        peer.send(BANNER)?;
        let request = peer.request()?;
        peer.answer(&request, "Challenge: 1\r\n")?;
        let request = peer.request()?;
        peer.answer(&request, "")?;
        sender.send(request.text).expect("a receiver");
        peer.send(numbered(1))
    });
    let (status, ..) = run(&mut events(&port, &["--classes", "CALL,agent", "--count", "1"]));
    assert_eq!(status, 0);
    assert!(requests.recv().expect("a request").contains("\r\nEvents: user,call,agent\r\n"));
}

#[test]
fn events_are_selected_by_name_and_headers() {
    let all =
        ["Newchannel|Channel: PJSIP/7-1", "Newstate|Channel: PJSIP/7-1|Exten: ", "Hangup|Channel: SIP/x=y"];
    for (arguments, expected) in [
        (&["--only", "hangup,NEWSTATE"][..], &["Newstate", "Hangup"][..]),
        (&["--only", "Hangup", "--only", "Newchannel"], &["Newchannel", "Hangup"]),
        (&["--only", "New*", "--not", "newstate"], &["Newchannel"]),
        (&["--not", "Newchannel,Newstate"], &["Hangup"]),
        (&["--where", "channel=PJSIP/?-*"], &["Newchannel", "Newstate"]),
        (&["--where", "Channel=*", "--where", "Exten="], &["Newchannel", "Newstate", "Hangup"]),
        (&["--where", "Exten=*"], &["Newstate"]),
        (&["--where", "Channel!=PJSIP/*"], &["Hangup"]),
        (&["--where", "Channel=SIP/x=y"], &["Hangup"]),
        (&["--where", "Channel=sip/*"], &[]),
        (&["--count", "2"], &["Newchannel", "Newstate"]),
        (&["--only", "Hangup", "--count", "1", "--for", "60"], &["Hangup"]),
    ] {
        let port = serve(move |peer| {
            peer.log_in(BANNER)?;
            let event = |text: &&str| format!("Event: {}\r\n\r\n", text.replace('|', "\r\n"));
            peer.send(all.iter().map(event).collect::<String>())
        });
        let (status, stdout, stderr) = run(&mut events(&port, arguments));
        let names: Vec<_> = stdout.lines().filter_map(|line| line.strip_prefix("Event: ")).collect();
        assert_eq!(names, expected, "{arguments:?}");
        // The server closes the connection in the end.
        let expected = if arguments.contains(&"--count") { 0 } else { 3 };
        assert_eq!(status, expected, "{arguments:?}: {stderr}");
    }
    for wrong in [["--where", "Channel"], ["--where", "=x"], ["--count", "0"], ["--for", "0"], ["--only", ""]]
    {
        let (status, _, stderr) = run(&mut events("1", &wrong));
        assert_eq!(status, 2, "{wrong:?}: {stderr}");
    }
}

#[test]
fn an_event_of_which_nothing_is_printed_does_not_count() {
    let port = serve(|peer| {
        peer.log_in(BANNER)?;
        peer.send(["Event: A\r\n\r\n", &numbered(1), "Event: B\r\n\r\n", &numbered(2)].concat())?;
        peer.idle()
    });
    let (status, stdout, _) = run(&mut events(&port, &["--fields", "Number", "--count", "2"]));
    assert_eq!((status, &stdout[..]), (0, "1\n2\n"));
}

/// A header that no event has is a typing error, unless the events are those of users.
#[test]
#[cfg(feature = "explain")]
fn an_unknown_header_is_a_warning() {
    for (arguments, expected) in [
        (
            &["--where", "Chanel=x"][..],
            "ami: warning: --where Chanel: no known event has this header; a similar one is Channel\n",
        ),
        (&["--fields", "Channel,zzyzx"], "ami: warning: --fields zzyzx: no known event has this header\n"),
        // Names of all generations, and names with a part that varies.
        (&["--where", "connectedlinenum=1", "--where", "ChanVariable(SIP/7-1)=x"], ""),
        (
            &["--fields", "DestChannel,Report3FractionLost,DestChanVariable,Privilege,CallerIDNum,Cause-txt"],
            "",
        ),
        (&["--fields", "Order", "--only", "userEVENT"], ""),
        (&["--fields", "Order", "--classes", "user"], ""),
        (&["--fields", "Order", "--quiet"], ""),
    ] {
        let port = serve(|peer| peer.log_in(BANNER).and_then(|()| peer.idle()));
        let mut command = crate::ami_events(&port, &["--classes", "call", "--for", "0.05"]);
        let (status, _, stderr) = run(command.args(arguments));
        assert_eq!((status, &stderr[..]), (0, expected), "{arguments:?}");
    }
}

#[test]
fn an_unknown_name_is_a_warning() {
    for (option, name, expected) in [
        (
            "--only",
            "Hangpu",
            "ami: warning: --only Hangpu: no known event has this name; a similar one is Hangup\n",
        ),
        ("--not", "Zzyzx", "ami: warning: --not Zzyzx: no known event has this name\n"),
        ("--only", "Zz*", "ami: warning: --only Zz*: no known event has this name\n"),
        ("--only", "queuecaller*,HANGUP,AgentLogin,UserEvent", ""),
    ] {
        let port = serve(|peer| peer.log_in(BANNER).and_then(|()| peer.idle()));
        let (status, _, stderr) = run(&mut events(&port, &[option, name, "--for", "0.01"]));
        assert_eq!((status, &stderr[..]), (0, expected));
    }
    let port = serve(|peer| peer.log_in(BANNER).and_then(|()| peer.idle()));
    let (status, _, stderr) = run(&mut events(&port, &["-q", "--only", "Hangpu", "--for", "0.01"]));
    assert_eq!((status, &stderr[..]), (0, ""));
}

#[test]
fn filters_are_in_force_before_the_first_event() {
    let (sender, requests) = channel();
    let port = serve(move |peer| {
        peer.send(BANNER)?;
        let request = peer.request()?;
        peer.answer(&request, "Challenge: 1\r\n")?;
        for _ in 0..4 {
            let request = peer.request()?;
            peer.answer(&request, "")?;
            sender.send(request.text).expect("a receiver");
        }
        peer.send(numbered(1))
    });
    let arguments = ["--filter", "Event: N", "--filter", "!-x", "--count", "1"];
    let (status, _, stderr) = run(&mut events(&port, &arguments));
    assert_eq!(status, 0, "{stderr}");
    let requests: Vec<_> = requests.iter().collect();
    for (request, lines) in requests.iter().zip([
        "\r\nEvents: off\r\n",
        "\r\nOperation: Add\r\nFilter: Event: N\r\n",
        "\r\nOperation: Add\r\nFilter: !-x\r\n",
        "\r\nEventMask: user\r\n",
    ]) {
        assert!(request.contains(lines), "{request}");
    }
}

#[test]
fn criteria_are_sent_only_to_a_server_that_knows_them() {
    let too_old = "Filter did not compile.  Check the syntax of the filter given.";
    let new = "Filter was formatted incorrectly.  Check the syntax of the filter given.";
    for (message, expected) in [(too_old, 1), (new, 0)] {
        let (sender, requests) = channel();
        let port = serve(move |peer| {
            peer.log_in(BANNER)?;
            let id = peer.request()?.id;
            peer.send(format!("Response: Error\r\nActionID: {id}\r\nMessage: {message}\r\n\r\n"))?;
            let request = peer.request()?;
            peer.answer(&request, "")?;
            sender.send(request.text).expect("a receiver");
            peer.answer_next("")?;
            peer.send(numbered(1))
        });
        let arguments = ["--filter", "name(N),header(A),method(exact)=b=c", "--count", "1"];
        let (status, _, stderr) = run(&mut events(&port, &arguments));
        assert_eq!(status, expected, "{stderr}");
        assert!(status == 0 || stderr.contains("22.1"), "{stderr}");
        let lines = "\r\nMatchCriteria: name(N),header(A),method(exact)\r\nFilter: b=c\r\n";
        let expected = if status == 0 { lines } else { "Action: Logoff\r\n" };
        let requests: Vec<_> = requests.iter().collect();
        assert!(requests.len() == 1 && requests[0].contains(expected), "{requests:?}");
    }
}

#[test]
fn a_refused_filter_ends_with_status_1_and_a_wrong_one_with_2() {
    for (message, expected) in [
        ("Filter did not compile.", "ami: the server refused the filter a[: Filter did not compile.\n"),
        (
            "Permission denied",
            "ami: the server refused the filter a[: Permission denied; the user needs the class system in write \
             of manager.conf\n",
        ),
        ("It contains zebra-crossing-47", "ami: the server refused the filter a[: It contains [redacted]\n"),
    ] {
        let port = serve(move |peer| {
            peer.log_in(BANNER)?;
            let id = peer.request()?.id;
            peer.send(format!("Response: Error\r\nActionID: {id}\r\nMessage: {message}\r\n\r\n"))?;
            peer.idle()
        });
        let (status, stdout, stderr) = run(&mut events(&port, &["--filter", "a["]));
        assert_eq!((status, &stdout[..], &stderr[..]), (1, "", expected));
    }
    let port = serve(|peer| send(peer, 1..=1).and_then(|()| peer.idle()));
    for filter in ["", "name(x", "name(x)y", "a\nb"] {
        let (status, _, stderr) = run(&mut events(&port, &["--filter", filter]));
        assert_eq!(status, 2, "{filter:?}: {stderr}");
    }
}

//! Complete programs for common tasks, ready to copy.
//!
//! They are the examples of this crate: `cargo run --example NAME` in a clone of the repository
//! runs one. Each needs the features `std` and `md5`. All but `door` read the server and the user
//! from the environment. `ami serve` is a miniature PBX to try them on without Asterisk.
//!
//! | task | example |
//! |---|---|
//! | [Make a call and learn its outcome](#make-a-call-and-learn-its-outcome) | `originate` |
//! | [Watch calls, and reconnect](#watch-calls-and-reconnect) | `watch` |
//! | [Pause a queue member](#pause-a-queue-member) | `queue_pause` |
//! | [List the members of queues](#list-the-members-of-queues) | `queue_members` |
//! | [Run a console command](#run-a-console-command) | `command` |
//! | [Variables and the database](#variables-and-the-database) | `night_mode` |
//! | [Read and change configuration](#read-and-change-configuration) | `config_set` |
//! | [Many actions at once](#many-actions-at-once) | `extension_states` |
//! | [Tell errors apart](#tell-errors-apart) | `hang_up` |
//! | [TLS](#tls) | package `example-tls` |
//! | [Offer AMI](#offer-ami) | `door` |
//!
//! # Make a call and learn its outcome
//!
//! The server answers an `Originate` in the background at once, and sends an event when the channel
//! has answered or not. The ticket of the action finds that event among all others.
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/originate.rs")]
#![doc = "```"]
//!
//! # Watch calls, and reconnect
//!
//! A [`Follower`](crate::io::blocking::Follower) yields events and connects again after the
//! connection was lost. Events of the time in between are missing, so each gap is an item of its
//! own.
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/watch.rs")]
#![doc = "```"]
//!
//! # Pause a queue member
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/queue_pause.rs")]
#![doc = "```"]
//!
//! # List the members of queues
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/queue_members.rs")]
#![doc = "```"]
//!
//! # Run a console command
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/command.rs")]
#![doc = "```"]
//!
//! # Variables and the database
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/night_mode.rs")]
#![doc = "```"]
//!
//! # Read and change configuration
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/config_set.rs")]
#![doc = "```"]
//!
//! # Many actions at once
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/extension_states.rs")]
#![doc = "```"]
//!
//! # Tell errors apart
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/hang_up.rs")]
#![doc = "```"]
//!
//! # TLS
//!
//! The guide [`tls`](crate::tls) has programs for rustls and native-tls, and a configuration for
//! stunnel.
//!
//! # Offer AMI
//!
//! The other side of the protocol: an appliance that answers actions and sends events of its own.
//!
#![doc = "```no_run"]
#![doc = include_str!("../examples/door.rs")]
#![doc = "```"]

//! The table of actions.

macro_rules! actions_table {
    ($expand:ident) => {
        $expand! {
        /// Hangs up a channel, or with a regular expression between slashes all that match it (Asterisk 11 and later).
        Hangup [SYSTEM CALL] "Asterisk 0.2 and later" (
            /// The name of the channel.
            channel: text = "Channel",
        ) {
            /// The cause to give, 16 for a normal end.
            cause: number = "Cause",
        }
        /// Asks whether the server is alive.
        Ping [] "Asterisk 0.2 and later" () {}
        /// The members and callers of queues.
        QueueStatus [] "Asterisk 0.5 and later" => List "QueueStatusComplete" () {
            /// Only this queue.
            queue: text = "Queue",
        }
            }
    };
}
pub(super) use actions_table;

//! The table of events.

macro_rules! events_table {
    ($expand:ident) => {
        $expand! {
    /// A channel has ended.
    Hangup = "Hangup" [CALL] "Asterisk 1.0 and later" {
        channel: channel = "", cause: HangupCause = "Cause", cause_txt: text = "Cause-txt", tech_cause: text = "TechCause",
    }
    /// A caller has joined a queue.
    QueueCallerJoin = "QueueCallerJoin" | "Join" [AGENT] "Asterisk 1.0 and later, as `Join` up to 11" {
        channel: channel = "", queue: text = "Queue", position: number = "Position", count: number = "Count",
    }
        }
    };
}
pub(super) use events_table;
